"""What of the periods that leadership was told of before a new edition may tell anew.

A number that moves by one between two editions tells the one person who was corrected, or forgotten. So what is told of a
period stands as it was handed out; it is told anew, whole, once every number in it that moved is about enough people, or
where nobody moved and the code counts otherwise. Head-counts and other open numbers are always told anew.

Here: that rule, on a build's views for leadership. Not here: the ledger (`handed`), when there is an edition (`editions`),
or the attack that judges the outcome (`expectations.attacked`), which shares no code with this.
"""

import datetime as dt
from collections.abc import Collection, Sequence

import duckdb

from orchestration.handed import CellTable, Standing, columns_of, last_rows, make_room

# What a number of people or of what they did may be called, where it is no whole number.
AMOUNTS = ("numerator", "denominator", "total", "selected")
WHOLE = ("BIGINT", "INTEGER", "HUGEINT")
# Rows of a new period that tell numbers of one that stands otherwise: table -> where, and what is emptied (else all).
LOOKING_BACK: dict[str, tuple[str, tuple[str, ...]]] = {
    # one group of a segment's attribute tells the others by what is left over
    "equity_representation_walk": (
        """
        (period_kind, period_end, segment_kind, segment_id, attribute) in (
            select walk.period_kind, walk.period_end, walk.segment_kind, walk.segment_id, walk.attribute
            from handed.equity_representation_walk as walk
            inner join handed.equity_representation as cells using (segment_kind, segment_id, attribute, group_value)
            where
                cells.period_end = walk.period_start - interval 1 day
                and walk.opening_members is distinct from cells.n_members and walk.opening_members is not null
                or cells.period_end = walk.period_end
                and walk.closing_members is distinct from cells.n_members and walk.closing_members is not null
        )
        """,
        (),
    ),
    "leader_indicators": (
        """
        change_from_baseline is not null and not exists (
            from handed.leader_indicators as was
            where
                (was.leader_key, was.scope, was.metric, was.convention_id, was.period_end)
                = (now.leader_key, now.scope, now.metric, now.convention_id, now.baseline_period_end)
                and abs(now.value - was.value - now.change_from_baseline) < 1e-9
        )
        """,
        ("change_from_baseline", "change_low", "change_high"),
    ),
    "target_progress": (
        """
        measured_on < period_end and (measured_on, sensitivity_class) in (from handed.stands)
        or exists (
            from handed.target_progress as was
            where
                (was.goal_kind, was.goal_id, was.baseline_date) = (now.goal_kind, now.goal_id, now.baseline_date)
                and was.period_end < now.period_end and abs(was.baseline_value - now.baseline_value) > 1e-9
        )
        """,
        (),
    ),
    "development_review": (
        "(cast(period_start - interval 1 day as date), sensitivity_class) in (from handed.stands)",
        ("plan_coverage_change", "on_time_rate_change", "n_began_programme_change"),
    ),
}


def let_stand(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[CellTable],
    closed: dt.date,
    code_version: str,
    restate: Collection[dt.date] = (),
) -> Standing:
    """Make of a build's `leadership` what may be handed out beside the ledger, attached as `ledger`.

    Each table of cells becomes a table of schema `handed`, with the leadership view over it. `closed` is the last day of
    the newest period that is over: what is about a later day is told anew each time, and so is a period whose day the owner
    said to `restate`.
    """
    connection.execute("create schema if not exists handed")
    connection.execute(
        """
        create or replace table handed.moves
            (table_name varchar, day date, sensitivity_class varchar, n_moved bigint, n_few bigint)
        """
    )
    known = {name for (name,) in connection.execute("select distinct table_name from ledger.wholes").fetchall()}
    for table in tables:
        connection.execute(f"create or replace table handed.{table.name} as from leadership.{table.name}")
        connection.execute(f"create or replace view leadership.{table.name} as from handed.{table.name}")
        if table.name in known:
            make_room(connection, table, (*table.keys, *table.flags))
            connection.execute(f"insert into handed.moves {_moves(connection, table)}", [code_version, closed])
    groups = connection.execute(
        "select day, sensitivity_class, sum(n_few) > 0 from handed.moves where n_moved > 0 group by all order by all"
    ).fetchall()
    stands = [(day, kind) for day, kind, is_few in groups if is_few and day not in restate]
    restated = [(day, kind) for day, kind, _ in groups if (day, kind) not in stands]
    standing = Standing(stands, restated, list(restate))
    connection.execute("create or replace table handed.stands (day date, sensitivity_class varchar)")
    if standing.stands:
        connection.executemany("insert into handed.stands values (?, ?)", standing.stands)
        for table in tables:
            if table.name in known:
                connection.execute(_as_handed(table, columns_of(connection, f"ledger.{table.name}")))
        for table in tables:
            if table.name in LOOKING_BACK:
                connection.execute(_without_looks_back(table))
    return standing


def _as_handed(table: CellTable, have: set[str]) -> str:
    """SQL that puts the rows of periods that stand back; flags, such as which row is the last, are of today."""
    columns = ", ".join(f"was.{name}" for name in (*table.keys, *table.numbers, "status") if name in have)
    flags = "".join(f", coalesce(now.{flag}, was.{flag}) as {flag}" for flag in table.flags)
    stands = "in (from handed.stands)"
    known = f"""
        select day, sensitivity_class from handed.stands
        semi join (from ledger.wholes where table_name = '{table.name}') using (day, sensitivity_class)
    """
    return f"""
        create or replace table handed.{table.name} as
        from (
            select * from handed.{table.name} where ({table.day}, sensitivity_class) not in ({known})
            union all by name
            select {columns}{flags}
            from ({last_rows(table)}) as was
            left join handed.{table.name} as now on {table.same("was", "now")}
            where (was.{table.day}, was.sensitivity_class) {stands}
        )
    """


def _moves(connection: duckdb.DuckDBPyConnection, table: CellTable) -> str:
    """SQL of how many cells of each period and class moved, and how many of them by too few people to be told so.

    Parameters: the version of the code, the last closed day. A sum of floats may end otherwise from the ninth digit on.
    """
    have = columns_of(connection, f"ledger.{table.name}")
    kinds = {name: kind for name, kind, *_ in connection.execute(f"describe handed.{table.name}").fetchall()}
    differing, by = ["was.status is distinct from now.status"], ["0"]
    for name in table.numbers:
        if name in have:
            if name in AMOUNTS or name.startswith("n_") or name == "n" or kinds[name] in WHOLE:
                by.append(f"abs(coalesce(was.{name}, 0) - coalesce(now.{name}, 0))")
            both = f"was.{name} is distinct from now.{name}"
            if kinds[name] == "DOUBLE":
                far = f"abs(was.{name} - now.{name}) > 1e-9 * greatest(1, abs(was.{name}))"
                both += f" and coalesce({far}, true)"
            differing.append(f"({both})")
    moved = " or ".join(differing)
    return f"""
        with

        last as (
            {last_rows(table)}
        ),

        compared as (
            select
                now.{table.day} as day,
                now.sensitivity_class,
                -- one number less is a cell hidden, or one shown that was hidden: both tell of the few who made it so
                (was.status = 'suppressed') <> (now.status = 'suppressed')
                or len(list_filter([{", ".join(by)}], lambda one: one > 1e-9 and one < classes.{table.minimum})) > 0
                or greatest({", ".join(by)}) <= 1e-9 and editions.code_version = ? as is_few
            from handed.{table.name} as now
            inner join last as was on {table.same("was", "now")}
            inner join ledger.editions as editions on was.edition = editions.edition
            inner join leadership.minimums as classes on now.sensitivity_class = classes.sensitivity_class
            where now.{table.day} <= ? and classes.{table.minimum} > 1 and ({moved})
        )

        select '{table.name}', day, sensitivity_class, count(*), count(*) filter (is_few) from compared group by all
    """


def _without_looks_back(table: CellTable) -> str:
    """SQL that empties what new rows tell of periods that stand otherwise; rows that stand themselves are as handed."""
    where, numbers = LOOKING_BACK[table.name]
    emptied = [f"{name} = null" for name in numbers or table.numbers] + ([] if numbers else ["status = 'suppressed'"])
    return f"""
        update handed.{table.name} as now set {", ".join(emptied)}
        where ({table.day}, sensitivity_class) not in (from handed.stands) and ({where})
    """
