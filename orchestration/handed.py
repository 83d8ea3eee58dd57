"""The ledger of every cell that leadership was ever handed: in the home, for no reader, longer than any release.

Here: what it holds, and entering an edition. Not here: what of it a new edition may tell anew (`standing`).
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from ingest.home import Home
from orchestration.editions import last_closed

# The day that a row is about, the first that its key has; what has none is about the whole history and is told anew.
DAYS = ("period_end", "snapshot_date", "as_of")
LEDGER = """
create table if not exists ledger.editions (
    edition integer, handed_at timestamp, as_of date, code_version varchar, loads integer[]
);
create table if not exists ledger.wholes (
    table_name varchar, day date, sensitivity_class varchar, edition integer, is_decided boolean
);
create table if not exists ledger.restatements (
    handed_at timestamp, table_name varchar, period_end date, sensitivity_class varchar, cell varchar, number varchar,
    was double, is_now double, load_seqs integer[]
);
"""

# Table and columns of `restatements`, which no model makes.
RESTATEMENTS = {
    "": "One number of one cell that an edition told anew. Told anew are periods in which many people moved, and those that "
    "the owner decided on; what stands though the data have moved is in no row, no erasure is, and open numbers are not.",
    "handed_at": "When leadership got the edition.",
    "table_name": "The table.",
    "period_end": "Last day of the period.",
    "sensitivity_class": "Class of the number; periods are told anew by class.",
    "cell": "The other columns that say which cell, one after the other.",
    "number": "The column.",
    "was": "What leadership was told before; empty where it was hidden or no number.",
    "is_now": "What leadership is told since.",
    "load_seqs": "Loads that came in between: the number moved because of one of them, or of newer code.",
}


@dataclass(frozen=True)
class CellTable:
    """A table of cells of periods: which columns say which cell a row is, and which of them its day."""

    name: str
    keys: tuple[str, ...]
    flags: tuple[str, ...]
    numbers: tuple[str, ...]
    day: str

    @classmethod
    def of(cls, name: str, meta: Mapping[str, Sequence[str]]) -> "CellTable | None":
        """The table as its model's meta tells it; None where it is of no period."""
        day = next((column for column in DAYS if column in meta.get("keys", ())), None)
        if day is None:
            return None
        flags = tuple(key for key in meta["keys"] if key.startswith("is_"))
        keys = tuple(key for key in meta["keys"] if key not in flags)
        return cls(name, keys, flags, tuple(meta["numbers"]), day)

    @property
    def minimum(self) -> str:
        """How few are too few, as a column of `minimums`."""
        return "leader_minimum" if "leader_key" in self.keys else "minimum"

    def same(self, one: str, other: str) -> str:
        """SQL that is true of two rows of one cell."""
        return " and ".join(f"{one}.{key} is not distinct from {other}.{key}" for key in self.keys)


@dataclass
class Standing:
    """What an edition makes of the periods that were handed out before."""

    stands: list[tuple[dt.date, str]] = field(default_factory=list)
    restated: list[tuple[dt.date, str]] = field(default_factory=list)
    # days that the owner decided to tell anew
    decided: list[dt.date] = field(default_factory=list)

    def document(self) -> dict[str, str]:
        """For the manifest: how many periods of a sensitivity class stand though their numbers moved, or are told anew."""
        return {"periods_standing": str(len(self.stands)), "periods_restated": str(len(self.restated))}


def open_ledger(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Attach the home's ledger as `ledger`, made where there is none; for its owner's eyes."""
    connection.execute(f"attach '{str(home.handed).replace(chr(39), chr(39) * 2)}' as ledger")
    connection.execute(LEDGER)
    home.handed.chmod(0o600)


def write_ledger(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[CellTable],
    standing: Standing,
    facts: tuple[dt.datetime, dt.date, str, list[int]],
) -> None:
    """Enter what the build's `leadership` holds, as one edition: (handed_at, as_of, code_version, loads) in one transaction.

    It is written before readers get it: what was perhaps never seen is held as seen. A period that runs on is entered,
    and stands from the edition on in which it is over.
    """
    handed_at, as_of, code_version, loads = facts
    closed = last_closed(as_of)
    [(edition, before)] = connection.execute(
        "select coalesce(max(edition), 0) + 1, coalesce(max_by(loads, edition), []) from ledger.editions"
    ).fetchall()
    connection.execute("begin")
    connection.execute(
        "insert into ledger.editions values (?, ?, ?, ?, ?)", [edition, handed_at, as_of, code_version, loads]
    )
    connection.execute("create or replace temp table restated (day date, sensitivity_class varchar)")
    if standing.restated:
        connection.executemany("insert into restated values (?, ?)", standing.restated)
    for table in tables:
        make_room(connection, table)
        if before:
            new_loads = sorted(set(loads) - set(before))
            connection.execute(_restatements(table), [handed_at, new_loads])
        connection.execute(
            f"""
            insert into ledger.wholes
            select distinct '{table.name}', {table.day}, sensitivity_class, {edition},
                list_contains(cast(? as date[]), {table.day})
            from handed.{table.name} as now
            where {table.day} <= ? and (
                ({table.day}, sensitivity_class) in (from restated)
                or not exists (
                    from ledger.wholes as was
                    where was.table_name = '{table.name}' and was.day = now.{table.day}
                        and was.sensitivity_class = now.sensitivity_class
                )
            )
            """,
            [standing.decided, closed],
        )
        columns = ", ".join((*table.keys, *table.flags, *table.numbers, "status"))
        connection.execute(
            f"""
            insert into ledger.{table.name} ({columns}, edition)
            select {columns}, {edition} from handed.{table.name} as now
            where not exists (from ({last_rows(table)}) as was where {table.same("was", "now")} and {_same_numbers(table)})
            """
        )
    connection.execute("commit")


def adopt_release(home: Home, leadership: Path, tables: Sequence[CellTable], manifest: Mapping[str, Any]) -> None:
    """Enter what a release older than the ledger handed out as its first edition, given its file and its manifest."""
    with duckdb.connect() as connection:
        open_ledger(connection, home)
        if connection.execute("from ledger.editions").fetchone() is not None:
            return
        connection.execute(f"attach '{str(leadership).replace(chr(39), chr(39) * 2)}' as adopted (read_only)")
        connection.execute("create schema handed")
        known = []
        for table in tables:
            columns = connection.execute(
                "select column_name from duckdb_columns() where database_name = 'adopted' and table_name = ?", [table.name]
            ).fetchall()
            have = {name for (name,) in columns}
            if have >= {*table.keys, *table.flags, "status"}:
                connection.execute(f"create view handed.{table.name} as from adopted.main.{table.name}")
                known.append(replace(table, numbers=tuple(name for name in table.numbers if name in have)))
        handed_at = dt.datetime.fromisoformat(manifest["published_at"]).replace(tzinfo=None)
        as_of, loads = dt.date.fromisoformat(manifest["as_of"]), [entry["load_seq"] for entry in manifest["inputs"]]
        write_ledger(connection, known, Standing(), (handed_at, as_of, manifest["code_version"], loads))


def tell_restatements(connection: duckdb.DuckDBPyConnection) -> None:
    """Hand the numbers that leadership was told anew to analysts and leadership alike, as `restatements`."""
    connection.execute("create schema if not exists handed")
    connection.execute("create or replace table handed.restatements as from ledger.restatements")
    for audience in ("people", "leadership"):
        connection.execute(f"create or replace view {audience}.restatements as from handed.restatements")


def last_rows(table: CellTable) -> str:
    """SQL of the rows that leadership holds, by the ledger."""
    cell = ", ".join(f"cells.{key}" for key in table.keys)
    return f"""
        select cells.* from ledger.{table.name} as cells
        inner join (
            select day, sensitivity_class, max(edition) as edition from ledger.wholes
            where table_name = '{table.name}' group by all
        ) as wholes
            on cells.{table.day} = wholes.day and cells.sensitivity_class = wholes.sensitivity_class
                and cells.edition >= wholes.edition
        qualify row_number() over (partition by {cell} order by cells.edition desc) = 1
    """


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """Names of a table's columns."""
    return {name for name, *_ in connection.execute(f"describe {table}").fetchall()}


def _same_numbers(table: CellTable) -> str:
    return " and ".join(f"was.{name} is not distinct from now.{name}" for name in (*table.numbers, "status"))


def make_room(connection: duckdb.DuckDBPyConnection, table: CellTable, names: Collection[str] | None = None) -> None:
    """A table of the ledger with every column that this version of the code hands out, or with those that are named."""
    connection.execute(
        f"create table if not exists ledger.{table.name} as select *, 0 as edition from handed.{table.name} limit 0"
    )
    have = columns_of(connection, f"ledger.{table.name}")
    for name, kind, *_ in connection.execute(f"describe handed.{table.name}").fetchall():
        if name not in have and (names is None or name in names):
            connection.execute(f"alter table ledger.{table.name} add column {name} {kind}")


def _restatements(table: CellTable) -> str:
    """SQL of the numbers that are told anew, one a row, before they are entered. Parameters: handed_at, new loads."""
    # `unpivot` wants one type; what is no number has moved with one that is
    numbers = ", ".join(f"'{one}': [try_cast(was.{one} as double), try_cast(now.{one} as double)]" for one in table.numbers)
    cell = ", ' ', ".join(f"now.{key}" for key in table.keys if key != table.day)
    return f"""
        insert into ledger.restatements
        with moved as (
            select
                now.{table.day} as day,
                now.sensitivity_class,
                concat({cell}) as cell,
                unnest(map_entries(map {{{numbers}}})) as one
            from handed.{table.name} as now
            inner join ({last_rows(table)}) as was on {table.same("was", "now")}
            where (now.{table.day}, now.sensitivity_class) in (from restated) and not ({_same_numbers(table)})
        )
        select ?, '{table.name}', day, sensitivity_class, cell, one.key, one.value[1], one.value[2], ?
        from moved where one.value[1] is distinct from one.value[2]
    """
