"""What to simulate and when: the specification, its months as day numbers, and one stream of random numbers a domain.

Here: the inputs of a simulation and what it reports at the end. Not here: anything about people (`people`) or about
what is planted in the company (`effects`). Days are counted from 1970-01-01, as DuckDB and polars count them.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from ingest.home import ConfigurationError

Array = npt.NDArray[Any]

NEVER = 1 << 30
FEWEST_EMPLOYEES = 200
_EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Specification:
    """The simulated company: people employed at a time, months of history, seed, and whether anything is planted."""

    employees: int = 2000
    months: int = 36
    seed: int = 1
    effects: bool = True
    last_month: dt.date = dt.date(2025, 12, 31)

    def __post_init__(self) -> None:
        if self.employees < FEWEST_EMPLOYEES:
            raise ConfigurationError(
                f"employees: {self.employees} is too few; two leaders with forty people each and their peers need "
                f"{FEWEST_EMPLOYEES}."
            )
        if self.months < 1:
            raise ConfigurationError(f"months: {self.months} is too few; at least one month is needed.")


@dataclass(frozen=True)
class Summary:
    """What was written: files, and rows by kind of file."""

    first_day: dt.date
    last_day: dt.date
    people_ever: int
    employed_at_end: int
    n_files: int
    n_rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Month:
    """One simulated month; `first` and `last` are days."""

    index: int
    year: int
    number: int
    first: int
    last: int
    is_final: bool

    @property
    def stamp(self) -> str:
        """The last day, as the exports' names carry it."""
        return date_of(self.last).isoformat()

    def earlier(self, months: int) -> "Month":
        """The month that lies so many months before."""
        first = first_of_month(self.year, self.number, -months)
        start, last = date_of(first), first_of_month(self.year, self.number, 1 - months) - 1
        return Month(self.index - months, start.year, start.month, first, last, is_final=False)

    @property
    def closes_quarter(self) -> bool:
        """Whether quarterly exports are written: at the end of a quarter, and when the history ends."""
        return self.number % 3 == 0 or self.is_final


def day_of(date: dt.date) -> int:
    """A date as a day number."""
    return date.toordinal() - _EPOCH


def date_of(day: int) -> dt.date:
    """A day number as a date."""
    return dt.date.fromordinal(int(day) + _EPOCH)


def first_of_month(year: int, number: int, later: int = 0) -> int:
    """The first day of the month that lies `later` months after the given one."""
    months = year * 12 + number - 1 + later
    return day_of(dt.date(months // 12, months % 12 + 1, 1))


def month_number(day: int) -> int:
    """The month in which a day lies, counted from January 1970."""
    date = date_of(day)
    return (date.year - 1970) * 12 + date.month - 1


def month_starts(numbers: Array) -> Array:
    """The first days of months counted from January 1970."""
    return np.asarray(numbers.astype("M8[M]").astype("M8[D]").astype(np.int64))


def months_of(specification: Specification) -> Iterator[Month]:
    """The months of the history; the last one is the specification's."""
    year, number, n = specification.last_month.year, specification.last_month.month, specification.months
    first, end = first_of_month(year, number), first_of_month(year, number, 1)
    final = Month(n - 1, year, number, first, end - 1, is_final=True)
    yield from (final.earlier(back) for back in range(n - 1, 0, -1))
    yield final


class Streams(dict[str, np.random.Generator]):
    """One independent stream of random numbers a domain, by name: a new domain leaves the others as they were."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    def __missing__(self, domain: str) -> np.random.Generator:
        sequence = np.random.SeedSequence(self.seed, spawn_key=(crc32(domain.encode()),))
        self[domain] = np.random.Generator(np.random.PCG64(sequence))
        return self[domain]
