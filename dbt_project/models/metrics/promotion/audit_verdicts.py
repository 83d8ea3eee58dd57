"""One verdict record a group of every table of the promotion audit."""

import polars as pl
from people_stats.selection import bias_audit, verdicts
from people_stats.waiting import waiting

TABLE = ["audit_of", "item", "segment_kind", "segment_id", "attribute"]
FAMILY = ["audit_of", "segment_kind", "attribute"]
STRATA = ["level", "track", "cycle_id"]
RATIOS = {"share": "category_share", "impact_ratio": "ratio_to_most_selected"}


def model(dbt, session):
    """Counts by group in, verdict records out (people_stats.selection, of time waited people_stats.waiting)."""
    dbt.config(materialized="table")
    records = verdicts(dbt.ref("audit_pools").pl(), TABLE, FAMILY, strata=STRATA)
    key = [*TABLE, "group_value"]
    ratios = bias_audit(records.select(*key, "n", "selected"), TABLE).select(*key, *RATIOS).rename(RATIOS)
    waits = waiting(dbt.ref("progression_verdicts").pl(), dbt.ref("backtest_counts").pl())
    return pl.concat([records.join(ratios, on=key, how="left", maintain_order="left"), waits], how="diagonal_relaxed")
