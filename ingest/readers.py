"""Readers: one export file into one frame of strings, every column as the source wrote it.

Here: CSV in any dialect, Parquet, Excel and JSON, each giving `RawTable`. Not here: what a column means
(`column_map`), what type it has (`parse`). Rows that no reader can place are returned with their line and a reason.
"""

import csv
import io
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from ingest.files import FileFacts, UnreadableFile, transcoded

ROW = "__row"
# for a small file handing work to a second thread costs more than the work
SMALL_FILE = 10_000_000
DELIMITERS = (",", ";", "\t", "|")
SUFFIX_FORMATS = {".parquet": "parquet", ".xlsx": "excel", ".xls": "excel", ".json": "json", ".jsonl": "jsonl"}
Format = Literal["csv", "parquet", "excel", "json", "jsonl"]


class ReadOptions(BaseModel):
    """How a feed's files are read; every field may be left out."""

    model_config = ConfigDict(extra="forbid")

    format: Format | None = None
    delimiter: str | None = None
    quote: str = '"'
    encoding: str | None = None
    header_rows: int = Field(default=1, ge=0)
    # Which of the header rows holds the names (1 is the first).
    names_from: int = Field(default=1, ge=1)
    names: list[str] | None = None
    skip_rows: int = Field(default=0, ge=0)
    sheet: str | None = None
    # Key under which a JSON document keeps the records; empty where the document is the list.
    records: str | None = None


@dataclass
class RawTable:
    """A file as strings: `frame` has `ROW` (the line in the file) and one string column a source column."""

    frame: pl.DataFrame
    unplaced: list[tuple[int, str]] = field(default_factory=list)


def format_of(path: Path, options: ReadOptions) -> Format:
    """The declared format, else the one that the suffix says, else CSV."""
    return options.format or SUFFIX_FORMATS.get(path.suffix.lower(), "csv")  # type: ignore[return-value]


def unique_names(names: list[str]) -> list[str]:
    """Stripped column names; a repeated one gets `#2`, `#3`, an empty one its position."""
    seen: Counter[str] = Counter()
    result = []
    for position, written in enumerate(names, start=1):
        name = (written or "").strip() or f"#{position}"
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return result


def read_names(facts: FileFacts, options: ReadOptions) -> list[str]:
    """The file's column names, without reading its rows where the format allows. UnreadableFile where it has none."""
    path = facts.path
    if facts.n_bytes == 0:
        raise UnreadableFile(path, "the file is empty; export it again")
    match format_of(path, options):
        case "csv":
            return _csv_head(facts, options)[0]
        case "parquet":
            try:
                return unique_names(list(pl.read_parquet_schema(path)))
            except pl.exceptions.PolarsError as error:
                raise UnreadableFile(path, "not a whole Parquet file; export it again") from error
        case _:
            return [name for name in read_table(facts, options).frame.columns if name != ROW]


def read_table(facts: FileFacts, options: ReadOptions) -> RawTable:
    """The whole file. UnreadableFile names row and reason where it cannot be used."""
    match format_of(facts.path, options):
        case "csv":
            return _read_csv(facts, options)
        case "parquet":
            frame = pl.read_parquet(facts.path)
            return _as_strings(frame.rename(dict(zip(frame.columns, unique_names(frame.columns), strict=True))), 1)
        case "excel":
            return _read_excel(facts, options)
        case "json":
            return _read_json(facts, options.records or "")
        case "jsonl":
            return _as_strings(pl.read_ndjson(facts.path, infer_schema_length=None), 1)


def _as_strings(frame: pl.DataFrame, first_row: int) -> RawTable:
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


# Recognising a document reads all of it, and reading it comes next.
@lru_cache(maxsize=1)
def _read_json(facts: FileFacts, records: str) -> RawTable:
    """A JSON document: a list of records, or an object that keeps them under `records`, a path of keys."""
    try:
        document = json.loads(facts.path.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        row = getattr(error, "lineno", None)
        raise UnreadableFile(facts.path, "not a whole JSON document; export it again", row=row) from error
    for key in records.split("."):
        if key:
            document = document.get(key) if isinstance(document, dict) else None
    if not isinstance(document, list) or not all(isinstance(record, dict) for record in document):
        raise UnreadableFile(
            facts.path, f"expected a list of records under {records or 'the document'}; check `read.records`"
        )
    if not document:
        return RawTable(pl.DataFrame({ROW: pl.Series([], dtype=pl.Int32)}))
    names = list(dict.fromkeys(name for record in document for name in record))
    columns = {name: pl.Series([_text(record.get(name)) for record in document], dtype=pl.String) for name in names}
    return _as_strings(pl.DataFrame(columns), 1)


def _text(value: Any) -> str | None:
    """A JSON value as the text that a CSV would hold."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    return str(value)


def _read_excel(facts: FileFacts, options: ReadOptions) -> RawTable:
    try:
        frame = pl.read_excel(
            facts.path,
            sheet_name=options.sheet,
            has_header=options.header_rows > 0,
            read_options={"header_row": options.skip_rows} if options.header_rows else {},
            infer_schema_length=None,
        )
    except Exception as error:  # fastexcel raises its own family; the file is refused with a reason, nothing goes on
        raise UnreadableFile(facts.path, f"not a readable workbook with sheet {options.sheet or '1'}") from error
    frame = frame.rename(dict(zip(frame.columns, unique_names(frame.columns), strict=True)))
    return _as_strings(frame, options.skip_rows + options.header_rows + 1)


def _encoding(facts: FileFacts, options: ReadOptions) -> str | None:
    """The encoding to transcode from, or None where the bytes are UTF-8 already."""
    if facts.mark and facts.mark != "utf-8-sig":
        return facts.mark
    declared = (options.encoding or "utf-8").lower()
    if declared in ("utf-8", "utf8", "utf-8-sig") or (facts.is_utf8 and not declared.startswith("utf-16")):
        return None
    return declared


def _head_text(facts: FileFacts, options: ReadOptions, n_bytes: int = 1 << 16) -> str:
    with open(facts.path, "rb") as handle:
        head = handle.read(n_bytes)
    return head.decode(_encoding(facts, options) or "utf-8-sig", errors="replace").lstrip("\ufeff")


def _csv_head(facts: FileFacts, options: ReadOptions) -> tuple[list[str], str, int, int]:
    """Names, delimiter, and the records and lines before the data: quoted names may hold line breaks."""
    text = _head_text(facts, options)
    candidates = (options.delimiter,) if options.delimiter else DELIMITERS

    def head(delimiter: str) -> tuple[list[list[str]], int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=options.quote)
        rows: list[list[str]] = []
        try:
            for row in reader:
                rows.append(row)
                if len(rows) >= options.skip_rows + max(options.header_rows, 1):
                    break
        except csv.Error:
            return [], 0
        return rows[options.skip_rows :], reader.line_num

    delimiter = max(candidates, key=lambda candidate: max((len(row) for row in head(candidate)[0]), default=0))
    rows, n_lines = head(delimiter)
    if not rows:
        raise UnreadableFile(facts.path, "no header row could be read; check delimiter and encoding")
    if options.header_rows == 0:
        width = len(rows[0])
        names = options.names or [f"#{position}" for position in range(1, width + 1)]
        if len(names) != width:
            raise UnreadableFile(facts.path, f"has {width} columns where the map names {len(names)}", row=1)
        return unique_names(names), delimiter, options.skip_rows, options.skip_rows
    n_records = options.skip_rows + options.header_rows
    return unique_names(rows[options.names_from - 1]), delimiter, n_records, n_lines


def _read_csv(facts: FileFacts, options: ReadOptions) -> RawTable:
    """CSV through DuckDB's reader: strict about widths and quotes, says which record it could not place, and why."""
    names, delimiter, n_records, n_lines = _csv_head(facts, options)
    encoding = _encoding(facts, options)
    if encoding:
        with tempfile.TemporaryDirectory(prefix="fairlead-") as folder:
            path = transcoded(facts, encoding, Path(folder) / "utf8.csv")
            frame, rejects = _scan_csv(path, names, delimiter, options.quote, n_records)
    else:
        frame, rejects = _scan_csv(facts.path, names, delimiter, options.quote, n_records)
    one_line_each = not encoding and facts.n_newlines <= n_lines + frame.height + len(rejects)
    frame, unplaced = _with_lines(frame, [] if one_line_each else names, (n_records, n_lines), rejects)
    cut = [line for line, kind in unplaced if kind == "unquoted_value"]
    if cut:
        raise UnreadableFile(
            facts.path, "a quoted value never ends: the file is cut off, or a quote is not doubled", row=min(cut)
        )
    if unplaced and not facts.ends_with_newline:
        line, kind = unplaced[-1]
        last_placed = frame[ROW].max()
        if kind == "missing_columns" and (last_placed is None or line > last_placed):  # type: ignore[operator]
            raise UnreadableFile(facts.path, "the last row is cut off; export the file again", row=line)
    if facts.has_nul and not encoding:
        damaged = frame.filter(pl.any_horizontal(pl.col(names).str.contains("\x00", literal=True)))
        frame = frame.join(damaged.select(ROW), on=ROW, how="anti", maintain_order="left")
        unplaced += [(row, "nul_byte") for row in damaged[ROW].to_list()]
    return RawTable(frame, unplaced)


def _scan_csv(
    path: Path, names: list[str], delimiter: str, quote: str, n_records: int
) -> tuple[pl.DataFrame, list[tuple[int, str, int]]]:
    """Placed rows, and for each refused record its number, why, and the line breaks that it holds."""
    connection = _csv_reader()
    with plainly_named(path) as plain:
        connection.execute(f"set threads = {1 if path.stat().st_size < SMALL_FILE else 2}")
        columns = "{" + ", ".join(f"{_literal(name)}: 'varchar'" for name in names) + "}"
        relation = connection.sql(
            f"""
            from read_csv({_literal(str(plain))}, auto_detect = false, all_varchar = true, header = false,
                skip = {n_records}, delim = {_literal(delimiter)}, quote = {_literal(quote)},
                escape = {_literal(quote)}, columns = {columns}, nullstr = '', null_padding = false, strict_mode = true,
                store_rejects = true, rejects_limit = 0, max_line_size = 10000000)
            """
        )
        frame = relation.pl()
        rejects = connection.sql(
            """
            select line::integer, min(lower(replace(error_type::varchar, ' ', '_'))),
                max(length(csv_line) - length(replace(csv_line, chr(10), '')))::integer
            from reject_errors group by 1 order by 1
            """
        ).fetchall()
        connection.execute("drop table reject_errors; drop table reject_scans")
    return frame, rejects


@cache
def _csv_reader() -> duckdb.DuckDBPyConnection:
    """One connection in memory for all files of the process: making one costs more than reading a small file."""
    return duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False})


@contextmanager
def plainly_named(path: Path) -> Iterator[Path]:
    """The file under a name without glob characters, which DuckDB would expand: `completion-[x].csv` is one file."""
    if not set("*?[]{}") & set(str(path)):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="fairlead-") as folder:
        link = Path(folder) / "file.csv"
        link.symlink_to(path.resolve())
        yield link


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _with_lines(
    frame: pl.DataFrame, names: list[str], head: tuple[int, int], rejects: list[tuple[int, str, int]]
) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    """Give each row the line of the file that it starts on, and each refused record its own.

    The reader counts records; `head` is (records, lines). A record with a quoted line break takes several lines, so the
    breaks before are added; `names` are the columns that may hold one.
    """
    n_records, n_lines = head
    if not names and not rejects:
        return frame.with_row_index(ROW, offset=n_lines + 1).with_columns(pl.col(ROW).cast(pl.Int32)), []
    counts = [pl.col(name).str.count_matches("\n", literal=True).fill_null(0) for name in names]
    breaks = frame.select(pl.sum_horizontal(counts) if counts else pl.repeat(0, pl.len())).to_series()
    records = pl.int_range(n_records + 1, n_records + 1 + frame.height, eager=True)
    for refused, _, _ in rejects:
        records = records + (records >= refused).cast(pl.Int64)
    before = breaks.cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    lines = records + before + (n_lines - n_records)
    unplaced = []
    refused_breaks = 0
    for refused, reason, n_breaks in rejects:
        lines = lines + (records > refused).cast(pl.Int64) * n_breaks
        placed_breaks = int(breaks.filter(records < refused).sum())
        unplaced.append((refused + n_lines - n_records + placed_breaks + refused_breaks, reason))
        refused_breaks += n_breaks
    return frame.insert_column(0, lines.cast(pl.Int32).alias(ROW)), unplaced
