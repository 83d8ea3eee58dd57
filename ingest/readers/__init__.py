"""Readers: one export file into one frame of strings, every column as the source wrote it.

Here: which reader takes a file, whole or, where it is large, in pieces. CSV stands in `delimited`, JSON and XML in
`documents`, Excel and SPSS in `tables`. Not here: what a column means (`column_map`), what type it has (`parse`). Rows
that no reader can place are returned with their line and a reason.
"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from ingest.files import FileFacts, UnreadableFile
from ingest.readers.delimited import plainly_named, read_csv, read_csv_header, read_csv_pieces, read_terminated
from ingest.readers.documents import read_json, read_json_lines, read_json_lines_pieces, read_xml
from ingest.readers.options import ROW, RawTable, ReadOptions, as_strings, format_of, unique_names
from ingest.readers.tables import read_excel, read_spss

__all__ = [
    "ROW",
    "RawTable",
    "ReadOptions",
    "format_of",
    "is_large",
    "plainly_named",
    "read_names",
    "read_pieces",
    "read_table",
    "unique_names",
]

# From this size on a file is read in pieces, where its format can be.
LARGE_FILE, PIECE, ROWS_A_PIECE = 64_000_000, 32_000_000, 200_000
# A document or workbook is held whole, at several times its size.
LARGEST_WHOLE = 500_000_000


def is_large(facts: FileFacts, options: ReadOptions) -> bool:
    """Whether a file is read in pieces. UnreadableFile where it would have to be, and its format has none."""
    form = format_of(facts.path, options)
    if form in ("parquet", "jsonl") or (form == "csv" and not options.record_end):
        return facts.n_bytes > LARGE_FILE
    if facts.n_bytes > LARGEST_WHOLE:
        raise UnreadableFile(
            facts.path,
            f"has {facts.n_bytes // 1_000_000} MB, and only CSV, JSON lines and Parquet are read beyond "
            f"{LARGEST_WHOLE // 1_000_000} MB; export one of these, or several smaller files",
        )
    return False


def read_names(facts: FileFacts, options: ReadOptions) -> list[str]:
    """The file's column names, without reading its rows where the format allows. UnreadableFile where it has none."""
    names = _names_inside(facts, options)
    return list(dict.fromkeys([*names, *_spelt(names, options), *options.told_by_name(facts.path)]))


def _names_inside(facts: FileFacts, options: ReadOptions) -> list[str]:
    path = facts.path
    if facts.n_bytes == 0:
        raise UnreadableFile(path, "the file is empty; export it again")
    match format_of(path, options):
        case "csv" if not options.record_end:
            return read_csv_header(facts, options)[0].names
        case "parquet":
            try:
                return unique_names(list(pl.read_parquet_schema(path)))
            except pl.exceptions.PolarsError as error:
                raise UnreadableFile(path, "not a whole Parquet file; export it again") from error
        case "jsonl" if is_large(facts, options):
            pieces = read_json_lines_pieces(facts, tuple(options.decode))
            return list(dict.fromkeys(name for piece in pieces for name in piece.frame.columns if name != ROW))
        case _:
            return [name for name in _read_inside(facts, options).frame.columns if name != ROW]


def read_table(facts: FileFacts, options: ReadOptions) -> RawTable:
    """The whole file. UnreadableFile names row and reason where it cannot be used."""
    return _completed(_read_inside(facts, options), facts, options)


def read_pieces(facts: FileFacts, options: ReadOptions) -> Iterator[RawTable]:
    """A large file as tables of some of its lines each, in order. UnreadableFile may come as late as after the last."""
    match format_of(facts.path, options):
        case "parquet":
            pieces = _read_parquet_pieces(facts)
        case "jsonl":
            pieces = read_json_lines_pieces(facts, tuple(options.decode))
        case _:
            pieces = read_csv_pieces(facts, options, PIECE)
    return (_completed(piece, facts, options) for piece in pieces)


def _read_parquet_pieces(facts: FileFacts) -> Iterator[RawTable]:
    first = 1
    try:
        names = list(pl.read_parquet_schema(facts.path))
        for frame in pl.scan_parquet(facts.path).collect_batches(chunk_size=ROWS_A_PIECE, lazy=True):
            yield as_strings(frame.rename(dict(zip(names, unique_names(names), strict=True))), first)
            first += frame.height
    except pl.exceptions.PolarsError as error:
        raise UnreadableFile(facts.path, "not a whole Parquet file; export it again") from error


def _completed(table: RawTable, facts: FileFacts, options: ReadOptions) -> RawTable:
    """A table with the columns that the map asks for beside those of the file."""
    copies = [pl.col(written).alias(name) for name, written in _spelt(table.frame.columns, options).items()]
    said = [pl.lit(value, dtype=pl.String).alias(name) for name, value in options.told_by_name(facts.path).items()]
    # a copy of the table, for the readers of documents keep what they have read
    return replace(table, frame=table.frame.with_columns(*copies, *said)) if copies or said else table


def _spelt(names: list[str], options: ReadOptions) -> dict[str, str]:
    """Columns that the file has under another name, and that name."""
    found = {}
    for name, others in options.spellings.items():
        written = next((other for other in others if other in names), None)
        if name not in names and written:
            found[name] = written
    return found


def _read_inside(facts: FileFacts, options: ReadOptions) -> RawTable:
    match format_of(facts.path, options):
        case "csv" if options.record_end:
            return read_terminated(facts, options)
        case "csv":
            return read_csv(facts, options)
        case "parquet":
            frame = pl.read_parquet(facts.path)
            return as_strings(frame.rename(dict(zip(frame.columns, unique_names(frame.columns), strict=True))), 1)
        case "excel":
            return read_excel(facts, options)
        case "json":
            return read_json(facts, options.records or "", tuple(options.decode))
        case "jsonl":
            return read_json_lines(facts, tuple(options.decode))
        case "xml":
            return read_xml(facts, options.records or "")
        case "spss":
            return read_spss(facts)
