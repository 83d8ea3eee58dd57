"""Readiness against what came of it: one record a day, segment, group and band."""

from people_stats.backtest import backtest


def model(dbt, session):
    """Counts by months watched in, records with intervals and verdicts out (people_stats.backtest)."""
    dbt.config(materialized="table")
    return backtest(dbt.ref("backtest_counts").pl())
