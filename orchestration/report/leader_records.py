"""What the report knows of single leaders: rows of a release's `leadership.duckdb`, as frozen records.

Here: SQL on that one file, for the leaders of the top layers alone, with the numbers of cells that are not shown left out
a second time. Leaders are keys; no release holds a name. Not here: the pages (`leaders`).
"""

import datetime as dt
from dataclasses import dataclass

import duckdb

from orchestration.report.reading import IS_SHOWN, Cell, columns_of

# A company of 100,000 has some 12,000 leaders, whose pages would be a gigabyte that nobody opens. Pages have the leaders
# from the top while there are no more than this, whole layers; everybody's indicators are in the table (DECISIONS 37).
MOST_LEADERS = 80
YEARS_OF_TREND = 3


@dataclass(frozen=True)
class Indicator(Cell):
    """One indicator of one leader in one quarter: `segment_kind` is the scope, `segment_id` the leader's key."""

    n_peers: int | None = None
    difference_from_peers: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    verdict: str | None = None
    baseline_period_end: dt.date | None = None
    change_from_baseline: float | None = None


@dataclass(frozen=True)
class Leader:
    """Where one leader stands; layer 1 has nobody above."""

    leader_key: str
    org_unit_id: str
    layer: int


@dataclass(frozen=True)
class Leaders:
    """The leaders who have a page, how many have none, and the history of their indicators by default conventions."""

    leaders: list[Leader]
    n_left_out: int
    indicators: list[Indicator]


LEADERS = f"""
    with layers as (
        select layer, sum(count(*)) over (order by layer) as n_leaders_so_far from dim_leader group by layer
    )
    select leader_key, coalesce(org_unit_id, '') as org_unit_id, layer
    from dim_leader semi join (select layer from layers where n_leaders_so_far <= {MOST_LEADERS}) using (layer)
"""

# a change tells its baseline, so it stands only where that is shown
INDICATORS = f"""
    with
    theirs as (
        select * from leader_indicators where is_default and leader_key in (select leader_key from ({LEADERS}))
    ),
    told as (
        select leader_key, scope, metric, period_end as baseline_period_end, true as is_told from theirs where {IS_SHOWN}
    ),
    cells as (
        select
            theirs.* replace (
                case when is_told then theirs.baseline_period_end end as baseline_period_end,
                case when is_told then theirs.change_from_baseline end as change_from_baseline
            ),
            scope as segment_kind, leader_key as segment_id, null as attribute, null as group_value
        from theirs left join told using (leader_key, scope, metric, baseline_period_end)
        qualify period_end > max(period_end) over (partition by scope, metric) - to_years({YEARS_OF_TREND})
    )
    select {columns_of(Indicator)}
    from cells left join metric_comparability using (metric, period_end)
    order by segment_id, segment_kind, metric, period_end
"""


def read_leaders(connection: duckdb.DuckDBPyConnection) -> Leaders:
    """Read everything that the leaders' pages show."""
    leaders = [Leader(*row) for row in connection.execute(LEADERS).fetchall()]
    (n_leaders,) = connection.execute("select count(*) from dim_leader").fetchone() or (0,)
    indicators = [Indicator(*row) for row in connection.execute(INDICATORS).fetchall()]
    return Leaders(leaders, n_leaders - len(leaders), indicators)
