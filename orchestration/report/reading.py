"""What the report knows: rows of a release's `leadership.duckdb`, as frozen records.

Here: SQL on that one file, aggregated to what a page can hold, with the numbers of cells that are not shown left out a
second time. Not here: words (`wording`), layout (`page`), and `people.duckdb`, which no report may open.
"""

import datetime as dt
from dataclasses import MISSING, dataclass, fields
from typing import Any

import duckdb

from orchestration.report.grouping import grouped
from orchestration.report.quality_records import Quality, read_quality
from orchestration.report.tree import UNIT_METRICS, Unit, in_tree_order, top_layers

# Statuses under which a cell's numbers may be read.
SHOWN = ("ok", "merged_up")
IS_SHOWN = f"status in {SHOWN}"
# how many comparisons ended how
ENDINGS = f"""
    count(*) filter (where {IS_SHOWN} and verdict = 'gap') as n_gap,
    count(*) filter (where {IS_SHOWN} and verdict = 'no_gap_above') as n_excluded,
    count(*) filter (where {IS_SHOWN} and verdict = 'insufficient') as n_undecided,
    count(*) filter (where status = 'suppressed') as n_hidden
"""
# Metrics that have a section of their own and no line in the company's table.
REPRESENTATION, DIRECT_REPORTS = "representation", "direct_reports"
YEARS_OF_TREND = 5


@dataclass(frozen=True)
class Convention:
    """One definition of one metric."""

    metric: str
    convention_id: str
    is_default: bool
    title: str
    says: str
    family: str
    grain: str
    window_months: int
    unit: str
    interval_method: str
    sensitivity_class: str
    fixed_by: str
    population: str
    numerator: str
    denominator: str | None
    tie_rule: str | None
    input_columns: str
    source: str


@dataclass(frozen=True)
class Cell:
    """One number, or the status that stands in its place; numbers are None unless the status is in SHOWN."""

    metric: str
    convention_id: str
    period_end: dt.date
    segment_kind: str
    segment_id: str
    attribute: str | None
    group_value: str | None
    status: str
    n: int | None = None
    numerator: float | None = None
    value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    # last day of the first period that compares; None where nothing was asked
    comparable_since: dt.date | None = None


@dataclass(frozen=True)
class Minimum:
    """The smallest group that is shown of one sensitivity class: in tables of places, and in a leader's indicators."""

    sensitivity_class: str
    minimum: int
    leader_minimum: int
    reason: str


@dataclass(frozen=True)
class LeaderTally:
    """How many leaders lie where on one indicator; no leader is named, and none is ordered."""

    scope: str
    metric: str
    convention_id: str
    period_end: dt.date
    n_leaders: int
    n_compared: int
    n_above: int
    n_below: int
    n_without_interval: int
    n_insufficient: int
    n_hidden: int
    n_nobody: int
    n_not_collected: int


@dataclass(frozen=True)
class Contents:
    """Everything that one report is made of."""

    conventions: list[Convention]
    minimums: dict[str, Minimum]
    company: list[Cell]
    representation: list[Cell]
    units: list[Unit]
    n_units_left_out: int
    unit_cells: list[Cell]
    # (metric, convention) -> units and leaders, and whether it is collected of them
    elsewhere: dict[tuple[str, str], dict[str, bool]]
    unit_names: dict[str, str]
    unit_order: dict[str, int]
    leaders: list[LeaderTally]
    spans: dict[int, int]
    spans_period_end: dt.date | None
    quality: Quality


def columns_of(record: type[Any]) -> str:
    """SQL of a record's columns; those that a record may lack are empty unless the row's status lets them be shown."""
    return ", ".join(
        field.name if field.default is MISSING else f"case when {IS_SHOWN} then {field.name} end as {field.name}"
        for field in fields(record)
    )


# in the catalogue's own order: the order of the families, defaults first
CONVENTIONS = """
    select
        metric, convention_id, is_default, title, says, family, grain, window_months, unit, interval_method,
        sensitivity_class, fixed_by, population_definition, numerator_definition, denominator_definition, tie_rule,
        input_columns, source
    from metric_conventions
    order by rowid
"""

MINIMUMS = "select sensitivity_class, minimum, leader_minimum, reason from minimums"

# every cell with the first period that compares with it
VALUES = """
    create temp view compared_values as
    select metric_values.*, metric_comparability.comparable_since
    from metric_values left join metric_comparability using (metric, period_end)
"""

COMPANY = f"""
    select {columns_of(Cell)} from compared_values
    where segment_kind = 'company' and attribute is null
    qualify period_end > max(period_end) over () - to_years({YEARS_OF_TREND})
    order by metric, convention_id, period_end
"""

SHARES = f"""
    with
    cells as (
        select
            '{REPRESENTATION}' as metric, convention_id, period_end, segment_kind, segment_id, attribute, group_value,
            status, n, n_members as numerator, share as value, ci_low, ci_high, null::date as comparable_since
        from equity_representation where segment_kind in ('company', 'level')
    ),
    last as (select max(period_end) as period_end from cells)
    select {columns_of(Cell)} from cells
    where
        (segment_kind = 'company' and period_end > (select period_end - to_years({YEARS_OF_TREND}) from last))
        or period_end = (select period_end from last)
    order by attribute, group_value, segment_kind, segment_id, period_end
"""

# the units of the last period; units that only a survey names have cells and no row in the tree
TREE = """
    with
    last as (select max(period_end) as day from metric_values where segment_kind = 'org_unit'),
    measured as (
        select distinct segment_id as org_unit_id from metric_values
        where segment_kind = 'org_unit' and period_end > (select day - to_years(1) from last)
    ),
    standing as (
        select org_unit_id, name, parent_id from dim_org_unit
        where valid_from <= (select day from last) and coalesce(valid_to > (select day from last), true)
    )
    select org_unit_id, coalesce(standing.name, org_unit_id), standing.parent_id
    from standing
    full join measured using (org_unit_id)
    where standing.org_unit_id is not null or org_unit_id not in (select org_unit_id from dim_org_unit)
"""

# what is told of units or leaders, and whether any of it is collected; a metric may be told of these alone
ELSEWHERE = """
    select metric, convention_id, 'units' as place, bool_or(status <> 'not_collected') as is_collected
    from metric_values where segment_kind = 'org_unit' and attribute is null
    group by metric, convention_id
    union all
    select metric, convention_id, 'leaders', bool_or(status <> 'not_collected')
    from leader_indicators
    group by metric, convention_id
    order by metric, convention_id, place desc
"""

UNIT_NAMES = """
    select org_unit_id, max_by(coalesce(name, org_unit_id), valid_from) from dim_org_unit group by org_unit_id
"""

# the units' headline cells, each metric at its latest period
UNIT_CELLS = f"""
    with
    cells as (
        select * from compared_values
        where
            attribute is null and is_default and segment_kind in ('company', 'org_unit')
            and metric in {tuple(sorted({metric for columns in UNIT_METRICS.values() for metric in columns}))}
    ),
    last as (select metric, max(period_end) as period_end from cells group by metric)
    select {columns_of(Cell)} from cells
    semi join last using (metric, period_end)
    where segment_kind = 'org_unit'
"""

# leaders counted by where the interval of their difference from the others lies; no key leaves the query
LEADERS = f"""
    with
    placed as (
        select
            scope, metric, convention_id, period_end, status, difference_low, difference_high,
            {IS_SHOWN} and difference_low is not null and difference_high is not null as is_compared
        from leader_indicators
        where metric <> '{DIRECT_REPORTS}'
        qualify period_end = max(period_end) over (partition by scope, metric, convention_id)
    )
    select
        scope, metric, convention_id, period_end,
        count(*) as n_leaders,
        count(*) filter (where is_compared) as n_compared,
        count(*) filter (where is_compared and difference_low > 0) as n_above,
        count(*) filter (where is_compared and difference_high < 0) as n_below,
        count(*) filter (where {IS_SHOWN} and not is_compared) as n_without_interval,
        count(*) filter (where status = 'insufficient') as n_insufficient,
        count(*) filter (where status = 'suppressed') as n_hidden,
        count(*) filter (where status = 'no_population') as n_nobody,
        count(*) filter (where status = 'not_collected') as n_not_collected
    from placed
    group by scope, metric, convention_id, period_end
    order by scope, metric, convention_id
"""

# direct reports -> how many leaders have so many, at the latest quarter's end
SPANS = f"""
    with last as (select max(period_end) as period_end from leader_indicators where metric = '{DIRECT_REPORTS}')
    select period_end, cast(value as integer) as n_reports, count(*) as n_leaders
    from leader_indicators semi join last using (period_end)
    where metric = '{DIRECT_REPORTS}' and scope = 'direct_reports' and {IS_SHOWN} and value > 0
    group by period_end, n_reports
    order by n_reports
"""


def read_contents(connection: duckdb.DuckDBPyConnection) -> Contents:
    """Read everything that the report shows from a release's leadership.duckdb."""
    connection.execute(VALUES)

    def rows(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query).fetchall()

    tree = in_tree_order(rows(TREE))
    units, left_out = top_layers(tree)
    unit_ids = {unit.unit_id for unit in units}
    spans = rows(SPANS)
    return Contents(
        conventions=[Convention(*row) for row in rows(CONVENTIONS)],
        minimums={row[0]: Minimum(*row) for row in rows(MINIMUMS)},
        company=[Cell(*row) for row in rows(COMPANY)],
        representation=[Cell(*row) for row in rows(SHARES)],
        units=units,
        n_units_left_out=left_out,
        unit_cells=[cell for row in rows(UNIT_CELLS) if (cell := Cell(*row)).segment_id in unit_ids],
        elsewhere={
            key: {place: is_collected for *_, place, is_collected in members}
            for key, members in grouped(rows(ELSEWHERE), lambda row: (row[0], row[1]))
        },
        unit_names=dict(rows(UNIT_NAMES)),
        unit_order={unit.unit_id: place for place, unit in enumerate(tree)},
        leaders=[LeaderTally(*row) for row in rows(LEADERS)],
        spans={n_reports: n_leaders for _, n_reports, n_leaders in spans},
        spans_period_end=spans[0][0] if spans else None,
        quality=read_quality(connection),
    )
