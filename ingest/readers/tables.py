"""Workbooks and statistical files: Excel and SPSS."""

import fastexcel
import polars as pl

from ingest.files import FileFacts, UnreadableFile
from ingest.readers.options import RawTable, ReadOptions, as_strings, read_header, unique_names


def read_excel(facts: FileFacts, options: ReadOptions) -> RawTable:
    """One sheet; header rows are read as those of CSV are, and rows below with the types that the cells have."""
    skipped = options.skip_rows + options.header_rows
    try:
        head = _sheet(facts, options, options.skip_rows, options.header_rows) if options.header_rows else None
        frame = _sheet(facts, options, skipped, None)
    except Exception as error:  # fastexcel raises its own family; the file is refused with a reason, nothing goes on
        raise UnreadableFile(facts.path, f"not a readable workbook with sheet {options.sheet or '1'}") from error
    zones: dict[str, str] = {}
    names = unique_names(options.names or [""] * frame.width)
    if head is not None:
        header = read_header(facts.path, [[cell or "" for cell in row] for row in head.rows()], options)
        names, zones = header.names, header.zones
    names = unique_names([*names, *[""] * (frame.width - len(names))])
    table = as_strings(frame.rename(dict(zip(frame.columns, names, strict=False))), skipped + 1)
    return RawTable(table.frame, zones=zones)


def _sheet(facts: FileFacts, options: ReadOptions, skip: int, n_rows: int | None) -> pl.DataFrame:
    """Rows of the sheet below `skip`; as text where only so many are wanted."""
    sheet = fastexcel.read_excel(facts.path).load_sheet(
        options.sheet or 0,
        header_row=None,
        skip_rows=skip,
        n_rows=n_rows,
        schema_sample_rows=None,
        dtypes=None if n_rows is None else "string",
    )
    return _plain(sheet.to_polars())


def read_spss(facts: FileFacts) -> RawTable:
    """An SPSS file, codes as they are; a code that its author declared missing stays, for the column map to say so."""
    import pyreadstat  # only whoever has such a file waits for it

    try:
        frame, _ = pyreadstat.read_sav(str(facts.path), user_missing=True, output_format="polars")
    except pyreadstat.ReadstatError as error:
        raise UnreadableFile(facts.path, "not a whole SPSS file; export it again") from error
    return as_strings(_plain(frame), 1)


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Whole numbers and days as such: these formats know no number but a float and no day but its midnight."""
    whole = [
        pl.col(name).cast(pl.Int64)
        for name, dtype in frame.schema.items()
        if dtype.is_float() and (frame[name].round() == frame[name]).all() and frame[name].is_finite().all()
    ]
    days = [
        pl.col(name).dt.date()
        for name, dtype in frame.schema.items()
        if dtype == pl.Datetime and (frame[name].dt.date().cast(dtype) == frame[name]).all()
    ]
    return frame.with_columns(*whole, *days)
