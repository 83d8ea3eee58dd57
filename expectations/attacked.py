"""What the attacks on a release make of it: how many hidden counts they tell, which, and by which published cells.

Here: reading what leadership would be handed, and the attacks' findings as the measure `attacks`. Not here: the attacks
(`people_stats.attacks`), nor what follows from a finding (`suites/release.yml`).
"""

from typing import Any

import duckdb
import polars as pl

# Cells by group of everybody employed, which several tables hand out; what one of them shows, all of them show.
HANDED = """
with

cells as (
    select period_end, segment_kind, segment_id, attribute, group_value, n, n_members, sensitivity_class
    from marts.equity_representation
),

shown as (
    select period_end, segment_kind, segment_id, attribute, group_value, n_members as n_shown
    from leadership.equity_representation
    where n_members is not null
    union all
    select period_end, segment_kind, segment_id, attribute, group_value, cast(numerator as bigint)
    from leadership.metric_values
    where metric = 'representation' and attribute is not null and numerator is not null
    union all
    select period_end, segment_kind, segment_id, attribute, group_value, closing_members
    from leadership.equity_representation_walk
    where closing_members is not null
    union all
    select cast(period_start - interval 1 day as date), segment_kind, segment_id, attribute, group_value, opening_members
    from leadership.equity_representation_walk
    where opening_members is not null
)

select cells.*, max(shown.n_shown) as n_shown, classes.minimum
from cells
inner join marts.minimums as classes using (sensitivity_class)
left join shown using (period_end, segment_kind, segment_id, attribute, group_value)
group by all
order by all
"""
UNITS = """
select days.period_end, units.org_unit_id as segment_id, units.parent_id
from (select distinct period_end from marts.equity_representation) as days
inner join leadership.dim_org_unit as units
    on units.valid_from <= days.period_end and coalesce(units.valid_to > days.period_end, true)
where units.parent_id is not null
order by all
"""
# so many cells are named; one of them is enough to stop a release
MOST_NAMED = 20


def attack_counts(connection: duckdb.DuckDBPyConnection) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The measure `attacks` and its figures: attacked cells, hidden, told, and the share that is kept.

    The measure has a row for everybody employed, with n_astray 1 where what is shown does not add up, and one for each
    hidden count that is told: subject (cell, and by which others), n_exact, n_narrow. Attacks read what is shown; the true
    counts only say which of what they find is of fewer people than the minimum.
    """
    from people_stats.attacks import attack
    from people_stats.margins import margins_of

    everything, units = connection.execute(HANDED).pl(), connection.execute(UNITS).pl()
    cells = _down_to_what_is_shown(everything, units)
    attributes = set(cells["attribute"])
    parts = {name: tuple(name.split("_x_")) for name in attributes if name.count("_x_") == 1}
    crossed = {name: (pair[0], pair[1]) for name, pair in parts.items() if attributes >= set(pair)}
    counts, values = cells["n_members"].to_list(), cells["n_shown"].to_list()
    minimums = cells["minimum"].to_list()
    hidden = [cell for cell, value in enumerate(values) if value is None]
    small = [cell for cell in hidden if 0 < counts[cell] < minimums[cell]]
    minimum = max(minimums, default=0)
    n_astray, found = 0, []
    try:
        found = attack(margins_of(cells, units, crossed), values, small, minimum)
    except ValueError:
        # no numbers fit what is shown, so nothing is known of what could be worked out
        n_astray = 1
    safe = everything.filter(~pl.col("n_members").is_between(1, pl.col("minimum") - 1))
    kept = safe.filter(pl.col("n_shown").is_not_null())
    names = cells.select(
        pl.concat_str("period_end", "segment_kind", "segment_id", "attribute", "group_value", separator=" ")
    )
    rows = [("everybody employed, by group", 0, 0, n_astray)]
    for finding in found[:MOST_NAMED]:
        subject = f"{names.item(finding.cell, 0)} ({finding.attack}: {finding.path})"
        rows.append((subject, int(finding.is_exact), int(not finding.is_exact), 0))
    people, people_kept = sum(safe["n_members"].to_list()), sum(kept["n_members"].to_list())
    figures = {
        "cells": len(everything),
        "hidden": int(everything["n_shown"].null_count()),
        "attacked": len(small),
        "recovered": sum(finding.is_exact for finding in found),
        "narrow": sum(not finding.is_exact for finding in found),
        "kept_share": round(len(kept) / len(safe), 4) if len(safe) else None,
        "kept_share_of_people": round(people_kept / people, 4) if people else None,
    }
    return pl.DataFrame(rows, schema=["subject", "n_exact", "n_narrow", "n_astray"], orient="row"), figures


def _down_to_what_is_shown(cells: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Cells without the layers of units below the deepest of which anything is shown: nothing is known of them but sums."""
    above = {(period, unit): parent for period, unit, parent in units.iter_rows()}
    layers: list[int] = []
    for period, kind, unit in cells.select("period_end", "segment_kind", "segment_id").iter_rows():
        layer = 0 if kind == "org_unit" else -1
        # a loop of parents ends somewhere
        while kind == "org_unit" and layer < 30 and (unit := above.get((period, unit))) is not None:
            layer += 1
        layers.append(layer)
    placed = cells.with_columns(pl.Series("layer", layers, dtype=pl.Int64))
    deepest = placed.filter(pl.col("n_shown").is_not_null())["layer"].max()
    return placed.filter(pl.col("layer") <= (-1 if deepest is None else deepest)).drop("layer")
