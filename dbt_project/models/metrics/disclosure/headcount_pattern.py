"""Which counts of a group in a segment leadership may see, so that no small one can be worked out from the others."""

import polars as pl
from people_stats.disclosure import hide_counts
from people_stats.margins import margins_of, whole_layers

# Of a quarter: a second's work. What lies deeper in a larger company stays inside.
MOST_CELLS = 2_500
CELL = ["period_end", "segment_kind", "segment_id", "attribute", "group_value"]


def model(dbt, session):
    """Counts by group in, the same cells with `is_hidden` out: one pattern a quarter for all that counts these people."""
    dbt.config(materialized="table")
    cells = dbt.ref("representation_shares").pl().rename({"month_end": "period_end"}).sort(CELL)
    tree_of_units = dbt.ref("org_tree").pl()
    parents = tree_of_units.filter(pl.col("depth") == 1).select(
        period_end="month_end", segment_id="org_unit_id", parent_id="ancestor_id"
    )
    layers = tree_of_units.group_by(period_end="month_end", segment_id="org_unit_id").agg(layer=pl.col("depth").max())
    cells = whole_layers(cells, layers, MOST_CELLS)
    # attributes that are made of others, as `a / b`
    parts = dbt.ref("equity_attributes").pl().filter(pl.col("parts").str.count_matches(";") == 1)
    crossed = {attribute: tuple(names.split(";")) for attribute, names in parts.select("attribute", "parts").iter_rows()}
    classes = dbt.ref("sensitivity_classes").pl()
    minimum = classes.filter(pl.col("sensitivity_class") == "outcome")["minimum"].item()
    hidden = hide_counts(margins_of(cells, parents, crossed), cells["n_members"].to_list(), minimum)
    return cells.select(pl.lit("headcount").alias("population"), *CELL, pl.Series("is_hidden", hidden, dtype=pl.Boolean))
