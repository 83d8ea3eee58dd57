"""One export through a shipped column map, as ingest reads it, with identifiers still in clear so that tests can name them.

Here: what tests of maps share. Not here: any vendor (one test file a vendor).
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from ingest.column_map import read_column_map
from ingest.feeds import read_feed
from ingest.files import read_facts
from ingest.guards import recognised_feed
from ingest.home import Home
from ingest.readers import ROW

EXPORTED = dt.date(2026, 1, 31)


@dataclass
class Reading:
    """What a map makes of a file: the feed that took it, rows by canonical table, and what was not used."""

    feed: str
    tables: dict[str, pl.DataFrame]
    removed: dict[str, pl.DataFrame]
    # (table, line, column, reason)
    quarantined: list[tuple[str, int, str | None, str]]
    # (line, reason)
    unplaced: list[tuple[int, str]]

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Rows of one table, sorted, without the lines that they stand on."""
        frame = self.tables[table]
        return sorted(frame.select(columns or [name for name in frame.columns if name != ROW]).rows(), key=repr)


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """A file of the given text (UTF-8) or bytes."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_export(path: Path, map_name: str, exported: dt.date = EXPORTED, home: Home | None = None) -> Reading:
    """The file through the map, the home's own first. UnreadableFile where it fits no feed of it or cannot be used."""
    column_map = read_column_map(map_name, home)
    facts = read_facts(path)
    feed_name, feed = recognised_feed(facts, column_map)
    rows = read_feed(facts, feed, exported)
    parsed = [part for _, part in rows.parsed]
    tables: dict[str, pl.DataFrame] = {}
    for part in parsed:
        name = part.table.full_name
        tables[name] = pl.concat([tables[name], part.valid]).unique(maintain_order=True) if name in tables else part.valid
    return Reading(
        feed_name,
        tables,
        {table.table: keys for table, keys in rows.removed},
        [
            (part.table.full_name, line, column, reason)
            for part in parsed
            for line, column, reason in part.quarantined.select(ROW, "column_name", "reason").rows()
        ],
        rows.raw.unplaced,
    )
