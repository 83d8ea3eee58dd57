"""How the report speaks: numbers by unit, dates, statuses, and sentences that never say more than their records do.

Here: pure functions from the records of `reading` to plain words. Not here: markup (the template escapes every word),
which numbers exist (`reading`).
"""

import datetime as dt
import math
import re
from dataclasses import dataclass

from orchestration.report.grouping import natural
from orchestration.report.reading import SHOWN, Cell, Comparison, Convention, Measure

MINUS, TIMES = "\u2212", "\u00d7"
FOUR_FIFTHS = 0.8

# status -> (word in a table, what it says); why a cell is hidden is told nowhere
STATUSES = {
    "suppressed": (
        "hidden",
        "This release does not show the number. That does not mean zero; nothing follows from it.",
    ),
    "insufficient": ("too little data", "There are data, but not enough for this number."),
    "no_population": ("nobody", "Nobody is in the group that the number would be about."),
    "not_collected": ("not collected", "The company does not deliver what the number needs."),
    "merged_up": ("larger group", "The number stands, but for a larger group than the row names."),
    "no_period": ("no period yet", "No whole period of this metric has ended yet."),
}

FAMILIES = {
    "headcount": "Headcount",
    "movement": "Movement",
    "span": "Span of control",
    "engagement": "Engagement",
    "feedback360": "360 feedback",
    "learning": "Learning",
    "checkins": "Check-ins",
    "contracts": "Leadership contracts",
    "representation": "Representation",
}

SCOPES = {"direct_reports": "over direct reports", "organisation_below": "over the whole organisation below"}
WINDOWS = {"cycle": "latest cycle", "four_cycles": "last four cycles"}

# a metric's sentence about the company; every one carries the interval and what n counts
STANDING = {
    "headcount": "{company} employed {value} people {period}.",
    "turnover": "{numerator} people left in the {period}: {value} of an average headcount of {n} ({interval}).",
    "voluntary_turnover": "{numerator} people chose to leave in the {period}: {value} ({interval}; n {n}).",
    "promotion_rate": "{numerator} promotions in the {period}: {value} of an average headcount of {n} ({interval}).",
    "engagement_index": "The engagement index of the {period} was {value} ({interval}; n {n}).",
    "enps": "eNPS of the {period} was {value} ({interval}; n {n}).",
    "response_rate": "{value} ({interval}) of the {n} people invited to its survey answered.",
}

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
    range: str = ""

    @property
    def is_number(self) -> bool:
        """Whether a number stands."""
        return self.value != ""

    @property
    def word(self) -> str:
        """The word that stands where no number does, or beside one that is for a larger group."""
        return STATUSES.get(self.status, (plain(self.status), ""))[0]

    @property
    def beside(self) -> str:
        """What travels with the number: its interval where there is one, and its n."""
        return "; ".join(part for part in (self.interval, self.count) if part)

    @property
    def count(self) -> str:
        """The n as it stands beside the number; a headcount is its own."""
        return f"n {self.n}" if self.n and (self.interval or self.n != self.value) else ""


def show(cell: Cell | None, unit: str) -> Shown:
    """A cell as printed; None is a metric without a period."""
    if cell is None:
        return Shown("no_period")
    if cell.status not in SHOWN or cell.value is None or cell.n is None:
        return Shown(cell.status if cell.status not in SHOWN else "insufficient")
    interval = between(cell.ci_low, cell.ci_high, unit)
    short = span(cell.ci_low, cell.ci_high, unit)
    return Shown(cell.status, value=amount(cell.value, unit), interval=interval, n=count(cell.n), range=short)


def count(number: float) -> str:
    """A count with its thousands set apart: 12,345."""
    return f"{number:,.0f}".replace("-", MINUS)


def amount(value: float, unit: str, digits: int | None = None) -> str:
    """A value in its unit: 12.1%, 3.81, +15.3, 8.5, 5.6 h."""
    if unit == "share":
        return _signed(value * 100, 1 if digits is None else digits) + "%"
    if unit == "score":
        return _signed(value, 2 if digits is None else digits)
    if unit == "points":
        shown = _signed(value, 1 if digits is None else digits)
        return shown if value <= 0 or not float(shown) else f"+{shown}"
    if unit == "hours":
        return _signed(value, 1 if digits is None else digits) + " h"
    if float(value).is_integer():
        return count(value)
    return _signed(value, 1 if digits is None else digits)


def _signed(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if not float(text.replace(",", "")) else text.replace("-", MINUS)


def between(low: float | None, high: float | None, unit: str) -> str:
    """An interval: 10.6% to 13.7%; empty where there is none."""
    if low is None or high is None:
        return ""
    return f"{amount(low, unit)} to {amount(high, unit)}"


def span(low: float | None, high: float | None, unit: str) -> str:
    """An interval in a crowded table: 10.6–13.7%; in words where a sign would be read into the dash."""
    if low is None or high is None or low < 0 or unit == "points":
        return between(low, high, unit)
    end = amount(high, unit)
    return f"{amount(low, unit).removesuffix('%').removesuffix(' h')}–{end}"


def ratio(value: float | None) -> str:
    """A ratio without its leading zero: .45; with more digits where rounding would put it on the line of .80."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞"
    digits = 2
    while digits < 5 and value != FOUR_FIFTHS and round(value, digits) == FOUR_FIFTHS:
        digits += 1
    return f"{value:.{digits}f}".removeprefix("0")


def ratio_between(comparison: Comparison) -> str:
    """The interval of an impact ratio; it may have no upper end."""
    if comparison.ratio_low is None:
        return ""
    if comparison.ratio_high is None:
        return f"{ratio(comparison.ratio_low)} and more"
    return f"{ratio(comparison.ratio_low)} to {ratio(comparison.ratio_high)}"


def day(date: dt.date) -> str:
    """A day in full: 31 December 2025."""
    return f"{date.day} {date:%B %Y}"


def short_day(date: dt.date) -> str:
    """A day in a table: 31 Dec 2025."""
    return f"{date.day} {date:%b %Y}"


def moment(time: dt.datetime | dt.date | str) -> str:
    """A moment: 31 January 2026, 18:00 UTC."""
    if isinstance(time, str):
        time = dt.datetime.fromisoformat(time)
    if not isinstance(time, dt.datetime):
        return day(time)
    return f"{day(time)}, {time:%H:%M} UTC"


def period(convention: Convention, end: dt.date, written: bool = False) -> str:
    """The period that a number of this convention covers, by its last day."""
    last = day(end) if written else short_day(end)
    if convention.window_months <= 1:
        return f"on {last}"
    if convention.window_months == 3:
        return f"quarter to {last}"
    return f"{convention.window_months} months to {last}"


def plain(identifier: str) -> str:
    """An identifier of the data as words: mixed_or_other -> mixed or other."""
    return identifier.replace("_", " ").strip()


def attribute_title(attribute: str) -> str:
    """Title of an attribute: gender_x_ethnicity -> Gender × ethnicity."""
    words = f" {TIMES} ".join(plain(part) for part in attribute.split("_x_"))
    return words[:1].upper() + words[1:]


def group_title(group: str) -> str:
    """Title of a group in a table."""
    return plain(group)


def group_order(group: str) -> tuple[bool, bool, list[tuple[bool, int, str]]]:
    """Sort key of groups: ages from young to old, others by name, undisclosed last; never by value."""
    return group == "undisclosed", not group.startswith("under_"), natural(group)


def segment_title(kind: str, segment_id: str, unit_names: dict[str, str]) -> str:
    """Title of a segment: Company, Level 3, or the unit's name."""
    if kind == "company":
        return "Company"
    if kind == "level":
        return f"Level {segment_id}"
    return unit_names.get(segment_id, segment_id)


def people_of(attribute: str, group: str) -> str:
    """The people of a group within a sentence: women, people aged 30 to 39, people recorded as “asian”."""
    noun = NOUNS.get((attribute, group))
    if noun:
        return noun
    if group == "undisclosed" and "_x_" not in attribute:
        return f"people of undisclosed {plain(attribute)}"
    if match := re.fullmatch(r"(\d+)_to_(\d+)", group):
        return f"people aged {match[1]} to {match[2]}"
    if match := re.fullmatch(r"under_(\d+)", group):
        return f"people under {match[1]}"
    if match := re.fullmatch(r"(\d+)_and_over", group):
        return f"people aged {match[1]} and over"
    return f"people recorded as “{plain(group)}”"


def place_of(comparison: Comparison, unit_names: dict[str, str]) -> str:
    """Where a comparison was made, within a sentence."""
    if comparison.segment_kind == "company":
        return "in the company"
    if comparison.segment_kind == "level":
        return f"at level {comparison.segment_id}"
    return f"in {unit_names.get(comparison.segment_id, comparison.segment_id)}"


def window_of(comparison: Comparison) -> str:
    """When: the latest cycle or the last four together."""
    if comparison.window == "four_cycles":
        return f"over the four cycles to {day(comparison.period_end)}"
    return f"in the cycle to {day(comparison.period_end)}"


def counts_of(comparison: Comparison) -> str:
    """Both sides with their n: 21 of 647 against 48 of 660."""
    return (
        f"{count(comparison.selected or 0)} of {count(comparison.n or 0)} against "
        f"{count(comparison.reference_selected or 0)} of {count(comparison.reference_n or 0)}"
    )


def ratio_of(comparison: Comparison) -> str:
    """The ratio with its interval: ratio .45, interval .28 to .73."""
    if comparison.impact_ratio is None:
        return "no ratio can be formed"
    return f"ratio {ratio(comparison.impact_ratio)}, interval {ratio_between(comparison)}"


def unseen(comparison: Comparison) -> str:
    """What an undecided comparison could not have seen."""
    if comparison.smallest_detectable_ratio is None:
        return "a gap of any size could have stayed unseen"
    return f"a gap smaller than a ratio of {ratio(comparison.smallest_detectable_ratio)} could not be seen"


def excluded_gap(comparison: Comparison) -> str:
    """What a comparison without a gap excludes, by the worse end of its interval."""
    if comparison.ratio_low is not None and comparison.ratio_low >= 1:
        return "a lower rate than the reference's"
    return f"a gap larger than a ratio of {ratio(comparison.ratio_low)}"


def direction(comparison: Comparison) -> str:
    """Which way a gap points, from the rates themselves."""
    is_more = (comparison.rate or 0) > (comparison.reference_rate or 0)
    return "more often" if is_more else "less often"


def verdict_sentence(comparison: Comparison, unit_names: dict[str, str]) -> str:
    """One sentence on one comparison, as strong as its verdict and no stronger; empty where it has none."""
    if comparison.status != "ok" or comparison.verdict is None or comparison.reference_group is None:
        return ""
    group = people_of(comparison.attribute, comparison.group_value)
    reference = people_of(comparison.attribute, comparison.reference_group)
    where, when = place_of(comparison, unit_names), window_of(comparison)
    counts, interval = counts_of(comparison), ratio_of(comparison)
    if comparison.verdict == "gap":
        words = f"{group} were promoted {direction(comparison)} than {reference} {where} {when}: {counts}; {interval}."
        return _sentence(f"{words} {' '.join(gap_notes(comparison))}")
    if comparison.verdict == "no_gap_above":
        excluded = f"{excluded_gap(comparison)} is excluded"
        return _sentence(f"{group} against {reference} {where} {when}: {excluded} ({counts}; {interval}).")
    undecided = f"cannot tell ({counts}; {interval}{_below(comparison)}); {unseen(comparison)}"
    return _sentence(f"{group} against {reference} {where} {when}: {undecided}.")


def gap_notes(comparison: Comparison) -> list[str]:
    """What a gap's record adds: how many tests it stood among, the policy's margin, the shortfall, the flip."""
    notes: list[str] = []
    if comparison.q_value is not None and comparison.n_tests:
        tests = f"{count(comparison.n_tests)} comparisons" if comparison.n_tests > 1 else "one comparison"
        q_value = "below .001" if comparison.q_value < 0.001 else f"{comparison.q_value:.3f}".removeprefix("0")
        notes.append(f"It stands among {tests} (q {q_value}).")
    if comparison.shortfall:
        noun = "promotion" if comparison.shortfall == 1 else "promotions"
        notes.append(f"{count(comparison.shortfall)} {noun} short of four fifths.")
    elif not comparison.is_material and direction(comparison) == "less often":
        notes.append("The margin of four fifths is not passed.")
    if comparison.flips_with_one_decision is not None:
        which = "One" if comparison.flips_with_one_decision else "No single"
        notes.append(f"{which} changed decision would change this verdict.")
    return notes


def verdict_words(comparison: Comparison) -> str:
    """The state of a comparison in the few words of a table."""
    if comparison.verdict == "gap":
        return f"gap: promoted {direction(comparison)}"
    if comparison.verdict == "no_gap_above":
        return f"excluded: {excluded_gap(comparison)}"
    if comparison.verdict == "insufficient":
        return f"cannot tell{_below(comparison)}"
    return "not compared"


def undecided_sentence(comparisons: list[Comparison]) -> str:
    """The undecided comparisons of one attribute, company and window, together; they share their reference."""
    if not comparisons:
        return ""
    first = comparisons[0]
    reference = people_of(first.attribute, first.reference_group or "")
    base = f"{count(first.reference_selected or 0)} of {count(first.reference_n or 0)}"
    head = f"{attribute_title(first.attribute)}, the company, {window_of(first)}: cannot tell for"
    if len(comparisons) <= 2:
        parts = [
            f"{people_of(one.attribute, one.group_value)} ({count(one.selected or 0)} of {count(one.n or 0)}; "
            f"{ratio_of(one)}{_below(one)}; {unseen(one)})"
            for one in comparisons
        ]
        return f"{head} {listed(parts)}, against {reference} ({base})."
    seen = [one.smallest_detectable_ratio for one in comparisons if one.smallest_detectable_ratio is not None]
    sizes = [one.n or 0 for one in comparisons]
    blind = "gaps of any size could have stayed unseen"
    if seen:
        blind = f"gaps smaller than a ratio of {ratio(min(seen))} to {ratio(max(seen))} could not be seen"
        blind += ", for some groups of any size" if len(seen) < len(comparisons) else ""
    return (
        f"{head} any of {count(len(comparisons))} groups of {count(min(sizes))} to {count(max(sizes))} people, against "
        f"{reference} ({base}); {blind}."
    )


def _below(comparison: Comparison) -> str:
    return ", below four fifths, not distinguishable" if comparison.is_below_four_fifths else ""


def standing_sentence(company: str, convention: Convention, cell: Cell) -> str:
    """One sentence on where the company stands; empty unless the number stands for the company itself."""
    shown = show(cell, convention.unit)
    template = STANDING.get(convention.metric)
    if template is None or cell.status != "ok" or not shown.is_number:
        return ""
    if "{interval}" in template and not shown.interval:
        return ""
    return template.format(
        company=company,
        value=shown.value,
        interval=f"interval {shown.interval}",
        n=shown.n,
        numerator=count(cell.numerator or 0),
        period=period(convention, cell.period_end, written=True),
    )


def lies_apart(now: Cell, before: Cell) -> bool | None:
    """Whether the intervals of two cells do not overlap; None where either has none or is not the company's own."""
    ends = (now.ci_low, now.ci_high, before.ci_low, before.ci_high)
    if now.status != "ok" or before.status != "ok" or any(end is None for end in ends):
        return None
    now_low, now_high, before_low, before_high = (float(end) for end in ends if end is not None)
    return now_low > before_high or now_high < before_low


def change_sentence(name: str, convention: Convention, now: Cell, before: Cell) -> str:
    """What changed since a year ago; empty unless the two intervals do not overlap."""
    if not lies_apart(now, before):
        return ""
    shown, earlier = show(now, convention.unit), show(before, convention.unit)
    rose = "rose" if (now.value or 0) > (before.value or 0) else "fell"
    return _sentence(
        f"{name} {rose} to {shown.value} ({shown.beside}) {period(convention, now.period_end, written=True)}, "
        f"from {earlier.value} ({earlier.beside}) a year before."
    )


def quality_action(measure: Measure) -> str:
    """One finding of data quality and what to do about it; empty where nothing is wrong or nothing can be done."""
    if measure.n_bad <= 0:
        return ""
    bad, rows = count(measure.n_bad), count(measure.n_rows)
    share = amount(measure.n_bad / measure.n_rows, "share", 2) if measure.n_rows else ""
    where = f"{measure.source}, {table_title(measure.table_name)}"
    if measure.measure == "people_unmatched":
        return (
            f"{where}: {bad} of {rows} rows ({share}) name nobody that the HR system knows, and count nowhere. "
            f"Add the missing logins or ids to the identity data, or correct them in {measure.source}."
        )
    if measure.measure == "quarantine_reason":
        rows_word = "row is" if measure.n_bad == 1 else "rows are"
        return f"{where}: {bad} {rows_word} set aside: {measure.reason.lstrip(': ')}. {_remedy(measure)}"
    if measure.measure == "managers_not_employed":
        return (
            f"{table_title(measure.table_name)}: in {bad} of {rows} person-months ({share}) the manager on record is "
            "not employed then. Name the acting manager in the HR system."
        )
    if measure.measure == "answers_off_scale":
        return (
            f"{table_title(measure.table_name)}: {bad} of {rows} answers ({share}) lie outside their item's scale. "
            "Check the scale of the survey's items."
        )
    if measure.measure == "rows_quarantined":
        return ""
    return f"{where}: {plain(measure.measure)}: {bad} of {rows} ({share})."


def _remedy(measure: Measure) -> str:
    if "column map" in measure.reason:
        return f"Add the value to the column map, or correct it in {measure.source}."
    if "expected a" in measure.reason:
        return f"Correct the column's form in {measure.source}'s export, or the format in the column map."
    return f"Correct these rows in {measure.source}; until then they count nowhere."


def table_title(table: str) -> str:
    """A canonical table in words: lms.learning_records -> learning records."""
    return "all tables" if table == "*" else plain(table.rpartition(".")[2])


def days_before(days: int) -> str:
    """How long before the as-of date: 31 days before the as-of date."""
    if days == 0:
        return "on the as-of date"
    noun = "day" if abs(days) == 1 else "days"
    return f"{count(abs(days))} {noun} {'before' if days > 0 else 'after'} the as-of date"


def gate_line(gates: dict[str, dict[str, int]]) -> str:
    """The gates in plain words."""
    if not gates:
        return "No gate has reported."
    names = {"loads": "loads", "marts": "marts", "release": "release"}
    parts = [f"{count(gate['expectations'])} on the {names.get(name, plain(name))}" for name, gate in gates.items()]
    findings = sum(gate["findings"] for gate in gates.values())
    total = sum(gate["expectations"] for gate in gates.values())
    outcome = "all were met" if findings == 0 else f"{count(findings)} {'finding' if findings == 1 else 'findings'}"
    return f"{count(total)} checks of quality and disclosure ({listed(parts)}): {outcome}."


def lower(title: str) -> str:
    """A title within a sentence; what begins with an abbreviation or a digit stays."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def listed(parts: list[str]) -> str:
    """Words in a row: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]
