"""Places of confidential answers, coarse enough that no combination is held by fewer than the wave's minimum."""

import polars as pl
from people_stats.coarsening import coarsened


def model(dbt, session):
    """One row a wave and place that respondents come from: the unit and level under which their answers are kept."""
    dbt.config(materialized="table")
    counts = (
        dbt.ref("survey_respondents")
        .filter("has_responded")
        .aggregate("survey_id, quarter_end, org_unit_id, level, count(*) as n")
        .order("survey_id, org_unit_id, level")
        .pl()
    )
    tree = dbt.ref("org_tree").filter("depth = 1").aggregate("month_end, org_unit_id, max(ancestor_id) as parent_id")
    parents = {(month, unit): parent for month, unit, parent in tree.fetchall()}
    (last_month,) = dbt.ref("months").aggregate("max(month_end)").fetchone()
    waves = {
        wave: (min(month_end, last_month or month_end), minimum)
        for wave, month_end, minimum in dbt.ref("survey_waves").select("survey_id, month_end, minimum").fetchall()
    }
    rows = []
    for (survey_id,), wave in counts.group_by("survey_id", maintain_order=True):
        month_end, minimum = waves[survey_id]

        def broader(place, month_end=month_end):
            unit, level = place
            if level is not None:
                return unit, None
            return (parents.get((month_end, unit)), None) if unit is not None else None

        sizes = {(unit, level): n for unit, level, n in wave.select("org_unit_id", "level", "n").iter_rows()}
        for (unit, level), (kept_unit, kept_level) in coarsened(sizes, broader, minimum).items():
            rows.append((survey_id, unit, level, kept_unit, kept_level))
    schema = {
        "survey_id": pl.String,
        "org_unit_id": pl.String,
        "level": pl.Int32,
        "kept_org_unit_id": pl.String,
        "kept_level": pl.Int32,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
