"""The page on representation: shares over time and by level, what moved them in the last year, and shares in units.

Here: which numbers stand where. Not here: reading (`reading`, `equity_records`), drawing (`charts`), markup
(`representation.html.j2`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from orchestration.report import charts, rendering, trends, wording
from orchestration.report.equity_records import Equity, Flow, Share
from orchestration.report.grouping import grouped, natural
from orchestration.report.reading import SHOWN, Cell, Contents
from orchestration.report.wording import Shown

PANEL_TREND, PANEL_LEVELS = (118, 54), (104, 54)
# in the order of a year's story; the label under a bar, and what it says
FLOWS = {
    "hire": ("hired", "hires"),
    "exit": ("left", "exits"),
    "promotion_in": ("prom. in", "promotions into it"),
    "promotion_out": ("prom. out", "promotions out of it"),
    "demotion_in": ("dem. in", "demotions into it"),
    "demotion_out": ("dem. out", "demotions out of it"),
    "transfer_in": ("in", "transfers into it"),
    "transfer_out": ("out", "transfers out of it"),
    "function_change_in": ("in", "changes of function into it"),
    "function_change_out": ("out", "changes of function out of it"),
    "reclassification_in": ("recl. in", "what became known, into it"),
    "reclassification_out": ("recl. out", "what became known, out of it"),
    "unit_remapped_in": ("tree in", "changes of the unit tree, into it"),
    "unit_remapped_out": ("tree out", "changes of the unit tree, out of it"),
    "declared": ("declared", "declarations"),
    "withdrawn": ("withdrawn", "withdrawals"),
    "regrouped": ("regrouped", "changes of group"),
    "none": ("none", "no moves"),
}


@dataclass(frozen=True)
class Panel:
    """One group of an attribute: its share over time and by level, and the numbers of the company and of each level."""

    title: str
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
class Effect:
    """What one flow did to a share, in points of percent, with its moves; or the status in their place."""

    status: str
    value: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Walk:
    """One group of one place over a year; the picture stands only where every flow is told."""

    title: str
    opening: Shown
    closing: Shown
    effects: list[Effect]
    picture: Markup


def page(found: Equity, contents: Contents, facts: dict[str, Any]) -> str:
    """Representation as one HTML page."""
    of_company = [one for one in found.flows if one.segment_kind == "company"]
    of_levels = [one for one in found.flows if one.segment_kind == "level"]
    return rendering.rendered(
        "representation.html.j2",
        "Representation",
        facts,
        representation=shares(contents),
        year=_year(of_company or of_levels),
        walks=_walks(of_company),
        level_walks=_walks(of_levels),
        units=_units(found.unit_shares, contents),
        units_period=wording.day(found.unit_shares[0].period_end) if found.unit_shares else "",
    )


def shares(contents: Contents) -> dict[str, Any]:
    """Shares of groups in the company over time, and by level at the last period."""
    cells = contents.representation
    if not cells:
        return {"attributes": [], "period": "", "words": "No group is on record yet."}
    last = max(cell.period_end for cell in cells)
    levels = sorted({cell.segment_id for cell in cells if cell.segment_kind == "level"}, key=natural)
    of_company = [cell for cell in cells if cell.segment_kind == "company"]
    span, labels = trends.span(of_company), trends.span_labels(of_company)
    attributes = []
    for name, members in wording.by_attribute(cells):
        groups = sorted(grouped(members, lambda cell: cell.group_value or ""), key=lambda pair: wording.group_order(pair[0]))
        now = {
            (cell.group_value, "" if cell.segment_kind == "company" else cell.segment_id): cell
            for cell in members
            if cell.period_end == last
        }
        profiles = [
            _profile(group, [now[group, level] for level in levels if (group, level) in now], levels) for group, _ in groups
        ]
        ends = trends.ends([point for one in profiles for point in one.points], "share", 0.0)
        panels = [
            Panel(
                title=wording.plain(group),
                trend=charts.trend(
                    trends.trend(_share_of(group), "share", [one for one in of_group if one.segment_kind == "company"]),
                    *PANEL_TREND,
                    span,
                    labels,
                ),
                levels=charts.profile(replace(profile, ends=ends), *PANEL_LEVELS, levels, "level"),
                cells=[wording.show(now.get((group, place)), "share") for place in ("", *levels)],
            )
            for (group, of_group), profile in zip(groups, profiles, strict=True)
        ]
        titles = ["Company", *(wording.segment_title("level", level, {}) for level in levels)]
        columns = [(title, _column_n([panel.cells for panel in panels], place)) for place, title in enumerate(titles)]
        attributes.append(Attribute(wording.attribute_title(name), columns, panels))
    return {"attributes": attributes, "words": "", "period": wording.day(last)}


def _share_of(group: str) -> str:
    return f"Share of {wording.plain(group)}"


def _column_n(rows: Sequence[Sequence[Shown]], place: int) -> str:
    """The n that the shown cells of a column share; '' where none is shown."""
    return next((cells[place].n for cells in rows if cells[place].is_number), "")


def _profile(group: str, by_level: Sequence[Cell], levels: Sequence[str]) -> charts.Series:
    """A group's shares by level; its axis is the attribute's."""
    points = trends.points(by_level, lambda cell: float(levels.index(cell.segment_id)))
    parts = [
        f"level {cell.segment_id} {f'{shown.value} ({shown.beside})' if shown.is_number else shown.word}"
        for cell in by_level
        if (shown := wording.show(cell, "share"))
    ]
    return charts.Series(points, trends.ends(points, "share"), f"{_share_of(group)} by level: {'; '.join(parts)}.")


def _year(flows: Sequence[Flow]) -> str:
    return f"{wording.day(flows[0].period_start)} to {wording.day(flows[0].period_end)}" if flows else ""


def _walks(flows: Sequence[Flow]) -> list[tuple[str, list[tuple[str, list[str], list[Walk]]]]]:
    """(attribute, places): of each place its flows, and a walk a group."""
    return [
        (
            wording.attribute_title(attribute),
            [
                (wording.segment_title(kind, place, {}), *_place(members))
                for (kind, place), members in sorted(
                    grouped(of_attribute, lambda one: (one.segment_kind, one.segment_id)),
                    key=lambda pair: natural(pair[0][1]),
                )
            ],
        )
        for attribute, of_attribute in wording.by_attribute(flows)
    ]


def _place(flows: Sequence[Flow]) -> tuple[list[str], list[Walk]]:
    known = list(FLOWS)
    names = sorted({one.flow for one in flows}, key=lambda name: (known.index(name) if name in FLOWS else len(known), name))
    groups = sorted(grouped(flows, lambda one: one.group_value), key=lambda pair: wording.group_order(pair[0]))
    return [_flow(name)[1] for name in names], [_walk(group, members, names) for group, members in groups]


def _flow(name: str) -> tuple[str, str]:
    return FLOWS.get(name, (wording.plain(name), wording.plain(name)))


def _walk(group: str, flows: Sequence[Flow], names: Sequence[str]) -> Walk:
    title = wording.plain(group)
    told = {one.flow: one for one in flows if one.status in SHOWN and one.share_effect is not None}
    statuses = {one.flow: one.status for one in flows}
    effects = [_effect(told[name]) if name in told else Effect(statuses.get(name, "none")) for name in names]
    one = next(iter(told.values()), None)
    if one is None or one.opening_share is None or one.closing_share is None:
        status = next((one.status for one in flows if one.status not in SHOWN), "no_row")
        return Walk(title, Shown(status), Shown(status), effects, charts.NOTHING)
    opening, closing = (
        Shown("ok", wording.amount(share or 0.0, "share"), "", f"{wording.count(members or 0)} of {wording.count(n or 0)}")
        for share, members, n in (
            (one.opening_share, one.opening_members, one.n_opening),
            (one.closing_share, one.closing_members, one.n_closing),
        )
    )
    return Walk(title, opening, closing, effects, _waterfall(title, one, [told.get(name) for name in names], flows, opening))


def _effect(one: Flow) -> Effect:
    value = wording.signed(one.share_effect, "share")
    return Effect("ok", value, f"{wording.count(one.n_members or 0)} of {wording.count(one.n or 0)}")


def _waterfall(title: str, one: Flow, told: Sequence[Flow | None], flows: Sequence[Flow], opening: Shown) -> Markup:
    """The walk as a picture; with a flow untold, what is left would be read as that flow, so there is none."""
    steps = [(_flow(flow.flow), flow.share_effect or 0.0) for flow in told if flow]
    if len(steps) < len(flows) or one.opening_share is None or one.closing_share is None:
        return charts.NOTHING
    level, passed = one.opening_share, [one.opening_share, one.closing_share]
    for _, effect in steps:
        level += effect
        passed.append(level)
    ends = trends.ends([charts.Point(0, share) for share in passed], "share")
    words = [f"{name} {wording.signed(effect, 'share')}" for (_, name), effect in steps]
    closing = wording.amount(one.closing_share, "share")
    return charts.waterfall(
        one.opening_share,
        [(label, effect) for (label, _), effect in steps],
        ends,
        f"Share of {title}: {opening.value} ({opening.count}); {'; '.join(words)}; at the end {closing}. Points of percent.",
    )


def _units(found: Sequence[Share], contents: Contents) -> list[tuple[str, list[str], list[Any]]]:
    """(attribute, groups, units): the share of every group in the top layers of the tree."""
    tables = []
    for attribute, members in wording.by_attribute(found):
        groups = sorted({one.group_value for one in members}, key=wording.group_order)
        cells = {(one.place, one.group_value): show(one) for one in members}
        rows = []
        for unit in contents.units:
            shown = [cells.get((unit.unit_id, group), Shown("no_row")) for group in groups]
            if any((unit.unit_id, group) in cells for group in groups):
                rows.append((unit, next((one.n for one in shown if one.is_number), ""), shown))
        tables.append((wording.attribute_title(attribute), [wording.plain(group) for group in groups], rows))
    return [one for one in tables if one[2]]


def show(one: Share) -> Shown:
    """A share as printed."""
    if one.status not in SHOWN or one.share is None or one.n is None:
        return Shown(one.status if one.status not in SHOWN else "insufficient")
    between = wording.between(one.ci_low, one.ci_high, "share")
    return Shown(one.status, wording.amount(one.share, "share"), between, wording.count(one.n))
