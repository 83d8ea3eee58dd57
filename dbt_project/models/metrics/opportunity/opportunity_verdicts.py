"""Who is offered what: one verdict record an opportunity, measure, window, segment, attribute and group."""

from people_stats.opportunity import opportunities


def model(dbt, session):
    """Sums by half-year, stratum and group in, verdict records out (people_stats.opportunity)."""
    dbt.config(materialized="table")
    return opportunities(dbt.ref("opportunity_pools").pl())
