"""The column kinds that contracts are written in, and what each says to reader, store and catalogue.

Here: constructors for dataframely columns that carry a kind and a sensitivity, and the SQL type of each kind.
Not here: the tables (one module per domain) and the parsing of text into these kinds (`ingest.parse`).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

import dataframely as dy

Sensitivity = Literal["none", "personal", "special_category", "free_text"]

# Every date has bounds: `str.to_date` reads "24-02-09" as the year 24, and 9999 is an open end that a map must name.
EARLIEST = dt.date(1900, 1, 1)
LATEST = dt.date(2199, 12, 31)

SQL_TYPES = {
    "person": "varchar",
    "text": "varchar",
    "date": "date",
    "moment": "timestamp",
    "whole": "integer",
    "amount": "decimal(18,4)",
    "number": "decimal(12,4)",
    "rate": "decimal(18,8)",
    "flag": "boolean",
}


@dataclass(frozen=True)
class ColumnSpec:
    """One column of a contract as the rest of the house reads it."""

    name: str
    kind: str
    sql_type: str
    is_key: bool
    is_nullable: bool
    default: str | None
    sensitivity: Sensitivity
    description: str


def _meta(kind: str, sensitivity: Sensitivity, default: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "sensitivity": sensitivity, "default": default}


def person(description: str, *, key: bool = False, nullable: bool = False) -> dy.String:
    """A reference to a person; leaves ingest as a keyed token, never as the source wrote it."""
    return dy.String(
        primary_key=key,
        nullable=nullable,
        min_length=1,
        metadata=_meta("person", "personal"),
        description=description,
    )


def text(
    description: str,
    *,
    key: bool = False,
    nullable: bool = False,
    sensitivity: Sensitivity = "none",
    is_in: tuple[str, ...] = (),
    default: str | None = None,
) -> dy.String:
    """A code, name or label; `is_in` closes the list of legal values; `default` stands where no map names a column."""
    return dy.String(
        primary_key=key,
        nullable=nullable,
        max_length=400,
        check={"known_value": lambda column: column.is_in(is_in)} if is_in else None,
        metadata=_meta("text", sensitivity, default),
        description=f"{description} One of: {', '.join(is_in)}." if is_in else description,
    )


def date(
    description: str,
    *,
    key: bool = False,
    nullable: bool = False,
    sensitivity: Sensitivity = "personal",
    default: str | None = None,
) -> dy.Date:
    """A calendar day between EARLIEST and LATEST."""
    return dy.Date(
        primary_key=key,
        nullable=nullable,
        min=EARLIEST,
        max=LATEST,
        metadata=_meta("date", sensitivity, default),
        description=description,
    )


def moment(description: str, *, nullable: bool = False, sensitivity: Sensitivity = "personal") -> dy.Datetime:
    """A UTC moment; a bare date is read as its midnight."""
    return dy.Datetime(
        nullable=nullable,
        time_unit="us",
        min=dt.datetime.combine(EARLIEST, dt.time()),
        max=dt.datetime.combine(LATEST, dt.time()),
        metadata=_meta("moment", sensitivity),
        description=description,
    )


def whole(
    description: str,
    *,
    key: bool = False,
    nullable: bool = False,
    sensitivity: Sensitivity = "none",
    low: int | None = None,
    high: int | None = None,
    default: str | None = None,
) -> dy.Int32:
    """A whole number within [low, high]."""
    return dy.Int32(
        primary_key=key,
        nullable=nullable,
        min=low,
        max=high,
        metadata=_meta("whole", sensitivity, default),
        description=description,
    )


def amount(
    description: str,
    *,
    nullable: bool = False,
    sensitivity: Sensitivity = "personal",
    low: int | None = None,
) -> dy.Decimal:
    """Money, four decimals; its currency is a column beside it. Decimal, because float sums differ from run to run."""
    return dy.Decimal(18, 4, nullable=nullable, min=low, metadata=_meta("amount", sensitivity), description=description)


def number(
    description: str,
    *,
    nullable: bool = False,
    sensitivity: Sensitivity = "none",
    low: int | None = None,
    high: int | None = None,
) -> dy.Decimal:
    """A score, share or count of hours, four decimals, within [low, high]."""
    return dy.Decimal(
        12, 4, nullable=nullable, min=low, max=high, metadata=_meta("number", sensitivity), description=description
    )


def flag(description: str, *, nullable: bool = False, sensitivity: Sensitivity = "none") -> dy.Bool:
    """True, false or, where nullable, not said."""
    return dy.Bool(nullable=nullable, metadata=_meta("flag", sensitivity), description=description)


def rate(description: str) -> dy.Decimal:
    """An exchange rate, eight decimals: four would lose a yen."""
    return dy.Decimal(18, 8, min_exclusive=0, metadata=_meta("rate", "none"), description=description)
