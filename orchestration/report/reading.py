"""What the report knows: rows of a release's `leadership.duckdb`, as frozen records.

Here: SQL on that one file, aggregated to what a page can hold, with the numbers of cells that are not shown left out a
second time. Not here: words (`wording`), layout (`page`), and `people.duckdb`, which no report may open.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.report.grouping import natural

# Statuses under which a cell's numbers may be read.
SHOWN = ("ok", "merged_up")
# Metrics that have a section of their own and no line in the company's table.
REPRESENTATION, DIRECT_REPORTS = "representation", "direct_reports"
# Columns of the table of units; each by its default convention.
UNIT_METRICS = (
    "headcount",
    "turnover",
    "promotion_rate",
    "span_of_control",
    "engagement_index",
    "response_rate",
    "score_360",
    "learning_hours_per_fte",
    "checkin_cadence",
    "contract_progress",
)
# Layers of the unit tree are shown from the top while there are no more units than this; two layers always begin.
MOST_UNITS = 80
MOST_LAYERS = 3
YEARS_OF_TREND = 5


@dataclass(frozen=True)
class Convention:
    """One definition of one metric."""

    metric: str
    convention_id: str
    is_default: bool
    title: str
    family: str
    grain: str
    window_months: int
    unit: str
    interval_method: str
    fixed_by: str
    population: str
    numerator: str
    denominator: str | None
    tie_rule: str | None
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


@dataclass(frozen=True)
class Comparison:
    """One group of one table of promotion rates beside its reference; numbers are None unless shown."""

    window: str
    period_end: dt.date
    segment_kind: str
    segment_id: str
    attribute: str
    group_value: str
    status: str
    n: int | None = None
    selected: int | None = None
    rate: float | None = None
    reference_group: str | None = None
    reference_n: int | None = None
    reference_selected: int | None = None
    reference_rate: float | None = None
    impact_ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    q_value: float | None = None
    n_tests: int | None = None
    is_below_four_fifths: bool | None = None
    shortfall: int | None = None
    smallest_detectable_ratio: float | None = None
    verdict: str | None = None
    is_material: bool | None = None
    flips_with_one_decision: bool | None = None


@dataclass(frozen=True)
class Unit:
    """A unit of the tree, with its layer; the top is layer 0."""

    unit_id: str
    name: str
    kind: str
    depth: int


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
class Measure:
    """One measure of data quality."""

    source: str
    table_name: str
    measure: str
    reason: str
    n_rows: int
    n_bad: int


@dataclass(frozen=True)
class Contents:
    """Everything that one report is made of."""

    conventions: list[Convention]
    company: list[Cell]
    representation: list[Cell]
    comparisons: list[Comparison]
    units: list[Unit]
    n_units_left_out: int
    unit_cells: list[Cell]
    unit_names: dict[str, str]
    unit_order: dict[str, int]
    leaders: list[LeaderTally]
    spans: dict[int, int]
    spans_period_end: dt.date | None
    quality: list[Measure]


def read_contents(database: Path) -> Contents:
    """Read everything that the report shows from a release's leadership.duckdb."""
    with duckdb.connect(str(database), read_only=True) as connection:
        company = _read_company(connection)
        tree = _read_tree(connection)
        units, left_out = top_layers(tree)
        spans_period_end, spans = _read_spans(connection)
        return Contents(
            conventions=_read_conventions(connection),
            company=company,
            representation=_read_representation(connection),
            comparisons=_read_comparisons(connection),
            units=units,
            n_units_left_out=left_out,
            unit_cells=_read_unit_cells(connection, units),
            unit_names=_read_unit_names(connection),
            unit_order={unit.unit_id: place for place, unit in enumerate(tree)},
            leaders=_read_leaders(connection),
            spans=spans,
            spans_period_end=spans_period_end,
            quality=_read_quality(connection),
        )


def _numbers(*columns: str) -> str:
    """SQL of columns that are empty unless the row's status lets them be shown."""
    shown = ", ".join(f"'{status}'" for status in SHOWN)
    return ", ".join(f"case when status in ({shown}) then {column} end as {column}" for column in columns)


_CELL = f"""
    metric, convention_id, period_end, segment_kind, segment_id, attribute, group_value, status,
    {_numbers("n", "numerator", "value", "ci_low", "ci_high")}
"""


def _read_conventions(connection: duckdb.DuckDBPyConnection) -> list[Convention]:
    # the catalogue's own order: the order of the families, defaults first
    rows = connection.execute(
        """
        select
            metric, convention_id, is_default, title, family, grain, window_months, unit, interval_method, fixed_by,
            population_definition, numerator_definition, denominator_definition, tie_rule, source
        from metric_conventions
        order by rowid
        """
    ).fetchall()
    return [Convention(*row) for row in rows]


def _read_company(connection: duckdb.DuckDBPyConnection) -> list[Cell]:
    rows = connection.execute(
        f"""
        select {_CELL} from metric_values
        where segment_kind = 'company' and attribute is null
        qualify period_end > max(period_end) over () - to_years({YEARS_OF_TREND})
        order by metric, convention_id, period_end
        """
    ).fetchall()
    return [Cell(*row) for row in rows]


def _read_representation(connection: duckdb.DuckDBPyConnection) -> list[Cell]:
    rows = connection.execute(
        f"""
        with
        cells as (
            select * from metric_values
            where metric = '{REPRESENTATION}' and attribute is not null and segment_kind in ('company', 'level')
        ),
        last as (select max(period_end) as period_end from cells)
        select {_CELL} from cells
        where
            (segment_kind = 'company' and period_end > (select period_end - to_years({YEARS_OF_TREND}) from last))
            or period_end = (select period_end from last)
        order by attribute, group_value, segment_kind, segment_id, period_end
        """
    ).fetchall()
    return [Cell(*row) for row in rows]


def _read_comparisons(connection: duckdb.DuckDBPyConnection) -> list[Comparison]:
    numbers = _numbers(
        *("n", "selected", "rate", "reference_group", "reference_n", "reference_selected", "reference_rate"),
        *("impact_ratio", "ratio_low", "ratio_high", "q_value", "n_tests", "is_below_four_fifths", "shortfall"),
        *("smallest_detectable_ratio", "verdict", "is_material", "flips_with_one_decision"),
    )
    rows = connection.execute(
        f"""
        select selection_window, period_end, segment_kind, segment_id, attribute, group_value, status, {numbers}
        from equity_selection
        where selection = 'promotion'
        qualify period_end = max(period_end) over (partition by selection_window)
        order by selection_window, segment_kind, segment_id, attribute, group_value
        """
    ).fetchall()
    return [Comparison(*row) for row in rows]


def _read_tree(connection: duckdb.DuckDBPyConnection) -> list[Unit]:
    """The units of the last period in the order of the tree, each with its layer; siblings by name."""
    rows = connection.execute(
        """
        with
        last as (select max(period_end) as day from metric_values where segment_kind = 'org_unit'),
        -- units that only a survey names have cells and no row in the tree
        measured as (
            select distinct segment_id as org_unit_id from metric_values
            where segment_kind = 'org_unit' and period_end > (select day - to_years(1) from last)
        ),
        standing as (
            select org_unit_id, name, parent_id, kind from dim_org_unit
            where valid_from <= (select day from last) and coalesce(valid_to > (select day from last), true)
        )
        select org_unit_id, standing.name, standing.parent_id, standing.kind
        from standing
        full join measured using (org_unit_id)
        where standing.org_unit_id is not null or org_unit_id not in (select org_unit_id from dim_org_unit)
        """
    ).fetchall()
    return in_tree_order(rows)


def in_tree_order(rows: list[tuple[str, str | None, str | None, str | None]]) -> list[Unit]:
    """Units from (id, name, parent, kind), depth first, siblings by name; what hangs in a circle is left out."""
    known = {row[0] for row in rows}
    children: defaultdict[str | None, list[tuple[str, str | None, str | None, str | None]]] = defaultdict(list)
    for row in rows:
        children[row[2] if row[2] in known else None].append(row)
    for siblings in children.values():
        siblings.sort(key=lambda row: (natural(row[1] or row[0]), row[0]), reverse=True)
    ordered: list[Unit] = []
    waiting = [(row, 0) for row in children[None]]
    while waiting:
        (unit_id, name, _, kind), depth = waiting.pop()
        ordered.append(Unit(unit_id, name or unit_id, kind or "", depth))
        waiting += [(row, depth + 1) for row in children[unit_id]]
    return ordered


def top_layers(tree: list[Unit]) -> tuple[list[Unit], int]:
    """The two or three top layers in the order of the tree, and how many units of them were left out."""
    layers = 2
    while layers < MOST_LAYERS and sum(unit.depth <= layers for unit in tree) <= MOST_UNITS:
        layers += 1
    top = [unit for unit in tree if unit.depth < layers]
    return top[:MOST_UNITS], max(0, len(top) - MOST_UNITS)


def _read_unit_cells(connection: duckdb.DuckDBPyConnection, units: list[Unit]) -> list[Cell]:
    """The units' headline cells, each metric at its latest period for the company."""
    metrics = ", ".join(f"'{metric}'" for metric in UNIT_METRICS)
    # as text: a parameter makes DuckDB's client import pandas, which can take longer than all the rest (0.5 to 1.2 s)
    units_wanted = ", ".join("'" + unit.unit_id.replace("'", "''") + "'" for unit in units) or "null"
    rows = connection.execute(
        f"""
        with
        cells as (
            select * from metric_values where attribute is null and is_default and metric in ({metrics})
        ),
        last as (
            select metric, max(period_end) as period_end from cells where segment_kind = 'company' group by metric
        )
        select {_CELL} from cells
        semi join last using (metric, period_end)
        where segment_kind = 'org_unit' and segment_id in ({units_wanted})
        """
    ).fetchall()
    return [Cell(*row) for row in rows]


def _read_unit_names(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = connection.execute(
        "select org_unit_id, max_by(coalesce(name, org_unit_id), valid_from) from dim_org_unit group by org_unit_id"
    ).fetchall()
    return dict(rows)


def _read_leaders(connection: duckdb.DuckDBPyConnection) -> list[LeaderTally]:
    """Leaders counted by where the interval of their difference from the others lies. No key leaves the query."""
    shown = ", ".join(f"'{status}'" for status in SHOWN)
    rows = connection.execute(
        f"""
        with
        placed as (
            select
                scope, metric, convention_id, period_end, status,
                status in ({shown}) as is_shown,
                difference_low is not null and difference_high is not null as has_interval,
                difference_low > 0 as is_above,
                difference_high < 0 as is_below
            from leader_indicators
            where metric <> '{DIRECT_REPORTS}'
            qualify period_end = max(period_end) over (partition by scope, metric, convention_id)
        )
        select
            scope, metric, convention_id, period_end,
            count(*) as n_leaders,
            count(*) filter (where is_shown and has_interval) as n_compared,
            count(*) filter (where is_shown and has_interval and is_above) as n_above,
            count(*) filter (where is_shown and has_interval and is_below) as n_below,
            count(*) filter (where is_shown and not has_interval) as n_without_interval,
            count(*) filter (where status = 'insufficient') as n_insufficient,
            count(*) filter (where status = 'suppressed') as n_hidden,
            count(*) filter (where status = 'no_population') as n_nobody,
            count(*) filter (where status = 'not_collected') as n_not_collected
        from placed
        group by scope, metric, convention_id, period_end
        order by scope, metric, convention_id
        """
    ).fetchall()
    return [LeaderTally(*row) for row in rows]


def _read_spans(connection: duckdb.DuckDBPyConnection) -> tuple[dt.date | None, dict[int, int]]:
    """Direct reports -> how many leaders have so many, at the latest quarter's end."""
    shown = ", ".join(f"'{status}'" for status in SHOWN)
    rows = connection.execute(
        f"""
        with last as (select max(period_end) as period_end from leader_indicators where metric = '{DIRECT_REPORTS}')
        select period_end, cast(value as integer) as n_reports, count(*) as n_leaders
        from leader_indicators semi join last using (period_end)
        where metric = '{DIRECT_REPORTS}' and scope = 'direct_reports' and status in ({shown}) and value > 0
        group by period_end, n_reports
        order by n_reports
        """
    ).fetchall()
    return (rows[0][0] if rows else None), {n_reports: n_leaders for _, n_reports, n_leaders in rows}


def _read_quality(connection: duckdb.DuckDBPyConnection) -> list[Measure]:
    rows = connection.execute(
        """
        select source, table_name, measure, reason, n_rows, n_bad from data_quality
        order by source, table_name, measure, reason
        """
    ).fetchall()
    return [Measure(*row) for row in rows]
