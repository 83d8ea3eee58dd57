"""The other sections: company, representation, units, leaders, data quality, definitions.

Here: which records go where, and what a section says once instead of often. Not here: reading (`reading`), words
(`wording`), drawing (`charts`), markup (`page.html.j2`).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from orchestration.report import charts, wording
from orchestration.report.grouping import grouped, natural, unique
from orchestration.report.reading import (
    DIRECT_REPORTS,
    REPRESENTATION,
    UNIT_METRICS,
    Cell,
    Contents,
    Convention,
    LeaderTally,
    Measure,
    Unit,
)
from orchestration.report.wording import Shown

TREND, PANEL_TREND, PANEL_LEVELS = (180, 36), (118, 54), (104, 54)
COLUMNS_OF_FIGURES = 8
MOST_BARS = 24
# of intervals at 95%, so many lie wholly on one side of the mean where nobody differs
BY_CHANCE = 0.025
INTERVALS = {
    "none": "none",
    "garwood": "exact Poisson (Garwood)",
    "wilson": "Wilson score",
    "t": "Student’s t",
    "ratio": "ratio of sums, by person",
}


@dataclass(frozen=True)
class Row:
    """One line of the company's table."""

    convention: Convention
    shown: Shown
    period: str
    trend: Markup


@dataclass(frozen=True)
class Panel:
    """One group of an attribute: its share now, over time, and by level (`cells`: the company, then the levels)."""

    title: str
    shown: Shown
    trend: Markup
    levels: Markup
    cells: list[Shown]


@dataclass(frozen=True)
class Attribute:
    """One attribute's panels and table; `columns` are the company and the levels, each with its n."""

    title: str
    columns: list[tuple[str, str]]
    panels: list[Panel]


@dataclass(frozen=True)
class Tally:
    """One line of the table of leaders."""

    title: str
    convention: str
    period: str
    tally: LeaderTally
    by_chance: str


def latest(contents: Contents) -> dict[tuple[str, str], Cell]:
    """The company's last cell of each (metric, convention)."""
    return {(cell.metric, cell.convention_id): cell for cell in contents.company}


def company_conventions(contents: Contents) -> list[Convention]:
    """Conventions with a line in the company's table: all but those that have a section of their own."""
    return [one for one in contents.conventions if one.metric not in (REPRESENTATION, DIRECT_REPORTS)]


def company(contents: Contents) -> dict[str, Any]:
    """The company's metrics by family, their trends, and the numbers behind these."""
    history = dict(grouped(contents.company, lambda cell: (cell.metric, cell.convention_id)))
    conventions = company_conventions(contents)
    collected = [one for one in conventions if not _is_uncollected(history.get((one.metric, one.convention_id), []))]
    cells_of = [history.get((one.metric, one.convention_id), []) for one in collected]
    span = _span(contents.company)
    series = [_trend(one.title, one.unit, cells) for one, cells in zip(collected, cells_of, strict=True)]
    rows = [
        Row(
            convention=one,
            shown=wording.show(cells[-1] if cells else None, one.unit),
            period=wording.period(one, cells[-1].period_end) if cells else "",
            trend=Markup(picture),
        )
        for one, cells, picture in zip(collected, cells_of, charts.trends(series, *TREND, span), strict=True)
    ]
    periods = _last_quarters(contents)
    past = [
        (one.title, one.convention_id, [_at(cells, period) for period in periods])
        for one, cells in zip(collected, cells_of, strict=True)
    ]
    units = {(one.title, one.convention_id): one.unit for one in collected}
    return {
        "families": [
            (wording.FAMILIES.get(family, wording.plain(family).capitalize()), members)
            for family, members in grouped(rows, lambda row: row.convention.family)
        ],
        "not_collected": unique(wording.lower(one.title) for one in conventions if one not in collected),
        "span": _span_in_words(contents.company),
        "periods": [wording.short_day(period) for period in periods],
        "past": [
            (title, wording.plain(convention), _shown(found, units[title, convention]))
            for title, convention, found in past
            if any(found)
        ],
    }


def _span(cells: Sequence[Cell]) -> tuple[float, float]:
    """First and last day on a common x axis of trends."""
    days = [cell.period_end.toordinal() for cell in cells]
    return float(min(days, default=0)), float(max(days, default=1))


def _span_in_words(cells: Sequence[Cell]) -> str:
    if not cells:
        return ""
    first, last = min(cell.period_end for cell in cells), max(cell.period_end for cell in cells)
    return f"{first:%b %Y} to {last:%b %Y}"


def _last_quarters(contents: Contents) -> list[dt.date]:
    """The last quarters' ends in which the company has a number by quarter, oldest first."""
    quarterly = {one.metric for one in contents.conventions if one.grain == "quarter"}
    return sorted({cell.period_end for cell in contents.company if cell.metric in quarterly})[-COLUMNS_OF_FIGURES:]


def _at(cells: Sequence[Cell], period: dt.date) -> Cell | None:
    return next((cell for cell in cells if cell.period_end == period), None)


def _shown(cells: Iterable[Cell | None], unit: str) -> list[Shown | None]:
    return [wording.show(cell, unit) if cell else None for cell in cells]


def _is_uncollected(cells: Sequence[Cell]) -> bool:
    return bool(cells) and all(cell.status == "not_collected" for cell in cells)


def _points(cells: Iterable[Cell], place: Callable[[Cell], float]) -> tuple[charts.Point, ...]:
    """Points of the cells that are shown for themselves; every other cell leaves a hole."""
    points: list[charts.Point] = []
    run = 0
    for cell in cells:
        if cell.status == "ok" and cell.value is not None and cell.n is not None:
            points.append(charts.Point(place(cell), cell.value, cell.ci_low, cell.ci_high, run))
        else:
            run += 1
    return tuple(points)


def _ends(
    points: Sequence[charts.Point], unit: str, floor: float | None = None
) -> tuple[tuple[float, str], tuple[float, str]]:
    """Round ends of a y axis around points and intervals, with their labels."""
    lows = [point.value if point.low is None else min(point.low, point.value) for point in points]
    highs = [point.value if point.high is None else max(point.high, point.value) for point in points]
    low, high = charts.round_ends(min(lows, default=0.0) if floor is None else floor, max(highs, default=1.0))
    return (low, _end_label(low, unit)), (high, _end_label(high, unit))


def _end_label(value: float, unit: str) -> str:
    scaled = value * 100 if unit == "share" else value
    digits = next((digits for digits in range(3) if abs(round(scaled, digits) - scaled) < 1e-9), 3)
    return wording.amount(value, unit if unit != "hours" else "", digits)


def _trend(title: str, unit: str, cells: Sequence[Cell]) -> charts.Series:
    points = _points(cells, lambda cell: cell.period_end.toordinal())
    return charts.Series(points, _ends(points, unit), _trend_in_words(title, unit, cells))


def _trend_in_words(title: str, unit: str, cells: Sequence[Cell]) -> str:
    """The text alternative of a trend: first and last number with interval and n, and how many periods have none."""
    shown = [(cell.period_end, wording.show(cell, unit)) for cell in cells if cell.status == "ok"]
    shown = [(day, number) for day, number in shown if number.is_number]
    if not shown:
        return ""
    first, last = (
        f"{number.value} ({number.interval + '; ' if number.interval else ''}n {number.n}) at {wording.day(day)}"
        for day, number in (shown[0], shown[-1])
    )
    if len(shown) == 1:
        return f"{title}: {last}."
    holes = len(cells) - len(shown)
    noun = "period has" if holes == 1 else "periods have"
    without = f" {holes} {noun} no number and no point." if holes else ""
    return f"{title} over {len(shown)} periods: {first}, {last}.{without}"


def representation(contents: Contents) -> dict[str, Any]:
    """Shares of groups in the company over time, and by level at the last period."""
    cells = contents.representation
    nothing = {"attributes": [], "period": ""}
    if not cells:
        return {**nothing, "words": "No group of an attribute is on record for a whole period."}
    if _is_uncollected(cells):
        return {**nothing, "words": "Not collected: the company does not deliver what this needs."}
    last = max(cell.period_end for cell in cells)
    levels = sorted({cell.segment_id for cell in cells if cell.segment_kind == "level"}, key=natural)
    # intersections stand after the attributes that they are made of
    keys = sorted(
        {(cell.attribute or "", cell.group_value or "") for cell in cells},
        key=lambda key: ("_x_" in key[0], key[0], *wording.group_order(key[1])),
    )
    now = {
        (cell.attribute, cell.group_value, cell.segment_id if cell.segment_kind == "level" else ""): cell
        for cell in cells
        if cell.period_end == last
    }
    of_company = [cell for cell in cells if cell.segment_kind == "company"]
    over_time = dict(grouped(of_company, lambda cell: (cell.attribute or "", cell.group_value or "")))
    trends = [_trend(_share_of(key), "share", over_time.get(key, [])) for key in keys]
    drawn_trends = charts.trends(trends, *PANEL_TREND, _span(of_company))
    drawn_levels = charts.profiles(_profiles(keys, now, levels), *PANEL_LEVELS, levels)
    panels = [
        Panel(
            title=wording.group_title(key[1]),
            shown=wording.show(now.get((*key, "")), "share"),
            trend=Markup(trend),
            levels=Markup(profile),
            cells=[wording.show(now.get((*key, place)), "share") for place in ("", *levels)],
        )
        for key, trend, profile in zip(keys, drawn_trends, drawn_levels, strict=True)
    ]
    titles = ["Company", *(wording.segment_title("level", level, {}) for level in levels)]
    attributes = []
    for name, members in grouped(zip(keys, panels, strict=True), lambda pair: pair[0][0]):
        of_attribute = [panel for _, panel in members]
        columns = [(title, _column_n(of_attribute, place)) for place, title in enumerate(titles)]
        attributes.append(Attribute(wording.attribute_title(name), columns, of_attribute))
    return {"attributes": attributes, "words": "", "period": wording.day(last)}


def _share_of(key: tuple[str, str]) -> str:
    return f"Share of {wording.group_title(key[1])}"


def _column_n(panels: Sequence[Panel], place: int) -> str:
    """The n that the shown cells of a column share; '' where none is shown."""
    return next((panel.cells[place].n for panel in panels if panel.cells[place].is_number), "")


def _profiles(
    keys: Sequence[tuple[str, str]], now: dict[tuple[str | None, str | None, str], Cell], levels: Sequence[str]
) -> list[charts.Series]:
    """Shares by level of all groups; the groups of one attribute share their y axis."""
    found: list[charts.Series] = []
    for key in keys:
        by_level = [now[*key, level] for level in levels if (*key, level) in now]
        points = _points(by_level, lambda cell: float(levels.index(cell.segment_id)))
        parts = [
            f"level {cell.segment_id} {shown.value} ({shown.interval}; n {shown.n})"
            if (shown := wording.show(cell, "share")).is_number
            else f"level {cell.segment_id} {shown.word}"
            for cell in by_level
        ]
        words = f"{_share_of(key)} by level: {'; '.join(parts)}."
        found.append(charts.Series(points, _ends(points, "share"), words))
    ends = {
        name: _ends([point for _, one in members for point in one.points], "share", 0.0)
        for name, members in grouped(zip(keys, found, strict=True), lambda pair: pair[0][0])
    }
    return [replace(one, ends=ends[key[0]]) for key, one in zip(keys, found, strict=True)]


def units(contents: Contents) -> dict[str, Any]:
    """The top layers of the tree with the headline metrics of their latest period."""
    defaults = {one.metric: one for one in contents.conventions if one.is_default}
    last = latest(contents)
    columns: list[tuple[Convention, str]] = []
    not_collected: list[str] = []
    for convention in (defaults[metric] for metric in UNIT_METRICS if metric in defaults):
        cell = last.get((convention.metric, convention.convention_id))
        if cell is not None and cell.status == "not_collected":
            not_collected.append(wording.lower(convention.title))
        elif cell is not None:
            columns.append((convention, wording.period(convention, cell.period_end)))
    cells = {(cell.segment_id, cell.metric): cell for cell in contents.unit_cells}
    rows: list[tuple[Unit, list[Shown | None]]] = []
    for unit in contents.units:
        found = [(cells.get((unit.unit_id, convention.metric)), convention.unit) for convention, _ in columns]
        if any(cell for cell, _ in found):
            rows.append((unit, [wording.show(cell, name) if cell else None for cell, name in found]))
    return {
        "columns": columns,
        "rows": rows,
        "not_collected": not_collected,
        "n_left_out": contents.n_units_left_out,
        "words": "" if rows else "No unit has a number in the latest periods.",
    }


def leaders(contents: Contents) -> dict[str, Any]:
    """How many leaders lie where on each indicator, and how many people report to how many leaders."""
    places = {(one.metric, one.convention_id): place for place, one in enumerate(contents.conventions)}
    known = [one for one in contents.leaders if (one.metric, one.convention_id) in places]
    known.sort(key=lambda one: places[one.metric, one.convention_id])
    tables: list[tuple[str, list[Tally]]] = []
    not_compared: list[str] = []
    not_collected: list[str] = []
    for scope, scope_in_words in wording.SCOPES.items():
        lines: list[Tally] = []
        for one in (one for one in known if one.scope == scope):
            convention = contents.conventions[places[one.metric, one.convention_id]]
            if one.n_not_collected == one.n_leaders:
                not_collected.append(wording.lower(convention.title))
            elif one.n_compared == 0 and one.n_without_interval > 0:
                not_compared.append(f"{wording.lower(convention.title)} {scope_in_words}")
            else:
                by_chance = wording.count(round(one.n_compared * BY_CHANCE)) if one.n_compared else ""
                period = wording.period(convention, one.period_end)
                lines.append(Tally(convention.title, wording.plain(one.convention_id), period, one, by_chance))
        if lines:
            tables.append((scope_in_words, lines))
    n_leaders = sum(contents.spans.values())
    end = contents.spans_period_end
    return {
        "tables": tables,
        "not_compared": unique(not_compared),
        "not_collected": unique(not_collected),
        "histogram": Markup(_histogram(contents.spans)),
        "n_leaders": n_leaders,
        "period": wording.day(end) if end else "",
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


def _histogram(spans: dict[int, int]) -> str:
    bars = span_bars(spans)
    words = "; ".join(f"{label}: {n_leaders}" for label, n_leaders in bars if n_leaders)
    alternative = f"Leaders by number of direct reports, n {sum(spans.values())} leaders. {words}."
    return charts.histogram(bars, alternative, "direct reports")


def newest_exports(facts: dict[str, Any]) -> dict[str, dt.date]:
    """Source -> day of its newest export in force."""
    newest: dict[str, dt.date] = {}
    for file in facts.get("inputs") or []:
        if file.get("exported_at"):
            day = dt.date.fromisoformat(str(file["exported_at"])[:10])
            newest[file["source"]] = max(day, newest.get(file["source"], day))
    return newest


def quality(contents: Contents, facts: dict[str, Any]) -> dict[str, Any]:
    """What each source delivered, and what to do about what could not be used."""
    newest = newest_exports(facts)
    sources = []
    for source, measures in grouped(contents.quality, lambda one: one.source):
        if source == "warehouse":
            continue
        by_measure = dict(grouped(measures, lambda one: one.measure))
        waits = [one.n_rows for one in by_measure.get("days_since_export", [])]
        sources.append(
            {
                "source": source,
                "exports": wording.count(sum(one.n_rows for one in by_measure.get("loads_in_force", []))),
                "newest": wording.short_day(newest[source]) if source in newest else "",
                "oldest": wording.days_before(max(waits)) if waits else "",
                "unmatched": _bad_of_all(by_measure.get("people_unmatched", [])),
                "set_aside": _bad_of_all(by_measure.get("rows_quarantined", [])),
            }
        )
    return {"sources": sources, "actions": [line for one in contents.quality if (line := wording.quality_action(one))]}


def _bad_of_all(measures: Sequence[Measure]) -> str:
    rows = sum(one.n_rows for one in measures)
    return f"{wording.count(sum(one.n_bad for one in measures))} of {wording.count(rows)}" if rows else ""


def definitions(contents: Contents) -> list[dict[str, str]]:
    """Every convention in words, with the anchor that the company's table points at."""
    return [
        {
            "anchor": f"{one.metric}-{one.convention_id}",
            "title": one.title,
            "convention": wording.plain(one.convention_id),
            "population": one.population,
            "numerator": one.numerator,
            "denominator": one.denominator or "",
            "window": _window(one),
            "rule": one.tie_rule or "",
            "interval": INTERVALS.get(one.interval_method, wording.plain(one.interval_method)),
            "fixed_by": one.fixed_by,
            "source": one.source,
        }
        for one in contents.conventions
    ]


def _window(convention: Convention) -> str:
    if convention.window_months <= 1:
        return f"last day of the {convention.grain}"
    return "quarter" if convention.window_months == 3 else f"{convention.window_months} months"
