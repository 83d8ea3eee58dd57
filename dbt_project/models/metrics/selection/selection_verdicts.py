"""One verdict record a group of every table of selection rates."""

from people_stats.selection import verdicts

TABLE = ["selection", "selection_window", "period_end", "segment_kind", "segment_id", "attribute"]
FAMILY = ["selection", "selection_window", "period_end", "segment_kind", "attribute"]


def model(dbt, session):
    """Counts by group in, verdict records out (people_stats.selection)."""
    dbt.config(materialized="table")
    order = ", ".join([*TABLE, "group_value"])
    return verdicts(dbt.ref("promotion_selection").order(order).pl(), table=TABLE, family=FAMILY)
