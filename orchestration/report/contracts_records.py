"""What the report knows of goals and leadership contracts: rows of a release's `leadership.duckdb`, as frozen records.

Here: SQL on that one file, with the numbers of rows that are not shown left out a second time. Goals of single leaders are
counted, never listed. Not here: the page (`contracts`).
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.report.reading import IS_SHOWN, columns_of

QUARTERS = 8


@dataclass(frozen=True)
class Goal:
    """One goal in one period of its metric; `status` also says why it cannot be followed."""

    goal_id: str
    metric: str
    convention_id: str
    segment_kind: str
    segment_id: str
    baseline_date: dt.date | None
    due_date: dt.date | None
    target_change: float | None
    is_asserted: bool
    period_end: dt.date
    measured_on: dt.date | None
    is_last: bool
    status: str
    baseline_value: float | None = None
    target_value: float | None = None
    path_value: float | None = None
    n: int | None = None
    value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    share_of_change: float | None = None
    progress: str | None = None
    is_clear: bool | None = None


@dataclass(frozen=True)
class Tally:
    """How the goals on one metric with one due date stand, of all units, levels or leaders together."""

    segment_kind: str
    metric: str
    convention_id: str
    due_date: dt.date | None
    n_goals: int
    n_met: int
    n_missed: int
    n_on_track: int
    n_at_risk: int
    n_unclear: int
    n_hidden: int
    n_not_judged: int


@dataclass(frozen=True)
class Progress:
    """What came of the contracts of the company or of one unit in one quarter."""

    segment_kind: str
    segment_id: str
    period_end: dt.date
    status: str
    n_leaders: int | None = None
    n_contracts: int | None = None
    n_milestones_due: int | None = None
    n_milestones_met_on_time: int | None = None
    n_milestones_met_late: int | None = None
    n_milestones_missed: int | None = None
    n_missed_with_cause: int | None = None
    n_missed_with_remedy: int | None = None
    n_milestones_moved: int | None = None
    n_milestones_overdue: int | None = None
    n_milestones_blocked: int | None = None
    n_activities_due: int | None = None
    n_activities_on_time: int | None = None
    n_escalations: int | None = None
    n_escalations_open: int | None = None
    n_amendments: int | None = None
    n_checkins_held: int | None = None
    n_checkins_agreed: float | None = None
    n_indicators: int | None = None
    n_indicators_asserted: int | None = None
    n_indicators_met: int | None = None
    n_indicators_met_asserted: int | None = None
    n_indicators_on_track: int | None = None
    n_indicators_on_track_asserted: int | None = None
    n_indicators_at_risk: int | None = None
    n_indicators_at_risk_asserted: int | None = None
    n_indicators_missed: int | None = None
    n_indicators_missed_asserted: int | None = None
    n_indicators_not_judged: int | None = None
    n_indicators_not_judged_asserted: int | None = None


@dataclass(frozen=True)
class Contracts:
    """Everything that the page on contracts and goals is made of, beside the metrics."""

    goals: list[Goal]
    tallies: list[Tally]
    progress: list[Progress]


# goals that ran in the last year
RECENT = """
    select * from target_progress
    where coalesce(due_date > (select max(period_end) from target_progress) - to_years(1), true)
"""

GOALS = f"""
    select {columns_of(Goal)} from ({RECENT})
    where
        segment_kind in ('company', 'level')
        or (segment_kind = 'org_unit' and is_last)
    order by segment_kind, segment_id, metric, due_date, goal_id, period_end
"""

TALLIES = f"""
    select
        segment_kind, metric, convention_id, due_date,
        count(*) as n_goals,
        count(*) filter (where {IS_SHOWN} and progress = 'met') as n_met,
        count(*) filter (where {IS_SHOWN} and progress = 'missed') as n_missed,
        count(*) filter (where {IS_SHOWN} and progress = 'on_track') as n_on_track,
        count(*) filter (where {IS_SHOWN} and progress = 'at_risk') as n_at_risk,
        count(*) filter (where {IS_SHOWN} and progress in ('met', 'missed') and not is_clear) as n_unclear,
        count(*) filter (where status = 'suppressed') as n_hidden,
        count(*) filter (where not {IS_SHOWN} and status <> 'suppressed') as n_not_judged
    from ({RECENT})
    where is_last and segment_kind <> 'company'
    group by segment_kind, metric, convention_id, due_date
    order by segment_kind desc, metric, convention_id, due_date
"""

PROGRESS = f"""
    with latest as (
        select * from contract_progress
        qualify dense_rank() over (order by period_end desc) <= case when segment_kind = 'company' then {QUARTERS} else 1 end
    )
    select {columns_of(Progress)} from latest
    where segment_kind in ('company', 'org_unit')
    order by segment_kind, segment_id, period_end desc
"""


def read_contracts(connection: duckdb.DuckDBPyConnection, unit_ids: Collection[str]) -> Contracts:
    """Read what the page on contracts and goals shows; of units, those named."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query).fetchall()

    def is_wanted(one: Goal | Progress) -> bool:
        return one.segment_kind != "org_unit" or one.segment_id in unit_ids

    return Contracts(
        [goal for row in rows(GOALS) if is_wanted(goal := Goal(*row))],
        [Tally(*row) for row in rows(TALLIES)],
        [progress for row in rows(PROGRESS) if is_wanted(progress := Progress(*row))],
    )
