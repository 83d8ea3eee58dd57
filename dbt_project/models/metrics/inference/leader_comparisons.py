"""Each leader's cell beside those of the other leaders: peers, test, agreement, shrinkage (people_stats.comparisons)."""

import polars as pl
from people_stats.comparisons import compare


def model(dbt, session):
    """Cells that may be shown in, one comparison a cell out. A metric at a time, so that memory stays that of one."""
    dbt.config(materialized="table")
    cells = dbt.ref("comparable_cells")
    metrics = [metric for (metric,) in cells.aggregate("metric").order("metric").fetchall()]
    # ordered, because sums of floats depend on the order in which threads deliver; none at all gives the columns
    parts = (cells.filter(f"metric = '{metric}'").order("family, cell_number").pl() for metric in metrics or [""])
    return pl.concat([compare(part) for part in parts])
