"""What the report knows of the framework: rows of five tables of a release's `leadership.duckdb`, as frozen records.

Here: SQL on that one file. There is no person in any of them. Not here: the page (`framework`).
"""

import datetime as dt
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Behaviour:
    """One observable behaviour of one competency at one level on one track."""

    track: str
    level: int
    competency_id: str
    competency: str
    behaviour: str
    valid_from: dt.date | None


@dataclass(frozen=True)
class Competency:
    """One competency with what develops it."""

    competency_id: str
    competency: str
    means: str | None
    is_leadership: bool | None
    activities: list[str]


@dataclass(frozen=True)
class Item:
    """One item in its latest version, and one competency that it measures."""

    competency_id: str
    instrument: str
    item_id: str
    comparable_since: dt.date | None
    n_versions: int


@dataclass(frozen=True)
class Criterion:
    """One criterion for reaching one level on one track."""

    track: str
    level: int
    criterion_id: str
    valid_from: dt.date
    valid_to: dt.date | None
    rule: str
    competency: str | None
    threshold: float
    window_months: int | None
    lead_months: int
    k: int | None
    m: int | None
    requirement: str
    one_of_group: str | None
    attester: str | None


@dataclass(frozen=True)
class Framework:
    """Everything that the page on the framework is made of."""

    behaviours: list[Behaviour]
    competencies: list[Competency]
    items: list[Item]
    criteria: list[Criterion]


BEHAVIOURS = """
    select track, level, competency_id, competency, behaviour, valid_from
    from competency_framework
    order by track, level, competency, behaviour_id
"""

COMPETENCIES = """
    with
    activities as (
        select competency_id, any_value(competency) as competency, list(activity_type order by activity_type) as activities
        from competency_activities
        group by competency_id
    ),
    competencies as (
        select
            competency_id, any_value(competency) as competency, any_value(competency_means) as means,
            any_value(is_leadership) as is_leadership
        from competency_framework
        group by competency_id
    )
    select
        competency_id, coalesce(competencies.competency, activities.competency), means, is_leadership,
        coalesce(activities, [])
    from competencies full join activities using (competency_id)
    order by 2
"""

ITEMS = """
    select
        competency_id, instrument, item_id, max_by(comparable_since, last_asked_on),
        count(distinct comparable_since)
    from competency_items
    group by competency_id, instrument, item_id
    order by instrument, item_id, competency_id
"""

CRITERIA = """
    select
        track, level, criterion_id, valid_from, valid_to, rule, competency, threshold, window_months, lead_months, k, m,
        requirement, one_of_group, attester
    from ladder_criteria
    order by track, level, requirement desc, one_of_group, criterion_id, valid_from
"""


def read_framework(connection: duckdb.DuckDBPyConnection) -> Framework:
    """Read everything that the page on the framework shows."""
    return Framework(
        [Behaviour(*row) for row in connection.execute(BEHAVIOURS).fetchall()],
        [Competency(*row) for row in connection.execute(COMPETENCIES).fetchall()],
        [Item(*row) for row in connection.execute(ITEMS).fetchall()],
        [Criterion(*row) for row in connection.execute(CRITERIA).fetchall()],
    )
