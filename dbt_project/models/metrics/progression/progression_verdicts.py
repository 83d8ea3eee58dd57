"""How soon each group is promoted: one verdict record a segment, attribute and group."""

from people_stats.progression import progression


def model(dbt, session):
    """Counts by month in level in, verdict records out (people_stats.progression)."""
    dbt.config(materialized="table")
    return progression(dbt.ref("progression_counts").pl())
