"""Cells of one metric in time: which may be joined by a line or compared, the axes around them, and their words.

Here: from cells to what `charts.trend` draws. Not here: drawing (`charts`), which cells stand where (`sections`, `leaders`).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from orchestration.report import charts, wording
from orchestration.report.grouping import unique
from orchestration.report.reading import Cell


def compares(later: Cell, earlier: Cell) -> bool:
    """Whether two cells of one metric were asked with the same wording and on the same scale."""
    return later.comparable_since is None or earlier.period_end >= later.comparable_since


def year_before(cells: Sequence[Cell]) -> Cell | None:
    """Of the cells of one metric in time, the one a year before the last, where the two compare."""
    if not cells:
        return None
    last = cells[-1]
    day = (last.period_end.year - 1, last.period_end.month)
    return next((one for one in cells if (one.period_end.year, one.period_end.month) == day and compares(last, one)), None)


def span(cells: Sequence[Cell]) -> tuple[float, float]:
    """First and last day on a common x axis of trends."""
    days = [cell.period_end.toordinal() for cell in cells]
    return float(min(days, default=0)), float(max(days, default=1))


def span_labels(cells: Sequence[Cell]) -> list[str]:
    return unique(f"{dt.date.fromordinal(int(day)):%b %Y}" for day in span(cells)) if cells else []


def points(cells: Iterable[Cell], place: Callable[[Cell], float]) -> tuple[charts.Point, ...]:
    """Points of the cells that are shown for themselves; others leave a hole, and so does a new wording or scale."""
    points: list[charts.Point] = []
    run = 0
    last: Cell | None = None
    for cell in cells:
        if cell.status == "ok" and cell.value is not None and cell.n is not None:
            run += last is not None and not compares(cell, last)
            points.append(charts.Point(place(cell), cell.value, cell.ci_low, cell.ci_high, run))
            last = cell
        else:
            run += 1
    return tuple(points)


def ends(
    points: Sequence[charts.Point], unit: str, floor: float | None = None
) -> tuple[tuple[float, str], tuple[float, str]]:
    """Round ends of a y axis around points and intervals, with their labels."""
    lows = [point.value if point.low is None else min(point.low, point.value) for point in points]
    highs = [point.value if point.high is None else max(point.high, point.value) for point in points]
    low, high = charts.round_ends(min(lows, default=0.0) if floor is None else floor, max(highs, default=1.0))
    return (low, _end_label(low, unit)), (high, _end_label(high, unit))


def _end_label(value: float, unit: str) -> str:
    scaled = value * 100 if unit == "share" else value
    return wording.amount(
        value, unit, next((digits for digits in range(3) if abs(round(scaled, digits) - scaled) < 1e-9), 3)
    )


def trend(title: str, unit: str, cells: Sequence[Cell]) -> charts.Series:
    """A trend with its alternative: the first and the last number, and how many periods have none."""
    drawn = points(cells, lambda cell: cell.period_end.toordinal())
    shown = [cell for cell in cells if cell.status == "ok" and cell.value is not None]
    words = [
        f"{number.value}{f' ({number.beside})' if number.beside else ''} at {wording.day(cell.period_end)}"
        for cell in unique((*shown[:1], *shown[-1:]))
        if (number := wording.show(cell, unit)).is_number
    ]
    holes = len(cells) - len(shown)
    without = f"; {wording.counted(holes, 'period')} without a number and without a point" if holes else ""
    anew = [now for before, now in pairwise(shown) if not compares(now, before)]
    if anew:
        without += f"; asked otherwise from {wording.listed([wording.day(cell.period_end) for cell in anew])} on"
    over = f"{title} over {wording.counted(len(shown), 'period')}"
    return charts.Series(drawn, ends(drawn, unit), f"{over}: {', '.join(words)}{without}.")
