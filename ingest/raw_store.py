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

import duckdb
import polars as pl

from ingest.contracts import CONTRACTS, ContractTable
from ingest.readers import ROW

LOG_COLUMNS = (("load_seq", "integer"), ("feed_id", "integer"), ("op", "varchar"), ("row_no", "integer"))
# Statuses a load can have. Pending and held loads are not read by dbt; superseded ones only by older as_known_at.
STATUSES = ("pending", "accepted", "held", "rejected", "superseded")

LEDGER = """
create schema if not exists ledger;
create schema if not exists identity;
create table if not exists ledger.meta (name varchar, value varchar);
create table if not exists ledger.feeds (
    feed_id integer, source varchar, map_name varchar, feed varchar, mode varchar, identity varchar, owner varchar,
    cadence varchar
);
create table if not exists ledger.feed_tables (feed_id integer, table_name varchar, domain varchar, is_undated boolean);
create table if not exists ledger.files (path varchar, n_bytes bigint, modified_ns bigint, sha256 varchar);
create table if not exists ledger.loads (
    load_seq integer, feed_id integer, source varchar, file varchar, sha256 varchar, map_digest varchar,
    exported_at timestamp, received_at timestamp, loaded_at timestamp, superseded_at timestamp, status varchar,
    base_seq integer, reason varchar
);
create table if not exists ledger.load_tables (
    load_seq integer, table_name varchar, n_read bigint, n_valid bigint, n_quarantined bigint, n_duplicates bigint,
    n_inserted bigint, n_updated bigint, n_deleted bigint, n_ends_withheld bigint
);
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
"""


@dataclass(frozen=True)
class Feed:
    """One kind of file of one source, as the ledger knows it."""

    feed_id: int
    source: str
    map_name: str
    feed: str
    mode: str
    scope: str | None


@dataclass
class TableRows:
    """One table's rows of one load, persons already tokens. `valid` is unique in the contract's key."""

    table: ContractTable
    valid: pl.DataFrame
    held_back: pl.DataFrame
    quarantined: pl.DataFrame
    n_read: int
    n_quarantined: int
    n_duplicates: int
    ends_known: bool


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


def stored_columns(table: ContractTable) -> list[tuple[str, str]]:
    """Columns of a change log beside LOG_COLUMNS: the contract's; identity tables add the tokens."""
    columns = [(spec.name, spec.sql_type) for spec in table.columns]
    return [*columns, ("worker_key", "varchar"), ("value_token", "varchar")] if table.is_identity else columns


@contextmanager
def lent(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> Iterator[None]:
    """Let SQL read `frame` as `name`, for as long as the block runs."""
    connection.register(name, frame)
    try:
        yield
    finally:
        connection.unregister(name)


@contextmanager
def open_raw_store(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The raw store's connection; made with all tables where it does not exist. Closed at the end, whatever happens."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 2,
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


def next_load_seq(connection: duckdb.DuckDBPyConnection) -> int:
    """The next number of the ledger, one ahead of every load there ever was."""
    return _scalar(connection, "select coalesce(max(load_seq), 0) + 1 from ledger.loads")


def _scalar(connection: duckdb.DuckDBPyConnection, query: str, parameters: list[object] | None = None) -> int:
    row = connection.execute(query, parameters or []).fetchone()
    return int(row[0]) if row else 0


def register_feed(
    connection: duckdb.DuckDBPyConnection,
    feed: tuple[str, str, str],
    mode: str,
    declared: tuple[str, str, str],
    tables: dict[str, bool],
) -> int:
    """The feed's number in the ledger; new feeds are entered with their tables (name -> undated).

    `feed` is (source, map, feed), `declared` is (identity, owner, cadence) of `sources.yml` and is kept up to date.
    """
    row = connection.execute(
        "select feed_id from ledger.feeds where source = ? and map_name = ? and feed = ?", list(feed)
    ).fetchone()
    if row:
        connection.execute(
            "update ledger.feeds set mode = ?, identity = ?, owner = ?, cadence = ? where feed_id = ?",
            [mode, *declared, row[0]],
        )
        feed_id = int(row[0])
        connection.execute("delete from ledger.feed_tables where feed_id = ?", [feed_id])
    else:
        feed_id = _scalar(connection, "select coalesce(max(feed_id), 0) + 1 from ledger.feeds")
        connection.execute(
            "insert into ledger.feeds values (?, ?, ?, ?, ?, ?, ?, ?)", [feed_id, *feed, mode, *declared]
        )
    for name, is_undated in tables.items():
        connection.execute(
            "insert into ledger.feed_tables values (?, ?, ?, ?)", [feed_id, name, name.split(".")[0], is_undated]
        )
    return feed_id


def rows_in_force(table: ContractTable, loads: str) -> str:
    """SQL for the rows of one table's log that hold, given a query of loads in force (load_seq, load_order).

    A key that was only ever inserted (`op` i) needs no comparison; the others take the last word. Grouping the few and
    anti-joining the many is what keeps a night's cost near the night's changes (DECISIONS 5).
    """
    keys = ", ".join(("feed_id", *table.keys))
    return f"""
        with loads_in_force as ({loads}),
        entries as (select log.*, load_order from {table.raw_name} as log inner join loads_in_force using (load_seq)),
        touched as (
            select {keys}, max(load_order) as load_order
            from entries semi join (select {keys} from entries where op <> 'i') using ({keys})
            group by all
        )
        select * from entries anti join touched using ({keys})
        union all
        select * from entries semi join touched using ({keys}, load_order) where op <> 'd'
    """


def base_of(connection: duckdb.DuckDBPyConnection, load: NewLoad, *, accepted_only: bool) -> int:
    """The load that a snapshot is compared with: the one exported last before it. 0 where there is none."""
    statuses = "('accepted')" if accepted_only else "('accepted', 'pending')"
    return _scalar(
        connection,
        f"""
        select coalesce(max_by(load_seq, (exported_at, file, load_seq)), 0) from ledger.loads
        where feed_id = ? and superseded_at is null and status in {statuses} and (exported_at, file) <= (?, ?)
        """,
        [load.feed.feed_id, load.exported_at, load.file],
    )


def loads_up_to(base_seq: int, feed_id: int) -> str:
    """Query of the loads of a feed that led to the state after `base_seq`, in their order."""
    return f"""
        select load_seq, row_number() over (order by exported_at, file, load_seq) as load_order
        from ledger.loads
        where feed_id = {feed_id} and superseded_at is null and status in ('accepted', 'pending')
            and (exported_at, file, load_seq)
                <= (select (exported_at, file, load_seq) from ledger.loads where load_seq = {base_seq})
    """


def append_load(connection: duckdb.DuckDBPyConnection, load: NewLoad, *, accepted_only: bool = False) -> int:
    """Append one file's rows as one `pending` load, in the transaction that the caller holds; gives its load_seq.

    A snapshot becomes the difference to its base: new and changed rows, and keys that vanished. Keys of quarantined
    rows do not vanish, and where a quarantined row's key cannot be read, nothing does (counted as withheld).
    """
    load_seq = next_load_seq(connection)
    base_seq = base_of(connection, load, accepted_only=accepted_only)
    is_first = not _scalar(connection, "select count(*) from ledger.loads where feed_id = ?", [load.feed.feed_id])
    connection.execute(
        "insert into ledger.loads values (?, ?, ?, ?, ?, ?, ?, ?, null, null, 'pending', ?, null)",
        [
            load_seq, load.feed.feed_id, load.feed.source, load.file, load.sha256, load.map_digest, load.exported_at,
            load.received_at, base_seq,
        ],
    )  # fmt: skip
    withheld = {}
    for rows in load.tables:
        with lent(connection, "incoming", rows.valid):
            withheld[rows.table.full_name] = _append_rows(connection, load, rows, (load_seq, base_seq), is_first)
    _append_counts(connection, load, load_seq, withheld)
    return load_seq


def _append_rows(
    connection: duckdb.DuckDBPyConnection, load: NewLoad, rows: TableRows, seqs: tuple[int, int], is_first: bool
) -> int:
    """Append one table's rows, lent as `incoming`; gives how many ends were withheld."""
    table, feed_id, (load_seq, base_seq) = rows.table, load.feed.feed_id, seqs
    names = [name for name, _ in stored_columns(table)]
    keys, listed = ", ".join(table.keys), ", ".join(names)
    incoming_columns = ", ".join(f"incoming.{name}" for name in names)
    # A key that this feed's log has ever held, in whatever load, is no insert: rows_in_force relies on it.
    operation, known = "'i'", ""
    if not is_first:
        operation = f"case when known.{table.keys[0]} is null then 'i' else 'u' end"
        known = f"""
            left join (
                select distinct {keys} from (select {keys} from {table.raw_name} where feed_id = {feed_id})
                semi join incoming using ({keys})
            ) as known using ({keys})
        """
    insert = f"""
        insert into {table.raw_name} (load_seq, feed_id, op, row_no, {listed})
        select {load_seq}, {feed_id}, {operation}, incoming.{ROW}, {incoming_columns} from incoming {known}
    """
    if load.feed.mode == "changes" or not base_seq:
        connection.execute(insert)
        return 0
    state = rows_in_force(table, loads_up_to(base_seq, feed_id))
    connection.execute(f"create or replace temp table state as select {listed} from ({state})")
    values = [name for name in names if name not in table.keys]
    changed = " or ".join(f"incoming.{name} is distinct from state.{name}" for name in values) or "false"
    connection.execute(f"{insert} left join state using ({keys}) where state.{table.keys[0]} is null or {changed}")
    return _append_ends(connection, load, rows, load_seq)


def _append_ends(connection: duckdb.DuckDBPyConnection, load: NewLoad, rows: TableRows, load_seq: int) -> int:
    """Append the keys that a snapshot no longer holds; gives how many ends were withheld."""
    table, keys = rows.table, ", ".join(rows.table.keys)
    scope = load.feed.scope
    within = ""
    if scope and any(spec.name == scope for spec in table.columns):
        within = f"semi join (select distinct {scope} from incoming) using ({scope})"
    vanished = f"select {keys} from (select * from state {within}) anti join incoming using ({keys})"
    n_vanished = _scalar(connection, f"select count(*) from ({vanished})")
    if not n_vanished or not rows.ends_known:
        return n_vanished
    with lent(connection, "held_back", rows.held_back.select(table.keys)):
        ended = connection.execute(
            f"""
            insert into {table.raw_name} (load_seq, feed_id, op, {keys})
            select {load_seq}, {load.feed.feed_id}, 'd', {keys} from ({vanished}) anti join held_back using ({keys})
            returning 1
            """
        ).fetchall()
    return n_vanished - len(ended)


def _append_counts(
    connection: duckdb.DuckDBPyConnection, load: NewLoad, load_seq: int, withheld: dict[str, int]
) -> None:
    """What the gate compares between loads: counts a table, null shares and means a column, reasons a quarantined row."""
    logs = " union all ".join(
        f"select '{rows.table.full_name}' as table_name, op from {rows.table.raw_name} where load_seq = {load_seq}"
        for rows in load.tables
    )
    counts = pl.DataFrame(
        [
            (rows.table.full_name, rows.n_read, rows.valid.height, rows.n_quarantined, rows.n_duplicates,
             withheld[rows.table.full_name])
            for rows in load.tables
        ],
        schema=["table_name", "n_read", "n_valid", "n_quarantined", "n_duplicates", "n_withheld"],
        orient="row",
    )  # fmt: skip
    with lent(connection, "counts", counts):
        connection.execute(
            f"""
            insert into ledger.load_tables
            select {load_seq}, table_name, n_read, n_valid, n_quarantined, n_duplicates, count(*) filter (where op = 'i'),
                count(*) filter (where op = 'u'), count(*) filter (where op = 'd'), n_withheld
            from counts left join ({logs}) using (table_name) group by all
            """
        )
    # a table of nothing but its key has nothing to compare
    profiles = [
        _profile(rows) for rows in load.tables if rows.valid.height and len(rows.table.keys) < len(rows.table.columns)
    ]
    if profiles:
        with lent(connection, "profile", pl.concat(profiles)):
            connection.execute(f"insert into ledger.load_columns select {load_seq}, * from profile")
    quarantined = [
        rows.quarantined.select(pl.lit(rows.table.full_name).alias("table_name"), pl.all())
        for rows in load.tables
        if rows.quarantined.height
    ]
    if quarantined:
        with lent(connection, "quarantined", pl.concat(quarantined)):
            connection.execute(
                f"""
                insert into ledger.quarantine
                select {load_seq}, table_name, {ROW}, column_name, reason, shape from quarantined
                """
            )


def _profile(rows: TableRows) -> pl.DataFrame:
    """Null share of each column that is no key, and mean of the numeric ones."""
    columns = [spec for spec in rows.table.columns if not spec.is_key]
    numeric = {spec.name for spec in columns if spec.kind in ("whole", "amount", "number", "rate", "flag")}
    measured = rows.valid.select(
        *(pl.col(spec.name).null_count().alias(f"null {spec.name}") for spec in columns),
        *(pl.col(name).cast(pl.Float64).mean().alias(f"mean {name}") for name in numeric),
    ).row(0, named=True)
    return pl.DataFrame(
        [
            (
                rows.table.full_name,
                spec.name,
                measured[f"null {spec.name}"] / rows.valid.height,
                measured.get(f"mean {spec.name}"),
            )
            for spec in columns
        ],
        schema={"table_name": pl.String, "column_name": pl.String, "null_share": pl.Float64, "mean": pl.Float64},
        orient="row",
    )
