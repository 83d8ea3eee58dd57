"""The section on equity of promotion: its sentences, and comparisons in tables of one reference each.

Here: order, grouping, counting and limits. Not here: verdicts (a release holds them) and their names (`wording`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from orchestration.report import charts, sentences, wording
from orchestration.report.grouping import grouped, natural
from orchestration.report.reading import Comparison, Contents

# Beyond so many rows a table belongs to the release's files, not to a page.
MOST_COMPARISONS = 400
MOST_SENTENCES = 12
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
    strip: Markup = charts.NOTHING
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


def says(contents: Contents) -> dict[str, Any]:
    """Every gap; and of the company, by the longest window there is, what is excluded and what cannot be told."""
    verdicts = [one for one in ordered(contents) if one.status == "ok" and one.verdict and one.reference_group]
    gaps = [one for one in verdicts if one.verdict == "gap"]
    of_company = [one for one in verdicts if one.segment_kind == "company"]
    longest = [one for one in of_company if one.selection_window == of_company[0].selection_window]
    lines = []
    for _, members in grouped(longest, lambda one: one.attribute):
        lines += [sentences.excluded_sentence(one) for one in members if one.verdict == "no_gap_above"]
        if undecided := [one for one in members if one.verdict == "insufficient"]:
            lines.append(sentences.undecided_sentence(undecided))
    return {
        "gaps": [sentences.gap_sentence(one, contents.unit_names) for one in gaps[:MOST_SENTENCES]],
        "n_further": max(0, len(gaps) - MOST_SENTENCES),
        "n_verdicts": len(verdicts),
        "window": sentences.window_of(longest[0]) if longest else "",
        "lines": lines,
    }


def section(contents: Contents) -> dict[str, Any]:
    """What the section shows: the company whole, within units and levels what reached a verdict, the rest folded."""
    comparisons = ordered(contents)
    of_company = [one for one in comparisons if one.segment_kind == "company"]
    within = [one for one in comparisons if one.segment_kind != "company"]
    decided = [one for one in within if one.verdict in ("gap", "no_gap_above")]
    undecided = [one for one in within if one.verdict == "insufficient"]
    return {
        "words": "" if comparisons else "No whole cycle with people eligible for promotion is on record.",
        "axis": charts.ratio_axis(),
        "windows": [
            (f"{_window(window)}, to {wording.day(rows[0].period_end)}", _blocks(rows, contents))
            for window, rows in grouped(of_company, lambda one: one.selection_window)
        ],
        "counts": [
            _count_line(kind, window, rows)
            for (kind, window), rows in grouped(within, lambda one: (one.segment_kind, one.selection_window))
        ],
        "decided": _blocks(decided[:MOST_COMPARISONS], contents, with_window=True),
        "undecided": _blocks(undecided[:MOST_COMPARISONS], contents, with_window=True),
        "n_undecided": len(undecided[:MOST_COMPARISONS]),
        "n_left_out": max(0, len(decided) - MOST_COMPARISONS) + max(0, len(undecided) - MOST_COMPARISONS),
    }


def ordered(contents: Contents) -> list[Comparison]:
    """Comparisons in the order of the page: company, units as in the tree, levels; pooled cycles first; never by value.

    A top unit that is the whole company would say the same twice and is left out.
    """
    return sorted(
        _without_twin(contents),
        key=lambda one: (
            KINDS.get(one.segment_kind, len(KINDS)),
            one.selection_window != "four_cycles",
            contents.unit_order.get(one.segment_id, len(contents.unit_order)) if one.segment_kind == "org_unit" else 0,
            natural(one.segment_id),
            "_x_" in one.attribute,
            one.attribute,
            *wording.group_order(one.group_value),
        ),
    )


def _without_twin(contents: Contents) -> list[Comparison]:
    def counts(one: Comparison) -> tuple[Any, ...]:
        return (one.selection_window, one.attribute, one.group_value, one.status, one.n, one.selected)

    top = next(iter(contents.unit_order), None)
    of_top = [one for one in contents.comparisons if one.segment_kind == "org_unit" and one.segment_id == top]
    company = {counts(one) for one in contents.comparisons if one.segment_kind == "company"}
    is_twin = all(counts(one) in company for one in of_top)
    return [one for one in contents.comparisons if not (is_twin and one in of_top)]


def _window(window: str) -> str:
    return wording.WINDOWS.get(window, wording.plain(window))


def _count_line(kind: str, window: str, rows: Sequence[Comparison]) -> str:
    verdicts = [one.verdict for one in rows if one.status == "ok" and one.verdict]
    words = [
        wording.counted(verdicts.count("gap"), "gap"),
        f"{wording.count(verdicts.count('no_gap_above'))} with a gap excluded",
        f"{wording.count(verdicts.count('insufficient'))} where the numbers cannot tell",
    ]
    hidden = sum(one.status == "suppressed" for one in rows)
    places = {"org_unit": "units", "level": "levels"}.get(kind, wording.plain(kind))
    compared = f"Within {places}, {_window(window)}: {wording.counted(len(verdicts), 'comparison')}"
    return f"{compared}, {wording.listed(words)}{f'; {wording.count(hidden)} hidden' if hidden else ''}."


def _blocks(rows: Sequence[Comparison], contents: Contents, with_window: bool = False) -> list[Block]:
    blocks = []
    for (window, kind, segment_id, attribute), members in grouped(
        rows, lambda one: (one.selection_window, one.segment_kind, one.segment_id, one.attribute)
    ):
        title = wording.attribute_title(attribute)
        if kind != "company":
            title = f"{wording.segment_title(kind, segment_id, contents.unit_names)}: {wording.lower(title)}"
        if with_window:
            title = f"{title}, {_window(window)}"
        others = [one for one in members if one.group_value != one.reference_group]
        blocks.append(Block(title, _reference(members), [_verdict(one) for one in others]))
    return blocks


def _reference(members: Sequence[Comparison]) -> str:
    for one in members:
        if one.reference_group is not None and one.reference_n and one.reference_selected is not None:
            rate = wording.amount(one.reference_selected / one.reference_n, "share")
            return f"compared with {wording.plain(one.reference_group)}: {sentences.reference_counts(one)} ({rate})"
    return ""


def _verdict(one: Comparison) -> Verdict:
    title = wording.plain(one.group_value)
    if one.status != "ok" or one.n is None or one.selected is None:
        return Verdict(title, status=one.status if one.status != "ok" else "insufficient")
    counts = f"{wording.count(one.selected)} of {wording.count(one.n)}"
    rate = wording.amount(one.rate, "share") if one.rate is not None else ""
    if not one.verdict:
        state = "no ratio: too small a share of those eligible" if one.reference_group else "no group to compare with"
        return Verdict(title, counts=counts, rate=rate, state=state)
    strip = charts.NOTHING
    if one.impact_ratio is not None and one.ratio_low is not None and one.verdict in charts.MARKS:
        words = f"{sentences.ratio_of(one)}: {sentences.verdict_words(one)}."
        strip = charts.ratio_strip(charts.Strip(one.impact_ratio, one.ratio_low, one.ratio_high, one.verdict, words))
    return Verdict(
        title=title,
        verdict=one.verdict,
        counts=counts,
        rate=rate,
        ratio=wording.ratio(one.impact_ratio),
        interval=sentences.ratio_between(one),
        strip=strip,
        state=sentences.verdict_words(one),
        detectable="none" if one.smallest_detectable_ratio is None else wording.ratio(one.smallest_detectable_ratio),
        shortfall="" if one.shortfall is None else wording.count(one.shortfall),
        flips={None: "", True: "yes", False: "no"}[one.flips_with_one_decision],
    )
