"""Between which of its managers, ordered by direct reports, the median of a segment lies."""

import polars as pl
from people_stats.intervals import median_ranks


def model(dbt, session):
    """Managers by segment in, (n_managers, low_rank, high_rank) out, one row a number of managers that occurs."""
    dbt.config(materialized="table")
    managers = dbt.ref("report_counts").filter("n_reports > 0")
    segments = managers.aggregate("sum(n_people)::bigint as n_managers", "month_end, segment_kind, segment_id")
    n = segments.select("n_managers").distinct().order("n_managers").pl()["n_managers"]
    low, high = median_ranks(n.to_numpy())
    ranks = pl.DataFrame({"n_managers": n, "low_rank": low, "high_rank": high})
    return ranks.with_columns(pl.col("low_rank", "high_rank").fill_nan(None))
