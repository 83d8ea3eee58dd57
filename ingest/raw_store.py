"""The raw store: the append-only change log of every canonical table, and the ledger of loads.

Here: the only code that writes `raw.duckdb`. A load is one file; its rows go in with one transaction, and nothing is
ever updated but a load's own status. State is read back by taking, of the loads in force, the last word on each key.
Not here: reading files (`landing`), judging loads (`expectations`), people (the build resolves tokens).

Order within a feed is (exported_at, file, load_seq): what the source said later wins, whenever it arrived.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from ingest.contracts import CONTRACTS, ContractTable
from ingest.home import ConfigurationError
from ingest.readers import ROW
from ingest.tombstone import drop_erased, note_file

SMALL_LOAD = 100_000
# What the store may hold while it takes a file that was too large to hold.
SPOOLED_MEMORY = "500MB"
NUMERIC = ("whole", "amount", "number", "rate", "flag")
LOG_COLUMNS = (("load_seq", "integer"), ("feed_id", "integer"), ("op", "varchar"), ("row_no", "integer"))
# What identity tables hold beside the clear text: whose the identifier is, and the identifier.
TOKENS = ("worker_key", "value_token")
# Statuses a load can have. Pending and held loads are not read by dbt; superseded ones only by older as_known_at.
STATUSES = ("pending", "accepted", "held", "rejected", "superseded")

LEDGER = """
create schema if not exists ledger;
create schema if not exists identity;
create table if not exists ledger.meta (name varchar, value varchar);
create table if not exists ledger.feeds (
    feed_id integer, source varchar, feed varchar, map_name varchar, mode varchar, identity varchar, owner varchar,
    cadence varchar
);
create table if not exists ledger.feed_tables (feed_id integer, table_name varchar, domain varchar, is_undated boolean);
create table if not exists ledger.files (path varchar, n_bytes bigint, modified_ns bigint, sha256 varchar);
create table if not exists ledger.loads (
    load_seq integer, feed_id integer, source varchar, file varchar, sha256 varchar, map_digest varchar,
    exported_at timestamp, received_at timestamp, loaded_at timestamp, superseded_at timestamp, status varchar,
    base_seq integer, reason varchar, scope varchar
);
create table if not exists ledger.load_tables (
    load_seq integer, table_name varchar, n_read bigint, n_valid bigint, n_quarantined bigint, n_duplicates bigint,
    n_inserted bigint, n_updated bigint, n_deleted bigint, n_ends_withheld bigint, n_erased bigint
);
-- for a store that is older than the column
alter table ledger.load_tables add column if not exists n_erased bigint default 0;
create table if not exists ledger.load_columns (
    load_seq integer, table_name varchar, column_name varchar, null_share double, mean double
);
create table if not exists ledger.quarantine (
    load_seq integer, table_name varchar, row_no integer, column_name varchar, reason varchar, shape varchar
);
create table if not exists ledger.decisions (
    load_seq integer, decided_at timestamp, decision varchar, decided_by varchar, reason varchar
);
create table if not exists ledger.findings (
    load_seq integer, found_at timestamp, suite varchar, expectation varchar, observed varchar
);
create table if not exists ledger.erasures (
    erasure_id integer, erased_at timestamp, erased_by varchar, reason varchar, n_rows bigint, n_mentions bigint,
    raw_rebuilt_at timestamp, releases_rewritten_at timestamp, completed_at timestamp
);
create table if not exists ledger.erased_tokens (
    erasure_id integer, token varchar, is_id boolean, valid_from date, valid_to date, erased_at timestamp
);
create table if not exists ledger.erased_records (erasure_id integer, record varchar);
create table if not exists ledger.erasure_files (erasure_id integer, file varchar, sha256 varchar);
"""


@dataclass(frozen=True)
class Feed:
    """One kind of file of one source, as `sources.yml` and the column map declare it."""

    source: str
    feed: str
    map_name: str
    mode: str
    scope: str | None
    identity: str
    owner: str
    cadence: str
    # canonical table -> whether its rows carry no effective date
    tables: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Spool:
    """Rows of a large file, as Parquet files in a folder."""

    folder: Path
    height: int


@dataclass
class TableRows:
    """One table's rows of one load, persons already tokens. `valid` is unique in the contract's key.

    `removed` has ROW and the keys that a file of changes takes back.
    """

    table: ContractTable
    valid: pl.DataFrame | Spool
    held_back: pl.DataFrame | Spool
    quarantined: pl.DataFrame | Spool
    n_read: int
    n_quarantined: int
    n_duplicates: int
    ends_known: bool
    removed: pl.DataFrame | Spool | None = None
    # what was left out because it is about somebody erased
    n_erased: int = 0


@dataclass
class NewLoad:
    """A file that was read and may be appended."""

    feed: Feed
    file: str
    sha256: str
    map_digest: str
    exported_at: dt.datetime
    received_at: dt.datetime
    tables: list[TableRows] = field(default_factory=list)
    # the feed's number, where the caller has it already
    feed_id: int | None = None

    # where its spools lie, if it has any; gone with the load
    scratch: TemporaryDirectory[str] | None = None


def stored_columns(table: ContractTable) -> list[tuple[str, str]]:
    """Columns of a change log beside LOG_COLUMNS: the contract's; identity tables add the tokens."""
    columns = [(spec.name, spec.sql_type) for spec in table.columns]
    return [*columns, *((name, "varchar") for name in TOKENS)] if table.is_identity else columns


@contextmanager
def lent(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame | Spool) -> Iterator[None]:
    """Let SQL read `rows` as `name`, for as long as the block runs."""
    if isinstance(rows, Spool):
        files = str(rows.folder / "*.parquet").replace("'", "''")
        connection.execute(f"create temp view {name} as from read_parquet('{files}')")
    else:
        connection.register(name, rows)
    try:
        yield
    finally:
        if isinstance(rows, Spool):
            connection.execute(f"drop view {name}")
        else:
            connection.unregister(name)


@contextmanager
def open_raw_store(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The raw store's connection; made with all tables where it does not exist. Closed at the end, whatever happens.

    ConfigurationError where it is only to be read and nothing was ever written.
    """
    if read_only and not path.exists():
        raise ConfigurationError(f"{path}: nothing was loaded yet; run `fairlead refresh`.")
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 2,
        # A checkpoint at every 16 MB took a third of the time of a first load of 60 months; a crash replays the log instead.
        "checkpoint_threshold": "1GB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    try:
        if not read_only:
            _create(connection)
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of what is done within, or nothing of it, whatever ends it."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("begin")
    connection.execute(LEDGER)
    existing = {f"{schema}.{name}" for schema, name in connection.execute(
        "select schema_name, table_name from duckdb_tables()"
    ).fetchall()}  # fmt: skip
    for table in CONTRACTS.values():
        if table.raw_name not in existing:
            columns = ", ".join(f"{name} {kind}" for name, kind in [*LOG_COLUMNS, *stored_columns(table)])
            connection.execute(f"create schema if not exists {table.raw_name.split('.')[0]}")
            connection.execute(f"create table {table.raw_name} ({columns})")
    # What the build may know of identities: tokens, never what they stand for.
    connection.execute(
        """
        create view if not exists ledger.identity_map as
        select load_seq, feed_id, op, row_no, worker_key, kind, value_token, valid_from, valid_to
        from identity.identifiers
        """
    )
    connection.execute("commit")


def _scalar(connection: duckdb.DuckDBPyConnection, query: str, parameters: list[object] | None = None) -> int:
    row = connection.execute(query, parameters or []).fetchone()
    return int(row[0]) if row else 0


def next_load_seq(connection: duckdb.DuckDBPyConnection) -> int:
    """The next number of the ledger, one ahead of every load there ever was."""
    return _scalar(connection, "select coalesce(max(load_seq), 0) + 1 from ledger.loads")


def register_feed(connection: duckdb.DuckDBPyConnection, feed: Feed) -> int:
    """The feed's number in the ledger. It is known by source and name; what is declared of it is kept up to date."""
    declared = [feed.map_name, feed.mode, feed.identity, feed.owner, feed.cadence]
    row = connection.execute(
        "select feed_id, map_name, mode, identity, owner, cadence from ledger.feeds where source = ? and feed = ?",
        [feed.source, feed.feed],
    ).fetchone()
    if row and (row[3] == "person") != (feed.identity == "person"):
        raise ConfigurationError(
            f"sources.yml, {feed.source}.identity: {feed.identity}, but its rows were loaded as identity: {row[3]}, and "
            "keep the tokens made then. Declare the new identity under a new source name."
        )
    if row is None:
        feed_id = _scalar(connection, "select coalesce(max(feed_id), 0) + 1 from ledger.feeds")
        connection.execute(
            "insert into ledger.feeds values (?, ?, ?, ?, ?, ?, ?, ?)", [feed_id, feed.source, feed.feed, *declared]
        )
    else:
        feed_id = int(row[0])
        if list(row[1:]) != declared:
            connection.execute(
                """
                update ledger.feeds set map_name = ?, mode = ?, identity = ?, owner = ?, cadence = ? where feed_id = ?
                """,
                [*declared, feed_id],
            )
    entered = connection.execute(
        "select table_name, is_undated from ledger.feed_tables where feed_id = ?", [feed_id]
    ).fetchall()
    if set(entered) != set(feed.tables):
        connection.execute("delete from ledger.feed_tables where feed_id = ?", [feed_id])
        for name, is_undated in feed.tables:
            connection.execute(
                "insert into ledger.feed_tables values (?, ?, ?, ?)", [feed_id, name, name.split(".")[0], is_undated]
            )
    return feed_id


def rows_in_force(table: ContractTable, loads: str) -> str:
    """SQL for the rows of one table's log that hold, given a query of loads in force (load_seq, load_order).

    A key that was only ever inserted (`op` i) needs no comparison; the others take the last word. Grouping only the few
    is what keeps a night's cost near the night's changes (DECISIONS 5).
    """
    keys = ", ".join(("feed_id", *table.keys))
    return f"""
        with loads as ({loads}),
        touched as (
            select {keys}, max(load_order) as last_order
            from {table.raw_name} inner join loads using (load_seq)
            semi join (select {keys} from {table.raw_name} where op <> 'i') as later using ({keys})
            group by all
        )
        select log.* from {table.raw_name} as log
        inner join loads using (load_seq)
        left join touched using ({keys})
        where last_order is null or (last_order = load_order and op <> 'd')
    """


def loads_up_to(base_seq: int) -> str:
    """Query of the snapshots that led to the state after `base_seq`, in their order: each the difference to its base.

    A load that waits, and lies before the base by its stamp, is not among them unless the base was derived from it.
    """
    return f"""
        with recursive chain as (
            select load_seq, base_seq, 0 as depth from ledger.loads where load_seq = {base_seq}
            union all
            select loads.load_seq, loads.base_seq, chain.depth + 1
            from ledger.loads inner join chain on loads.load_seq = chain.base_seq
        )
        select load_seq, row_number() over (order by depth desc) as load_order from chain
    """


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
        return _scalar(connection, f"delete from difference where op = 'd' and {doubtful}")


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
