"""One verdict record a place, group and statistic of pay."""

from functools import reduce

from people_stats.pay_gaps import pay_gaps

PLACE = ["law", "snapshot_date", "segment_kind", "legal_entity", "country", "worker_category", "currency", "attribute"]
FAMILY = ["law", "snapshot_date", "segment_kind", "attribute"]
AMOUNTS = ["hourly_pay", "basic_pay", "variable_pay"]


def model(dbt, session):
    """One cross-section of people and groups a law in, records out (people_stats.pay_gaps)."""
    dbt.config(materialized="table")
    groups = dbt.ref("pay_groups")
    whose = "attribute, group_value, reference_group"
    local = ", ".join(AMOUNTS)
    converted = ", ".join(f"{name} * rate as {name}" for name in AMOUNTS)
    segments = [
        ("law = 'company' and rate is not null", "'company', 'all', 'all', 'all', company_currency", converted),
        ("true", "'legal_entity', legal_entity, country, 'all', currency", local),
        (
            "is_by_category and worker_category is not null",
            "'worker_category', legal_entity, country, worker_category, currency",
            local,
        ),
        ("is_shown_as_part_time", "'part_time', legal_entity, country, 'all', currency", local),
    ]
    names = ["segment_kind", "legal_entity", "country", "worker_category", "currency"]
    parts = []
    for where, place, amounts in segments:
        named = ", ".join(f"{one} as {name}" for one, name in zip(place.split(", "), names, strict=True))
        parts.append(groups.filter(where).select(f"law, snapshot_date, {named}, {whose}, {amounts}"))
    people = reduce(lambda one, other: one.union(other), parts).pl()
    return pay_gaps(people, place=PLACE, family=FAMILY)
