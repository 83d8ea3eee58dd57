"""What every reader shares: options of a column map, the frame of strings that a reader gives, names of columns."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ingest.files import UnreadableFile

ROW = "__row"
SUFFIX_FORMATS = {
    ".parquet": "parquet",
    ".xlsx": "excel",
    ".xls": "excel",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xml": "xml",
    ".sav": "spss",
}
Format = Literal["csv", "parquet", "excel", "json", "jsonl", "xml", "spss"]


class ReadOptions(BaseModel):
    """How a feed's files are read; every field may be left out."""

    model_config = ConfigDict(extra="forbid")

    format: Format | None = None
    delimiter: str | None = None
    quote: str = '"'
    encoding: str | None = None
    # What ends a record of delimited text, whatever line breaks stand in it; nothing is quoted then.
    record_end: str | None = None
    header_rows: int = Field(default=1, ge=0)
    # Which of the header rows hold the names (1 is the first); several are joined with " | ".
    names_from: list[int] = [1]
    # An empty name means the one to its left: tools that write a question once and its options below.
    fill_names: bool = False
    # The names are in JSON, as {"ImportId": "QID7"}: the id that no author of a survey can edit.
    import_ids: bool = False
    names: list[str] | None = None
    skip_rows: int = Field(default=0, ge=0)
    sheet: str | None = None
    # Where a document keeps its records: keys of JSON with dots between, elements of XML with slashes.
    records: str | None = None
    # A column that the map speaks of, and what else it may be called: the first that the file has stands in, as a copy.
    spellings: dict[str, list[str]] = {}
    # New columns out of the file's name, by regular expressions whose first group is the value: what no row repeats.
    name_columns: dict[str, str] = {}
    # Fields of JSON that hold JSON once more, as text.
    decode: list[str] = []

    @field_validator("names_from", mode="before")
    @classmethod
    def one_row_or_several(cls, rows: object) -> object:
        """`names_from: 2` is short for `names_from: [2]`."""
        return [rows] if isinstance(rows, int) else rows

    @field_validator("name_columns")
    @classmethod
    def each_pattern_has_a_group(cls, patterns: dict[str, str]) -> dict[str, str]:
        """A pattern without a group would say nothing."""
        for name, pattern in patterns.items():
            try:
                if not re.compile(pattern).groups:
                    raise ValueError(f"name_columns.{name} needs a group, such as ^(.+)_")
            except re.error as error:
                raise ValueError(f"name_columns.{name} is no regular expression: {error}") from error
        return patterns

    def told_by_name(self, path: Path) -> dict[str, str]:
        """Column -> what the file's name says of it; a name of another form says nothing, and there is no column."""
        found = {name: re.search(pattern, path.name) for name, pattern in self.name_columns.items()}
        return {name: match.group(1) for name, match in found.items() if match}


@dataclass
class RawTable:
    """A file as strings: `frame` has `ROW` (the line in the file) and one string column a source column."""

    frame: pl.DataFrame
    # (line, reason) of records that no reader could place
    unplaced: list[tuple[int, str]] = field(default_factory=list)
    # time zone by column, where the file's own header says it
    zones: dict[str, str] = field(default_factory=dict)
    _clean: dict[str, pl.Series] = field(default_factory=dict, init=False, repr=False)

    def cleaned(self, names: Iterable[str], nulls: list[str]) -> pl.DataFrame:
        """ROW and some columns, stripped, with null for what is blank or one of `nulls`; empty ones where the file has none.

        Each column is cleaned once, however many tables read it. `nulls` are the same at every call.
        """
        frame, blank = self.frame, ["", *nulls]
        if new := [name for name in names if name not in self._clean]:
            written = [pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in new]
            stripped = frame.select(ROW, *written).select(pl.col(new).str.strip_chars())
            # most columns hold no blanks beside nulls: then there is nothing to write anew
            has_blanks = stripped.select(pl.col(new).is_in(blank).any()).row(0)
            emptied = [pl.col(name) for name, has in zip(new, has_blanks, strict=True) if has]
            stripped = stripped.with_columns(pl.when(~column.is_in(blank)).then(column) for column in emptied)
            self._clean |= {column.name: column for column in stripped}
        return pl.DataFrame([frame[ROW], *(self._clean[name] for name in names)])


@dataclass(frozen=True)
class Header:
    """Column names, and the time zones that stand beside them."""

    names: list[str]
    zones: dict[str, str]


def format_of(path: Path, options: ReadOptions) -> Format:
    """The declared format, else the one that the suffix says, else CSV."""
    return options.format or SUFFIX_FORMATS.get(path.suffix.lower(), "csv")  # type: ignore[return-value]


def read_header(path: Path, rows: list[list[str]], options: ReadOptions) -> Header:
    """Names out of the header rows. UnreadableFile where they should hold ImportIds and do not."""
    chosen = [list(rows[row - 1]) for row in options.names_from]
    if options.fill_names:
        chosen[0] = _filled(chosen[0])
    zones: dict[str, str] = {}
    if options.import_ids:
        written = [_import_id(path, cell, options.names_from[0]) for cell in chosen[0]]
        names = unique_names([entry.get("ImportId", "") for entry in written])
        zones = {name: _zone(entry["timeZone"]) for name, entry in zip(names, written, strict=True) if "timeZone" in entry}
    else:
        width = max(map(len, chosen))
        padded = [row + [""] * (width - len(row)) for row in chosen]
        names = unique_names(
            [" | ".join(part.strip() for part in parts if part.strip()) for parts in zip(*padded, strict=True)]
        )
    return Header(names, zones)


def _zone(written: str) -> str:
    """An IANA zone; survey tools write Z where an account keeps no zone."""
    return "UTC" if written == "Z" else written


def _filled(names: list[str]) -> list[str]:
    filled: list[str] = []
    for name in names:
        filled.append(name if name.strip() or not filled else filled[-1])
    return filled


def _import_id(path: Path, cell: str, row: int) -> dict[str, str]:
    try:
        entry = json.loads(cell) if cell.strip() else {}
    except json.JSONDecodeError:
        entry = None
    if not isinstance(entry, dict):
        raise UnreadableFile(
            path, "expected ImportIds, as the survey tool writes them; a copy saved by a spreadsheet loses them", row=row
        )
    return {name: str(value) for name, value in entry.items()}


def unique_names(names: list[str]) -> list[str]:
    """Stripped column names; a repeated one gets `#2`, `#3`, an empty one its position."""
    seen: Counter[str] = Counter()
    result = []
    for position, written in enumerate(names, start=1):
        name = (written or "").strip() or f"#{position}"
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return result


def as_strings(frame: pl.DataFrame, first_row: int) -> RawTable:
    """Typed columns as the text that a contract parses: ISO dates and moments, true and false, plain decimals."""
    columns = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype == pl.Datetime:
            if getattr(dtype, "time_zone", None):
                column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
            columns.append(column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f"))
        elif isinstance(dtype, pl.Struct):
            columns.append(column.struct.json_encode())
        elif isinstance(dtype, pl.List):
            columns.append(column.list.eval(pl.element().cast(pl.String)).list.join(";"))
        else:
            columns.append(column.cast(pl.String))
    rows = pl.int_range(first_row, first_row + pl.len(), dtype=pl.Int32).alias(ROW)
    return RawTable(frame.select(rows, *columns))
