"""The leaders' pages: one a unit, with the indicators of the leaders who stand in it, and an index in the order of the tree.

Here: records into lines and their words. Nothing is ordered by a value, and no page counts or compares leaders with one
another: each stands beside the mean of the others. Reading is in `leader_records`, markup in `leaders.html.j2` and
`leader.html.j2`. Not here: how many leaders lie where (`sections.leaders`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from orchestration.report import charts, rendering, trends, wording
from orchestration.report.grouping import grouped, natural
from orchestration.report.leader_records import Indicator, Leader, Leaders
from orchestration.report.reading import DIRECT_REPORTS, SHOWN, Contents, Convention
from orchestration.report.wording import Shown

TREND = (104, 26)


@dataclass(frozen=True)
class Row:
    """One indicator of one leader: the number, its difference from the others, and its way since the baseline."""

    convention: Convention
    period: str
    shown: Shown
    difference: str
    difference_interval: str
    verdict: str
    verdict_word: str
    change: str
    since: str
    trend: Markup


@dataclass(frozen=True)
class Portrait:
    """One leader's indicators: tables by scope, lines by family, and what is not collected, once."""

    leader: Leader
    anchor: str
    n_reports: str
    scopes: list[tuple[str, list[tuple[str, list[Row]]]]]


def pages(leaders: Leaders, contents: Contents, facts: dict[str, Any]) -> dict[str, str]:
    """File name below the report's folder -> HTML page: `leaders.html`, and `leaders/<unit>.html` for each unit."""
    conventions = {(one.metric, one.convention_id): one for one in contents.conventions}
    histories = dict(grouped(leaders.indicators, lambda one: one.segment_id))
    by_unit = grouped(sorted(leaders.leaders, key=_order(contents)), lambda one: one.org_unit_id)
    written: dict[str, str] = {}
    index = []
    for unit_id, members in by_unit:
        portraits = [_portrait(one, histories.get(one.leader_key, []), conventions) for one in members]
        name = f"leaders/{quote(unit_id, safe='') or '-'}.html"
        title = contents.unit_names.get(unit_id, unit_id) or "Without a unit"
        index.append((title, quote(name), portraits))
        written[name] = rendering.rendered(
            "leader.html.j2", "Leaders", facts, root="../", unit=title, portraits=portraits, legend=VERDICTS
        )
    written["leaders.html"] = rendering.rendered(
        "leaders.html.j2", "Leaders", facts, index=index, n_left_out=leaders.n_left_out
    )
    return written


VERDICTS = {
    "above": "different: above the others",
    "below": "different: below the others",
    "not_distinguishable": "not distinguishable",
}


def _order(contents: Contents) -> Any:
    """Units as the tree has them, then layers, then keys: an order that no number can change."""
    last = len(contents.unit_order)
    names = contents.unit_names
    return lambda one: (
        contents.unit_order.get(one.org_unit_id, last),
        natural(names.get(one.org_unit_id, one.org_unit_id)),
        one.layer,
        one.leader_key,
    )


def _portrait(
    leader: Leader, indicators: Sequence[Indicator], conventions: Mapping[tuple[str, str], Convention]
) -> Portrait:
    histories = grouped(indicators, lambda one: (one.segment_kind, one.metric, one.convention_id))
    order = {key: place for place, key in enumerate(conventions)}
    by_scope: dict[str, list[Row]] = {}
    n_reports = ""
    span = _span(indicators)
    for (scope, metric, convention_id), cells in sorted(histories, key=lambda pair: order.get(pair[0][1:], len(order))):
        convention = conventions.get((metric, convention_id))
        if convention is None or all(one.status == "not_collected" for one in cells):
            continue
        if metric == DIRECT_REPORTS:
            shown = wording.show(cells[-1], convention.unit)
            n_reports = wording.counted(cells[-1].value or 0, "direct report") if shown.is_number else ""
        else:
            by_scope.setdefault(scope, []).append(_row(convention, cells, span))
    scopes = [
        (words, [(wording.family_title(family), rows) for family, rows in grouped(by_scope[scope], _family)])
        for scope, words in wording.SCOPES.items()
        if scope in by_scope
    ]
    return Portrait(leader, f"leader-{leader.leader_key}", n_reports, scopes)


def _family(row: Row) -> str:
    return row.convention.family


def _span(indicators: Iterable[Indicator]) -> tuple[float, float]:
    return trends.span(list(indicators))


def _row(convention: Convention, cells: Sequence[Indicator], span: tuple[float, float]) -> Row:
    now, unit = cells[-1], convention.unit
    shown = wording.show(now, unit)
    is_compared = shown.is_number and now.difference_from_peers is not None
    verdict = verdict_of(now)
    change = now.change_from_baseline if shown.is_number and now.baseline_period_end != now.period_end else None
    return Row(
        convention=convention,
        period=wording.period(convention, now.period_end),
        shown=shown,
        difference=wording.signed(now.difference_from_peers, unit) if is_compared else "",
        difference_interval=wording.signed_between(now.difference_low, now.difference_high, unit) if is_compared else "",
        verdict=verdict,
        verdict_word=VERDICTS.get(verdict, ""),
        change=wording.signed(change, unit) if change is not None else "",
        since=wording.short_day(now.baseline_period_end) if change is not None and now.baseline_period_end else "",
        trend=charts.trend(trends.trend(convention.title, unit, cells), *TREND, span),
    )


def verdict_of(indicator: Indicator) -> str:
    """On which side of the others a leader lies who was called different; '' where nobody could be, or nothing is shown."""
    if indicator.status not in SHOWN or indicator.verdict is None or indicator.difference_from_peers is None:
        return ""
    if indicator.verdict != "different":
        return indicator.verdict
    return "above" if indicator.difference_from_peers > 0 else "below"
