"""Sentences that never say more than their records do: where the company stands, what changed, what a comparison shows.

Here: pure functions from records to plain words. Not here: numbers, dates and statuses in words (`wording`).
"""

import re
from collections.abc import Sequence

from orchestration.report import wording
from orchestration.report.reading import Cell, Comparison, Convention

# a metric's sentence about the company; every one carries what n counts, and the interval where there is one
STANDING = {
    "headcount": "{company} employed {value} people {period}{before}.",
    "turnover": "{numerator} in the {period}: {value} of an average headcount of {n} ({interval}).",
    "voluntary_turnover": "{numerator} by the person’s own choice: {value} of an average headcount of {n} ({interval}).",
    "promotion_rate": "{numerator} in the {period}: {value} of an average headcount of {n} ({interval}).",
    "engagement_index": "The engagement index was {value} in the {period} ({interval}; n {n}).",
    "enps": "The employee net promoter score (eNPS) was {value} in the {period} ({interval}; n {n}).",
    "response_rate": "{value} of the {n} people invited answered the survey ({interval}).",
}

NUMERATORS = {"turnover": "exit", "voluntary_turnover": "exit", "promotion_rate": "promotion"}

NOUNS = {
    ("gender", "female"): "women",
    ("gender", "male"): "men",
    ("gender", "nonbinary"): "non-binary people",
}


def ratio_between(comparison: Comparison) -> str:
    """The interval of an impact ratio; it may have no upper end."""
    if comparison.ratio_low is None:
        return "none"
    high = "no upper end" if comparison.ratio_high is None else wording.ratio(comparison.ratio_high)
    return f"{wording.ratio(comparison.ratio_low)} to {high}"


def people_of(attribute: str, group: str) -> str:
    """The people of a group within a sentence: women, people aged 30 to 39, people recorded as “asian”."""
    if noun := NOUNS.get((attribute, group)):
        return noun
    if group == "undisclosed" and "_x_" not in attribute:
        return f"people of undisclosed {wording.plain(attribute)}"
    if re.fullmatch(r"(under_)?\d+(_to_\d+|_and_over)?", group):
        return f"people aged {wording.plain(group)}"
    return f"people recorded as “{wording.plain(group)}”"


def place_of(comparison: Comparison, unit_names: dict[str, str]) -> str:
    """Where a comparison was made, within a sentence."""
    if comparison.segment_kind == "company":
        return "in the company"
    title = wording.segment_title(comparison.segment_kind, comparison.segment_id, unit_names)
    return f"at {wording.lower(title)}" if comparison.segment_kind == "level" else f"in {title}"


def window_of(comparison: Comparison) -> str:
    """When: the latest cycle or the last four together."""
    cycles = "over the four cycles" if comparison.selection_window == "four_cycles" else "in the cycle"
    return f"{cycles} to {wording.day(comparison.period_end)}"


def counts_of(comparison: Comparison) -> str:
    """Both sides with their n: 21 of 647 against 48 of 660."""
    return f"{_promoted(comparison.selected, comparison.n)} against {reference_counts(comparison)}"


def reference_counts(comparison: Comparison) -> str:
    """The reference's side with its n: 48 of 660."""
    return _promoted(comparison.reference_selected, comparison.reference_n)


def _promoted(selected: int | None, n: int | None) -> str:
    return f"{wording.count(selected or 0)} of {wording.count(n or 0)}"


def ratio_of(comparison: Comparison) -> str:
    """The ratio with its interval: ratio .45, interval .28 to .73."""
    if comparison.impact_ratio is None:
        return "no ratio can be formed"
    return f"ratio {wording.ratio(comparison.impact_ratio)}, interval {ratio_between(comparison)}"


def q_of(comparison: Comparison) -> str:
    """How many comparisons it was judged among, with its q: 12 comparisons (q .012)."""
    return f"{wording.counted(comparison.n_tests or 1, 'comparison')} (q {wording.q_value(comparison.q_value)})"


def excluded_gap(comparison: Comparison) -> str:
    """What a comparison without a gap excludes, by the worse end of its interval."""
    if comparison.ratio_low is not None and comparison.ratio_low >= 1:
        return "a lower rate than the reference’s"
    return f"a ratio below {wording.ratio(comparison.ratio_low)}"


def direction(comparison: Comparison) -> str:
    """Which way a gap points, from the rates themselves."""
    return "more often" if (comparison.rate or 0) > (comparison.reference_rate or 0) else "less often"


def gap_sentence(comparison: Comparison, unit_names: dict[str, str]) -> str:
    """One sentence on a gap, and what its record adds: the family of tests, the shortfall, the flip."""
    notes = []
    if comparison.q_value is not None and comparison.n_tests:
        notes.append(f"It holds among {q_of(comparison)}.")
    if comparison.shortfall:
        notes.append(f"{wording.counted(comparison.shortfall, 'more promotion')} would have reached four fifths.")
    elif not comparison.is_material and direction(comparison) == "less often":
        notes.append("The margin of four fifths is not passed.")
    if comparison.flips_with_one_decision is not None:
        which = "One" if comparison.flips_with_one_decision else "No single"
        notes.append(f"{which} changed decision would change this verdict.")
    group = people_of(comparison.attribute, comparison.group_value)
    reference = people_of(comparison.attribute, comparison.reference_group or "")
    return wording.capital(
        f"{group} were promoted {direction(comparison)} than {reference} {place_of(comparison, unit_names)} "
        f"{window_of(comparison)}: {counts_of(comparison)}; {ratio_of(comparison)}. {' '.join(notes)}"
    ).strip()


def excluded_sentence(comparison: Comparison) -> str:
    """One sentence on a gap that the company's numbers exclude."""
    group = people_of(comparison.attribute, comparison.group_value)
    reference = people_of(comparison.attribute, comparison.reference_group or "")
    detail = f"{counts_of(comparison)}; {ratio_of(comparison)}"
    return wording.capital(f"{group} against {reference}: {excluded_gap(comparison)} is excluded ({detail}).")


def undecided_sentence(comparisons: Sequence[Comparison]) -> str:
    """The undecided comparisons of one attribute, place and window, together; they share their reference."""
    first = comparisons[0]
    reference = f"against {people_of(first.attribute, first.reference_group or '')} ({reference_counts(first)})"
    head = f"{wording.attribute_title(first.attribute)}: cannot tell for"
    if len(comparisons) <= 2:
        parts = [
            f"{people_of(one.attribute, one.group_value)} ({_promoted(one.selected, one.n)}; "
            f"{ratio_of(one)}{_remark(one)}; {unseen([one])})"
            for one in comparisons
        ]
        return f"{head} {wording.listed(parts)}, {reference}."
    sizes = sorted(one.n or 0 for one in comparisons)
    groups = f"any of {wording.count(len(comparisons))} groups (n {wording.count(sizes[0])} to {wording.count(sizes[-1])})"
    return f"{head} {groups}, {reference}; {unseen(comparisons)}."


def unseen(comparisons: Sequence[Comparison]) -> str:
    """What undecided comparisons could not have seen."""
    seen = sorted(one.smallest_detectable_ratio for one in comparisons if one.smallest_detectable_ratio is not None)
    if not seen:
        return "any gap could have gone unseen"
    if len(comparisons) == 1:
        return f"a ratio above {wording.ratio(seen[0])} could have gone unseen"
    some = ", for some groups any gap" if len(seen) < len(comparisons) else ""
    return f"ratios above {wording.ratio(seen[0])} to {wording.ratio(seen[-1])}, by group{some}, could have gone unseen"


def verdict_words(comparison: Comparison) -> str:
    """The state of a comparison in the few words of a table."""
    if comparison.verdict == "gap":
        return f"gap: promoted {direction(comparison)}"
    if comparison.verdict == "no_gap_above":
        return f"excluded: {excluded_gap(comparison)}"
    return f"cannot tell{_remark(comparison)}"


def _remark(comparison: Comparison) -> str:
    """Why an undecided comparison is not what its ratio or its interval alone may look like."""
    low, high = comparison.ratio_low, comparison.ratio_high
    if comparison.q_value is not None and ((low is not None and low > 1) or (high is not None and high < 1)):
        return f", apart on its own but not among {q_of(comparison)}"
    return ", below four fifths, not distinguishable" if comparison.is_below_four_fifths else ""


def standing_sentence(company: str, convention: Convention, cell: Cell, before: Cell | None) -> str:
    """One sentence on where the company stands; empty unless the number stands for the company itself."""
    shown, earlier = wording.show(cell, convention.unit), wording.show(before, convention.unit)
    template = STANDING.get(convention.metric, "")
    if cell.status != "ok" or not shown.is_number or ("{interval}" in template and not shown.interval):
        return ""
    return template.format(
        company=company,
        value=shown.value,
        interval=f"interval {shown.interval}",
        n=shown.n,
        numerator=wording.counted(cell.numerator or 0, NUMERATORS.get(convention.metric, "")),
        period=wording.period(convention, cell.period_end, written=True),
        before=f", {earlier.value} a year before" if earlier.is_number and earlier.status == "ok" else "",
    )


def lies_apart(now: Cell, before: Cell) -> bool | None:
    """Whether the intervals of two cells do not overlap; None where either has none or is not the company's own."""
    if now.status != "ok" or before.status != "ok":
        return None
    if now.ci_low is None or now.ci_high is None or before.ci_low is None or before.ci_high is None:
        return None
    return now.ci_low > before.ci_high or now.ci_high < before.ci_low


def change_sentence(name: str, convention: Convention, now: Cell, before: Cell) -> str:
    """What changed since a year ago, of two cells whose intervals do not overlap."""
    shown, earlier = wording.show(now, convention.unit), wording.show(before, convention.unit)
    rose = "rose" if (now.value or 0) > (before.value or 0) else "fell"
    return (
        f"{name} {rose} to {shown.value} ({shown.beside}) {wording.period(convention, now.period_end, written=True)}, "
        f"from {earlier.value} ({earlier.beside}) a year before."
    )
