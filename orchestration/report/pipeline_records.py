"""What the report knows of the pipeline of leaders: rows of a release's `leadership.duckdb`, as frozen records.

Here: SQL on that one file, with the numbers of rows that are not shown left out a second time. Not here: the page
(`pipeline`).
"""

import datetime as dt
from dataclasses import dataclass

import duckdb

from orchestration.report.reading import columns_of


@dataclass(frozen=True)
class Bench:
    """Positions of the company by how many successors they have, or their incumbents or successors of one group."""

    position_kind: str
    counted: str
    bench_depth: str | None
    attribute: str | None
    group_value: str | None
    period_end: dt.date
    status: str
    n: int | None = None
    total: int | None = None
    share: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None


@dataclass(frozen=True)
class Box:
    """One box of the nine in the latest cycle, or one movement from a box of the cycle before."""

    cycle_id: str
    period_end: dt.date
    view_of: str
    from_cycle_id: str | None
    from_performance: str | None
    from_potential: str | None
    became: str
    performance: str | None
    potential: str | None
    status: str
    n: int | None = None
    total: int | None = None
    share: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None


@dataclass(frozen=True)
class Pipeline:
    """Everything that the page on the pipeline is made of, beside the metrics."""

    bench: list[Bench]
    boxes: list[Box]


BENCH = f"""
    with latest as (
        select * from succession_bench where segment_kind = 'company' qualify period_end = max(period_end) over ()
    )
    select {columns_of(Bench)} from latest
    order by position_kind, counted, bench_depth, attribute, group_value
"""

BOXES = f"""
    with latest as (
        select * from nine_box where segment_kind = 'company' qualify period_end = max(period_end) over ()
    )
    select {columns_of(Box)} from latest
    order by view_of, from_performance, from_potential, became, performance, potential
"""


def read_pipeline(connection: duckdb.DuckDBPyConnection) -> Pipeline:
    """Read what the page on the pipeline shows."""
    return Pipeline(
        [Bench(*row) for row in connection.execute(BENCH).fetchall()],
        [Box(*row) for row in connection.execute(BOXES).fetchall()],
    )
