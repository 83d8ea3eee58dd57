"""Appending a load to the change log: what sets it apart from what its source said before, and what is counted of it.

Here: the only code that writes rows of `raw.duckdb`, in the transaction of its caller. Nothing is ever updated but a load's
own status. Not here: the tables (`raw_store`), acceptance (`loads`).
"""

from dataclasses import dataclass

import duckdb

from ingest.contracts import ContractTable
from ingest.new_load import TOKENS, NewLoad, TableRows, stored_columns
from ingest.raw_store import lent, loads_up_to, register_feed, rows_in_force, scalar
from ingest.readers import ROW
from ingest.tombstone import drop_erased, note_file

SMALL_LOAD = 100_000
# What the store may hold while it takes a file that was too large to hold.
SPOOLED_MEMORY = "500MB"
NUMERIC = ("whole", "amount", "number", "rate", "flag")


def append_load(connection: duckdb.DuckDBPyConnection, load: NewLoad, *, accepted_only: bool = False) -> int:
    """Append one file's rows as one `pending` load, in the transaction that the caller holds; gives its load_seq.

    A snapshot becomes the difference to its base, the load exported last before it: new and changed rows, and keys that
    vanished. Keys of quarantined rows do not vanish, and where a quarantined row's key cannot be read, nothing does
    (counted as withheld).
    """
    undone = drop_erased(connection, load)
    # for a small file handing work to a second thread costs more than the work
    n_rows = sum(rows.valid.height for rows in load.tables)
    connection.execute(f"set threads = {1 if n_rows < SMALL_LOAD else 2}")
    connection.execute(f"set memory_limit = '{SPOOLED_MEMORY}'" if load.scratch else "reset memory_limit")
    feed_id = load.feed_id or register_feed(connection, load.feed)
    statuses = "('accepted')" if accepted_only else "('accepted', 'pending')"
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
    place = Place(load_seq, feed_id, base_seq if load.feed.mode == "snapshot" else 0, n_before == 0, load.feed.scope)
    scopes: set[str] = set()
    for rows in load.tables:
        with lent(connection, "incoming", rows.valid):
            scopes |= _scopes(connection, rows, load.feed.scope)
            _append_counts(connection, rows, load_seq, _append_rows(connection, rows, place))
    if scopes:
        # what a scoped snapshot speaks for, such as one survey wave: the gate compares like with like
        connection.execute("update ledger.loads set scope = ? where load_seq = ?", [", ".join(sorted(scopes)), load_seq])
    for erasure_id in undone:
        note_file(connection, erasure_id, load.file, load.sha256)
    return int(load_seq)


def _scopes(connection: duckdb.DuckDBPyConnection, rows: TableRows, scope: str | None) -> set[str]:
    if scope is None or scope not in {spec.name for spec in rows.table.columns}:
        return set()
    found = connection.execute(f"select distinct {scope}::varchar from incoming where {scope} is not null").fetchall()
    return {value for (value,) in found}


@dataclass(frozen=True)
class Place:
    """Where a load's rows go: its number, its feed, the snapshot it is a difference to (0: none)."""

    load_seq: int
    feed_id: int
    base_seq: int
    is_first: bool
    scope: str | None


def _append_rows(connection: duckdb.DuckDBPyConnection, rows: TableRows, place: Place) -> dict[str, int]:
    """Append one table's rows, lent as `incoming`; counts of inserts, updates, deletes and ends withheld."""
    table, names = rows.table, [name for name, _ in stored_columns(rows.table)]
    keys, listed = ", ".join(table.keys), ", ".join(names)
    source, withheld = "(select 'i' as op, * from incoming)", 0
    if place.base_seq:
        source = "difference"
        connection.execute(f"create or replace temp table difference as {_difference(table, place)}")
        withheld = _withhold_ends(connection, rows)
    operation, joins = "op", ""
    if not place.is_first:
        # A key that this feed's log has ever held, in whatever load, is no insert: rows_in_force relies on it.
        operation = "if(op = 'i' and is_known, 'u', op)"
        joins = f"""
            left join (
                select distinct {keys}, true as is_known
                from {source} as added inner join {table.raw_name} as log using ({keys})
                where added.op = 'i' and log.feed_id = {place.feed_id}
            ) as known using ({keys})
        """
    connection.execute(
        f"""
        insert into {table.raw_name} (load_seq, feed_id, op, row_no, {listed})
        select {place.load_seq}, {place.feed_id}, {operation}, {ROW}, {listed} from {source} {joins}
        """
    )
    if rows.removed is not None:
        # also keys that were never heard of: what is taken back may arrive after the word that takes it back
        told = ", ".join([*table.keys, *(TOKENS if table.is_identity else ())])
        with lent(connection, "removed", rows.removed):
            connection.execute(
                f"""
                insert into {table.raw_name} (load_seq, feed_id, op, row_no, {told})
                select {place.load_seq}, {place.feed_id}, 'd', {ROW}, {told} from removed
                """
            )
    # counted afterwards: an insert that returns rows is not parallel
    written = connection.execute(
        f"select op, count(*) from {table.raw_name} where load_seq = {place.load_seq} group by op"
    ).fetchall()
    return {"i": 0, "u": 0, "d": 0, "withheld": withheld} | dict(written)


def _difference(table: ContractTable, place: Place) -> str:
    """Query of what sets a snapshot, lent as `incoming`, apart from its base: op, row and columns; of an end its key."""
    keys = ", ".join(table.keys)
    values = [name for name, _ in stored_columns(table) if name not in table.keys]
    changed = " or ".join(f"incoming.{name} is distinct from state.{name}" for name in values) or "false"
    # an end says whose identifier it was by the tokens, which are all that the build knows of the key
    told = {name: f"incoming.{name}" for name in values}
    told |= {name: f"coalesce({told[name]}, state.{name}) as {name}" for name in TOKENS if name in told}
    ended = f"incoming.{ROW} is null"
    if place.scope and any(spec.name == place.scope for spec in table.columns):
        ended += f" and state.{place.scope} in (select {place.scope} from incoming)"
    return f"""
        select
            case when incoming.{ROW} is null then 'd' when state.load_seq is null then 'i' else 'u' end as op,
            incoming.{ROW}, {keys}{"".join(f", {column}" for column in told.values())}
        from incoming
        full join ({rows_in_force(table, loads_up_to(place.base_seq))}) as state using ({keys})
        where case
            when incoming.{ROW} is null then {ended}
            else state.load_seq is null or {changed}
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


def _append_counts(connection: duckdb.DuckDBPyConnection, rows: TableRows, load_seq: int, count: dict[str, int]) -> None:
    """What the gate compares between loads: counts a table, null shares and means a column; and quarantine reasons."""
    entry = (
        load_seq, rows.table.full_name, rows.n_read, rows.valid.height, rows.n_quarantined, rows.n_duplicates,
        count["i"], count["u"], count["d"], count["withheld"], rows.n_erased,
    )  # fmt: skip
    _insert(connection, "ledger.load_tables", [entry])
    _insert(connection, "ledger.load_columns", [(load_seq, *row) for row in _profile(connection, rows)])
    if rows.quarantined.height:
        with lent(connection, "quarantined", rows.quarantined):
            connection.execute(
                f"""
                insert into ledger.quarantine
                select {load_seq}, '{rows.table.full_name}', {ROW}, column_name, reason, shape from quarantined
                """
            )


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]]) -> None:
    """Insert a few rows in one statement."""
    if rows:
        places = ", ".join("(" + ", ".join("?" for _ in row) + ")" for row in rows)
        connection.execute(f"insert into {table} values {places}", [value for row in rows for value in row])


def _profile(connection: duckdb.DuckDBPyConnection, rows: TableRows) -> list[tuple[str, str, float, float | None]]:
    """(table, column, null share, mean) of each column of `incoming` that is no key; the mean only of numeric ones."""
    columns = [spec for spec in rows.table.columns if not spec.is_key]
    if not columns or not rows.valid.height:
        return []
    measures = [f"count({spec.name}), {f'avg({spec.name}::double)' if spec.kind in NUMERIC else 'null'}" for spec in columns]
    measured = connection.execute(f"select {', '.join(measures)} from incoming").fetchone() or ()
    return [
        (rows.table.full_name, spec.name, 1 - n_held / rows.valid.height, mean)
        for spec, n_held, mean in zip(columns, measured[::2], measured[1::2], strict=True)
    ]
