"""One partial association a reward, sign of growth and group."""

from people_stats.linkage import linkage

REWARDS = ["raise", "bonus", "recognition", "promotion"]
SIGNS = ["milestones_met", "score_360", "team_checkins", "team_retention", "team_uplift"]


def model(dbt, session):
    """One cross-section of people and groups in, associations with interval and verdict out (people_stats.linkage)."""
    dbt.config(materialized="table")
    return linkage(dbt.ref("reward_people").pl(), REWARDS, SIGNS)
