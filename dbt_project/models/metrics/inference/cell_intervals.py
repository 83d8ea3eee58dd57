"""One interval a measured cell, by the method that the metric's convention names."""

from people_stats.intervals import interval


def model(dbt, session):
    """Cells in, (cell_number, ci_low, ci_high) out; cells without a method or a number have none."""
    dbt.config(materialized="table")
    columns = (
        "cell_number, interval_method, n, numerator, denominator, sum_squares, sum_cross, sum_denominator_squares, "
        "order_low, order_high"
    )
    cells = dbt.ref("measured_cells").filter("interval_method <> 'none'").select(columns).pl()
    return interval(cells)
