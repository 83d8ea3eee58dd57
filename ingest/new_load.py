"""What a landing file has become once it is read: rows by canonical table, persons as tokens, ready to be appended.

Not here: reading it (`feeds`), appending it (`appending`).
"""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from ingest.contracts import ContractTable

# What identity tables hold beside the clear text: whose the identifier is, and the identifier.
TOKENS = ("worker_key", "value_token")


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

    def lazy(self) -> pl.LazyFrame:
        """The rows, to be read as they are asked for."""
        return pl.scan_parquet(self.folder / "*.parquet")


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
