"""From one file of a feed to its canonical rows: whole or, where it is too large to hold, in pieces and parts.

Here: the order of the steps, and for large files the spool on disk between reading a row for itself and comparing it with
others: pieces are lines that stand together, parts are rows of which no key and no subject is elsewhere. The memory that
this takes does not grow with the file. Not here: the steps (`readers`, `parse`, `guards`, `identity`).
"""

import datetime as dt
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from ingest.column_map import FeedMap, TableMap
from ingest.files import FileFacts
from ingest.guards import check_columns, check_count, check_rows
from ingest.home import Namespaces
from ingest.identity import merged
from ingest.kinds import latest_moment
from ingest.new_load import Spool, TableRows
from ingest.parse import Parsed, ReadRows, judge_rows, parse_removals, parse_table, read_rows
from ingest.pseudonyms import Pseudonyms
from ingest.readers import RawTable, read_pieces, read_table
from ingest.rows import INDEX

# Bytes of a file whose rows are judged at a time.
PART = 128_000_000


@dataclass
class FeedRows:
    """A file's rows by entry of the map: what they say, and the keys that they take back."""

    raw: RawTable
    parsed: list[tuple[TableMap, Parsed]]
    removed: list[tuple[TableMap, pl.DataFrame]]


def read_feed(facts: FileFacts, feed: FeedMap, exported_date: dt.date, declared_rows: int | None = None) -> FeedRows:
    """A file as rows of the contracts, persons still in clear. UnreadableFile says why it cannot be used."""
    return read_strings(facts, feed, read_table(facts, feed.read), exported_date, declared_rows)


def read_strings(
    facts: FileFacts, feed: FeedMap, raw: RawTable, exported_date: dt.date, declared_rows: int | None
) -> FeedRows:
    """What `read_feed` makes of a file whose strings are read already."""
    check_columns(facts, feed, raw.frame)
    check_count(facts, feed, raw.frame.height + len(raw.unplaced), declared_rows)
    parsed = [(table, parse_table(raw, feed, table, exported_date)) for table in feed.tables if not table.removes]
    removed = [(table, parse_removals(raw, feed, table, exported_date)) for table in feed.tables if table.removes]
    check_rows(facts, [part for _, part in parsed], raw.frame.height, raw.unplaced)
    return FeedRows(raw, parsed, removed)


def latest_said(facts: FileFacts, feed: FeedMap) -> dt.datetime | None:
    """The latest moment in the column in which a large file says when it was exported; None where it says nothing."""
    column, latest = feed.exported_at.column, None
    for piece in read_pieces(facts, feed.read) if column else ():
        if column in piece.frame.columns:
            said = latest_moment(piece.frame[column], feed.exported_at.format)
            latest = max(filter(None, (latest, said)), default=None)
    return latest


def read_in_parts(
    facts: FileFacts,
    feed: FeedMap,
    exported_date: dt.date,
    declared_rows: int | None,
    namespaces: Namespaces,
    pseudonyms: Pseudonyms,
    folder: Path,
) -> list[TableRows]:
    """A large file's rows by canonical table, tokens in place, in files below `folder`. UnreadableFile as for others."""
    n_parts = 1 + facts.n_bytes // PART
    spooled = [_Spooled(table, folder / "read" / str(number), n_parts) for number, table in enumerate(feed.tables)]
    n_placed, unplaced = 0, []
    for piece in read_pieces(facts, feed.read):
        check_columns(facts, feed, piece.frame)
        for entry in spooled:
            entry.add(piece, feed, exported_date)
        n_placed += piece.frame.height
        unplaced += piece.unplaced
    check_count(facts, feed, n_placed + len(unplaced), declared_rows)

    judged: dict[str, _Judged] = {}
    totals: list[Parsed] = []
    for part in range(n_parts):
        parsed = [(entry.table_map, entry.judged(part)) for entry in spooled if not entry.table_map.removes]
        removed = [(entry.table_map, entry.removed(part)) for entry in spooled if entry.table_map.removes]
        totals += [replace(one, valid=one.valid.clear(), quarantined=one.quarantined.head(1)) for _, one in parsed]
        for rows in merged(parsed, removed, namespaces, pseudonyms, [] if part else unplaced):
            name = rows.table.full_name
            judged.setdefault(name, _Judged(folder / "judged" / name)).add(rows, part)
        for entry in spooled:
            entry.forget(part)
    check_rows(facts, totals, n_placed, unplaced)
    return [table.rows() for table in judged.values()]


class _Spooled:
    """The rows of one entry of a map on disk, each in the part that its key falls into."""

    def __init__(self, table_map: TableMap, folder: Path, n_parts: int) -> None:
        self.table_map = table_map
        self._folder, self._n_parts = folder, n_parts
        self._n_pieces = self._n_read = 0
        self._nothing: dict[str, pl.DataFrame] = {}

    def add(self, raw: RawTable, feed: FeedMap, exported_date: dt.date) -> None:
        """Read a piece of the file, row by row, and put each where it belongs."""
        if self.table_map.removes:
            keys = parse_removals(raw, feed, self.table_map, exported_date)
            self._write("removed", keys.with_columns(self._part()))
        else:
            read = read_rows(raw, feed, self.table_map, exported_date, self._n_read)
            bad = read.bad.with_columns(self._part())
            self._write("rows", read.rows.with_columns(self._part()))
            self._write("bad", bad)
            self._write("findings", read.findings.join(bad.select(INDEX, "__part"), on=INDEX, maintain_order="left"))
            if read.versions is not None:
                keyed = pl.concat([read.rows.select(bad.columns[:-1]), read.bad]).with_columns(self._part())
                self._write("versions", read.versions.join(keyed.select(INDEX, "__part"), on=INDEX, maintain_order="left"))
            self._n_read += read.n_read
        self._n_pieces += 1

    def judged(self, part: int) -> Parsed:
        """The rows of one part, compared with each other."""
        rows, bad, findings = (self._read(kind, part) for kind in ("rows", "bad", "findings"))
        versions = self._read("versions", part) if "versions" in self._nothing else None
        # what was read is counted once
        return judge_rows(ReadRows(rows, bad, findings, 0 if part else self._n_read, versions), self.table_map)

    def removed(self, part: int) -> pl.DataFrame:
        """The keys of one part that the file takes back."""
        keys = self._read("removed", part)
        return keys.unique(subset=list(self.table_map.contract.keys), keep="last", maintain_order=True)

    def forget(self, part: int) -> None:
        """Give the room of a part back."""
        shutil.rmtree(self._folder / str(part), ignore_errors=True)

    def _part(self) -> pl.Expr:
        contract, latest = self.table_map.contract, self.table_map.latest
        columns = [name for name in contract.compared_within or contract.keys if not latest or name in (latest.of or [name])]
        return (pl.struct(columns).hash() % self._n_parts).alias("__part")

    def _write(self, kind: str, frame: pl.DataFrame) -> None:
        self._nothing[kind] = frame.clear().drop("__part")
        for (part,), rows in frame.partition_by("__part", as_dict=True, include_key=False, maintain_order=True).items():
            folder = self._folder / str(part)
            folder.mkdir(parents=True, exist_ok=True)
            rows.write_ipc(folder / f"{kind}-{self._n_pieces:06}.arrow", compression="lz4")

    def _read(self, kind: str, part: int) -> pl.DataFrame:
        files = sorted((self._folder / str(part)).glob(f"{kind}-*.arrow"))
        frames = (pl.read_ipc(file) for file in files)
        return pl.concat([self._nothing[kind], *frames], rechunk=True)


class _Judged:
    """One canonical table's rows of a large file, part by part on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._total: TableRows | None = None

    def add(self, rows: TableRows, part: int) -> None:
        """Write one part, and count it in."""
        spools: dict[str, Any] = {}
        for kind in ("valid", "held_back", "quarantined", "removed"):
            frame = getattr(rows, kind)
            if frame is not None:
                (self._folder / kind).mkdir(parents=True, exist_ok=True)
                frame.write_parquet(self._folder / kind / f"{part:06}.parquet", compression="lz4")
                before = getattr(self._total, kind).height if self._total else 0
                spools[kind] = Spool(self._folder / kind, before + frame.height)
        total = self._total
        self._total = replace(
            rows,
            **spools,
            n_read=rows.n_read + (total.n_read if total else 0),
            n_quarantined=rows.n_quarantined + (total.n_quarantined if total else 0),
            n_duplicates=rows.n_duplicates + (total.n_duplicates if total else 0),
            ends_known=rows.ends_known and (total is None or total.ends_known),
        )

    def rows(self) -> TableRows:
        """All parts as one table."""
        if self._total is None:
            raise ValueError("no part was judged")
        return self._total
