"""How the report speaks: numbers by unit, dates and statuses in words.

Here: pure functions from the records of `reading` to plain words. Not here: sentences (`sentences`), markup (the template
escapes every word), which numbers exist (`reading`).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from orchestration.report.grouping import grouped, natural
from orchestration.report.reading import SHOWN, Cell, Convention

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

# the same of a goal that cannot be judged: (word, what it says)
UNJUDGED = {
    "not_yet_measured": ("not yet measured", "No period of the metric has ended since the baseline."),
    "leader_left": ("leader left", "Whoever the goal was about has left."),
    "no_baseline": ("no baseline", "Nothing was measured in the year before the goal began, and no value was agreed."),
    "zero_baseline": ("baseline of zero", "A relative change of nothing is nothing."),
    "no_change": ("no change asked", "The target is the baseline."),
    "no_target": ("no target", "Neither a value nor a change was agreed."),
    "no_due_date": ("no due date", "No day was agreed."),
    "due_before_baseline": ("due before it began", "The due date lies before the baseline."),
    "unknown_metric": ("unknown metric", "The goal names a metric that nobody defined."),
    "unknown_scope": ("unknown place", "The goal names a place that is not known."),
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


class OfGroup(Protocol):
    """Anything that is told of a group of an attribute."""

    @property
    def attribute(self) -> str | None:
        """The attribute; None for everybody."""


Row = TypeVar("Row", bound=OfGroup)


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
    # what is people on average (a span, mentees) keeps decimals beside an interval
    digits = (1 if abs(cell.value) >= 1 else 2) if unit == "people" and cell.ci_low is not None else None
    return Shown(
        cell.status, amount(cell.value, unit, digits), between(cell.ci_low, cell.ci_high, unit, digits), count(cell.n)
    )


def status_word(status: str) -> str:
    """The word for a status."""
    return (STATUSES | UNJUDGED).get(status, (plain(status), ""))[0]


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
        digits = 2 if unit in ("score", "correlation") or unit.endswith("a head") else 0 if is_whole else 1
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


def signed(value: float | None, unit: str) -> str:
    """A difference in its unit, with its sign: +2.1 points of percent, −0.21."""
    if value is None:
        return ""
    digits = {"score": 2, "deviations": 3}.get(unit, 1)
    number = f"{abs(value) * (100 if unit == 'share' else 1):,.{digits}f}"
    if not float(number.replace(",", "")):
        return number
    return f"{'+' if value > 0 else MINUS}{number}"


def signed_between(low: float | None, high: float | None, unit: str) -> str:
    """The interval of a difference: −0.05 to +0.47; '' where there is none."""
    return f"{signed(low, unit)} to {signed(high, unit)}" if low is not None and high is not None else ""


def ratio(value: float | None) -> str:
    """A ratio without its leading zero: .45; with more digits where rounding would put it on the line of .80."""
    if value is None:
        return "–"
    digits = 2
    while digits < 5 and value != FOUR_FIFTHS and round(value, digits) == FOUR_FIFTHS:
        digits += 1
    return f"{value:.{digits}f}".removeprefix("0")


def q_value(value: float | None) -> str:
    """A q as it stands in a sentence: .012, below .001."""
    shown = value or 0.0
    return "below .001" if shown < 0.001 else f"{shown:.3f}".removeprefix("0")


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


def by_attribute(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows by attribute, by name; intersections stand after the attributes that they are made of."""
    return sorted(grouped(rows, lambda row: row.attribute or ""), key=lambda pair: ("_x_" in pair[0], pair[0]))


def segment_title(kind: str, segment_id: str, unit_names: dict[str, str]) -> str:
    """Title of a segment: Company, Level 3, or the unit's name."""
    if kind == "company":
        return "Company"
    return f"Level {segment_id}" if kind == "level" else unit_names.get(segment_id, segment_id)


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


def capital(text: str) -> str:
    """A sentence that begins as one."""
    return text[:1].upper() + text[1:]
