"""Whoever was erased stays erased: the tokens of the erased, and what a row that holds one of them means.

Here: which columns a row is *about* and which only *mention* somebody, and the filter that every load passes before it
is appended. Not here: erasing what is stored already (`erasure`).

An id means its person for ever. An e-mail or a login may pass to somebody else, so a row under one stays where, on its
day, another person holds the identifier and the erased one did not. As in the models, people hold one while employed, and
a row without a day is nobody's.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import duckdb
import polars as pl

from ingest.contracts import ContractTable
from ingest.new_load import NewLoad, Spool, TableRows
from ingest.readers import ROW

UNDATED = dt.date(1900, 1, 1)
# Rows that name nobody, or somebody else, and belong to whom their record is about: part -> (record, its id).
PARTS = {
    "hris.review_ratings": ("hris.performance_reviews", "review_id"),
    "talent.plan_items": ("talent.plans", "plan_id"),
    **{
        f"talent.contract_{part}": ("talent.contracts", "contract_id")
        for part in ("expectations", "activities", "indicators", "milestones", "amendments", "escalations")
    },
}
RECORD_IDS = dict(PARTS.values())
TOKENS = pl.Schema({
    "erasure_id": pl.Int32, "token": pl.String, "is_id": pl.Boolean, "valid_from": pl.Date, "valid_to": pl.Date,
})  # fmt: skip

# The last word on each identifier and spell, ended since or not, also where it waits for a gate: an older word may have
# said another end.
LAST_WORDS = """
    said as (
        select known.* from identity.identifiers as known inner join ledger.loads using (load_seq)
        where known.op <> 'd'
        qualify row_number() over (
            partition by known.feed_id, worker_key, kind, value_token, valid_from
            order by loads.exported_at desc, loads.file desc, known.load_seq desc
        ) = 1
    ),
    spells as (
        select worker_id as worker_key, hire_date, coalesce(exit_date, date '9999-12-31') as exit_date
        from hris.workers inner join ledger.loads using (load_seq)
        where op <> 'd'
        qualify row_number() over (
            partition by workers.feed_id, worker_id, hire_date
            order by loads.exported_at desc, loads.file desc, workers.load_seq desc
        ) = 1
    ),
    claims as (
        select
            said.value_token as token, said.worker_key, said.load_seq,
            greatest(said.valid_from, coalesce(spells.hire_date, said.valid_from)) as valid_from,
            least(coalesce(said.valid_to, date '9999-12-31'), coalesce(spells.exit_date, date '9999-12-31')) as valid_to
        from said left join spells using (worker_key)
    )
"""


def subjects(table: ContractTable) -> tuple[str, ...]:
    """Columns of the persons whom a row is about: in its key, or never empty, or `worker_id`. With them the row goes."""
    if table.is_identity:
        return ("worker_key",)
    return tuple(
        spec.name
        for spec in table.columns
        if spec.kind == "person" and (spec.is_key or not spec.is_nullable or spec.name == "worker_id")
    )


def mentions(table: ContractTable) -> tuple[str, ...]:
    """Columns of persons whom a row only mentions: a manager, a mentor, an owner. They become empty, the row stays."""
    return () if table.is_identity else tuple(name for name in table.persons if name not in subjects(table))


def dated_by(table: ContractTable) -> str | None:
    """The column that places a row in time: `valid_from`, else its first date or moment."""
    names = [spec.name for spec in table.columns if spec.kind in ("date", "moment")]
    return "valid_from" if "valid_from" in names else next(iter(names), None)


def days_of(frame: pl.DataFrame, table: ContractTable, exported: pl.Expr) -> pl.Series:
    """The day of each row, null where it has none. Where a feed dates nothing a row is of the day of its export."""
    name = dated_by(table)
    day = pl.col(name).cast(pl.Date) if name in frame.columns else pl.lit(None, dtype=pl.Date)
    return frame.with_columns(pl.when(day == UNDATED).then(exported).otherwise(day).alias("__day"))["__day"]


def record_hash(source: str, table_name: str, record_id: str) -> str:
    """A record's id as the ledger remembers it: sources may make ids of people's."""
    return hashlib.blake2b(f"{source}\x1f{table_name}\x1f{record_id}".encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Tombstone:
    """The erased: `tokens` (TOKENS), the `claims` of others on them (token, valid_from, valid_to), hashes of records."""

    tokens: pl.DataFrame
    claims: pl.DataFrame
    records: dict[str, int]

    def erasures(self, tokens: pl.Series, days: pl.Series) -> pl.Series:
        """For each token on its day the erasure of the person that it means; null where it means nobody erased."""
        asked = pl.DataFrame({"token": tokens, "day": days}).with_row_index("at")
        found = asked.join(self.tokens, on="token", how="inner")
        is_own = pl.col("is_id") | ((pl.col("day") >= pl.col("valid_from")) & (pl.col("day") < pl.col("valid_to")))
        claimed = (
            found.select("at", "token", "day")
            .join(self.claims, on="token", how="inner")
            .filter((pl.col("day") >= pl.col("valid_from")) & (pl.col("day") < pl.col("valid_to")))
        )
        erased = found.filter(is_own | ~pl.col("at").is_in(claimed["at"].implode())).unique("at", keep="first")
        return asked.select("at").join(erased.select("at", "erasure_id"), on="at", how="left", maintain_order="left")[
            "erasure_id"
        ]


def read_tombstone(connection: duckdb.DuckDBPyConnection) -> Tombstone:
    """The ledger's erased tokens and what others claim of them. A claim heard after an erasure holds from then on."""
    tokens = connection.sql("select erasure_id, token, is_id, valid_from, valid_to from ledger.erased_tokens").pl()
    return Tombstone(
        tokens=tokens.cast(TOKENS),
        claims=read_claims(connection, "select token, is_id, erased_at from ledger.erased_tokens"),
        records=dict(connection.execute("select record, erasure_id from ledger.erased_records").fetchall()),
    )


def read_claims(connection: duckdb.DuckDBPyConnection, erased: str) -> pl.DataFrame:
    """Periods in which somebody else holds a token, given a query of erased tokens (token, is_id, erased_at)."""
    return connection.sql(
        f"""
        with {LAST_WORDS}, erased as ({erased})
        select
            claims.token,
            if(loads.received_at >= erased.erased_at,
                greatest(claims.valid_from, cast(erased.erased_at as date) + 1), claims.valid_from) as valid_from,
            claims.valid_to
        from claims
        inner join erased on claims.token = erased.token and not erased.is_id
        inner join ledger.loads using (load_seq)
        where claims.worker_key not in (select token from erased where is_id)
        """
    ).pl()


@dataclass
class Found:
    """What a load held of the erased: their erasures, and the file's lines about them.

    `records` are the hashes of their records as they are known after the load, with their erasures; `keys` has, by table,
    ROW and the key of each row that was left out.
    """

    erasures: set[int]
    lines: pl.Series
    records: dict[str, int]
    keys: dict[str, pl.DataFrame]


def drop_erased(connection: duckdb.DuckDBPyConnection, load: NewLoad) -> set[int]:
    """Take the erased out of a load that is about to be appended; gives the erasures that it would have undone."""
    tombstone = read_tombstone(connection)
    found = take_out(load, tombstone)
    if load.feed.mode == "changes":
        for rows in load.tables:
            _end_what_passed(connection, load, rows, found.keys[rows.table.full_name])
    # parts may come in another file
    if new := sorted(set(found.records.items()) - set(tombstone.records.items())):
        connection.executemany("insert into ledger.erased_records (record, erasure_id) values (?, ?)", new)
    if passed := sorted(set(tombstone.records) - set(found.records)):
        connection.execute("delete from ledger.erased_records where list_contains(?, record)", [passed])
    return found.erasures


def take_out(load: NewLoad, tombstone: Tombstone) -> Found:
    """Leave out of a load's rows those about the erased, and empty what mentions them; says what was found.

    The counts follow: what is left out is `n_erased`, neither valid nor quarantined. Spools are written anew.
    """
    found = Found(set(), pl.Series(dtype=pl.Int32), dict(tombstone.records), {})
    exported = pl.lit(load.exported_at.date())
    for rows in sorted(load.tables, key=lambda rows: rows.table.full_name in PARTS):
        kept: set[str] = set()
        before = rows.valid.height
        source = load.feed.source
        rows.valid = _each(rows.valid, partial(_cleaned, rows.table, source, tombstone, exported, found, kept))
        rows.n_erased = before - rows.valid.height
        # a record that passed to somebody else is theirs
        found.records = {record: erasure for record, erasure in found.records.items() if record not in kept}
        if rows.removed is not None:
            rows.removed = _each(rows.removed, partial(_not_theirs, rows.table, tombstone, exported))
    for rows in load.tables:
        _drop_quarantined(rows, found.lines)
    return found


def _each(rows: pl.DataFrame | Spool, change: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame | Spool:
    """Rows as `change` leaves them; a spool's part by part, in its own files."""
    if isinstance(rows, pl.DataFrame):
        return change(rows)
    height = 0
    for path in sorted(rows.folder.glob("*.parquet")):
        frame = change(pl.read_parquet(path))
        frame.write_parquet(path, compression="lz4")
        height += frame.height
    return replace(rows, height=height)


def _cleaned(
    table: ContractTable,
    source: str,
    tombstone: Tombstone,
    exported: pl.Expr,
    found: Found,
    kept: set[str],
    frame: pl.DataFrame,
) -> pl.DataFrame:
    """Rows of one table without those about the erased, mentions of them empty; `found` and `kept` take what was seen."""
    days = days_of(frame, table, exported)
    about = subjects_erased(tombstone, frame, table, days)
    if table.full_name in PARTS:
        about = about.fill_null(_parts_erased(frame, source, table, found.records))
    if table.full_name in RECORD_IDS:
        theirs, others = _records(frame, about, source, table)
        found.records |= theirs
        kept |= others
    keys = frame.filter(about.is_not_null()).select(ROW, *table.keys)
    found.keys[table.full_name] = pl.concat([found.keys.get(table.full_name, keys.clear()), keys])
    found.lines = pl.concat([found.lines, keys[ROW].cast(pl.Int32)])
    emptied = {name: tombstone.erasures(frame[name], days) for name in mentions(table)}
    for erasures in (about, *emptied.values()):
        found.erasures |= set(erasures.drop_nulls().to_list())
    columns = [pl.when(erasures.is_null()).then(pl.col(name)).alias(name) for name, erasures in emptied.items()]
    return frame.with_columns(columns).filter(about.is_null())


def _not_theirs(table: ContractTable, tombstone: Tombstone, exported: pl.Expr, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(subjects_erased(tombstone, frame, table, days_of(frame, table, exported)).is_null())


def _end_what_passed(connection: duckdb.DuckDBPyConnection, load: NewLoad, rows: TableRows, keys: pl.DataFrame) -> None:
    """A record of somebody else that a change gives to the erased is theirs no more: left out alone, it would stay."""
    table = rows.table
    if keys.is_empty() or set(subjects(table)) & set(table.keys):
        return
    connection.register("passed", keys)
    ended = connection.execute(
        f"""
        select passed.* from passed semi join (
            select {", ".join(table.keys)} from {table.raw_name} inner join ledger.feeds using (feed_id)
            where source = ? and feed = ? and op <> 'd'
        ) as known using ({", ".join(table.keys)})
        """,
        [load.feed.source, load.feed.feed],
    ).pl()
    connection.unregister("passed")
    if not ended.height:
        return
    ended = ended.cast(keys.schema)
    if rows.removed is None:
        rows.removed = ended
    elif isinstance(rows.removed, pl.DataFrame):
        rows.removed = pl.concat([rows.removed, ended], how="diagonal")
    else:
        ended.write_parquet(rows.removed.folder / "passed.parquet", compression="lz4")
        rows.removed = replace(rows.removed, height=rows.removed.height + ended.height)


def note_file(connection: duckdb.DuckDBPyConnection, erasure_id: int, file: str, sha256: str) -> None:
    """Enter a landing file that holds somebody erased: their erasure is incomplete until its owner deletes the file."""
    connection.execute("delete from ledger.erasure_files where erasure_id = ? and file = ?", [erasure_id, file])
    connection.execute("insert into ledger.erasure_files values (?, ?, ?)", [erasure_id, file, sha256])
    connection.execute("update ledger.erasures set completed_at = null where erasure_id = ?", [erasure_id])


def subjects_erased(tombstone: Tombstone, frame: pl.DataFrame, table: ContractTable, days: pl.Series) -> pl.Series:
    """For each row the erasure of one whom it is about; null where it is about nobody erased.

    An identifier that was an erased person's id is theirs, whoever claims it: a rehire under a new id is a new person.
    """
    found = pl.Series([None] * frame.height, dtype=pl.Int32)
    for name in (name for name in subjects(table) if name in frame.columns):
        found = found.fill_null(tombstone.erasures(frame[name], days))
    if table.is_identity and "value_token" in frame.columns:
        ids = Tombstone(tombstone.tokens.filter("is_id"), tombstone.claims, {})
        found = found.fill_null(ids.erasures(frame["value_token"], days))
    return found


def _parts_erased(frame: pl.DataFrame, source: str, table: ContractTable, records: dict[str, int]) -> pl.Series:
    """For each row of a part the erasure that took its record."""
    record, name = PARTS[table.full_name]
    ids = frame[name]
    hashes = {record_id: record_hash(source, record, record_id) for record_id in ids.unique().drop_nulls().to_list()}
    erased = {record_id: records[digest] for record_id, digest in hashes.items() if digest in records}
    return ids.replace_strict(list(erased), list(erased.values()), default=None, return_dtype=pl.Int32)


def _records(frame: pl.DataFrame, about: pl.Series, source: str, table: ContractTable) -> tuple[dict[str, int], set[str]]:
    """Hashes of records about the erased with their erasures, and of records about others, also such as passed to them."""
    name = RECORD_IDS[table.full_name]
    hashes = [record_hash(source, table.full_name, record_id) for record_id in frame[name].to_list()]
    said = list(zip(hashes, about.to_list(), strict=True))
    return (
        {record: erasure for record, erasure in said if erasure is not None},
        {record for record, erasure in said if erasure is None},
    )


def _drop_quarantined(rows: TableRows, lines: pl.Series) -> None:
    """Leave out findings on lines of the file that told of somebody erased in another table, or in another row."""
    dropped: list[pl.Series] = []

    def others(frame: pl.DataFrame) -> pl.DataFrame:
        theirs = frame[ROW].is_in(lines.implode())
        dropped.append(frame.filter(theirs)[ROW])
        return frame.filter(~theirs)

    rows.quarantined = _each(rows.quarantined, others)
    n_lines = sum(part.n_unique() for part in dropped)
    rows.n_quarantined -= n_lines
    rows.n_erased += n_lines
