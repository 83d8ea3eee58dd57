"""One verdict record a group of every table of selection rates, in each convention."""

import polars as pl
from people_stats.selection import verdicts
from people_stats.verdicts import PLAIN_MAXIMUM, ReferenceRule

TABLE = ["selection", "selection_window", "period_end", "segment_kind", "segment_id", "attribute"]
FAMILY = ["selection", "selection_window", "period_end", "segment_kind", "attribute"]
STRATA = ["level", "job_family", "cycle_end"]
CONVENTIONS = {
    "highest_disclosed_rate_10_percent_30_people": ReferenceRule(),
    "highest_rate_29_cfr_1607_4_d": PLAIN_MAXIMUM,
}


def model(dbt, session):
    """Counts by group and stratum in, verdict records out (people_stats.selection)."""
    dbt.config(materialized="table")
    # millions of rows are joined by names: as categories they take two thirds of the memory
    pools = dbt.ref("selection_pools").pl().with_columns(pl.col(pl.String).cast(pl.Categorical))
    records = pl.concat(
        verdicts(pools, TABLE, FAMILY, rule, STRATA).with_columns(convention_id=pl.lit(convention))
        for convention, rule in CONVENTIONS.items()
    )
    return records.with_columns(pl.col(pl.Categorical).cast(pl.String))
