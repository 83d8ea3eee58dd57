"""Sentences on comparisons of groups that never say more than their records do.

Here: pure functions from the records of `equity_records` to sentences. Not here: the words in them (`equity_words`), which
comparisons are told where (`equity`).
"""

from collections.abc import Sequence
from dataclasses import replace

from orchestration.report import equity_words, wording
from orchestration.report.equity_records import Comparison
from orchestration.report.sentences import people_of

WITHIN = {
    "selection": "people of one level, job family and half-year",
    "audit": "people of one level and track",
    "opportunity": "people of one half-year, level and job family",
    "perception": "people of one level",
}
WINDOWS = {
    "cycle": "in the half-year",
    "four_cycles": "over the four half-years",
    "four_half_years": "over the four half-years",
}


def when(one: Comparison) -> str:
    """When a comparison was made, within a sentence."""
    day = wording.day(one.period_end)
    if one.period_kind in WINDOWS:
        return f"{WINDOWS[one.period_kind]} to {day}"
    return (
        f"in the quarter to {day}" if one.topic == "perception" else f"up to {day}" if one.scale == "hazard" else f"on {day}"
    )


def where(one: Comparison, unit_names: dict[str, str]) -> str:
    """Where a comparison was made, within a sentence."""
    if one.segment_kind == "company":
        return "in the company"
    title = wording.segment_title(one.segment_kind, one.segment_id, unit_names)
    return f"at {wording.lower(title)}" if one.segment_kind == "level" else f"in {title}"


def short_gap_sentence(one: Comparison, unit_names: dict[str, str]) -> str:
    """One sentence on a gap: who, which way, where and when, both sides with n, the estimate with its interval.

    A gap that turns round among people alike is never told without that.
    """
    group, reference = people_of(one.attribute, one.group_value), people_of(one.attribute, one.reference_group or "")
    measure, place = equity_words.measure_of(one.measure), f"{where(one, unit_names)} {when(one)}"
    if measure.amount:
        raters = f", as given by {people_of(one.attribute, one.raters)}," if one.raters != "*" else ""
        head = f"{measure.amount}{raters} was {equity_words.direction(one)} for {group} than for {reference} {place}"
    else:
        head = f"{group} {measure.happened} {equity_words.direction(one)} than {reference} {place}"
    turned = f" Among {WITHIN[one.topic]} it points the other way." if one.turns else ""
    return f"{wording.capital(head)}: {_sides(one)}; {equity_words.estimated(one)}.{turned}"


def gap_sentence(one: Comparison, unit_names: dict[str, str]) -> str:
    """The same, and what the record adds: the family of tests, the shortfall, the flip, people alike."""
    added = []
    if one.q_value is not None and one.n_tests:
        added.append(f"It holds among {equity_words.tests(one)}.")
    if one.shortfall:
        more = "more promotion" if one.measure == "promotion" else "more of them"
        told = (
            wording.counted(one.shortfall, more) if one.measure == "promotion" else f"{wording.count(one.shortfall)} {more}"
        )
        added.append(f"{told} would have reached four fifths.")
    elif one.is_material is False and (one.scale != "ratio" or equity_words.is_less(one)):
        added.append(f"{wording.capital(equity_words.margin(one))} is not passed.")
    if one.flips is not None:
        added.append(f"{'One' if one.flips else 'No single'} changed decision would change this verdict.")
    if one.within is not None:
        name = "ratio" if one.topic in ("selection", "audit") else "difference"
        added.append(f"Among {WITHIN[one.topic]} the {name} is {equity_words.within_words(replace(one, turns=None))}.")
    return " ".join([short_gap_sentence(one, unit_names), *added])


def _sides(one: Comparison) -> str:
    """Both sides with their n: 21 of 647 against 48 of 660."""
    sides = [equity_words.both(side, one.unit) for side in (equity_words.group_side(one), equity_words.reference_side(one))]
    return " against ".join(sides)


def excluded_sentence(one: Comparison) -> str:
    """One sentence on a gap that the company's numbers exclude."""
    group, reference = people_of(one.attribute, one.group_value), people_of(one.attribute, one.reference_group or "")
    told = f"{_sides(one)}; {equity_words.estimated(one)}"
    return wording.capital(f"{group} against {reference}: {equity_words.excluded(one)} is excluded ({told}).")


def undecided_sentence(comparisons: Sequence[Comparison]) -> str:
    """The undecided comparisons of one measure, attribute and place, together; they share their reference."""
    first = comparisons[0]
    sides = equity_words.both(equity_words.reference_side(first), first.unit)
    reference = f"against {people_of(first.attribute, first.reference_group or '')} ({sides})"
    head = f"{wording.attribute_title(first.attribute)}: cannot tell for"
    if len(comparisons) <= 2:
        parts = [
            f"{people_of(one.attribute, one.group_value)} ({equity_words.both(equity_words.group_side(one), one.unit)}; "
            f"{equity_words.estimated(one)}{equity_words.remark(one)}; {unseen([one])})"
            for one in comparisons
        ]
        return f"{head} {wording.listed(parts)}, {reference}."
    sizes = sorted(one.n or 0 for one in comparisons)
    groups = f"any of {wording.count(len(comparisons))} groups (n {wording.count(sizes[0])} to {wording.count(sizes[-1])})"
    return f"{head} {groups}, {reference}; {unseen(comparisons)}."


def unseen(comparisons: Sequence[Comparison]) -> str:
    """What undecided comparisons of one measure could not have seen."""
    seen = sorted((one for one in comparisons if one.detectable is not None), key=lambda one: one.detectable or 0.0)
    if not seen:
        return "any gap could have gone unseen"
    ends = [equity_words.detectable(one) for one in (seen[0], seen[-1])]
    ends = ends[:1] if len(comparisons) == 1 or ends[0] == ends[1] else ends
    some = ", for some groups any gap" if len(seen) < len(comparisons) else ""
    limit = " to ".join(ends) + equity_words.difference_unit(seen[0])
    if seen[0].scale in ("ratio", "hazard"):
        name = "a ratio" if len(ends) == 1 else "ratios"
        name, side = ("a ratio" if len(ends) == 1 else "ratios"), "above"
    else:
        name, side = ("a gap" if len(ends) == 1 else "gaps"), "below"
    which = f"{', by group' if len(ends) > 1 else ''}{some}"
    return f"{name} {side} {limit}{which}{',' if which else ''} could have gone unseen"
