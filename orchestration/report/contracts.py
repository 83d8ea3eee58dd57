"""The page on leadership contracts and goals: how each goal stands against the line to its target, what contracts came to.

Here: records into lines and their words. A verdict is the release's own; nothing is judged here. Reading is in
`contracts_records`, markup in `contracts.html.j2`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from orchestration.report import charts, rendering, sections, trends, wording
from orchestration.report.contracts_records import Contracts, Goal, Progress, Tally
from orchestration.report.grouping import grouped
from orchestration.report.reading import SHOWN, Contents, Convention
from orchestration.report.wording import Shown

CHART = (230, 78)
# (progress, whether the interval lies wholly on one side of the line that decided) -> words
VERDICTS = {
    ("met", True): "met; the whole interval reaches the target",
    ("met", False): "met; the interval leaves room for less",
    ("missed", True): "missed; the whole interval falls short",
    ("missed", False): "missed; the interval reaches the target",
    ("at_risk", True): "behind the line, with the whole interval",
    ("on_track", True): "on track; the whole interval is ahead of the line",
    ("on_track", False): "on track; the interval holds the line",
}
PLAIN_VERDICTS = {"met": "met", "missed": "missed", "at_risk": "behind the line", "on_track": "on track"}
PLACES = {
    "org_unit": "Goals of units",
    "level": "Goals of levels",
    "leader_direct": "Goals of leaders, over their direct reports",
    "leader_org": "Goals of leaders, over the whole organisation below",
}
INDICATORS = (
    ("Met", "n_indicators_met"),
    ("On track", "n_indicators_on_track"),
    ("Behind the line", "n_indicators_at_risk"),
    ("Missed", "n_indicators_missed"),
    ("Without a verdict", "n_indicators_not_judged"),
    ("Together", "n_indicators"),
)


@dataclass(frozen=True)
class Line:
    """One goal as it stands last: where it began, where it should be, where it is."""

    title: str
    anchor: str
    place: str
    baseline: str
    began: str
    target: str
    due: str
    path: str
    on: str
    shown: Shown
    way: str
    progress: str
    verdict: str
    chart: Markup
    is_asserted: bool


def page(contracts: Contracts, contents: Contents, facts: dict[str, Any]) -> str:
    """Contracts and goals as one HTML page."""
    conventions = {(one.metric, one.convention_id): one for one in contents.conventions}
    histories = [history for _, history in grouped(contracts.goals, lambda one: one.goal_id)]
    order = {unit.unit_id: place for place, unit in enumerate(contents.units)}
    whole = [history for history in histories if history[-1].segment_kind != "org_unit"]
    in_units = sorted(
        (history for history in histories if history[-1].segment_kind == "org_unit"),
        key=lambda history: order.get(history[-1].segment_id, len(order)),
    )
    company = [one for one in contracts.progress if one.segment_kind == "company"]
    units = {one.segment_id: one for one in contracts.progress if one.segment_kind != "company"}
    printed = {history[-1].status for history in histories}
    return rendering.rendered(
        "contracts.html.j2",
        "Contracts",
        facts,
        goals=[_line(history, conventions, contents.unit_names) for history in whole],
        sentences=[
            sentence for history in whole if (sentence := goal_sentence(history[-1], conventions, contents.unit_names))
        ],
        unit_goals=[
            (
                contents.unit_names.get(unit_id, unit_id),
                [_line([one[-1]], conventions, contents.unit_names) for one in goals],
            )
            for unit_id, goals in grouped(in_units, lambda history: history[-1].segment_id)
        ],
        tallies=[
            (PLACES.get(kind, wording.plain(kind)), [(_title(one, conventions), _due(one.due_date), one) for one in tallies])
            for kind, tallies in grouped(contracts.tallies, lambda one: one.segment_kind)
        ],
        unjudged={status: words for status, words in wording.UNJUDGED.items() if status in printed},
        figures=sections.figures(contents, ("contract_progress",)),
        quarters=[(wording.short_day(one.period_end), None, one) for one in company],
        units=[(unit.name, unit.depth, units[unit.unit_id]) for unit in contents.units if unit.unit_id in units],
        n_left_out=contents.n_units_left_out,
        indicators=_indicators(company[0]) if company and company[0].status in SHOWN else [],
        period=wording.short_day(company[0].period_end) if company else "",
    )


def goal_words(goal: Goal) -> str:
    """How a goal stands, in the few words of a table; '' where it is not judged."""
    if goal.status not in SHOWN or not goal.progress:
        return ""
    plain = PLAIN_VERDICTS.get(goal.progress, wording.plain(goal.progress))
    return plain if goal.is_clear is None else VERDICTS.get((goal.progress, goal.is_clear), plain)


def goal_sentence(goal: Goal, conventions: dict[tuple[str, str], Convention], unit_names: dict[str, str]) -> str:
    """A goal in a sentence: what was to be, what is, what the verdict says and no more; '' where it is not judged."""
    words = goal_words(goal)
    if not words or goal.baseline_value is None or goal.target_value is None or goal.baseline_date is None:
        return ""
    unit = _unit(goal, conventions)
    shown = _shown(goal, unit)
    asked = ""
    if goal.target_change is not None:
        asked = f"{'rise' if goal.target_change > 0 else 'fall'} by {round(abs(goal.target_change) * 100, 1):g}%, "
    verb = f"was to {asked}from" if asked else "was to go from"
    measured = goal.measured_on or goal.period_end
    ahead = measured < goal.due_date if goal.due_date else False
    line = (
        f" The line to the target stood at {wording.amount(goal.path_value, unit)} then."
        if ahead and goal.path_value
        else ""
    )
    return (
        f"{_title(goal, conventions)} {_place(goal, unit_names)} {verb} {wording.amount(goal.baseline_value, unit)} on "
        f"{wording.day(goal.baseline_date)} to {wording.amount(goal.target_value, unit)} by "
        f"{_due(goal.due_date, written=True)}. "
        f"On {wording.day(measured)} it was {shown.value}{f' ({shown.beside})' if shown.beside else ''}"
        f"{', as its owner told it' if goal.is_asserted else ''}: {words}.{line}"
    )


def _line(history: Sequence[Goal], conventions: dict[tuple[str, str], Convention], unit_names: dict[str, str]) -> Line:
    goal = history[-1]
    unit = _unit(goal, conventions)

    def amount(value: float | None) -> str:
        return "" if value is None else wording.amount(value, unit)

    return Line(
        title=_title(goal, conventions),
        anchor=goal.metric if (goal.metric, goal.convention_id) in conventions else "",
        place=_place(goal, unit_names),
        baseline=amount(goal.baseline_value),
        began=wording.short_day(goal.baseline_date) if goal.baseline_date else "",
        target=amount(goal.target_value),
        due=_due(goal.due_date),
        path=amount(goal.path_value),
        on=wording.short_day(goal.measured_on or goal.period_end),
        shown=_shown(goal, unit),
        way="" if goal.share_of_change is None else way_words(goal.share_of_change),
        progress=goal.progress or "",
        verdict=goal_words(goal),
        chart=_chart(history, _title(goal, conventions), unit),
        is_asserted=goal.is_asserted,
    )


def way_words(share: float) -> str:
    """How much of the way from baseline to target was gone."""
    if share < 0:
        return "away from it"
    return "all of it" if share >= 1 else wording.amount(share, "share")


def _shown(goal: Goal, unit: str) -> Shown:
    if goal.status not in SHOWN or goal.value is None:
        return Shown(goal.status if goal.status not in SHOWN else "insufficient")
    n = "" if goal.n is None else wording.count(goal.n)
    return Shown(goal.status, wording.amount(goal.value, unit), wording.between(goal.ci_low, goal.ci_high, unit), n)


def _chart(history: Sequence[Goal], title: str, unit: str) -> Markup:
    """The line from baseline to target, and what was measured on the way; '' where either end is not told."""
    last = history[-1]
    if len(history) < 2 and last.segment_kind == "org_unit":
        return charts.NOTHING
    if last.baseline_value is None or last.target_value is None or not last.baseline_date or not last.due_date:
        return charts.NOTHING
    measured = {one.measured_on or one.period_end: one for one in history if one.status in SHOWN and one.value is not None}
    points = tuple(charts.Point(day.toordinal(), one.value or 0.0, one.ci_low, one.ci_high) for day, one in measured.items())
    line = (
        charts.Point(last.baseline_date.toordinal(), last.baseline_value),
        charts.Point(last.due_date.toordinal(), last.target_value),
    )
    told = [f"{_shown(one, unit).value} ({_shown(one, unit).beside}) on {wording.day(day)}" for day, one in measured.items()]
    ends = f"{wording.amount(last.baseline_value, unit)} to {wording.amount(last.target_value, unit)}"
    alternative = f"{title}: line from {ends}; {'; '.join(told) or 'nothing measured yet'}."
    series = charts.Series(points, trends.ends((*line, *points), unit), alternative)
    labels = (f"{last.baseline_date:%b %Y}", f"{last.due_date:%b %Y}")
    return charts.goal(series, line, *CHART, labels)


def _unit(goal: Goal, conventions: dict[tuple[str, str], Convention]) -> str:
    convention = conventions.get((goal.metric, goal.convention_id))
    return convention.unit if convention else ""


def _title(one: Goal | Tally, conventions: dict[tuple[str, str], Convention]) -> str:
    convention = conventions.get((one.metric, one.convention_id))
    return convention.title if convention else wording.plain(one.metric).capitalize()


def _place(goal: Goal, unit_names: dict[str, str]) -> str:
    title = wording.segment_title(goal.segment_kind, goal.segment_id, unit_names)
    return (
        "in the company"
        if goal.segment_kind == "company"
        else f"at {wording.lower(title)}"
        if goal.segment_kind == "level"
        else f"in {title}"
    )


def _due(date: dt.date | None, written: bool = False) -> str:
    if date is None:
        return "no day agreed"
    return wording.day(date) if written else wording.short_day(date)


def _indicators(progress: Progress) -> list[tuple[str, str, str, str]]:
    """(verdict, all, measured here, typed in) of the indicators of contracts."""
    lines = []
    for title, column in INDICATORS:
        n_all, n_typed = getattr(progress, column) or 0, getattr(progress, f"{column}_asserted") or 0
        lines.append((title, wording.count(n_all), wording.count(n_all - n_typed), wording.count(n_typed)))
    return lines
