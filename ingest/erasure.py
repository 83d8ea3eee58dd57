"""Erasing a person from the raw store: which rows go, and the file that is written anew without them.

Here: the one transaction that erases them, and the fresh file. Not here: who is meant (`persons`), which rows
are about whom and what keeps them away (`tombstone`), landing files (`holdings`), releases (`orchestration.erasure`).

DELETE leaves the deleted bytes in a DuckDB file's free blocks, whatever is vacuumed. So the transaction makes the erasure
true, and `rebuild` makes it final: every table copied into a fresh file, which takes the old one's name.
"""

import datetime as dt
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from ingest.contracts import CONTRACTS, ContractTable
from ingest.files import sync
from ingest.home import ConfigurationError
from ingest.persons import Person
from ingest.raw_store import lent, open_raw_store
from ingest.tombstone import (
    LAST_WORDS,
    PARTS,
    RECORD_IDS,
    dated_by,
    days_of,
    mentions,
    read_tombstone,
    record_hash,
    subjects,
    subjects_erased,
)

# Below this many rows a load's column means are about single people.
FEWEST_ROWS_OF_A_MEAN = 5


@dataclass
class Erased:
    """What an erasure took, by canonical table: rows about the person, and mentions that became empty."""

    n_rows: dict[str, int] = field(default_factory=dict)
    n_mentions: dict[str, int] = field(default_factory=dict)
    # lines of landing files, by load, that told of the person
    lines: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"load_seq": pl.Int32, "row_no": pl.Int32}))


def is_erased(raw: duckdb.DuckDBPyConnection, person: Person) -> bool:
    """Whether all of a person's ids are on the list of the erased."""
    rows = raw.execute("select token from ledger.erased_tokens where is_id").fetchall()
    return person.ids <= {token for (token,) in rows}


def enter_erasure(raw: duckdb.DuckDBPyConnection, person: Person, reason: str, by: str, now: dt.datetime) -> int:
    """Put a person on the list of the erased, with every token that the identity tables link to them; its number.

    ConfigurationError where the reason names the person: it stays.
    """
    if any(word.casefold() in reason.casefold() for word in person.written if len(word) > 2):
        raise ConfigurationError("the reason names the person, and reasons stay in the ledger; say it without.")
    (erasure_id,) = raw.execute("select coalesce(max(erasure_id), 0) + 1 from ledger.erasures").fetchone() or (1,)
    raw.execute("insert into ledger.erasures values (?, ?, ?, ?, 0, 0, null, null, null)", [erasure_id, now, by, reason])
    until = now.date() + dt.timedelta(days=1)
    ids = pl.DataFrame({"worker_key": sorted(person.ids)})
    lasting = pl.DataFrame({"token": sorted(person.ids | person.elsewhere)})
    with lent(raw, "ids", ids), lent(raw, "lasting", lasting):
        raw.execute(
            f"""
            insert into ledger.erased_tokens
            with {LAST_WORDS}
            select $erasure_id, token, true, date '1900-01-01', date '9999-12-31', cast($now as timestamp) from lasting
            union all
            select distinct $erasure_id, token, false, valid_from, least(valid_to, $until), cast($now as timestamp)
            from claims semi join ids using (worker_key)
            where token not in (select worker_key from ids)
            """,
            {"erasure_id": erasure_id, "now": now, "until": until},
        )
    return int(erasure_id)


def erase_rows(raw: duckdb.DuckDBPyConnection) -> Erased:
    """Take everybody on the list of the erased out of every change log, in the transaction that the caller holds.

    Rows about them go, mentions become empty, the counts of the loads follow; both are added to the erasures' counts.
    """
    erased, tombstone = Erased(), read_tombstone(raw)
    records: list[tuple[str, str, str, int]] = []
    gone: list[pl.DataFrame] = []
    for table in sorted(CONTRACTS.values(), key=lambda table: table.full_name in PARTS):
        rows = _candidates(raw, table, records)
        if rows.is_empty():
            continue
        # what only ends a row has the day on which it was told
        said = pl.when(rows["op"] == "d").then(rows["exported"])
        days = days_of(rows, table, pl.col("exported")).to_frame().select(pl.coalesce("__day", said)).to_series()
        about = subjects_erased(tombstone, rows, table, days)
        if "part_of" in rows.columns:
            about = about.fill_null(rows["part_of"])
        rows = rows.with_columns(about.alias("erasure_id"))
        for name in mentions(table):
            emptied = tombstone.erasures(rows[name], days)
            hit = rows.filter(emptied.is_not_null() & about.is_null()).select("rowid")
            if hit.height:
                _update(raw, f"update {table.raw_name} set {name} = null where rowid in (select rowid from hit)", hit)
                _count(raw, "n_mentions", emptied.filter(about.is_null()))
                erased.n_mentions[f"{table.full_name}.{name}"] = hit.height
        theirs = rows.filter(about.is_not_null())
        if theirs.height:
            _count(raw, "n_rows", theirs["erasure_id"])
            erased.n_rows[table.full_name] = theirs.height
            records += _delete(raw, table, theirs)
            gone.append(
                theirs.select("load_seq", "feed_id", "op", "row_no", "key", pl.lit(table.full_name).alias("table_name"))
            )
    if gone:
        _recount(raw, pl.concat(gone))
        erased.lines = pl.concat(gone).select("load_seq", "row_no").drop_nulls().unique()
    hashes = {record_hash(source, name, record): erasure_id for source, name, record, erasure_id in records}
    new = [[erasure_id, record] for record, erasure_id in hashes.items() if record not in tombstone.records]
    if new:
        raw.executemany("insert into ledger.erased_records values (?, ?)", new)
    return erased


def _candidates(
    raw: duckdb.DuckDBPyConnection, table: ContractTable, records: list[tuple[str, str, str, int]]
) -> pl.DataFrame:
    """Rows of one log that hold an erased token, or are part of a record that has just gone."""
    persons = [*subjects(table), *mentions(table), *(["value_token"] if table.is_identity else [])]
    dated = dated_by(table)
    columns = list(dict.fromkeys([*persons, *([dated] if dated else [])]))
    held = " or ".join(f"log.{name} in (select token from ledger.erased_tokens)" for name in persons)
    part, join = "", ""
    gone = pl.DataFrame(records, schema={"source": pl.String, "t": pl.String, "id": pl.String, "n": pl.Int32}, orient="row")
    if table.full_name in PARTS:
        record, name = PARTS[table.full_name]
        gone = gone.filter(pl.col("t") == record)
        part, held = ", gone.n as part_of", f"{held or 'false'} or gone.n is not null"
        join = f"left join gone on loads.source = gone.source and log.{name} = gone.id"
    if not held:
        return pl.DataFrame()
    key = "row(" + ", ".join(f"log.{name}" for name in table.keys) + ")"
    with lent(raw, "gone", gone):
        return raw.sql(
            f"""
            select
                log.rowid, log.load_seq, log.feed_id, loads.source, log.op, log.row_no,
                cast(loads.exported_at as date) as exported, cast({key} as varchar) as key
                {"".join(f", log.{name}" for name in columns)}
                {f", log.{RECORD_IDS[table.full_name]}" if table.full_name in RECORD_IDS else ""} {part}
            from {table.raw_name} as log inner join ledger.loads as loads using (load_seq) {join}
            where {held}
            """
        ).pl()


def _delete(raw: duckdb.DuckDBPyConnection, table: ContractTable, theirs: pl.DataFrame) -> list[tuple[str, str, str, int]]:
    """Delete rows about the erased and what only ended them; gives the records (source, table, id, erasure) that are gone.

    Where a key told of somebody else too, the word on the erased becomes an end: else the word before it would hold again.
    """
    name, keys = table.raw_name, ", ".join(table.keys)
    rest = f"""
        select log.rowid, op, feed_id, {keys} from {name} as log
        semi join (select feed_id, {keys} from {name} where rowid in (select rowid from theirs)) as k
            using (feed_id, {keys})
        where log.rowid not in (select rowid from theirs)
    """
    others = [spec.name for spec in table.columns if not spec.is_key]
    with lent(raw, "theirs", theirs.select("rowid")):
        raw.execute(f"create or replace temp table rest as {rest}")
        still = f"select feed_id, {keys} from rest where op <> 'd'"
        raw.execute(
            f"""
            update {name} set op = 'd', row_no = null{"".join(f", {one} = null" for one in others)}
            where rowid in (select rowid from theirs) and ({", ".join(("feed_id", *table.keys))}) in ({still})
            """
        )
        raw.execute(
            f"""
            delete from {name} where rowid in (
                select rowid from {name} as log where rowid in (select rowid from theirs union all select rowid from rest)
                    and ({", ".join(("feed_id", *table.keys))}) not in ({still})
            )
            """
        )
        raw.execute("drop table rest")
    if table.full_name not in RECORD_IDS:
        return []
    record = RECORD_IDS[table.full_name]
    left = raw.execute(
        f"select distinct source, {record} from {name} inner join ledger.loads using (load_seq) where op <> 'd'"
    ).fetchall()
    found = theirs.select("source", record, "erasure_id").unique(["source", record]).rows()
    return [
        (source, table.full_name, one, erasure_id) for source, one, erasure_id in found if (source, one) not in set(left)
    ]


def _update(raw: duckdb.DuckDBPyConnection, statement: str, hit: pl.DataFrame) -> None:
    with lent(raw, "hit", hit):
        raw.execute(statement)


def _count(raw: duckdb.DuckDBPyConnection, column: str, erasures: pl.Series) -> None:
    for erasure_id, count in erasures.drop_nulls().value_counts(name="n").rows():
        raw.execute(f"update ledger.erasures set {column} = {column} + ? where erasure_id = ?", [count, erasure_id])


def _recount(raw: duckdb.DuckDBPyConnection, gone: pl.DataFrame) -> None:
    """Bring the loads' counts to what a reading of today would give: a snapshot held the person until it ended them."""
    with lent(raw, "gone", gone):
        raw.execute(
            """
            create or replace temp table less as
            with recursive chain as (
                select load_seq as tip, load_seq, base_seq, 0 as depth
                from ledger.loads inner join ledger.feeds using (feed_id)
                where feed_id in (select feed_id from gone) and mode = 'snapshot' and scope is null
                union all
                select chain.tip, loads.load_seq, loads.base_seq, chain.depth + 1
                from chain inner join ledger.loads on loads.load_seq = chain.base_seq
            ),
            -- of one survey wave, or of changes, a load held what it said itself
            own as (
                select load_seq as tip, load_seq, 0 as depth from gone
                where load_seq not in (select tip from chain) group by all
            ),
            words as (
                select tip, table_name, key, arg_min(op, depth) as op
                from (select tip, load_seq, depth from chain union all from own) inner join gone using (load_seq)
                group by all
            )
            select load_tables.load_seq, load_tables.table_name, count(words.key) filter (words.op <> 'd') as n
            from ledger.load_tables inner join ledger.loads using (load_seq)
            left join words on load_tables.load_seq = words.tip and load_tables.table_name = words.table_name
            where load_tables.table_name in (select table_name from gone) and feed_id in (select feed_id from gone)
            group by all
            """
        )
    for (name,) in raw.execute("select distinct table_name from less").fetchall():
        raw.execute(
            f"""
            update ledger.load_tables as t set
                n_valid = n_valid - less.n, n_erased = n_erased + less.n,
                n_inserted = coalesce(said.n_i, 0), n_updated = coalesce(said.n_u, 0), n_deleted = coalesce(said.n_d, 0)
            from less left join (
                select load_seq, count(*) filter (op = 'i') as n_i, count(*) filter (op = 'u') as n_u,
                    count(*) filter (op = 'd') as n_d
                from {CONTRACTS[name].raw_name} group by load_seq
            ) as said using (load_seq)
            where t.load_seq = less.load_seq and t.table_name = less.table_name and t.table_name = ?
            """,
            [name],
        )
    raw.execute(
        """
        update ledger.load_columns as c set mean = null from ledger.load_tables as t
        where c.load_seq = t.load_seq and c.table_name = t.table_name and t.n_erased > 0 and t.n_valid < ?
        """,
        [FEWEST_ROWS_OF_A_MEAN],
    )
    raw.execute("drop table less")


def erase_quarantined(raw: duckdb.DuckDBPyConnection, lines: pl.DataFrame) -> None:
    """Delete findings on lines (load_seq, row_no) of landing files that told of the erased; counts follow.

    A garbled row ends nobody, so its key was still among those that a snapshot's recount took for valid.
    """
    with lent(raw, "lines", lines.select("load_seq", "row_no")):
        raw.execute(
            """
            update ledger.load_tables as t set
                n_quarantined = n_quarantined - q.n,
                n_valid = n_valid + least(q.n_kept, n_erased),
                n_erased = n_erased + q.n - least(q.n_kept, n_erased)
            from (
                select load_seq, table_name, count(distinct row_no) as n,
                    count(distinct row_no) filter (mode = 'snapshot' and scope is null) as n_kept
                from ledger.quarantine semi join lines using (load_seq, row_no)
                inner join ledger.loads using (load_seq) inner join ledger.feeds using (feed_id)
                group by all
            ) as q
            where t.load_seq = q.load_seq and t.table_name = q.table_name
            """
        )
        raw.execute(
            """
            delete from ledger.quarantine as q
            where exists (from lines where lines.load_seq = q.load_seq and lines.row_no = q.row_no)
            """
        )


def blank_words(raw: duckdb.DuckDBPyConnection, words: Iterable[str]) -> None:
    """Blank a person's identifiers in what people wrote as reasons."""
    for word in words:
        for table, column in (
            ("decisions", "reason"),
            ("loads", "reason"),
            ("findings", "observed"),
            ("erasures", "reason"),
        ):
            raw.execute(
                f"""
                update ledger.{table} set {column} = regexp_replace({column}, regexp_escape($word), '…', 'gi')
                where contains(lower({column}), lower($word))
                """,
                {"word": word},
            )


def rebuild(path: Path) -> None:
    """Copy the raw store table by table into a fresh file that takes its name: no byte of what was deleted is left.

    Until the rename the old file stands whole; a killed run leaves a file that the next one removes.
    """
    fresh = path.with_name(f"{path.stem}-fresh{path.suffix}")
    for leftover in path.parent.glob(f"{fresh.name}*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    # opened for writing once: what a killed run left in the write-ahead log goes into the file
    with open_raw_store(path) as old:
        old.execute("checkpoint")
        tables = old.execute("select schema_name, table_name from duckdb_tables() where not temporary").fetchall()
    with duckdb.connect(str(fresh), config={"threads": 2, "temp_directory": f"{fresh}.tmp"}) as connection:
        quoted = str(path).replace("'", "''")
        connection.execute(f"attach '{quoted}' as old (read_only)")
        for schema, name in tables:
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {schema}.{name} as from old.{schema}.{name}")
        connection.execute("detach old")
    with open_raw_store(fresh) as connection:
        connection.execute(
            "update ledger.erasures set raw_rebuilt_at = now() at time zone 'utc' where raw_rebuilt_at is null"
        )
        connection.execute("checkpoint")
    shutil.copymode(path, fresh)
    sync(fresh)
    fresh.rename(path)
    sync(path.parent)
    for spilled in (f"{path}.tmp", f"{fresh}.tmp"):
        shutil.rmtree(spilled, ignore_errors=True)
