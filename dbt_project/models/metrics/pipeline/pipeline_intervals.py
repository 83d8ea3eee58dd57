"""Wilson intervals of the shares in the tables of the pipeline: the bench, the nine-box and its movement."""

import polars as pl
from people_stats.intervals import wilson


def model(dbt, session):
    """Counts of parts and wholes in, (cell_of, cell_number, ci_low, ci_high) out."""
    dbt.config(materialized="table")
    tables = {
        "bench": dbt.ref("bench_cells"),
        "standing": dbt.ref("nine_box_standings"),
        "movement": dbt.ref("nine_box_movements"),
    }
    parts = [table.select(f"'{name}' as cell_of, cell_number, n, total").pl() for name, table in tables.items()]
    cells = pl.concat(parts, how="vertical_relaxed")
    low, high = wilson(cells["n"].cast(pl.Float64).to_numpy(), cells["total"].cast(pl.Float64).to_numpy())
    intervals = cells.select("cell_of", "cell_number").with_columns(ci_low=pl.Series(low), ci_high=pl.Series(high))
    return intervals.with_columns(pl.col("ci_low", "ci_high").fill_nan(None))
