"""Delimited text of any dialect, through DuckDB's strict reader, which says what it could not place and why."""

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from ingest.files import FileFacts, UnreadableFile, transcoded
from ingest.readers.options import ROW, Header, RawTable, ReadOptions, read_header, unique_names

# for a small file handing work to a second thread costs more than the work
SMALL_FILE = 10_000_000
DELIMITERS = (",", ";", "\t", "|")


def _encoding(facts: FileFacts, options: ReadOptions) -> str | None:
    """The encoding to transcode from, or None where the bytes are UTF-8 already."""
    if facts.mark and facts.mark != "utf-8-sig":
        return facts.mark
    declared = (options.encoding or "utf-8").lower()
    if declared in ("utf-8", "utf8", "utf-8-sig") or (facts.is_utf8 and not declared.startswith("utf-16")):
        return None
    return declared


def _head_text(facts: FileFacts, options: ReadOptions, n_bytes: int = 1 << 20) -> str:
    with open(facts.path, "rb") as handle:
        head = handle.read(n_bytes)
    return head.decode(_encoding(facts, options) or "utf-8-sig", errors="replace").lstrip("\ufeff")


def read_csv_header(facts: FileFacts, options: ReadOptions) -> tuple[Header, str, int, int]:
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
    if len(rows) < max(options.header_rows, 1):
        raise UnreadableFile(facts.path, "no header row could be read; check delimiter and encoding")
    if options.header_rows == 0:
        width = len(rows[0])
        names = options.names or [f"#{position}" for position in range(1, width + 1)]
        if len(names) != width:
            raise UnreadableFile(facts.path, f"has {width} columns where the map names {len(names)}", row=1)
        return Header(unique_names(names), {}), delimiter, options.skip_rows, options.skip_rows
    n_records = options.skip_rows + options.header_rows
    return read_header(facts.path, rows, options), delimiter, n_records, n_lines


def read_csv(facts: FileFacts, options: ReadOptions) -> RawTable:
    """CSV through DuckDB's reader: strict about widths and quotes, says which record it could not place, and why."""
    header, delimiter, n_records, n_lines = read_csv_header(facts, options)
    names = header.names
    encoding = _encoding(facts, options)
    dialect = (names, delimiter, options.quote, n_records)
    scanned = None if encoding else _scan_csv(facts.path, *dialect)
    if scanned is None:
        with tempfile.TemporaryDirectory(prefix="fairlead-") as folder:
            scanned = _scan_csv(transcoded(facts, encoding or "utf-8", Path(folder) / "utf8.csv"), *dialect)
    if scanned is None:
        raise UnreadableFile(facts.path, "not delimited text that can be read; export it again")
    frame, rejects = scanned
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
    if (
        not facts.ends_with_newline
        and len(names) > 1
        and frame[names[-1]].tail(1).null_count() == 1 == frame[names[-1]].null_count()
    ):
        # no other row leaves the last cell empty: the file was cut off after a delimiter
        unplaced.append((int(frame[-1, ROW]), "the_file_ends_after_a_delimiter"))
        frame = frame.head(-1)
    if facts.has_nul and not encoding:
        damaged = frame.filter(pl.any_horizontal(pl.col(names).str.contains("\x00", literal=True)))
        frame = frame.join(damaged.select(ROW), on=ROW, how="anti", maintain_order="left")
        unplaced += [(row, "nul_byte") for row in damaged[ROW].to_list()]
    return RawTable(frame, unplaced, header.zones)


def read_terminated(facts: FileFacts, options: ReadOptions) -> RawTable:
    """Records that end with a mark of their own. A record of another width, or with a NUL byte, is refused alone.

    UnreadableFile where the last record lacks its mark: the file is cut off.
    """
    text = facts.path.read_bytes().decode(_encoding(facts, options) or "utf-8-sig", errors="replace")
    delimiter, end = options.delimiter or ",", options.record_end or ""
    *records, rest = text.split(end)
    # the mark may stand in a column of its own; the header says so
    own_column = delimiter if records and records[0].endswith(delimiter) else ""
    line, found = 1, []
    for record in records:
        body = record.lstrip("\r\n")
        starts = line + record[: len(record) - len(body)].count("\n")
        found.append((starts, body.removesuffix(own_column).split(delimiter)))
        line += record.count("\n")
    if not found:
        raise UnreadableFile(facts.path, f"no record ends with {end}; check `read.record_end`")
    if rest.strip("\r\n\x00\x1a "):
        line += rest[: len(rest) - len(rest.lstrip("\r\n"))].count("\n")
        raise UnreadableFile(facts.path, "the last record is cut off; export the file again", row=line)
    names = unique_names(found[0][1])
    placed, unplaced = [], []
    for starts, cells in found[1:]:
        reason = _damage(cells, len(names))
        if reason:
            unplaced.append((starts, reason))
        else:
            placed.append((starts, cells))
    columns = {
        name: pl.Series([cells[position] or None for _, cells in placed], dtype=pl.String)
        for position, name in enumerate(names)
    }
    return RawTable(pl.DataFrame({ROW: pl.Series([starts for starts, _ in placed], dtype=pl.Int32), **columns}), unplaced)


def _damage(cells: list[str], width: int) -> str | None:
    """Why a record cannot be placed."""
    if any("\x00" in cell for cell in cells):
        return "nul_byte"
    if any("\ufffd" in cell for cell in cells):
        return "invalid_encoding"
    return "missing_columns" if len(cells) < width else "too_many_columns" if len(cells) > width else None


def _scan_csv(
    path: Path, names: list[str], delimiter: str, quote: str, n_records: int
) -> tuple[pl.DataFrame, list[tuple[int, str, int]]] | None:
    """Placed rows, and for each refused record its number, why, and the line breaks that it holds.

    None where line ends are of several kinds, for which DuckDB's strict reader has no state.
    """
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
        try:
            frame = relation.pl()
        except duckdb.InvalidInputException:
            connection.execute("drop table if exists reject_errors; drop table if exists reject_scans")
            return None
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
