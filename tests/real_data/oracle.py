"""A slow and obvious second opinion: who was employed, where and under whom on a day, by looking at every row.

Here: people as lists of dated rows, and counts made from them day by day. Not here: reading any file (each test module
reads its own data set, by what the set's documentation says). Nothing of Fairlead is used.
"""

import calendar
import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

DAY = dt.timedelta(days=1)


class Row(NamedTuple):
    """What held of somebody from a day until, but not on, another; None is never."""

    begins: dt.date
    ends: dt.date | None
    unit: str | None = None
    job: str | None = None
    level: int | None = None
    manager: str | None = None


class State(NamedTuple):
    unit: str | None
    job: str | None
    level: int | None
    manager: str | None


class Movement(NamedTuple):
    person: str
    day: dt.date
    kind: str


@dataclass
class Person:
    """Somebody hired once. `left` is the first day not employed. Later rows speak over earlier ones."""

    hired: dt.date
    left: dt.date | None = None
    rows: list[Row] = field(default_factory=list)

    def is_employed(self, day: dt.date) -> bool:
        return self.hired <= day and (self.left is None or day < self.left)

    def state(self, day: dt.date) -> State:
        unit, job, level, manager = None, None, None, None
        for row in self.rows:
            if row.begins <= day and (row.ends is None or day < row.ends):
                unit = row.unit if row.unit is not None else unit
                job = row.job if row.job is not None else job
                level = row.level if row.level is not None else level
                manager = row.manager if row.manager is not None else manager
        return State(unit, job, level, manager)

    def days_of_change(self) -> list[dt.date]:
        days = {day for row in self.rows for day in (row.begins, row.ends) if day is not None}
        return sorted(day for day in days if self.is_employed(day) and self.is_employed(day - DAY))


@dataclass
class Company:
    """Everybody, and how the manager of a person is found on a day (else the one that the person's own rows name)."""

    # kept out of what a failing test prints
    people: dict[str, Person] = field(repr=False)
    as_of: dt.date
    named_manager: Callable[["Company", str, dt.date], str | None] | None = None

    def employed(self, day: dt.date) -> list[str]:
        return [name for name, person in self.people.items() if person.is_employed(day)]

    def manager(self, name: str, day: dt.date) -> str | None:
        """The manager, where that one is employed on the day."""
        if self.named_manager is not None:
            manager = self.named_manager(self, name, day)
        else:
            manager = self.people[name].state(day).manager
        return manager if manager in self.people and self.people[manager].is_employed(day) else None

    def headcount(self, day: dt.date) -> int:
        return len(self.employed(day))

    def headcount_by_unit(self, day: dt.date) -> Counter[str | None]:
        return Counter(self.people[name].state(day).unit for name in self.employed(day))

    def headcount_by_level(self, day: dt.date) -> Counter[int | None]:
        return Counter(self.people[name].state(day).level for name in self.employed(day))

    def direct_reports(self, day: dt.date) -> Counter[str]:
        """How many report to each manager."""
        managers = (self.manager(name, day) for name in self.employed(day))
        return Counter(manager for manager in managers if manager is not None)

    def movements(self) -> list[Movement]:
        """Every hire, exit and change of unit, level or job up to the last day told of."""
        found: list[Movement] = []
        for name, person in self.people.items():
            found.append(Movement(name, person.hired, "hire"))
            if person.left is not None:
                found.append(Movement(name, person.left, "exit"))
            for day in person.days_of_change():
                before, after = person.state(day - DAY), person.state(day)
                found.extend(Movement(name, day, kind) for kind in kinds_of_change(before, after))
        return [movement for movement in found if movement.day <= self.as_of]

    def exits_between(self, first: dt.date, last: dt.date) -> int:
        return sum(1 for person in self.people.values() if person.left is not None and first <= person.left <= last)

    def days_employed(self, first: dt.date, last: dt.date) -> int:
        """Person-days from one day to another, both counted."""
        total = 0
        for person in self.people.values():
            begins = max(first, person.hired)
            ends = min(last + DAY, person.left or dt.date.max)
            total += max((ends - begins).days, 0)
        return total

    def month_ends(self) -> list[dt.date]:
        """The last days of all months from the first hire on that are told of whole."""
        day = month_end(min(person.hired for person in self.people.values()))
        days = []
        while day <= self.as_of:
            days.append(day)
            day = month_end(day + DAY)
        return days

    def quarter_ends(self) -> list[dt.date]:
        """The last days of all quarters that are told of whole, from their first month on."""
        months = self.month_ends()
        return [day for number, day in enumerate(months) if day.month % 3 == 0 and number >= 2]


def kinds_of_change(before: State, after: State) -> Iterable[str]:
    """A level or unit that becomes known, or is lost, is no promotion and no transfer: nobody moved."""
    if before.level != after.level:
        if before.level is None or after.level is None:
            yield "reclassification"
        else:
            yield "promotion" if after.level > before.level else "demotion"
    elif before.job is not None and after.job is not None and before.job != after.job:
        yield "lateral"
    if before.unit != after.unit:
        yield "unit_reclassification" if before.unit is None or after.unit is None else "transfer"


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def year_before(day: dt.date) -> dt.date:
    """The first day of the twelve months that end on a month's last day."""
    following = day + DAY
    return following.replace(year=following.year - 1)


def day_of(text: str, never: str = "") -> dt.date | None:
    return None if text in ("", never) else dt.date.fromisoformat(text[:10])


def known_day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


def read_csv(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
