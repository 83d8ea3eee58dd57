"""How the report speaks: numbers by unit, dates, statuses, and sentences that never say more than their records do.

Here: pure functions from the records of `reading` to plain words. Not here: markup (the template escapes every word),
which numbers exist (`reading`).
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.report.grouping import natural
from orchestration.report.reading import SHOWN, Cell, Comparison, Convention

MINUS, TIMES = "\u2212", "\u00d7"
FOUR_FIFTHS = 0.8

# status -> (word in a table, what it says); why a cell is hidden is told nowhere
STATUSES = {
    "suppressed": ("hidden", "This release does not show the number. That does not mean zero; nothing follows from it."),
    "insufficient": ("too little data", "There are data, but not enough for this number."),
    "no_population": ("nobody", "Nobody is in the group that the number would be about."),
    "not_collected": ("not collected", "The company does not deliver what the number needs."),
    "merged_up": ("larger group", "The number stands, but for a larger group than the row names."),
    "no_row": ("no entry", "No whole period has ended there yet, or the metric does not cover the row."),
}

FAMILIES = {
    "span": "Span of control",
    "feedback360": "360 feedback",
    "checkins": "Check-ins",
    "contracts": "Leadership contracts",
    "development": "Everyday development",
    "expectations": "Leadership in reviews",
    "own_growth": "Leaders in person",
}
FIXED_BY = {"project": "this project"}
SCOPES = {
    "direct_reports": "over direct reports",
    "organisation_below": "over the whole organisation below",
    "leader": "of the leader in person",
}
WINDOWS = {"cycle": "latest cycle", "four_cycles": "last four cycles"}

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


@dataclass(frozen=True)
class Shown:
    """A cell as it is printed: a number with its n and interval, or a status and its word; never both."""

    status: str
    value: str = ""
    interval: str = ""
    n: str = ""

    @property
    def is_number(self) -> bool:
        """Whether a number stands."""
        return self.value != ""

    @property
    def word(self) -> str:
        """The word that stands where no number does, or beside one that is for a larger group."""
        return status_word(self.status)

    @property
    def beside(self) -> str:
        """What travels with the number: its interval where there is one, and its n."""
        return "; ".join(part for part in (self.interval, self.count) if part)

    @property
    def count(self) -> str:
        """The n as it stands beside the number; a headcount is its own."""
        return f"n {self.n}" if self.n and (self.interval or self.n != self.value) else ""


def show(cell: Cell | None, unit: str) -> Shown:
    """A cell as printed; None is a row that the release does not hold."""
    if cell is None:
        return Shown("no_row")
    if cell.status not in SHOWN or cell.value is None or cell.n is None:
        return Shown(cell.status if cell.status not in SHOWN else "insufficient")
    # what is people on average (a span) keeps its decimal beside an interval
    digits = 1 if unit == "people" and cell.ci_low is not None else None
    return Shown(
        cell.status, amount(cell.value, unit, digits), between(cell.ci_low, cell.ci_high, unit, digits), count(cell.n)
    )


def status_word(status: str) -> str:
    """The word for a status."""
    return STATUSES.get(status, (plain(status), ""))[0]


def count(number: float) -> str:
    """A count with its thousands set apart: 12,345."""
    return f"{number:,.0f}".replace("-", MINUS)


def counted(number: float, noun: str) -> str:
    """A count with its noun: 1 person, 254 people."""
    plural = {"person": "people"}.get(noun, f"{noun}s")
    return f"{count(number)} {noun if number == 1 else plural}"


def amount(value: float, unit: str, digits: int | None = None) -> str:
    """A value in its unit: 12.1%, 3.81, +15.3, 8.5, 5.6 h."""
    if digits is None:
        is_whole = unit not in ("share", "score", "points", "hours") and float(value).is_integer()
        digits = 2 if unit == "score" else 0 if is_whole else 1
    text = f"{value * 100 if unit == 'share' else value:,.{digits}f}"
    is_zero = not float(text.replace(",", ""))
    text = text.lstrip("-") if is_zero else text.replace("-", MINUS)
    sign = "+" if unit == "points" and value > 0 and not is_zero else ""
    return sign + text + {"share": "%", "hours": " h"}.get(unit, "")


def between(low: float | None, high: float | None, unit: str, digits: int | None = None) -> str:
    """An interval, '' where there is none: 10.6–13.7%; in words where a sign would be read into the dash."""
    if low is None or high is None:
        return ""
    ends = amount(low, unit, digits), amount(high, unit, digits)
    if low < 0 or unit == "points":
        return " to ".join(ends)
    return f"{ends[0].removesuffix('%').removesuffix(' h')}–{ends[1]}"


def ratio(value: float | None) -> str:
    """A ratio without its leading zero: .45; with more digits where rounding would put it on the line of .80."""
    if value is None:
        return "–"
    digits = 2
    while digits < 5 and value != FOUR_FIFTHS and round(value, digits) == FOUR_FIFTHS:
        digits += 1
    return f"{value:.{digits}f}".removeprefix("0")


def ratio_between(comparison: Comparison) -> str:
    """The interval of an impact ratio; it may have no upper end."""
    if comparison.ratio_low is None:
        return "none"
    high = "no upper end" if comparison.ratio_high is None else ratio(comparison.ratio_high)
    return f"{ratio(comparison.ratio_low)} to {high}"


def day(date: dt.date) -> str:
    """A day in full: 31 December 2025."""
    return f"{date.day} {date:%B %Y}"


def short_day(date: dt.date) -> str:
    """A day in a table: 31 Dec 2025."""
    return f"{date.day} {date:%b %Y}"


def period(convention: Convention, end: dt.date, written: bool = False) -> str:
    """The period that a number of this convention covers, by its last day."""
    last = day(end) if written else short_day(end)
    if convention.window_months <= 1:
        return f"on {last}"
    return f"{'quarter' if convention.window_months == 3 else f'{convention.window_months} months'} to {last}"


def plain(identifier: str) -> str:
    """An identifier of the data as words: mixed_or_other -> mixed or other."""
    return identifier.replace("_", " ").strip()


def family_title(family: str) -> str:
    """Title of a family of metrics."""
    return FAMILIES.get(family, plain(family).capitalize())


def attribute_title(attribute: str) -> str:
    """Title of an attribute: gender_x_ethnicity -> Gender × ethnicity."""
    words = f" {TIMES} ".join(plain(part) for part in attribute.split("_x_"))
    return words[:1].upper() + words[1:]


def group_order(group: str) -> tuple[bool, bool, list[tuple[bool, int, str]]]:
    """Sort key of groups: ages from young to old, others by name, undisclosed last; never by value."""
    return group == "undisclosed", not group.startswith("under_"), natural(group)


def segment_title(kind: str, segment_id: str, unit_names: dict[str, str]) -> str:
    """Title of a segment: Company, Level 3, or the unit's name."""
    if kind == "company":
        return "Company"
    return f"Level {segment_id}" if kind == "level" else unit_names.get(segment_id, segment_id)


def people_of(attribute: str, group: str) -> str:
    """The people of a group within a sentence: women, people aged 30 to 39, people recorded as “asian”."""
    if noun := NOUNS.get((attribute, group)):
        return noun
    if group == "undisclosed" and "_x_" not in attribute:
        return f"people of undisclosed {plain(attribute)}"
    if re.fullmatch(r"(under_)?\d+(_to_\d+|_and_over)?", group):
        return f"people aged {plain(group)}"
    return f"people recorded as “{plain(group)}”"


def place_of(comparison: Comparison, unit_names: dict[str, str]) -> str:
    """Where a comparison was made, within a sentence."""
    if comparison.segment_kind == "company":
        return "in the company"
    title = segment_title(comparison.segment_kind, comparison.segment_id, unit_names)
    return f"at {lower(title)}" if comparison.segment_kind == "level" else f"in {title}"


def window_of(comparison: Comparison) -> str:
    """When: the latest cycle or the last four together."""
    cycles = "over the four cycles" if comparison.selection_window == "four_cycles" else "in the cycle"
    return f"{cycles} to {day(comparison.period_end)}"


def counts_of(comparison: Comparison) -> str:
    """Both sides with their n: 21 of 647 against 48 of 660."""
    return f"{_promoted(comparison.selected, comparison.n)} against {reference_counts(comparison)}"


def reference_counts(comparison: Comparison) -> str:
    """The reference's side with its n: 48 of 660."""
    return _promoted(comparison.reference_selected, comparison.reference_n)


def _promoted(selected: int | None, n: int | None) -> str:
    return f"{count(selected or 0)} of {count(n or 0)}"


def ratio_of(comparison: Comparison) -> str:
    """The ratio with its interval: ratio .45, interval .28 to .73."""
    if comparison.impact_ratio is None:
        return "no ratio can be formed"
    return f"ratio {ratio(comparison.impact_ratio)}, interval {ratio_between(comparison)}"


def q_of(comparison: Comparison) -> str:
    """How many comparisons it was judged among, with its q: 12 comparisons (q .012)."""
    q_value = comparison.q_value or 0.0
    shown = "below .001" if q_value < 0.001 else f"{q_value:.3f}".removeprefix("0")
    return f"{counted(comparison.n_tests or 1, 'comparison')} (q {shown})"


def excluded_gap(comparison: Comparison) -> str:
    """What a comparison without a gap excludes, by the worse end of its interval."""
    if comparison.ratio_low is not None and comparison.ratio_low >= 1:
        return "a lower rate than the reference’s"
    return f"a ratio below {ratio(comparison.ratio_low)}"


def direction(comparison: Comparison) -> str:
    """Which way a gap points, from the rates themselves."""
    return "more often" if (comparison.rate or 0) > (comparison.reference_rate or 0) else "less often"


def gap_sentence(comparison: Comparison, unit_names: dict[str, str]) -> str:
    """One sentence on a gap, and what its record adds: the family of tests, the shortfall, the flip."""
    notes = []
    if comparison.q_value is not None and comparison.n_tests:
        notes.append(f"It holds among {q_of(comparison)}.")
    if comparison.shortfall:
        notes.append(f"{counted(comparison.shortfall, 'more promotion')} would have reached four fifths.")
    elif not comparison.is_material and direction(comparison) == "less often":
        notes.append("The margin of four fifths is not passed.")
    if comparison.flips_with_one_decision is not None:
        which = "One" if comparison.flips_with_one_decision else "No single"
        notes.append(f"{which} changed decision would change this verdict.")
    group = people_of(comparison.attribute, comparison.group_value)
    reference = people_of(comparison.attribute, comparison.reference_group or "")
    return _capital(
        f"{group} were promoted {direction(comparison)} than {reference} {place_of(comparison, unit_names)} "
        f"{window_of(comparison)}: {counts_of(comparison)}; {ratio_of(comparison)}. {' '.join(notes)}"
    ).strip()


def excluded_sentence(comparison: Comparison) -> str:
    """One sentence on a gap that the company's numbers exclude."""
    group = people_of(comparison.attribute, comparison.group_value)
    reference = people_of(comparison.attribute, comparison.reference_group or "")
    detail = f"{counts_of(comparison)}; {ratio_of(comparison)}"
    return _capital(f"{group} against {reference}: {excluded_gap(comparison)} is excluded ({detail}).")


def undecided_sentence(comparisons: Sequence[Comparison]) -> str:
    """The undecided comparisons of one attribute, place and window, together; they share their reference."""
    first = comparisons[0]
    reference = f"against {people_of(first.attribute, first.reference_group or '')} ({reference_counts(first)})"
    head = f"{attribute_title(first.attribute)}: cannot tell for"
    if len(comparisons) <= 2:
        parts = [
            f"{people_of(one.attribute, one.group_value)} ({_promoted(one.selected, one.n)}; "
            f"{ratio_of(one)}{_remark(one)}; {unseen([one])})"
            for one in comparisons
        ]
        return f"{head} {listed(parts)}, {reference}."
    sizes = sorted(one.n or 0 for one in comparisons)
    groups = f"any of {count(len(comparisons))} groups (n {count(sizes[0])} to {count(sizes[-1])})"
    return f"{head} {groups}, {reference}; {unseen(comparisons)}."


def unseen(comparisons: Sequence[Comparison]) -> str:
    """What undecided comparisons could not have seen."""
    seen = sorted(one.smallest_detectable_ratio for one in comparisons if one.smallest_detectable_ratio is not None)
    if not seen:
        return "any gap could have gone unseen"
    if len(comparisons) == 1:
        return f"a ratio above {ratio(seen[0])} could have gone unseen"
    some = ", for some groups any gap" if len(seen) < len(comparisons) else ""
    return f"ratios above {ratio(seen[0])} to {ratio(seen[-1])}, by group{some}, could have gone unseen"


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
    shown, earlier = show(cell, convention.unit), show(before, convention.unit)
    template = STANDING.get(convention.metric, "")
    if cell.status != "ok" or not shown.is_number or ("{interval}" in template and not shown.interval):
        return ""
    return template.format(
        company=company,
        value=shown.value,
        interval=f"interval {shown.interval}",
        n=shown.n,
        numerator=counted(cell.numerator or 0, NUMERATORS.get(convention.metric, "")),
        period=period(convention, cell.period_end, written=True),
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
    shown, earlier = show(now, convention.unit), show(before, convention.unit)
    rose = "rose" if (now.value or 0) > (before.value or 0) else "fell"
    return (
        f"{name} {rose} to {shown.value} ({shown.beside}) {period(convention, now.period_end, written=True)}, "
        f"from {earlier.value} ({earlier.beside}) a year before."
    )


def table_title(table: str) -> str:
    """A canonical table in words: lms.learning_records -> learning records."""
    return "all tables" if table == "*" else plain(table.rpartition(".")[2])


def gate_line(gates: dict[str, dict[str, int]]) -> str:
    """The gates in plain words."""
    if not gates:
        return "No check has reported."
    names = {"loads": "files read", "marts": "tables built", "release": "numbers released"}
    parts = [f"{count(gate['expectations'])} on the {names.get(name, plain(name))}" for name, gate in gates.items()]
    findings = sum(gate["findings"] for gate in gates.values())
    total = sum(gate["expectations"] for gate in gates.values())
    outcome = "all were met" if findings == 0 else counted(findings, "finding")
    return f"{count(total)} checks of quality and disclosure ({listed(parts)}): {outcome}."


def lower(title: str) -> str:
    """A title within a sentence; what begins with an abbreviation or a digit stays."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def listed(parts: Sequence[str]) -> str:
    """Words in a row: a, b and c."""
    return "".join(parts) if len(parts) < 2 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
