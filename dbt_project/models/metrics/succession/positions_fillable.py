"""How many critical positions of a segment could be filled at the same time by their ready-now successors."""

from people_stats.matching import fillable_together

SEGMENT = ["quarter_end", "segment_kind", "segment_id"]


def model(dbt, session):
    """Ready-now nominations by segment in, (quarter_end, segment_kind, segment_id, n_fillable) out."""
    dbt.config(materialized="table")
    ready = dbt.ref("bench").filter("is_critical and readiness = 'ready_now'")
    return fillable_together(ready.select(", ".join([*SEGMENT, "position_id", "worker_key"])).pl(), SEGMENT)
