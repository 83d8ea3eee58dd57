"""What the report knows of data quality: rows of four tables of a release's `leadership.duckdb`, as frozen records.

Here: SQL on that one file. Counts that are too small to be told are empty there (`is_few`), and stay so. Not here: the
section made of them (`quality`), words that sections share (`wording`).
"""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

import duckdb


@dataclass(frozen=True)
class Measure:
    """One measure of one table of one feed; numbers are None where `is_few`."""

    source: str
    feed: str
    owner: str | None
    table_name: str
    column_name: str | None
    measure: str
    reason: str | None
    status: str | None
    n_rows: int | None
    n_bad: int | None
    first_on: dt.date | None
    last_on: dt.date | None
    is_few: bool


@dataclass(frozen=True)
class Point:
    """One measure of one table, column or reason in one load, beside what is usual there; None where `is_few`."""

    source: str
    feed: str
    table_name: str
    column_name: str | None
    measure: str
    reason: str | None
    exported_on: dt.date
    is_last_load: bool
    n_rows: int | None
    amount: float | None
    usual: float | None
    has_moved: bool | None


@dataclass(frozen=True)
class Finding:
    """One check that found something in one table of one feed."""

    source: str
    feed: str
    owner: str | None
    table_name: str
    column_name: str
    severity: str
    n_rows: int | None
    n_of: int | None
    sentence: str
    next_step: str
    last_load_seq: int
    last_exported_on: dt.date


@dataclass(frozen=True)
class Match:
    """How references by one kind of identifier in one column were resolved; None where `is_few`."""

    source: str
    feed: str
    owner: str | None
    table_name: str
    column_name: str
    kind: str
    n_rows: int
    n_rows_matched: int | None
    n_rows_ambiguous: int | None
    n_rows_outside_validity: int | None
    n_rows_unknown: int | None
    n_identifiers_ambiguous: int | None
    n_identifiers_outside_validity: int | None
    n_identifiers_unknown: int | None
    is_few: bool


@dataclass(frozen=True)
class Quality:
    """Everything that the section of data quality is made of."""

    measures: list[Measure]
    points: list[Point]
    findings: list[Finding]
    matches: list[Match]


def _select(record: type[Any], table: str, rest: str) -> str:
    return f"select {', '.join(field.name for field in fields(record))} from {table} {rest}"


MEASURES = _select(Measure, "data_quality", "order by source, feed, table_name, measure, column_name nulls first, reason")
# volumes and reasons over time; of columns only those that have moved in the newest load
POINTS = _select(
    Point,
    "data_quality_trend",
    """
    where measure in ('rows', 'quarantine_reason') or (measure = 'null_share' and is_last_load and has_moved)
    order by source, feed, table_name, measure, column_name nulls first, reason, exported_on, load_seq
    """,
)
FINDINGS = _select(Finding, "data_quality_findings", "order by source, feed, table_name, check_id")
MATCHES = _select(Match, "identity_match", "order by source, feed, table_name, column_name, kind")


def read_quality(connection: duckdb.DuckDBPyConnection) -> Quality:
    """Read what the section shows from an open leadership.duckdb."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query).fetchall()

    return Quality(
        measures=[Measure(*row) for row in rows(MEASURES)],
        points=[Point(*row) for row in rows(POINTS)],
        findings=[Finding(*row) for row in rows(FINDINGS)],
        matches=[Match(*row) for row in rows(MATCHES)],
    )
