"""What the attacks on a release make of it: how many hidden counts they tell, which, and by which published cells.

Here: reading what leadership would be handed, and the attacks' findings as the measure `attacks`. Not here: the attacks
(`people_stats.attacks`), nor what follows from a finding (`suites/release.yml`).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

# Cells by group of everybody employed, which several tables hand out; what one of them shows, all of them show.
HANDED = """
with

cells as (
    select period_end, segment_kind, segment_id, attribute, group_value, n, n_members, sensitivity_class
    from marts.equity_representation
    where not list_contains(cast(? as date[]), period_end)
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
# What counts people beside what is called n or n_ and is whole; which day a row is about.
COUNTS = ("numerator", "denominator", "selected", "total")
DAYS = ("period_end", "snapshot_date", "as_of")
COLUMNS = ["subject", "n_exact", "n_narrow", "n_astray", "n_apart"]
NOTHING = pl.DataFrame([("nothing new is handed out", 0, 0, 0, 0)], schema=COLUMNS, orient="row")
OPENINGS = """
select list(concat_ws(' ', walk.period_end, walk.segment_kind, walk.segment_id, walk.attribute, walk.group_value))
from leadership.equity_representation_walk as walk
inner join ledger.equity_representation as cells using (segment_kind, segment_id, attribute, group_value)
inner join marts.minimums as classes on cells.sensitivity_class = classes.sensitivity_class
inner join (
    select day, coalesce(max(edition) filter (is_decided), min(edition)) as since from ledger.wholes
    where table_name = 'equity_representation' and not list_contains(cast(? as date[]), day) group by all
) as closed on cells.period_end = closed.day and cells.edition >= closed.since
where
    cells.period_end = walk.period_start - interval 1 day
    and abs(cells.n_members - walk.opening_members) between 1 and classes.minimum - 1
"""
# so many cells are named; one of them is enough to stop a release
MOST_NAMED = 20


@dataclass(frozen=True)
class Handing:
    """An edition about to be handed to leadership, for the attack on it beside all that the ledger holds.

    keys:    table of cells -> columns that say which cell a row is; the ledger is attached as `ledger`
    stands:  periods by sensitivity class that stand as they were handed out and judged, though the data have moved
    decided: days of periods that the owner has told anew, whomever that tells
    """

    keys: Mapping[str, Sequence[str]]
    code_version: str
    stands: Sequence[tuple[dt.date, str]]
    decided: Sequence[dt.date] = ()


def attack_counts(
    connection: duckdb.DuckDBPyConnection, standing: Sequence[dt.date] = ()
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The measure `attacks` and its figures: attacked cells, hidden, told, and the share that is kept.

    The measure has a row for everybody employed, with n_astray 1 where what is shown does not add up, and one for each
    hidden count that is told: subject (cell, and by which others), n_exact, n_narrow. Attacks read what is shown; the true
    counts only say which of what they find is of fewer people than the minimum. Of a period that is `standing` nothing new
    is shown, and the counts of today are not those that are shown.
    """
    from people_stats.attacks import attack
    from people_stats.margins import margins_of

    everything, units = connection.execute(HANDED, [list(standing)]).pl(), connection.execute(UNITS).pl()
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
    rows = [("everybody employed, by group", 0, 0, n_astray, 0)]
    for finding in found[:MOST_NAMED]:
        subject = f"{names.item(finding.cell, 0)} ({finding.attack}: {finding.path})"
        rows.append((subject, int(finding.is_exact), int(not finding.is_exact), 0, 0))
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
    return pl.DataFrame(rows, schema=COLUMNS, orient="row"), figures


def attack_releases(connection: duckdb.DuckDBPyConnection, handing: Handing) -> tuple[pl.DataFrame, dict[str, Any]]:
    """What a reader works out who kept every edition: people by whom a closed period's cell moved, if these are few.

    Each cell's rows of all editions and of the build are laid side by side: told is one whose counts of people lie less
    than the minimum apart, or the same with other numbers by the same code, or that was hidden once and shown once. And an
    opening of the walk tells the count of the period before, whatever that one shows.
    """
    handed = {name for (name,) in connection.execute("select distinct table_name from ledger.wholes").fetchall()}
    rows, n_compared = [], 0
    decided = list(handing.decided)
    for name in sorted(handed & handing.keys.keys()):
        query = _told_by_editions(connection, name, handing.keys[name])
        n, found = connection.execute(query, [decided, handing.code_version]).fetchall()[0]
        n_compared += n
        rows += [(f"{name} {subject} (two releases)", 0, 0, 0, 1) for subject in (found or [])[:MOST_NAMED]]
    if "equity_representation" in handed:
        [(openings,)] = connection.execute(OPENINGS, [decided]).fetchall()
        rows += [(f"{subject} (the walk's opening)", 0, 0, 0, 1) for subject in (openings or [])[:MOST_NAMED]]
    told = pl.DataFrame(rows, schema=NOTHING.schema, orient="row")
    return told, {"compared_with_earlier": n_compared}


def _told_by_editions(connection: duckdb.DuckDBPyConnection, name: str, keys: Sequence[str]) -> str:
    """SQL of how many cells of a table differ between editions, and names of those that tell few people."""
    was = {column for column, *_ in connection.execute(f"describe ledger.{name}").fetchall()}
    now = {column: kind for column, kind, *_ in connection.execute(f"describe leadership.{name}").fetchall()}
    day = next(column for column in DAYS if column in keys)
    minimum = "leader_minimum" if "leader_key" in keys else "minimum"
    # a flag may change with the day
    kept = [column for column in now if column in was and not column.startswith("is_") and column not in (*keys, "status")]
    counts = [column for column in kept if column in COUNTS or now[column] in ("BIGINT", "INTEGER") or column[:2] == "n_"]
    cell, counted = ", ".join(keys), ", ".join(f"round({column}, 6) as {column}" for column in counts)
    # sums of floats may end otherwise from the ninth digit on, and infinities differ by no number
    far = "max({0}) <> min({0}) and max({0}) - min({0}) > 1e-8 * greatest(1, abs(max({0})))"
    differ = "max({0}) <> min({0})"
    moved = " or ".join(
        (far if now[column] == "DOUBLE" else differ).format(column) for column in kept if column not in counts
    )
    appeared = " or ".join(f"count({column}) not in (0, count(*))" for column in kept if column not in counts)
    gaps = " or ".join(
        f"list_bool_or(list_transform(range(1, len(all_{column})), "
        f"lambda i: all_{column}[i + 1] - all_{column}[i] between 1e-6 and {minimum} - 1e-6))"
        for column in counts
    )
    collected = ", ".join(
        f"list_sort(list_distinct(list(cast({column} as double)) filter ({column} is not null))) as all_{column}"
        for column in counts
    )
    told = ", ".join([cell, counted, *(column for column in kept if column not in counts), "status"])
    return f"""
        with

        closed as (
            -- what was told anew by decision is compared with what came after it
            select
                day, sensitivity_class,
                coalesce(max(edition) filter (is_decided), min(edition)) as since
            from ledger.wholes
            where table_name = '{name}' and not list_contains(cast(? as date[]), day)
            group by all
        ),

        versions as (
            select {told}, code_version
            from ledger.{name}
            inner join (select edition, code_version from ledger.editions) using (edition)
            inner join closed using (sensitivity_class)
            where {day} = closed.day and edition >= closed.since
            union all
            select {told}, ? from leadership.{name}
            where ({day}, sensitivity_class) in (select day, sensitivity_class from closed)
        ),

        -- the same people by the same code
        alike as (
            select
                {cell}, {", ".join(counts)}, code_version, status = 'suppressed' as is_hidden,
                count(distinct status) > 1 or coalesce({moved or "false"}, false) or {appeared or "false"} as is_moved
            from versions
            group by {cell}, {", ".join(counts)}, code_version, status = 'suppressed'
        ),

        cells as (
            select
                {cell},
                count(*) > 1 or bool_or(is_moved) as is_moved,
                bool_or(is_moved) as is_moved_by_nobody,
                bool_or(is_hidden) and not bool_and(is_hidden) as is_hidden_once,
                {collected}
            from alike
            group by {cell}
        )

        select
            count(*) filter (is_moved),
            list(concat_ws(' ', {cell})) filter (
                {minimum} > 1 and (is_hidden_once or is_moved_by_nobody or {gaps})
            )
        from cells inner join marts.minimums using (sensitivity_class)
    """


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
