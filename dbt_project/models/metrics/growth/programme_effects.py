"""One difference in differences a programme, outcome and period."""

from people_stats.effects import effects

STRATUM = ["cohort_year", "level", "job_family", "tenure_band", "has_team", "rating_band"]


def model(dbt, session):
    """Sums by stratum in, effects with interval and verdict out (people_stats.effects)."""
    dbt.config(materialized="table")
    return effects(dbt.ref("effect_strata").pl(), stratum=STRATUM)
