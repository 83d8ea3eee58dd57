"""What the report knows of promotion: rows of a release's `leadership.duckdb`, as frozen records.

Here: SQL on that one file, with the numbers of rows that are not shown left out a second time. There is no person in any of
them. Not here: the pages (`promotion`, `notice`), the ladder itself (`framework_records`).
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

import duckdb

from orchestration.report.equity_records import Comparison, Tally
from orchestration.report.reading import ENDINGS, IS_SHOWN, columns_of


@dataclass(frozen=True)
class Standing:
    """How many of the cases of one place have one result: a band, the state of a criterion, or a case in words."""

    told_of: str
    segment_kind: str
    segment_id: str
    item: str
    result: str
    status: str
    n: int | None = None
    total: int | None = None
    share: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None


@dataclass(frozen=True)
class Missed:
    """Of those who lack a criterion in one place or group, how many were never offered what serves it."""

    opportunity: str
    segment_kind: str
    segment_id: str
    attribute: str
    group_value: str
    status: str
    n: int | None = None
    n_never_offered: int | None = None
    share: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of the cases of one earlier day, of one band, place and group."""

    as_of: dt.date
    knowledge: str
    segment_kind: str
    segment_id: str
    attribute: str
    group_value: str
    band: str
    status: str
    n: int | None = None
    n_promoted: int | None = None
    n_known: int | None = None
    n_good: int | None = None
    n_promoted_known: int | None = None
    n_false_ready: int | None = None
    n_never_ready: int | None = None
    conversion_rate: float | None = None
    conversion_low: float | None = None
    conversion_high: float | None = None
    false_ready_rate: float | None = None
    false_ready_low: float | None = None
    false_ready_high: float | None = None
    never_ready_rate: float | None = None
    never_ready_low: float | None = None
    never_ready_high: float | None = None
    good_rate: float | None = None
    good_low: float | None = None
    good_high: float | None = None
    incidence_12: float | None = None
    incidence_12_low: float | None = None
    incidence_12_high: float | None = None
    median_months: float | None = None
    naive_mean_months_biased: float | None = None
    reference_group: str | None = None
    reference_n: int | None = None
    reference_rate: float | None = None
    impact_ratio: float | None = None
    q_value: float | None = None
    n_tests: int | None = None
    verdict: str | None = None


@dataclass(frozen=True)
class Promotion:
    """Everything that the page on promotion is made of, beside the ladder.

    `comparisons`: of decisions in the company, and every gap within units; `screens`: comparisons on single criteria that
    keep a group out, with the criterion as measure.
    """

    standings: list[Standing]
    missed: list[Missed]
    outcomes: list[Outcome]
    comparisons: list[Comparison]
    screens: list[Comparison]
    tallies: list[Tally]


# column of Comparison -> SQL on promotion_audit; what it has not got is empty
COLUMNS = {
    "topic": "'audit'",
    "measure": "case when audit_of in ('band', 'opportunity', 'time_waited') then audit_of || '_' || item else audit_of end",
    "raters": "'*'",
    "period_kind": "''",
    "period_end": "?::date",
    "unit": "'share'",
    "scale": "case when audit_of = 'time_waited' then 'hazard' else 'ratio' end",
    "total": "selected",
    "value": "rate",
    "reference_total": f"""
        coalesce(reference_selected, max(selected) filter (where group_value = reference_group and {IS_SHOWN})
            over (partition by audit_of, item, segment_kind, segment_id, attribute))
    """,
    "reference_value": "reference_rate",
    "estimate": "impact_ratio",
    "low": "ratio_low",
    "high": "ratio_high",
    "detectable": "smallest_detectable_ratio",
    "flips": "flips_with_one_decision",
    "within": "stratified_ratio",
    "within_low": "stratified_low",
    "within_high": "stratified_high",
    "within_verdict": "stratified_verdict",
    "turns": "reverses",
}


def _audited(measure: str) -> str:
    columns = COLUMNS | {"measure": measure}
    chosen = ", ".join(f"{columns.get(field.name, field.name)} as {field.name}" for field in fields(Comparison))
    return f"(select {chosen}, audit_of, screens_out from promotion_audit)"


STANDINGS = f"""
    select {columns_of(Standing)} from promotion_calibration
    where segment_kind <> 'org_unit' or list_contains(?, segment_id)
    order by told_of, segment_kind, segment_id, item, result
"""

MISSED = f"""
    select {columns_of(Missed)} from promotion_opportunity
    where segment_kind in ('company', 'level') or segment_kind = 'org_unit' and list_contains(?, segment_id)
    order by opportunity, segment_kind, segment_id, attribute, group_value
"""

OUTCOMES = f"""
    select {columns_of(Outcome)} from promotion_backtest
    where
        segment_kind = 'company' or segment_kind = 'level' and attribute = 'all'
        or segment_kind = 'org_unit' and attribute = 'all' and list_contains(?, segment_id)
    order by as_of desc, knowledge, segment_kind, segment_id, attribute, group_value, band
"""

COMPARISONS = f"""
    select {columns_of(Comparison)} from {_audited(COLUMNS["measure"])}
    where audit_of <> 'criterion' and (segment_kind = 'company' or {IS_SHOWN} and verdict = 'gap')
"""

SCREENS = f"""
    select {columns_of(Comparison)} from {_audited("item")}
    where audit_of = 'criterion' and segment_kind = 'company' and screens_out and {IS_SHOWN}
    order by measure, attribute, group_value
"""

# of a table of the audit, in the company or within units
TALLIES = f"""
    select 'audit' as topic, audit_of as measure, segment_kind, {ENDINGS}
    from promotion_audit
    group by audit_of, segment_kind
    order by audit_of, segment_kind
"""


def read_promotion(connection: duckdb.DuckDBPyConnection, unit_ids: Collection[str], as_of: dt.date | None) -> Promotion:
    """Read what the page on promotion shows; of units, those named. `as_of` is the release's day."""
    units = sorted(unit_ids)

    def rows(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return connection.execute(query, parameters).fetchall()

    return Promotion(
        [Standing(*row) for row in rows(STANDINGS, units)],
        [Missed(*row) for row in rows(MISSED, units)],
        [Outcome(*row) for row in rows(OUTCOMES, units)],
        [Comparison(*row) for row in rows(COMPARISONS, as_of)],
        [Comparison(*row) for row in rows(SCREENS, as_of)],
        [Tally(*row) for row in rows(TALLIES)],
    )
