"""Invented names and the identifiers made of them: who is written how, in which system, since when.

Here: first and last names out of syllables, and `Directory`, which keeps every identifier as text. No name is a real
person's. Not here: anything else about people (`people`).
"""

import itertools
from collections.abc import Sequence

import numpy as np
import polars as pl

from ingest.simulate.specification import Array

MAIL_DOMAIN = "kestrelway.example"
SUPPLIER_DOMAIN = "supplier.example"
FIRST_NAMES = tuple(
    f"{head}{tail}".capitalize()
    for head, tail in itertools.product(
        (
            "al",
            "bri",
            "ca",
            "do",
            "ela",
            "fi",
            "ga",
            "hel",
            "ima",
            "jo",
            "ki",
            "lo",
            "mi",
            "nel",
            "ori",
            "pe",
            "ro",
            "sa",
        ),
        ("ra", "na", "lin", "mo", "dan", "via", "sto", "beth", "rik", "la", "ven", "sha"),
    )
)
LAST_NAMES = tuple(
    f"{head}{middle}{tail}".capitalize()
    for head, middle, tail in itertools.product(
        (
            "ash",
            "bren",
            "cold",
            "dar",
            "ever",
            "fen",
            "green",
            "hal",
            "kir",
            "lang",
            "mar",
            "oak",
            "ravens",
            "stan",
            "thorn",
        ),
        ("", "er", "ing", "o", "wick"),
        (
            "by",
            "dale",
            "field",
            "ford",
            "gate",
            "holm",
            "land",
            "mere",
            "more",
            "ridge",
            "stead",
            "ton",
            "well",
            "worth",
        ),
    )
)


def _gather(series: pl.Series, ids: Array) -> pl.Series:
    """Entries by position; -1 gives none."""
    positions = pl.Series(ids, dtype=pl.Int64)
    return series.gather(positions.set(positions < 0, None))


class Directory:
    """Every person's identifiers as text, by position."""

    def __init__(self) -> None:
        empty = pl.Series([], dtype=pl.String)
        self._ids = self._numbers = self._first = self._last = self._mail = self._former_mail = self._login = empty
        self._taken = np.zeros(len(FIRST_NAMES) * len(LAST_NAMES), np.int64)

    def enter(self, n: int, rng: np.random.Generator) -> None:
        """Name `n` more people."""
        first, last = rng.integers(0, len(FIRST_NAMES), n), rng.integers(0, len(LAST_NAMES), n)
        before = len(self._numbers)
        numbers = pl.int_range(before + 1, before + n + 1, dtype=pl.Int64, eager=True).cast(pl.String)
        mail = self._new_mail(first, last)
        nothing = pl.repeat(None, n, dtype=pl.String, eager=True)
        self._numbers = _extended(self._numbers, numbers)
        self._ids = _extended(self._ids, "E" + numbers.str.zfill(6))
        self._first = _extended(self._first, pl.Series(FIRST_NAMES).gather(first))
        self._last = _extended(self._last, pl.Series(LAST_NAMES).gather(last))
        self._mail = _extended(self._mail, mail)
        self._login = _extended(self._login, mail)
        self._former_mail = _extended(self._former_mail, nothing)

    def rename(self, ids: Array, keeps_login: Array, rng: np.random.Generator) -> None:
        """Give people another last name and address; some systems go on with the old address."""
        if not len(ids):
            return
        first_code = {name: code for code, name in enumerate(FIRST_NAMES)}
        first = np.array([first_code[name] for name in self._first.gather(ids)])
        last = rng.integers(0, len(LAST_NAMES), len(ids))
        mail = self._new_mail(first, last)
        self._former_mail = self._former_mail.scatter(ids, self._mail.gather(ids))
        self._mail = self._mail.scatter(ids, mail)
        self._last = self._last.scatter(ids, pl.Series(LAST_NAMES).gather(last))
        moving = np.flatnonzero(~keeps_login)
        self._login = self._login.scatter(ids[moving], mail.gather(moving))

    def _new_mail(self, first: Array, last: Array) -> pl.Series:
        """Addresses of the form first.last, numbered from the second of a name on."""
        pairs = first * len(LAST_NAMES) + last
        frame = pl.DataFrame({"pair": pairs})
        number = self._taken[pairs] + frame.select(pl.int_range(pl.len()).over("pair")).to_series().to_numpy()
        np.add.at(self._taken, pairs, 1)
        digits = pl.Series(number + 1).cast(pl.String)
        return pl.select(
            pl.concat_str(
                pl.Series(FIRST_NAMES).gather(first).str.to_lowercase(),
                pl.lit("."),
                pl.Series(LAST_NAMES).gather(last).str.to_lowercase(),
                digits.set(digits == "1", ""),
                pl.lit(f"@{MAIL_DOMAIN}"),
            )
        ).to_series()

    def employee_ids(self, ids: Array) -> pl.Series:
        """As the HRIS writes them: E000042."""
        return _gather(self._ids, ids)

    def numbers(self, ids: Array) -> pl.Series:
        """As systems write them that lose the prefix and leading zeros: 42."""
        return _gather(self._numbers, ids)

    def first_names(self, ids: Array) -> pl.Series:
        """First names."""
        return self._first.gather(ids)

    def last_names(self, ids: Array) -> pl.Series:
        """Today's last names."""
        return self._last.gather(ids)

    def mails(self, ids: Array) -> pl.Series:
        """Today's address."""
        return _gather(self._mail, ids)

    def former_mails(self, ids: Array) -> pl.Series:
        """The address before the last name changed."""
        return self._former_mail.gather(ids)

    def logins(self, ids: Array) -> pl.Series:
        """The address under which the learning system knows somebody, which may be the former one."""
        return _gather(self._login, ids)


def _extended(series: pl.Series, more: pl.Series) -> pl.Series:
    return pl.concat([series, more]).rechunk()


def labels(written: Sequence[str], positions: Array) -> pl.Series:
    """Codes as their labels; -1 gives none."""
    return _gather(pl.Series(written), positions)
