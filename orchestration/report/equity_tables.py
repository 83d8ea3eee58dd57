"""Comparisons of groups as tables of one reference each, with a dot and an interval a line.

Here: order, grouping, and what stands in which column. Not here: words (`equity_words`), drawing (`charts`), which tables
stand on which page (`equity`, `pay`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from orchestration.report import charts, equity_words, wording
from orchestration.report.equity_records import Comparison, Specification
from orchestration.report.grouping import grouped, natural
from orchestration.report.reading import SHOWN, Contents

KINDS = ("company", "legal_entity", "org_unit", "level", "function", "worker_category")
PERIODS = {"cycle": "latest half-year", "four_cycles": "last four half-years", "four_half_years": "last four half-years"}
ESTIMATES = {"ratio": "Impact ratio", "hazard": "Ratio of rates", "difference": "Difference", "percent": "Gap"}
NEAREST = {"ratio": "Nearest ratio it could find", "hazard": "Nearest ratio it could find"}


@dataclass(frozen=True)
class Line:
    """One line of a table of comparisons; words stand in `state` where nothing was compared."""

    title: str
    status: str = "ok"
    mark: str = ""
    counts: str = ""
    value: str = ""
    strip: Markup = charts.NOTHING
    estimate: str = ""
    interval: str = ""
    state: str = ""
    within: str = ""
    detectable: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Block:
    """Comparisons with one reference: one measure, segment, attribute and group of raters."""

    title: str
    reference: str
    lines: list[Line]


@dataclass(frozen=True)
class Table:
    """Comparisons on one scale; intersections are folded. `axis` is that of ratios, else empty."""

    anchor: str
    title: str
    told: str
    counts: str
    estimate: str
    nearest: str
    has_within: bool
    blocks: list[Block]
    folded: list[Block]
    axis: list[tuple[str, str]] = field(default_factory=list)


def ordered(comparisons: Sequence[Comparison], contents: Contents) -> list[Comparison]:
    """Comparisons in the order of the pages: company, units as in the tree, levels, by name; never by value."""
    measures = list(equity_words.MEASURES)
    return sorted(
        comparisons,
        key=lambda one: (
            measures.index(one.measure) if one.measure in measures else len(measures),
            one.measure,
            KINDS.index(one.segment_kind) if one.segment_kind in KINDS else len(KINDS),
            one.period_kind == "cycle",
            contents.unit_order.get(one.segment_id, len(contents.unit_order)) if one.segment_kind == "org_unit" else 0,
            natural(one.segment_id),
            "_x_" in one.attribute,
            one.attribute,
            one.raters != "*",
            wording.group_order(one.raters),
            wording.group_order(one.group_value),
        ),
    )


def table(rows: Sequence[Comparison], contents: Contents, anchor: str, title: str = "", by_place: bool = False) -> Table:
    """One table of comparisons of one measure, or of one scale; `by_place` names measure and place of every block."""
    first = rows[0]
    measure = equity_words.measure_of(first.measure)
    reach = max((abs(end) for one in rows for end in (one.low, one.high) if end is not None), default=1.0) or 1.0
    blocks = [
        (attribute, _block(attribute, raters, members, contents, reach, by_place))
        for (_, _, _, attribute, raters), members in grouped(
            rows, lambda one: (one.measure, one.segment_kind, one.segment_id, one.attribute, one.raters)
        )
    ]
    is_ratio = first.scale in ("ratio", "hazard")
    return Table(
        anchor=anchor,
        title=title or measure.title,
        told=told(rows),
        counts="Of people" if by_place else measure.counts,
        estimate=ESTIMATES[first.scale]
        + {"share": ", points of percent", "hours": ", h", "score": ", points"}.get(
            first.unit if first.scale == "difference" else "", ""
        ),
        nearest=NEAREST.get(first.scale, "Smallest gap it could find"),
        has_within=any(one.within is not None for one in rows),
        blocks=[block for attribute, block in blocks if by_place or "_x_" not in attribute],
        folded=[block for attribute, block in blocks if not by_place and "_x_" in attribute],
        axis=charts.ratio_axis() if is_ratio else [],
    )


def tables(rows: Sequence[Comparison], contents: Contents) -> list[Table]:
    """A table for every measure and window."""
    return [
        table(members, contents, f"{topic}-{measure}{f'-{kind}' if kind == 'cycle' else ''}", _title(measure, kind))
        for (topic, measure, kind), members in grouped(rows, lambda one: (one.topic, one.measure, one.period_kind))
    ]


def told(rows: Sequence[Comparison | Specification]) -> str:
    """How many comparisons of a table ended how."""
    verdicts = [one.verdict for one in rows if one.status in SHOWN and one.verdict]
    hidden = sum(one.status == "suppressed" for one in rows)
    numbers = (verdicts.count("gap"), verdicts.count("no_gap_above"), verdicts.count("insufficient"), hidden)
    return counted(*numbers)


def counted(n_gap: int, n_excluded: int, n_undecided: int, n_hidden: int) -> str:
    """Verdicts counted, in words."""
    words = [
        wording.counted(n_gap, "gap"),
        f"{wording.count(n_excluded)} with a gap excluded",
        f"{wording.count(n_undecided)} where the numbers cannot tell",
    ]
    hidden = f"; {wording.count(n_hidden)} hidden" if n_hidden else ""
    return f"{wording.counted(n_gap + n_excluded + n_undecided, 'comparison')}: {wording.listed(words)}{hidden}."


def _title(measure: str, kind: str) -> str:
    title = equity_words.measure_of(measure).title
    return f"{title}, {PERIODS[kind]}" if kind in PERIODS else title


def _block(
    attribute: str, raters: str, members: Sequence[Comparison], contents: Contents, reach: float, by_place: bool
) -> Block:
    title = wording.attribute_title(attribute)
    first = members[0]
    if by_place:
        place = wording.segment_title(first.segment_kind, first.segment_id, contents.unit_names)
        title = f"{_title(first.measure, first.period_kind)}, {place}: {wording.lower(title)}"
    if raters != "*":
        title = f"{title}, as given by {wording.plain(raters)}"
    reference = next((one.reference_group for one in members if one.reference_group and one.status in SHOWN), None)
    others = [one for one in members if one.group_value != reference]
    return Block(title, _reference(members), [line(one, reach, reference is not None) for one in others])


def _reference(members: Sequence[Comparison]) -> str:
    """The reference of a block, with its numbers; from its own row where that is shown."""
    for one in members:
        if one.status in SHOWN and one.reference_group is not None and one.reference_n:
            own = next((row for row in members if row.group_value == one.reference_group and row.status in SHOWN), None)
            sides = equity_words.group_side(own) if own else equity_words.reference_side(one)
            return f"compared with {wording.plain(one.reference_group)}: {' ('.join(part for part in sides if part)}" + (
                ")" if all(sides) else ""
            )
    return ""


def line(one: Comparison, reach: float, has_reference: bool = True) -> Line:
    """One comparison as a line; only its status where it is not shown."""
    title = wording.plain(one.group_value)
    if one.status not in SHOWN or one.n is None:
        return Line(title, status=one.status if one.status not in SHOWN else "insufficient")
    counts, value = equity_words.group_side(one)
    if not one.verdict:
        state = "no comparison: too small a share of the people" if has_reference else "no group to compare with"
        return Line(title, counts=counts, value=value, state=state)
    mark = one.verdict if one.verdict in charts.MARKS else "insufficient"
    return Line(
        title=title,
        mark=mark,
        counts=counts,
        value=value,
        strip=_strip(one, mark, reach),
        estimate=equity_words.estimate(one.estimate, one) or "–",
        interval=equity_words.interval(one),
        state=equity_words.verdict_words(one),
        within=equity_words.within_words(one),
        detectable=equity_words.detectable(one),
        notes=equity_words.notes(one),
    )


def _strip(one: Comparison, mark: str, reach: float) -> Markup:
    if one.estimate is None or one.low is None:
        return charts.NOTHING
    words = f"{wording.plain(one.group_value)}: {equity_words.estimated(one)}: {equity_words.verdict_words(one)}."
    if one.scale in ("ratio", "hazard"):
        return charts.ratio_strip(charts.Strip(one.estimate, one.low, one.high, mark, words))
    if one.high is None:
        return charts.NOTHING
    return charts.estimate_strip(one.estimate, one.low, one.high, reach, mark, words)
