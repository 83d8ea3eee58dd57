"""Readers: one export file into one frame of strings, every column as the source wrote it.

Here: which reader takes a file. CSV stands in `delimited`, JSON and XML in `documents`, Excel and SPSS in `tables`. Not
here: what a column means (`column_map`), what type it has (`parse`). Rows that no reader can place are returned with
their line and a reason.
"""

from dataclasses import replace

import polars as pl

from ingest.files import FileFacts, UnreadableFile
from ingest.readers.delimited import plainly_named, read_csv, read_csv_header, read_terminated
from ingest.readers.documents import read_json, read_json_lines, read_xml
from ingest.readers.options import ROW, RawTable, ReadOptions, as_strings, format_of, unique_names
from ingest.readers.tables import read_excel, read_spss

__all__ = ["ROW", "RawTable", "ReadOptions", "format_of", "plainly_named", "read_names", "read_table", "unique_names"]


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
        case _:
            return [name for name in _read_inside(facts, options).frame.columns if name != ROW]


def read_table(facts: FileFacts, options: ReadOptions) -> RawTable:
    """The whole file. UnreadableFile names row and reason where it cannot be used."""
    table = _read_inside(facts, options)
    copies = [pl.col(written).alias(name) for name, written in _spelt(table.frame.columns, options).items()]
    told = [pl.lit(value, dtype=pl.String).alias(name) for name, value in options.told_by_name(facts.path).items()]
    # a copy of the table, for the readers of documents keep what they have read
    return replace(table, frame=table.frame.with_columns(*copies, *told)) if copies or told else table


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
