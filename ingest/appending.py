"""Appending loads to the change log: what sets each apart from what its source said before, and what is counted of it.

Here: the only code that writes rows of `raw.duckdb`, in the transaction of its caller. Nothing is ever updated but a load's
own status. Not here: the tables (`raw_store`), acceptance (`loads`).
"""

from dataclasses import dataclass
from functools import cached_property

import duckdb
import polars as pl

from ingest.contracts import ContractTable
from ingest.new_load import TOKENS, NewLoad, TableRows, stored_columns
from ingest.raw_store import insert_rows, lent, loads_up_to, register_feed, rows_in_force, scalar
from ingest.readers import ROW
from ingest.tombstone import drop_erased, note_file

# What the store may hold while it takes a file that was too large to hold.
SPOOLED_MEMORY = "500MB"
NUMERIC = ("whole", "amount", "number", "rate", "flag")


@dataclass(frozen=True)
class Place:
    """Where a load's rows go: its number, its feed, the snapshot it is a difference to (0: none)."""

    load_seq: int
    feed_id: int
    is_snapshot: bool
    base_seq: int
    is_first: bool
    scope: str | None


@dataclass(frozen=True)
class Snapshot:
    """All that a snapshot said of one table, and two hashes a row: rows that agree in 128 bits are the same."""

    load_seq: int
    rows: pl.DataFrame
    marks: tuple[pl.Series, pl.Series]

    def apart_from(self, other: "Snapshot") -> pl.DataFrame:
        """The rows that the other does not have just so."""
        ours, theirs = self.marks, other.marks
        return self.rows.filter(~(ours[0].is_in(theirs[0].implode()) & ours[1].is_in(theirs[1].implode())))


class Appender:
    """Appends loads one after the other, in transactions that the caller holds; `flush` before each ends.

    A snapshot is remembered until the next of its feed is compared with it: most of their rows are the same, and to tell
    from the log what it said takes longer than all the rest.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        # by feed and table
        self._snapshots: dict[tuple[int, str], Snapshot] = {}
        self._counts: list[tuple[object, ...]] = []
        self._profiles: list[tuple[object, ...]] = []
        self._is_spooled: bool | None = None

    @cached_property
    def _has_erased(self) -> bool:
        return self._connection.execute("select 1 from ledger.erased_tokens limit 1").fetchone() is not None

    def append(self, load: NewLoad, *, accepted_only: bool = False) -> int:
        """Append one file's rows as one `pending` load; gives its load_seq.

        A snapshot becomes the difference to its base, the load exported last before it: new and changed rows, and keys that
        vanished. Keys of quarantined rows do not vanish, and where a quarantined row's key cannot be read, nothing does
        (counted as withheld).
        """
        connection = self._connection
        undone = drop_erased(connection, load) if self._has_erased else set()
        self._give_room(load)
        place = _enter(connection, load, "('accepted')" if accepted_only else "('accepted', 'pending')")
        scopes: set[str] = set()
        for rows in load.tables:
            with lent(connection, "incoming", rows.valid):
                scopes |= _scopes(connection, rows, load.feed.scope)
                self._note(rows, place.load_seq, self._append_rows(rows, place))
        if scopes:
            # what a scoped snapshot speaks for, such as one survey wave: the gate compares like with like
            connection.execute(
                "update ledger.loads set scope = ? where load_seq = ?", [", ".join(sorted(scopes)), place.load_seq]
            )
        for erasure_id in undone:
            note_file(connection, erasure_id, load.file, load.sha256)
        return place.load_seq

    def flush(self) -> None:
        """Write down what was counted of the loads since the last time."""
        insert_rows(self._connection, "ledger.load_tables", self._counts)
        insert_rows(self._connection, "ledger.load_columns", self._profiles)
        self._counts, self._profiles = [], []

    def _give_room(self, load: NewLoad) -> None:
        """Little memory and both cores for a file too large to hold; beside others that are read meanwhile, one core."""
        is_spooled = load.scratch is not None
        if is_spooled != self._is_spooled:
            self._connection.execute(f"set threads = {2 if is_spooled else 1}")
            self._connection.execute(f"set memory_limit = '{SPOOLED_MEMORY}'" if is_spooled else "reset memory_limit")
            self._is_spooled = is_spooled

    def _append_rows(self, rows: TableRows, place: Place) -> dict[str, int]:
        """Append one table's rows, lent as `incoming`; counts of inserts, updates, deletes and ends withheld."""
        which = place.feed_id, rows.table.full_name
        before, now = self._snapshots.pop(which, None), _snapshot(rows, place)
        if not place.base_seq:
            count = _append_new(self._connection, rows, place)
        elif now and before and before.load_seq == place.base_seq:
            with (
                lent(self._connection, "said", now.apart_from(before)),
                lent(self._connection, "state", before.apart_from(now)),
            ):
                count = _append_difference(self._connection, rows, place, "said", "state")
        else:
            log = f"({rows_in_force(rows.table, loads_up_to(place.base_seq))})"
            count = _append_difference(self._connection, rows, place, "incoming", log)
        if now and not count["withheld"]:
            self._snapshots[which] = now
        return count

    def _note(self, rows: TableRows, load_seq: int, count: dict[str, int]) -> None:
        """What the gate compares between loads: counts a table, null shares and means a column; and quarantine reasons."""
        self._counts.append((
            load_seq, rows.table.full_name, rows.n_read, rows.valid.height, rows.n_quarantined, rows.n_duplicates,
            count["i"], count["u"], count["d"], count["withheld"], rows.n_erased,
        ))  # fmt: skip
        self._profiles += [(load_seq, *row) for row in _profile(self._connection, rows)]
        if rows.quarantined.height:
            with lent(self._connection, "quarantined", rows.quarantined):
                self._connection.execute(
                    f"""
                    insert into ledger.quarantine
                    select {load_seq}, '{rows.table.full_name}', {ROW}, column_name, reason, shape from quarantined
                    """
                )


def append_load(connection: duckdb.DuckDBPyConnection, load: NewLoad, *, accepted_only: bool = False) -> int:
    """Append one load by itself, in the transaction that the caller holds; gives its load_seq."""
    appender = Appender(connection)
    load_seq = appender.append(load, accepted_only=accepted_only)
    appender.flush()
    return load_seq


def _enter(connection: duckdb.DuckDBPyConnection, load: NewLoad, statuses: str) -> Place:
    """Enter a load as pending, after the one of `statuses` that was exported last before it."""
    feed_id = load.feed_id or register_feed(connection, load.feed)
    load_seq, n_before, base_seq = connection.execute(
        f"""
        select
            coalesce(max(load_seq), 0) + 1,
            count(*) filter (where feed_id = $feed_id),
            coalesce(max_by(load_seq, (exported_at, file, load_seq)) filter (
                where feed_id = $feed_id and superseded_at is null and status in {statuses}
                    and (exported_at, file) <= ($exported_at, $file)
            ), 0)
        from ledger.loads
        """,
        {"feed_id": feed_id, "exported_at": load.exported_at, "file": load.file},
    ).fetchone() or (1, 0, 0)
    connection.execute(
        "insert into ledger.loads values (?, ?, ?, ?, ?, ?, ?, ?, null, null, 'pending', ?, null, ?)",
        [
            load_seq, feed_id, load.feed.source, load.file, load.sha256, load.map_digest, load.exported_at,
            load.received_at, base_seq, None,
        ],
    )  # fmt: skip
    is_snapshot = load.feed.mode == "snapshot"
    return Place(load_seq, feed_id, is_snapshot, base_seq if is_snapshot else 0, n_before == 0, load.feed.scope)


def _scopes(connection: duckdb.DuckDBPyConnection, rows: TableRows, scope: str | None) -> set[str]:
    if scope is None or scope not in {spec.name for spec in rows.table.columns}:
        return set()
    found = connection.execute(f"select distinct {scope}::varchar from incoming where {scope} is not null").fetchall()
    return {value for (value,) in found}


def _snapshot(rows: TableRows, place: Place) -> Snapshot | None:
    """A snapshot to be remembered; None where it does not say all that holds after it, or is too large to hold."""
    if not place.is_snapshot or place.scope or not isinstance(rows.valid, pl.DataFrame):
        return None
    said = rows.valid.select(name for name, _ in stored_columns(rows.table))
    return Snapshot(place.load_seq, rows.valid, (said.hash_rows(seed=1), said.hash_rows(seed=2)))


def _append_new(connection: duckdb.DuckDBPyConnection, rows: TableRows, place: Place) -> dict[str, int]:
    """Append all rows, and what the file takes back."""
    count = {"i": rows.valid.height, "u": 0, "d": 0, "withheld": 0}
    _insert(connection, rows, place, "(select 'i' as op, * from incoming)", count)
    if rows.removed is not None:
        # also keys that were never heard of: what is taken back may arrive after the word that takes it back
        told = ", ".join([*rows.table.keys, *(TOKENS if rows.table.is_identity else ())])
        with lent(connection, "removed", rows.removed):
            connection.execute(
                f"""
                insert into {rows.table.raw_name} (load_seq, feed_id, op, row_no, {told})
                select {place.load_seq}, {place.feed_id}, 'd', {ROW}, {told} from removed
                """
            )
        count["d"] = rows.removed.height
    return count


def _append_difference(
    connection: duckdb.DuckDBPyConnection, rows: TableRows, place: Place, said: str, state: str
) -> dict[str, int]:
    """Append what sets a snapshot apart from its base; `said` and `state` are their rows, less such as both have."""
    connection.execute(f"create or replace temp table difference as {_difference(rows.table, place.scope, said, state)}")
    withheld = _withhold_ends(connection, rows)
    found = connection.execute("select op, count(*) from difference group by op").fetchall()
    count = {"i": 0, "u": 0, "d": 0, "withheld": withheld} | dict(found)
    _insert(connection, rows, place, "difference", count)
    return count


def _insert(
    connection: duckdb.DuckDBPyConnection, rows: TableRows, place: Place, source: str, count: dict[str, int]
) -> None:
    """Append the rows of `source`. A key that the feed's log has ever held, in whatever load, is no insert but an update.

    `rows_in_force` relies on it; `count` is put right.
    """
    table, listed = rows.table, ", ".join(name for name, _ in stored_columns(rows.table))
    keys, operation, joins = ", ".join(table.keys), "op", ""
    if count["i"] and not place.is_first:
        n_known = scalar(
            connection,
            f"""
            create or replace temp table known as
            select distinct {keys}, true as is_known
            from {source} as added inner join {table.raw_name} as log using ({keys})
            where added.op = 'i' and log.feed_id = {place.feed_id}
            """,
        )
        if n_known:
            operation, joins = "if(op = 'i' and is_known, 'u', op)", f"left join known using ({keys})"
            count["i"], count["u"] = count["i"] - n_known, count["u"] + n_known
    if count["i"] or count["u"] or count["d"]:
        connection.execute(
            f"""
            insert into {table.raw_name} (load_seq, feed_id, op, row_no, {listed})
            select {place.load_seq}, {place.feed_id}, {operation}, {ROW}, {listed} from {source} {joins}
            """
        )


def _difference(table: ContractTable, scope: str | None, said: str, state: str) -> str:
    """Query of what sets the rows that were said apart from those of the base: op, row and columns; of an end its key."""
    keys, key = ", ".join(table.keys), table.keys[0]
    values = [name for name, _ in stored_columns(table) if name not in table.keys]
    changed = " or ".join(f"said.{name} is distinct from state.{name}" for name in values) or "false"
    # an end says whose identifier it was by the tokens, which are all that the build knows of the key
    told = {name: f"said.{name}" for name in values}
    told |= {name: f"coalesce({told[name]}, state.{name}) as {name}" for name in TOKENS if name in told}
    ended = "true"
    if scope and any(spec.name == scope for spec in table.columns):
        ended = f"state.{scope} in (select {scope} from incoming)"
    return f"""
        select
            case when said.{ROW} is null then 'd' when state.{key} is null then 'i' else 'u' end as op,
            said.{ROW}, {keys}{"".join(f", {column}" for column in told.values())}
        from {said} as said
        full join {state} as state using ({keys})
        where case
            when said.{ROW} is null then {ended}
            else state.{key} is null or {changed}
        end
    """


def _withhold_ends(connection: duckdb.DuckDBPyConnection, rows: TableRows) -> int:
    """Take out of `difference` the ends that quarantined rows leave in doubt; how many."""
    doubtful = "true"
    if rows.ends_known:
        if not rows.held_back.height:
            return 0
        doubtful = "exists (from held_back where {})".format(
            " and ".join(f"held_back.{key} = difference.{key}" for key in rows.table.keys)
        )
    with lent(connection, "held_back", rows.held_back):
        return scalar(connection, f"delete from difference where op = 'd' and {doubtful}")


def _profile(connection: duckdb.DuckDBPyConnection, rows: TableRows) -> list[tuple[str, str, float, float | None]]:
    """(table, column, null share, mean) of each column of `incoming` that is no key; the mean only of numeric ones."""
    columns = [spec for spec in rows.table.columns if not spec.is_key]
    if not columns or not rows.valid.height:
        return []
    n_nulls = rows.valid.lazy().select(pl.col(spec.name for spec in columns).null_count()).collect().row(0)
    numeric = [spec.name for spec in columns if spec.kind in NUMERIC]
    means: dict[str, float | None] = {}
    if numeric:
        measures = ", ".join(f"avg({name}::double)" for name in numeric)
        measured = connection.execute(f"select {measures} from incoming").fetchone() or ()
        means = dict(zip(numeric, measured, strict=True))
    return [
        (rows.table.full_name, spec.name, 1 - (rows.valid.height - n_null) / rows.valid.height, means.get(spec.name))
        for spec, n_null in zip(columns, n_nulls, strict=True)
    ]
