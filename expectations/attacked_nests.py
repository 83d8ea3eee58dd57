"""What somebody works out who holds a release and knows who is inside of whom: a parent less its siblings, all the way.

Here: the attack on cells of units, levels and leaders' organisations that stand beside larger ones, over all metrics at
once. Not here: counts by group (`attacked`), nor how cells came to be hidden (`people_stats.nests`), which this must be able
to convict.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl

from expectations.attacked import MOST_NAMED, NOTHING

# Every cell that is a part of a whole, with what is shown of both: a nest's family is all cells of one whole. People are
# counted in true numbers, for that nobody is there, and who is in no part, can be seen from head-counts. A mean of
# head-counts is no whole number and adds up like one: it is read as it is.
CELLS = """
with

places as (
    select
        metric, convention_id, sensitivity_class, period_end, segment_kind, segment_id, n_people, minimum,
        unnest(case segment_kind
            when 'company' then ['units', 'levels', 'leaders'] when 'org_unit' then ['units'] when 'level' then ['levels']
            else ['leaders'] end) as nest
    from marts.metric_values inner join marts.minimums using (sensitivity_class)
    where attribute is null and metric between $first and $last
    union all
    select
        metric, convention_id, sensitivity_class, period_end,
        if(scope = 'direct_reports', 'leader_direct', 'leader_org'), leader_key, n_people, leader_minimum, 'leaders'
    from marts.leader_indicators inner join marts.minimums using (sensitivity_class)
    where scope <> 'leader' and metric between $first and $last
),

shown as (
    select metric, convention_id, sensitivity_class, period_end, segment_kind, segment_id, n from leadership.metric_values
    where attribute is null and status <> 'suppressed' and metric between $first and $last
    union all
    select
        metric, convention_id, sensitivity_class, period_end,
        if(scope = 'direct_reports', 'leader_direct', 'leader_org'), leader_key, n
    from leadership.leader_indicators
    where scope <> 'leader' and status <> 'suppressed' and metric between $first and $last
),

-- leavers by month ends are leavers by days
shown_otherwise as (
    select distinct metric, sensitivity_class, period_end, segment_kind, segment_id from shown where n is not null
),

above as (
    select month_end, 'org_unit' as segment_kind, org_unit_id as segment_id, 'org_unit' as whole_kind,
        ancestor_id as whole_id
    from core.org_tree where depth = 1
    union all
    select month_end, 'leader_org', leader_key, 'leader_org', ancestor_key from core.manager_tree where depth = 1
    union all
    select month_end, 'leader_direct', leader_key, 'leader_org', leader_key from core.manager_tree where depth = 0
)

select
    concat_ws(' ', places.metric, places.convention_id, places.period_end) as family_of,
    places.nest,
    concat_ws(' ', places.segment_kind, places.segment_id) as cell,
    concat_ws(' ', above.whole_kind, above.whole_id) as above,
    places.n_people as n,
    places.minimum,
    shown.metric is not null or shown_otherwise.metric is not null as is_shown
from places
left join shown using (metric, convention_id, sensitivity_class, period_end, segment_kind, segment_id)
left join shown_otherwise using (metric, sensitivity_class, period_end, segment_kind, segment_id)
left join above
    on
        places.period_end = above.month_end
        and places.segment_kind = above.segment_kind
        and places.segment_id = above.segment_id
where
    places.n_people > 0 and places.minimum > 1
    and (places.period_end, places.sensitivity_class) not in (select unnest($days::date[]), unnest($classes::varchar[]))
"""
# Metrics are attacked one after the other, so many cells together: some kilobytes a cell.
MOST_CELLS = 500_000
SIZES = """
select metric, count(*) from (
    select metric from marts.metric_values where attribute is null
    union all
    select metric from marts.leader_indicators where scope <> 'leader'
) group by metric order by metric
"""
COMPANY = "company company"
# Sums of shares of people end otherwise from the sixth digit on.
NOBODY = 1e-4


def attack_nests(
    connection: duckdb.DuckDBPyConnection, standing: Sequence[tuple[dt.date, str]]
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """What of the measure `attacks` is about nests, and its figures: cells, hidden, attacked, told, and the share kept.

    `standing` periods of a class were attacked as they were handed out.
    """
    from people_stats.inference import batches_of

    given = {"days": [day for day, _ in standing], "classes": [kind for _, kind in standing]}
    told: list[tuple[str, bool]] = []
    n_cells = n_shown = n_attacked = n_safe = n_safe_shown = 0
    for first, last in batches_of(connection.execute(SIZES).fetchall(), MOST_CELLS):
        cells = connection.execute(CELLS, given | {"first": first, "last": last}).pl()
        found, n_small = told_by_siblings(cells)
        told, n_attacked = told + found, n_attacked + n_small
        parts = cells.filter(pl.col("cell") != COMPANY)
        safe = parts.filter(pl.col("n") >= pl.col("minimum"))
        n_cells, n_shown = n_cells + len(parts), n_shown + int(parts["is_shown"].sum())
        n_safe, n_safe_shown = n_safe + len(safe), n_safe_shown + int(safe["is_shown"].sum())
    rows = [(subject, int(is_exact), int(not is_exact), 0, 0) for subject, is_exact in told[:MOST_NAMED]]
    figures = {
        "cells_in_nests": n_cells,
        "hidden_in_nests": n_cells - n_shown,
        "attacked_in_nests": n_attacked,
        "kept_share_in_nests": round(n_safe_shown / n_safe, 4) if n_safe else None,
    }
    return pl.DataFrame(rows, schema=NOTHING.schema, orient="row"), figures


def told_by_siblings(cells: pl.DataFrame) -> tuple[list[tuple[str, bool]], int]:
    """Small cells, and small rests of wholes, that are told: (which, whether exactly), and how many were attacked.

    cells: family_of, nest, cell, above, n, minimum, is_shown. A family of which one member is unknown tells it, and what is
    told may be what another family lacked. Where a whole is shown, all that are unknown in its family are together no more
    than what is left of it.
    """
    system = ["family_of", "nest"]
    names = cells.select(*system, "cell").unique()
    has_above = cells.join(names, left_on=[*system, "above"], right_on=[*system, "cell"], how="semi")
    orphans = (
        cells.join(names, left_on=[*system, "above"], right_on=[*system, "cell"], how="anti")
        .filter(pl.col("cell") != COMPANY)
        .with_columns(above=pl.lit(COMPANY))
        # of what nobody measures in the whole company, nothing adds up to it
        .join(names.filter(pl.col("cell") == COMPANY).select(system), on=system, how="semi")
    )
    parts = pl.concat([has_above, orphans])
    wholes = cells.select(*system, above="cell", whole_n="n", whole_minimum="minimum")
    inside = parts.group_by(*system, "above").agg(n_inside=pl.col("n").sum())
    rests = (
        inside.join(wholes, on=[*system, "above"])
        .filter(pl.col("whole_n") - pl.col("n_inside") > NOBODY)
        .select(
            *system,
            cell=pl.col("above") + " alone",
            above="above",
            n=pl.col("whole_n") - pl.col("n_inside"),
            minimum="whole_minimum",
            is_shown=pl.lit(value=False),
        )
    )
    members = pl.concat([parts.select(rests.columns), rests])
    top = cells.select(*system, "cell", "n", "minimum", "is_shown")
    unknown = pl.concat([top, rests.select(top.columns)]).filter(~pl.col("is_shown")).select(*system, "cell")
    unknown = unknown.unique()
    small = pl.concat([top, rests.select(top.columns)]).filter(
        ~pl.col("is_shown") & (pl.col("n") < pl.col("minimum") - NOBODY)
    )
    # each family as its members, the whole among them
    families = pl.concat(
        [members.select(*system, "cell", "above"), inside.select(*system, pl.col("above").alias("cell"), "above")]
    )
    hidden = families.join(unknown, on=[*system, "cell"], how="semi")
    exact: list[pl.DataFrame] = []
    while len(single := hidden.filter(pl.len().over(*system, "above") == 1).select(*system, "cell").unique()):
        exact.append(single)
        hidden = hidden.join(single, on=[*system, "cell"], how="anti")
    solved = pl.concat(exact) if exact else unknown.clear()
    # what is left of a whole that is shown
    left = (
        members.join(unknown, on=[*system, "cell"], how="semi")
        .join(solved, on=[*system, "cell"], how="anti")
        .join(cells.filter("is_shown").select(*system, above="cell"), on=[*system, "above"], how="semi")
        .filter(pl.col("n").sum().over(*system, "above") < pl.col("minimum") - NOBODY)
        .select(*system, "cell")
    )
    told = []
    for found, is_exact in ((solved, True), (left, False)):
        named = found.join(small, on=[*system, "cell"], how="semi").unique().sort(*system, "cell")
        told += [(f"{of} {cell}", is_exact) for of, _, cell in named.iter_rows()]
    return told, len(small)
