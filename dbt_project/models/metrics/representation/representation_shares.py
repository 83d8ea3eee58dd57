"""The share of each group among the people of each segment at each quarter's end, with its interval."""

import polars as pl
from people_stats.intervals import wilson

SEGMENT = ["month_end", "segment_kind", "segment_id", "attribute"]


def model(dbt, session):
    """Counts of members in, one row a segment and group out; a group with nobody there is a share of zero."""
    dbt.config(materialized="table")
    counts = dbt.ref("representation_counts").pl()
    groups = counts.select("attribute", "group_value").unique().sort("attribute", "group_value")
    segments = counts.filter("is_divided").select(*SEGMENT, "n").unique().sort(SEGMENT)
    cells = (
        segments.join(groups, on="attribute", maintain_order="left_right")
        .join(counts.drop("n", "is_divided"), on=[*SEGMENT, "group_value"], how="left", maintain_order="left")
        .with_columns(pl.col("n_members").fill_null(0))
    )
    low, high = wilson(*(cells[name].cast(pl.Float64).to_numpy() for name in ("n_members", "n")))
    return cells.with_columns(ci_low=pl.Series(low), ci_high=pl.Series(high))
