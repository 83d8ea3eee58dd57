"""How the report reads equity: SQL on a release's `leadership.duckdb`, every table of comparisons in one form.

The numbers of rows that are not shown are left out a second time. Not here: the records (`equity_records`).
"""

from collections.abc import Collection
from dataclasses import fields
from typing import Any

import duckdb

from orchestration.report.equity_records import Comparison, Curve, Equity, Flow, Share, Specification, Tally
from orchestration.report.reading import ENDINGS, IS_SHOWN, columns_of

# table -> column of Comparison -> SQL; what a table has not got is empty
COLUMNS = {
    "equity_selection": {
        "topic": "'selection'",
        "measure": "selection",
        "period_kind": "selection_window",
        "unit": "'share'",
        "scale": "'ratio'",
        "total": "selected",
        "value": "rate",
        "reference_total": "reference_selected",
        "reference_value": "reference_rate",
        "estimate": "impact_ratio",
        "low": "ratio_low",
        "high": "ratio_high",
        "detectable": "smallest_detectable_ratio",
        "is_below_four_fifths": "is_below_four_fifths",
        "shortfall": "shortfall",
        "flips": "flips_with_one_decision",
        "within": "stratified_ratio",
        "within_low": "stratified_low",
        "within_high": "stratified_high",
        "within_verdict": "stratified_verdict",
        "turns": "reverses",
    },
    "equity_opportunity": {
        "topic": "'opportunity'",
        "measure": "opportunity || '_' || measure",
        "period_kind": "opportunity_window",
        "unit": "case when measure = 'hours' then 'hours' else 'share' end",
        "scale": "case when measure in ('hours', 'used') then 'difference' else 'ratio' end",
        "total": "total",
        "value": "value",
        "reference_value": "reference_value",
        "estimate": "case when measure in ('hours', 'used') then difference else impact_ratio end",
        "low": "ci_low",
        "high": "ci_high",
        "detectable": "coalesce(smallest_detectable_ratio, smallest_detectable_difference)",
        "is_below_four_fifths": "shortfall > 0",
        "shortfall": "shortfall",
        "flips": "flips_with_one_decision",
        "within": "stratified_difference",
        "within_low": "stratified_low",
        "within_high": "stratified_high",
        "turns": "is_reversed",
    },
    "equity_progression": {
        "topic": "'progression'",
        "measure": "'time_to_promotion'",
        "unit": "'months'",
        "scale": "'hazard'",
        "total": "n_promoted",
        "value": "median_months",
        "reference_total": f"""
            max(n_promoted) filter (where group_value = reference_group and {IS_SHOWN})
                over (partition by segment_kind, segment_id, attribute)
        """,
        "reference_value": "reference_median_months",
        "estimate": "hazard_ratio",
        "low": "ci_low",
        "high": "ci_high",
        "detectable": "smallest_detectable_ratio",
        "flips": "flips_with_one_decision",
    },
    "equity_perception": {
        "topic": "'perception'",
        "raters": "rater_group_value",
        "unit": "'score'",
        "scale": "'difference'",
        "value": "mean",
        "reference_value": "reference_mean",
        "estimate": "difference",
        "low": "ci_low",
        "high": "ci_high",
        "detectable": "smallest_detectable_difference",
        "within": "stratified_difference",
        "within_low": "stratified_low",
        "within_high": "stratified_high",
        "turns": "is_reversed",
    },
    "equity_pay_gap": {
        "topic": "'pay'",
        "measure": "pay_element || '_' || statistic",
        "period_kind": "law",
        "period_end": "snapshot_date",
        "segment_id": "concat_ws(', ', nullif(legal_entity, 'all'), nullif(country, 'all'), nullif(worker_category, 'all'))",
        "unit": "case when statistic = 'share_paid' then 'share' else currency end",
        "scale": "'percent'",
        "value": "value",
        "reference_value": "reference_value",
        "estimate": "gap_percent",
        "low": "ci_low",
        "high": "ci_high",
        "detectable": "smallest_detectable_gap",
    },
}
# columns that every table has under the name of the record
SAME = [
    *("measure", "period_end", "segment_kind", "segment_id", "attribute", "group_value", "status", "n"),
    *("reference_group", "reference_n", "q_value", "n_tests", "verdict", "is_material"),
]

# the rows that pages may show: the longest window in its last period, offers once (as selections), one way to read a median
ROWS = {
    "equity_selection": "is_default and (selection_window <> 'cycle' or selection = 'promotion')",
    "equity_opportunity": "opportunity_window = 'four_half_years' and measure <> 'offered'",
    "equity_progression": "true",
    "equity_perception": "true",
    "equity_pay_gap": """
        pay_element in ('hourly_pay', 'variable_pay') and statistic in ('mean', 'median', 'share_paid')
        and convention_id in ('all', 'middle_of_two', 'recipients', 'recipients_middle_of_two', 'everybody')
        and not (convention_id = 'everybody' and statistic <> 'share_paid')
    """,
}


def _sources() -> str:
    """Every table of comparisons under the columns of the record, each measure in its last period."""
    defaults = {name: name for name in SAME} | {"raters": "'*'", "period_kind": "''"}
    selects = []
    for table, of_table in COLUMNS.items():
        columns = defaults | of_table
        day, measure, kind = (columns[name] for name in ("period_end", "measure", "period_kind"))
        selects.append(f"""
            select {", ".join(f"{columns.get(field.name, 'null')} as {field.name}" for field in fields(Comparison))}
            from {table}
            where {ROWS[table]} and ({measure}, {kind}, {day}) in (
                select ({measure}, {kind}, max({day})) from {table} group by {measure}, {kind}
            )
        """)
    return " union all ".join(selects)


ALL = f"create temp table equity_comparisons as {_sources()}"

# a unit all of whose comparisons are the company's own would say the same twice
TWINS = """
    delete from equity_comparisons where segment_kind = 'org_unit' and segment_id in (
        select units.segment_id
        from equity_comparisons as units
        left join equity_comparisons as company
            on company.segment_kind = 'company' and units.topic = company.topic and units.measure = company.measure
            and units.raters = company.raters and units.period_kind = company.period_kind
            and units.attribute = company.attribute and units.group_value = company.group_value
            and units.status = company.status and units.n is not distinct from company.n
            and units.total is not distinct from company.total
        where units.segment_kind = 'org_unit'
        group by units.segment_id
        having bool_and(company.measure is not null)
    )
"""

COMPARISONS = f"""
    select {columns_of(Comparison)} from equity_comparisons
    where
        segment_kind in ('company', 'legal_entity') or {IS_SHOWN} and verdict = 'gap'
        or measure = 'promotion' and (segment_kind = 'level' or list_contains(?, segment_id))
"""

TALLIES = f"""
    select topic, measure, segment_kind, {ENDINGS}
    from equity_comparisons
    where segment_kind not in ('company', 'legal_entity', 'part_time') and period_kind <> 'cycle' and raters = '*'
    group by topic, measure, segment_kind
"""

CURVES = f"select {columns_of(Curve)} from equity_progression where segment_kind = 'company'"

FLOWS = f"""
    with years as (
        select * from equity_representation_walk where period_kind = 'year' and segment_kind in ('company', 'level')
        qualify period_end = max(period_end) over ()
    )
    select {columns_of(Flow)} from years
"""

UNIT_SHARES = f"""
    with latest as (
        select *, segment_id as place from equity_representation where segment_kind = 'org_unit'
        qualify period_end = max(period_end) over ()
    )
    select {columns_of(Share)} from latest where not contains(attribute, '_x_')
"""

QUARTERS = f"""
    with latest as (
        select
            statistic as place, snapshot_date as period_end, attribute, group_value, n, value as share,
            null::double as ci_low, null::double as ci_high, status
        from equity_pay_gap
        where law = 'company' and segment_kind = 'company' and pay_element = 'hourly_pay' and statistic like 'quarter%'
        qualify snapshot_date = max(snapshot_date) over ()
    )
    select {columns_of(Share)} from latest
"""

SPECIFICATIONS = f"""
    with latest as (
        select * from equity_pay_gap_adjusted where segment_kind = 'company' and method = 'ols_hc3'
        qualify snapshot_date = max(snapshot_date) over ()
    )
    select {columns_of(Specification)} from latest
"""


def read_equity(connection: duckdb.DuckDBPyConnection, unit_ids: Collection[str]) -> Equity:
    """Read what the pages on equity show; of units, those named and every gap."""
    connection.execute(ALL)
    connection.execute(TWINS)

    def rows(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return connection.execute(query, parameters).fetchall()

    return Equity(
        [Comparison(*row) for row in rows(COMPARISONS, sorted(unit_ids))],
        [Tally(*row) for row in rows(TALLIES)],
        [Curve(*row) for row in rows(CURVES)],
        [Flow(*row) for row in rows(FLOWS)],
        [share for row in rows(UNIT_SHARES) if (share := Share(*row)).place in unit_ids],
        [Share(*row) for row in rows(QUARTERS)],
        [Specification(*row) for row in rows(SPECIFICATIONS)],
    )
