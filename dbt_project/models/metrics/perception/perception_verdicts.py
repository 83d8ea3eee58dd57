"""How groups see their work and are seen: one verdict record a measure, group of raters, quarter, segment and group."""

from people_stats.perception import perceptions


def model(dbt, session):
    """Sums of scores by level and group in, verdict records out (people_stats.perception)."""
    dbt.config(materialized="table")
    return perceptions(dbt.ref("perception_scores").pl())
