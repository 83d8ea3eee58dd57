"""The other sections: company, units, leaders, definitions.

Here: which records go where, and what a section says once instead of often. Not here: reading (`reading`), words
(`wording`), drawing (`charts`), markup (`page.html.j2`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from orchestration.report import charts, trends, wording
from orchestration.report.grouping import grouped, unique
from orchestration.report.reading import (
    DIRECT_REPORTS,
    REPRESENTATION,
    Cell,
    Contents,
    Convention,
    LeaderTally,
)
from orchestration.report.tree import UNIT_METRICS
from orchestration.report.wording import Shown

TREND = (180, 36)
COLUMNS_OF_FIGURES = 8
MOST_BARS = 16
# of intervals at 95%, so many lie wholly on one side of the mean where nobody differs
BY_CHANCE = 0.025
INTERVALS = {
    "none": "none",
    "garwood": "exact Poisson (Garwood)",
    "wilson": "Wilson score",
    "t": "Student’s t",
    "ratio": "ratio of sums, by person",
    "clustered": "Wilson score, by person",
}


@dataclass(frozen=True)
class Row:
    """One line of the company's table, and the line's last quarters behind its trend."""

    convention: Convention
    shown: Shown
    period: str
    trend: Markup
    past: list[Shown]


@dataclass(frozen=True)
class Tally:
    """One line of the table of leaders."""

    convention: Convention
    period: str
    tally: LeaderTally
    by_chance: str


def histories(contents: Contents) -> list[tuple[Convention, list[Cell]]]:
    """Conventions with a line in the company's table, each with the company's cells in time."""
    cells = dict(grouped(contents.company, lambda cell: (cell.metric, cell.convention_id)))
    return [
        (one, cells.get((one.metric, one.convention_id), []))
        for one in contents.conventions
        if one.metric not in (REPRESENTATION, DIRECT_REPORTS)
    ]


def company(contents: Contents) -> dict[str, Any]:
    """The company's metrics by family, their trends, and the numbers behind these; what has no line is named."""
    return _figures(contents, histories(contents), by_family=True)


def figures(contents: Contents, metrics: Sequence[str]) -> dict[str, Any]:
    """The same of these metrics alone, in their order and by every convention, without families."""
    lines = [line for metric in metrics for line in histories(contents) if line[0].metric == metric]
    return _figures(contents, lines, by_family=False)


def _figures(contents: Contents, lines: list[tuple[Convention, list[Cell]]], by_family: bool) -> dict[str, Any]:
    quarterly = {one.metric for one in contents.conventions if one.grain == "quarter"}
    periods = sorted({cell.period_end for cell in contents.company if cell.metric in quarterly})[-COLUMNS_OF_FIGURES:]
    span = trends.span(contents.company)
    rows = []
    missing: dict[str, list[str]] = {}
    for one, cells in lines:
        if word := without(contents, one, cells):
            missing.setdefault(word, []).append(wording.lower(one.title))
            continue
        by_period = {cell.period_end: cell for cell in cells}
        rows.append(
            Row(
                convention=one,
                shown=wording.show(cells[-1], one.unit),
                period=wording.period(one, cells[-1].period_end),
                trend=charts.trend(trends.trend(one.title, one.unit, cells), *TREND, span),
                past=[wording.show(by_period.get(period), one.unit) for period in periods],
            )
        )
    return {
        "families": grouped(rows, lambda row: wording.family_title(row.convention.family) if by_family else ""),
        "without": [(word, unique(titles)) for word, titles in missing.items()],
        "span": " to ".join(trends.span_labels(contents.company)),
        "periods": [wording.short_day(period) for period in periods],
    }


def told_of(contents: Contents, convention: Convention, cells: Sequence[Cell]) -> list[str]:
    """Of whom a metric is told: the company, else units or leaders alone; of nobody where nothing is collected."""
    if cells:
        return ["the company"] if is_collected(cells) else []
    elsewhere = contents.elsewhere.get((convention.metric, convention.convention_id), {})
    return [place for place, is_told in elsewhere.items() if is_told]


def without(contents: Contents, convention: Convention, cells: Sequence[Cell]) -> str:
    """Why a metric has no line among the company's: told of others alone, not collected, without a single row; else ''."""
    places = told_of(contents, convention, cells)
    if places:
        return "" if cells else f"told of {wording.listed(places)}, not of the company as a whole"
    is_known = cells or (convention.metric, convention.convention_id) in contents.elsewhere
    return wording.status_word("not_collected" if is_known else "no_row")


def is_collected(cells: Sequence[Cell]) -> bool:
    """Whether any of the cells rests on something that the company delivers."""
    return any(cell.status != "not_collected" for cell in cells)


def units(contents: Contents, page: str = "Report") -> dict[str, Any]:
    """The top layers of the tree with a page's metrics in their latest period."""
    of_metric = dict(grouped(contents.unit_cells, lambda cell: cell.metric))
    defaults = {one.metric: one for one in contents.conventions if one.is_default}
    columns = [
        (defaults[metric], of_metric[metric][0].period_end)
        for metric in UNIT_METRICS[page]
        if metric in defaults and is_collected(of_metric.get(metric, []))
    ]
    cells = {(cell.segment_id, cell.metric): cell for cell in contents.unit_cells}
    rows = [
        (unit, [wording.show(cells.get((unit.unit_id, one.metric)), one.unit) for one, _ in columns])
        for unit in contents.units
        if any((unit.unit_id, one.metric) in cells for one, _ in columns)
    ]
    return {
        "columns": [(one.title, wording.period(one, period_end)) for one, period_end in columns],
        "rows": rows,
        "n_left_out": contents.n_units_left_out,
        "words": "" if rows else "No unit has an entry in the latest periods.",
    }


def leaders(contents: Contents) -> dict[str, Any]:
    """How many leaders lie where on each indicator, and how many people report to how many leaders."""
    tallies = {(one.scope, one.metric, one.convention_id): one for one in contents.leaders}
    tables: list[tuple[str, list[Tally]]] = []
    not_compared: list[str] = []
    for scope, scope_in_words in wording.SCOPES.items():
        lines: list[Tally] = []
        for convention in contents.conventions:
            one = tallies.get((scope, convention.metric, convention.convention_id))
            if one is None or one.n_not_collected == one.n_leaders:
                continue
            if one.n_compared == 0 and one.n_without_interval > 0:
                not_compared.append(f"{wording.lower(convention.title)} {scope_in_words}")
            else:
                by_chance = wording.count(round(one.n_compared * BY_CHANCE)) if one.n_compared else ""
                lines.append(Tally(convention, wording.period(convention, one.period_end), one, by_chance))
        if lines:
            tables.append((scope_in_words, lines))
    n_leaders = sum(contents.spans.values())
    return {
        "tables": tables,
        "not_compared": not_compared,
        "histogram": _histogram(contents.spans),
        "n_leaders": n_leaders,
        "period": wording.day(contents.spans_period_end) if contents.spans_period_end else "",
        "words": "" if tables or n_leaders else "No leader can be counted on any indicator.",
    }


def span_bars(spans: dict[int, int]) -> list[tuple[str, int]]:
    """Direct reports -> leaders, every number of reports up to the last; in steps where that would be too many bars."""
    if not spans:
        return []
    last = max(spans)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, last) if last / step <= MOST_BARS)
    bars = []
    for start in range(1, last + 1, step):
        n_leaders = sum(number for reports, number in spans.items() if start <= reports < start + step)
        bars.append((str(start) if step == 1 else f"{start}–{start + step - 1}", n_leaders))
    return bars


def _histogram(spans: dict[int, int]) -> Markup:
    bars = span_bars(spans)
    words = "; ".join(f"{label}: {n_leaders}" for label, n_leaders in bars if n_leaders)
    alternative = f"Leaders by number of direct reports, n {sum(spans.values())} leaders. {words}."
    return charts.histogram(bars, alternative, "direct reports")


def definitions(contents: Contents) -> list[tuple[Convention, str, str]]:
    """Every convention that the page uses, with its window and its interval in words."""
    unused = [one for one, cells in histories(contents) if not told_of(contents, one, cells)]
    return [
        (one, window(one), INTERVALS.get(one.interval_method, wording.plain(one.interval_method)))
        for one in contents.conventions
        if one not in unused
    ]


def window(convention: Convention) -> str:
    """How far back a number looks, in words."""
    if convention.window_months <= 1:
        return f"last day of the {convention.grain}"
    return "quarter" if convention.window_months == 3 else f"{convention.window_months} months"
