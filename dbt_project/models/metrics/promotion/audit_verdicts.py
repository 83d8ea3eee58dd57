"""One verdict record a group of every table of the promotion audit."""

from people_stats.selection import verdicts

TABLE = ["audit_of", "item", "segment_kind", "segment_id", "attribute"]
FAMILY = ["audit_of", "segment_kind", "attribute"]
STRATA = ["level", "track", "cycle_id"]


def model(dbt, session):
    """Counts by group and stratum in, verdict records out (people_stats.selection)."""
    dbt.config(materialized="table")
    return verdicts(dbt.ref("audit_pools").pl(), TABLE, FAMILY, strata=STRATA)
