"""The raw store: the append-only change log of every canonical table, and the ledger of loads.

Here: its tables, how it is opened, and how state is read back: of the loads in force, the last word on each key. Not here:
what a load is (`new_load`), how it is appended (`appending`), whether it counts (`loads`), who is erased (`erasure`).

Order within a feed is (exported_at, file, load_seq): what the source said later wins, whenever it arrived.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from ingest.contracts import CONTRACTS, ContractTable
from ingest.home import ConfigurationError
from ingest.new_load import Feed, Spool, stored_columns

LOG_COLUMNS = (("load_seq", "integer"), ("feed_id", "integer"), ("op", "varchar"), ("row_no", "integer"))
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
        # Symbol tables are tried on every token and seldom chosen (DECISIONS 24, 47).
        "disabled_compression_methods": "fsst,dict_fsst",
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


def scalar(connection: duckdb.DuckDBPyConnection, query: str, parameters: list[object] | None = None) -> int:
    """The one number that a query gives; 0 where it gives none."""
    row = connection.execute(query, parameters or []).fetchone()
    return int(row[0]) if row else 0


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows that are few, in one statement."""
    if rows:
        with lent(connection, "entered", pl.DataFrame(rows, orient="row", infer_schema_length=None)):
            connection.execute(f"insert into {table} from entered")


def next_load_seq(connection: duckdb.DuckDBPyConnection) -> int:
    """The next number of the ledger, one ahead of every load there ever was."""
    return scalar(connection, "select coalesce(max(load_seq), 0) + 1 from ledger.loads")


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
        feed_id = scalar(connection, "select coalesce(max(feed_id), 0) + 1 from ledger.feeds")
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
