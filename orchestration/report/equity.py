"""The section on equity of promotion: its sentences, and comparisons in tables of one reference each.

Here: order, grouping, counting and limits. Not here: verdicts (a release holds them) and their names (`wording`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from orchestration.report import charts, wording
from orchestration.report.grouping import grouped, natural
from orchestration.report.reading import Comparison, Contents

# Beyond so many rows a table belongs to the release's files, not to a page.
MOST_COMPARISONS = 400
MOST_SENTENCES = 12
NOTHING = Markup("")
KINDS = {"company": 0, "org_unit": 1, "level": 2}


@dataclass(frozen=True)
class Verdict:
    """One line of a table of comparisons; words stand in `state` where nothing was compared."""

    title: str
    status: str = "ok"
    verdict: str = ""
    counts: str = ""
    rate: str = ""
    ratio: str = ""
    interval: str = ""
    strip: Markup = NOTHING
    state: str = ""
    detectable: str = ""
    shortfall: str = ""
    flips: str = ""


@dataclass(frozen=True)
class Block:
    """Comparisons with one reference: one window, segment and attribute."""

    title: str
    reference: str
    rows: list[Verdict]


def sentences(contents: Contents) -> list[str]:
    """Every gap, and for the company what is excluded and what cannot be told, by the longest window there is."""
    verdicts = [one for one in ordered(contents) if one.status == "ok" and one.verdict]
    gaps = [one for one in verdicts if one.verdict == "gap"]
    lines = [wording.verdict_sentence(one, contents.unit_names) for one in gaps[:MOST_SENTENCES]]
    if len(gaps) > MOST_SENTENCES:
        lines.append(f"{wording.count(len(gaps) - MOST_SENTENCES)} further gaps are in the tables below.")
    of_company = [one for one in verdicts if one.segment_kind == "company"]
    window = of_company[0].window if of_company else ""
    longest = [one for one in of_company if one.window == window]
    for _, of_attribute in grouped(longest, lambda one: one.attribute):
        excluded = [one for one in of_attribute if one.verdict == "no_gap_above"]
        lines += [wording.verdict_sentence(one, contents.unit_names) for one in excluded]
        lines.append(wording.undecided_sentence([one for one in of_attribute if one.verdict == "insufficient"]))
    return [line for line in lines if line]


def section(contents: Contents) -> dict[str, Any]:
    """What the section shows: the company whole, within units and levels what reached a verdict, the rest folded."""
    comparisons = ordered(contents)
    of_company = [one for one in comparisons if one.segment_kind == "company"]
    within = [one for one in comparisons if one.segment_kind != "company"]
    decided = [one for one in within if one.verdict in ("gap", "no_gap_above")]
    undecided = [one for one in within if one.verdict == "insufficient"]
    n_left_out = max(0, len(decided) - MOST_COMPARISONS) + max(0, len(undecided) - MOST_COMPARISONS)
    decided, undecided = decided[:MOST_COMPARISONS], undecided[:MOST_COMPARISONS]
    drawable = [
        one
        for one in (*of_company, *decided, *undecided)
        if one.verdict in charts.VERDICTS and one.ratio_low is not None
    ]
    pictures = charts.ratio_strips([_strip(one) for one in drawable])
    strips = {_identity(one): Markup(picture) for one, picture in zip(drawable, pictures, strict=True)}
    return {
        "words": "" if comparisons else "No whole cycle with people eligible for promotion is on record.",
        "axis": charts.ratio_axis(),
        "windows": [
            (f"{_window(window)}, to {wording.day(rows[0].period_end)}", _blocks(rows, strips, contents))
            for window, rows in grouped(of_company, lambda one: one.window)
        ],
        "counts": [
            _count_line(kind, window, rows)
            for (kind, window), rows in grouped(within, lambda one: (one.segment_kind, one.window))
        ],
        "decided": _blocks(decided, strips, contents, with_window=True),
        "undecided": _blocks(undecided, strips, contents, with_window=True),
        "n_undecided": len(undecided),
        "n_left_out": n_left_out,
    }


def ordered(contents: Contents) -> list[Comparison]:
    """Comparisons in the order of the page: company, units as in the tree, levels; pooled cycles first; never by value.

    A top unit that is the whole company would say the same twice and is left out.
    """
    return sorted(
        _without_twin(contents),
        key=lambda one: (
            KINDS.get(one.segment_kind, len(KINDS)),
            one.window != "four_cycles",
            contents.unit_order.get(one.segment_id, len(contents.unit_order)) if one.segment_kind == "org_unit" else 0,
            natural(one.segment_id),
            "_x_" in one.attribute,
            one.attribute,
            *wording.group_order(one.group_value),
        ),
    )


def _without_twin(contents: Contents) -> list[Comparison]:
    def counts(one: Comparison) -> tuple[Any, ...]:
        return (one.window, one.attribute, one.group_value, one.status, one.n, one.selected)

    top = next((unit_id for unit_id, place in contents.unit_order.items() if place == 0), None)
    of_top = [one for one in contents.comparisons if one.segment_kind == "org_unit" and one.segment_id == top]
    company = {counts(one) for one in contents.comparisons if one.segment_kind == "company"}
    if not of_top or any(counts(one) not in company for one in of_top):
        return contents.comparisons
    return [one for one in contents.comparisons if one.segment_kind != "org_unit" or one.segment_id != top]


def _identity(one: Comparison) -> tuple[str, ...]:
    return (one.window, one.segment_kind, one.segment_id, one.attribute, one.group_value)


def _window(window: str) -> str:
    return wording.WINDOWS.get(window, wording.plain(window))


def _strip(one: Comparison) -> charts.Strip:
    words = f"{wording.ratio_of(one)}: {wording.verdict_words(one)}."
    ratio = one.impact_ratio if one.impact_ratio is not None else float("nan")
    return charts.Strip(ratio, one.ratio_low or 0.0, one.ratio_high, one.verdict or "", words)


def _count_line(kind: str, window: str, rows: Sequence[Comparison]) -> str:
    verdicts = [one.verdict for one in rows if one.status == "ok" and one.verdict]
    n_gaps = verdicts.count("gap")
    words = [
        f"{wording.count(n_gaps)} {'gap' if n_gaps == 1 else 'gaps'}",
        f"{wording.count(verdicts.count('no_gap_above'))} with a gap excluded",
        f"{wording.count(verdicts.count('insufficient'))} where the numbers cannot tell",
    ]
    hidden = sum(one.status == "suppressed" for one in rows)
    places = {"org_unit": "units", "level": "levels"}.get(kind, wording.plain(kind))
    line = f"Within {places}, {_window(window)}: {wording.count(len(verdicts))} comparisons, {wording.listed(words)}"
    return f"{line}; {wording.count(hidden)} hidden." if hidden else f"{line}."


def _blocks(
    rows: Sequence[Comparison], strips: dict[tuple[str, ...], Markup], contents: Contents, with_window: bool = False
) -> list[Block]:
    blocks = []
    for (window, kind, segment_id, attribute), members in grouped(
        rows, lambda one: (one.window, one.segment_kind, one.segment_id, one.attribute)
    ):
        title = wording.attribute_title(attribute)
        if kind != "company":
            title = f"{wording.segment_title(kind, segment_id, contents.unit_names)}: {wording.lower(title)}"
        if with_window:
            title = f"{title}, {_window(window)}"
        others = [one for one in members if one.reference_group is None or one.group_value != one.reference_group]
        blocks.append(Block(title, _reference(members), [_verdict(one, strips) for one in others]))
    return blocks


def _reference(members: Sequence[Comparison]) -> str:
    for one in members:
        if one.reference_group is not None and one.reference_n is not None and one.reference_selected is not None:
            rate = f" ({wording.amount(one.reference_rate, 'share')})" if one.reference_rate is not None else ""
            sides = f"{wording.count(one.reference_selected)} of {wording.count(one.reference_n)}{rate}"
            return f"compared with {wording.group_title(one.reference_group)}: {sides}"
    return ""


def _verdict(one: Comparison, strips: dict[tuple[str, ...], Markup]) -> Verdict:
    title = wording.group_title(one.group_value)
    if one.status != "ok" or one.n is None or one.selected is None:
        return Verdict(title, status=one.status if one.status != "ok" else "insufficient")
    counts = f"{wording.count(one.selected)} of {wording.count(one.n)}"
    rate = wording.amount(one.rate, "share") if one.rate is not None else ""
    if not one.verdict:
        state = "no ratio: too small a share of those eligible" if one.reference_group else "no group to compare with"
        return Verdict(title, counts=counts, rate=rate, state=state)
    flips = {None: "", True: "yes", False: "no"}[one.flips_with_one_decision]
    return Verdict(
        title=title,
        verdict=one.verdict,
        counts=counts,
        rate=rate,
        ratio=wording.ratio(one.impact_ratio),
        interval=wording.ratio_between(one),
        strip=strips.get(_identity(one), NOTHING),
        state=wording.verdict_words(one),
        detectable="none" if one.smallest_detectable_ratio is None else wording.ratio(one.smallest_detectable_ratio),
        shortfall="" if one.shortfall is None else wording.count(one.shortfall),
        flips=flips,
    )
