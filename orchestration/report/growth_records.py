"""What the report knows of growth and whether it pays: rows of a release's `leadership.duckdb`, as frozen records.

Here: SQL on that one file, with the numbers of rows that are not shown left out a second time. Not here: the page
(`growth`).
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.report.reading import IS_SHOWN, columns_of


@dataclass(frozen=True)
class Review:
    """What became of development plans in one unit, or of people on one track (* is all), in the last quarter."""

    period_end: dt.date
    segment_kind: str
    segment_id: str
    track: str
    status: str
    n_people: int | None = None
    n_with_plan: int | None = None
    plan_age_months: float | None = None
    n_due: int | None = None
    n_met_on_time: int | None = None
    n_met_late: int | None = None
    n_overdue: int | None = None
    n_milestones_due: int | None = None
    n_milestones_on_time: int | None = None
    n_began_programme: int | None = None
    n_began_mentoring: int | None = None
    plan_coverage_change: float | None = None
    on_time_rate_change: float | None = None
    n_began_programme_change: int | None = None


@dataclass(frozen=True)
class Effect:
    """One outcome of one programme, of those who began it and of people like them who did not."""

    programme: str
    programme_kind: str
    outcome: str
    unit: str
    period_kind: str
    period_start: dt.date
    period_end: dt.date
    status: str
    n_participants: int | None = None
    n_comparison: int | None = None
    effect: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    q_value: float | None = None
    n_tests: int | None = None
    smallest_detectable_effect: float | None = None
    verdict: str | None = None


@dataclass(frozen=True)
class Linkage:
    """One reward against one sign of growth, among everybody (*) or one group."""

    reward: str
    sign_of_growth: str
    attribute: str
    group_value: str
    period_end: dt.date
    model: str
    status: str
    n: int | None = None
    n_rewarded: int | None = None
    coefficient: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    q_value: float | None = None
    n_tests: int | None = None
    verdict: str | None = None


@dataclass(frozen=True)
class Path:
    """One path from one level, track and family to another that people took."""

    kind: str
    from_level: int
    from_track: str
    from_family: str
    to_level: int
    to_track: str
    to_family: str
    status: str
    n_moves: int | None = None
    n_people: int | None = None
    median_months: int | None = None


@dataclass(frozen=True)
class Growth:
    """Everything that the page on growth is made of, beside the metrics."""

    reviews: list[Review]
    effects: list[Effect]
    links: list[Linkage]
    paths: list[Path]
    n_paths_hidden: int


REVIEWS = f"""
    with latest as (
        select * from development_review where segment_kind in ('company', 'org_unit')
        qualify period_end = max(period_end) over ()
    )
    select {columns_of(Review)} from latest
    where segment_kind = 'company' or track = '*'
    order by segment_kind, segment_id, track
"""

EFFECTS = f"""
    select {columns_of(Effect)} from learning_effect
    order by outcome, period_kind, period_end desc, programme_kind desc, programme
"""

LINKS = f"""
    with latest as (select * from reward_linkage qualify period_end = max(period_end) over ())
    select {columns_of(Linkage)} from latest
    order by attribute, reward, sign_of_growth, group_value
"""

PATHS = f"""
    select {columns_of(Path)} from career_paths where {IS_SHOWN}
    order by from_family, from_track, from_level, kind, to_family, to_track, to_level
"""

PATHS_HIDDEN = f"select count(*) from career_paths where not {IS_SHOWN}"


def read_growth(connection: duckdb.DuckDBPyConnection, unit_ids: Collection[str]) -> Growth:
    """Read what the page on growth shows; of units, those named."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query).fetchall()

    return Growth(
        [
            review
            for row in rows(REVIEWS)
            if (review := Review(*row)).segment_kind == "company" or review.segment_id in unit_ids
        ],
        [Effect(*row) for row in rows(EFFECTS)],
        [Linkage(*row) for row in rows(LINKS)],
        [Path(*row) for row in rows(PATHS)],
        rows(PATHS_HIDDEN)[0][0],
    )
