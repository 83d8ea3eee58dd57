"""Delimited text of any dialect, through DuckDB's strict reader, which says what it could not place and why."""

import csv
import io
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl

from ingest.files import FileFacts, UnreadableFile, transcoded
from ingest.readers.options import ROW, Header, RawTable, ReadOptions, read_header, unique_names

LONGEST_LINE = 10_000_000
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
    (whole,) = _csv_tables(facts, options, None)
    return whole


def read_csv_pieces(facts: FileFacts, options: ReadOptions, n_bytes: int) -> Iterator[RawTable]:
    """The same table as `read_csv` in pieces of about `n_bytes`, in order; a piece has the refused records among its lines.

    UnreadableFile may come after the last piece: whether a file ends whole is seen at its end.
    """
    return _csv_tables(facts, options, n_bytes)


def _csv_tables(facts: FileFacts, options: ReadOptions, n_bytes: int | None) -> Iterator[RawTable]:
    header, delimiter, n_records, n_lines = read_csv_header(facts, options)
    encoding = _encoding(facts, options)
    dialect = (header.names, delimiter, options.quote, n_records)
    with ExitStack() as files:
        try:
            scan = _CsvScan(files.enter_context(_as_utf8(facts, encoding)), *dialect)
            n_placed, rejects = scan.begin(whole=n_bytes is None)
        except duckdb.InvalidInputException:
            # line ends of several kinds, for which the strict reader has no state: a copy has one
            scan = _CsvScan(files.enter_context(_as_utf8(facts, encoding or "utf-8")), *dialect)
            try:
                n_placed, rejects = scan.begin(whole=n_bytes is None)
            except duckdb.InvalidInputException as error:
                raise UnreadableFile(facts.path, "not delimited text that can be read; export it again") from error
        frames = scan.frames(max(1, n_placed * (n_bytes or 0) // facts.n_bytes))
        one_line_each = not encoding and facts.n_newlines <= n_lines + n_placed + len(rejects)
        lines = _Lines([] if one_line_each else header.names, (n_records, n_lines), rejects)
        ends = _End(facts, header.names[-1] if len(header.names) > 1 else None)
        # the last piece is held back: only there can be seen how the file ends
        last = lines.numbered(pl.DataFrame(schema=dict.fromkeys(header.names, pl.String)))
        for frame in frames:
            if last.frame.height or last.unplaced:
                yield replace(last, zones=header.zones)
            last = lines.numbered(frame)
            ends.note(last)
            if facts.has_nul and not encoding:
                last = _without_nul(last, header.names)
        rest = RawTable(last.frame, [*last.unplaced, *lines.rest()])
        ends.note(RawTable(last.frame.clear(), rest.unplaced))
        yield replace(ends.checked(rest), zones=header.zones)


class _End:
    """Whether the file ends whole: what is seen at its end alone."""

    def __init__(self, facts: FileFacts, last_column: str | None) -> None:
        self._facts, self._last_column = facts, last_column
        self._n_empty = 0

    def note(self, table: RawTable) -> None:
        """Look at a piece. UnreadableFile where a quote swallows the rest."""
        if self._last_column:
            self._n_empty += table.frame[self._last_column].null_count()
        cut = [line for line, kind in table.unplaced if kind == "unquoted_value"]
        if cut:
            raise UnreadableFile(
                self._facts.path, "a quoted value never ends: the file is cut off, or a quote is not doubled", row=min(cut)
            )

    def checked(self, table: RawTable) -> RawTable:
        """The last piece; without its last row where the file was cut in it. UnreadableFile where more is lost."""
        facts, frame, unplaced = self._facts, table.frame, table.unplaced
        if facts.ends_with_newline:
            return table
        last_placed = frame[ROW].max()
        if unplaced:
            line, kind = max(unplaced)
            if kind == "missing_columns" and (last_placed is None or line > last_placed):  # type: ignore[operator]
                raise UnreadableFile(facts.path, "the last row is cut off; export the file again", row=line)
        if self._last_column and frame[self._last_column].tail(1).null_count() == 1 == self._n_empty:
            # no other row leaves the last cell empty: the file was cut off after a delimiter
            return RawTable(frame.head(-1), [*unplaced, (int(frame[-1, ROW]), "the_file_ends_after_a_delimiter")])
        return table


def _without_nul(table: RawTable, names: list[str]) -> RawTable:
    damaged = table.frame.filter(pl.any_horizontal(pl.col(names).str.contains("\x00", literal=True)))
    frame = table.frame.join(damaged.select(ROW), on=ROW, how="anti", maintain_order="left")
    return RawTable(frame, [*table.unplaced, *((row, "nul_byte") for row in damaged[ROW].to_list())])


@contextmanager
def _as_utf8(facts: FileFacts, encoding: str | None) -> Iterator[Path]:
    """The file under a plain name, or where an encoding is given a copy, for as long as the block runs."""
    if not encoding:
        with plainly_named(facts.path) as path:
            yield path
        return
    with tempfile.TemporaryDirectory(prefix="fairlead-") as folder:
        yield transcoded(facts, encoding, Path(folder) / "utf8.csv")


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


class _CsvScan:
    """DuckDB's strict reader on one file; one at a time a thread."""

    def __init__(self, path: Path, names: list[str], delimiter: str, quote: str, n_records: int) -> None:
        self._connection, self._names = _csv_reader(), names
        self._frame: pl.DataFrame | None = None
        self._connection.execute("drop table if exists reject_errors; drop table if exists reject_scans")
        columns = "{" + ", ".join(f"{_literal(name)}: 'varchar'" for name in names) + "}"
        self._source = f"""
            read_csv({_literal(str(path))}, auto_detect = false, all_varchar = true, header = false,
                skip = {n_records}, delim = {_literal(delimiter)}, quote = {_literal(quote)},
                escape = {_literal(quote)}, columns = {columns}, nullstr = '', null_padding = false, strict_mode = true,
                store_rejects = true, rejects_limit = 0, max_line_size = {LONGEST_LINE}, buffer_size = {2 * LONGEST_LINE})
            """

    def begin(self, *, whole: bool) -> tuple[int, list[tuple[int, str, int]]]:
        """Rows that can be placed, and for each refused record its number, why, and the line breaks that it holds.

        `whole` reads all rows at once; else they are counted, and read as `frames` are taken.
        """
        # beside others that are read meanwhile a second thread waits more than it works
        self._connection.execute(f"set threads = {1 if whole else 2}")
        if whole:
            self._frame = self._connection.execute(f"from {self._source}").pl()
            return self._frame.height, self._rejects()
        # every column is asked for: in one that is not, the reader does not look for damage
        counted = ", ".join(f"count({_identifier(name)})" for name in self._names)
        ((n_placed, *_),) = self._connection.sql(f"select count(*), {counted} from {self._source}").fetchall()
        return n_placed, self._rejects()

    def frames(self, n_rows: int) -> Iterator[pl.DataFrame]:
        """Placed rows in the file's order: all of them, or `n_rows` at a time."""
        if self._frame is not None:
            yield self._frame
            return
        for batch in self._connection.sql(f"from {self._source}").to_arrow_reader(n_rows):
            yield pl.from_arrow(batch)  # type: ignore[misc]

    def _rejects(self) -> list[tuple[int, str, int]]:
        if self._connection.execute("select 1 from reject_errors limit 1").fetchone() is None:
            return []
        return self._connection.execute(
            """
            select line::integer, min(lower(replace(error_type::varchar, ' ', '_'))),
                max(length(csv_line) - length(replace(csv_line, chr(10), '')))::integer
            from reject_errors group by 1 order by 1
            """
        ).fetchall()


_OF_THREAD = threading.local()


def _csv_reader() -> duckdb.DuckDBPyConnection:
    """One connection in memory for all files that a thread reads: making one costs more than reading a small file."""
    if not hasattr(_OF_THREAD, "connection"):
        # strings handed over as views, which is how polars keeps them
        views: dict[str, str | bool | int | float | list[str]] = {
            "arrow_output_version": "1.4",
            "produce_arrow_string_view": True,
        }
        _OF_THREAD.connection = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False, **views})
    connection: duckdb.DuckDBPyConnection = _OF_THREAD.connection
    return connection


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


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _Lines:
    """Gives each row the line of the file that it starts on, and each refused record its own, piece by piece.

    The reader counts records; `head` is (records, lines). A record with a quoted line break takes several lines, so the
    breaks before are added; `names` are the columns that may hold one.
    """

    def __init__(self, names: list[str], head: tuple[int, int], rejects: list[tuple[int, str, int]]) -> None:
        self._names, self._rejects = names, deque(rejects)
        # the next record, and the line that it starts on
        self._record, self._line = head[0] + 1, head[1] + 1

    def numbered(self, frame: pl.DataFrame) -> RawTable:
        """The next rows of the file with their lines, and the refused records among them."""
        if not self._names and not self._rejects:
            rows = pl.int_range(self._line, self._line + frame.height, dtype=pl.Int32, eager=True).alias(ROW)
            self._line += frame.height
            self._record += frame.height
            return RawTable(frame.insert_column(0, rows))
        counts = [pl.col(name).str.count_matches("\n", literal=True).fill_null(0) for name in self._names]
        breaks = frame.select(pl.sum_horizontal(counts) if counts else pl.repeat(0, pl.len())).to_series().cast(pl.Int64)
        before = breaks.cum_sum().shift(1, fill_value=0)
        # where each row would start if no record was refused
        lines = pl.int_range(self._line, self._line + frame.height, eager=True) + before
        position = pl.int_range(frame.height, eager=True)
        unplaced: list[tuple[int, str]] = []
        end = self._line + frame.height + int(breaks.sum() or 0)
        while self._rejects and self._rejects[0][0] < self._record + frame.height + len(unplaced):
            number, reason, n_breaks = self._rejects.popleft()
            place = number - self._record - len(unplaced)
            unplaced.append((int(lines[place]) if place < frame.height else end, reason))
            lines = lines + (position >= place).cast(pl.Int64) * (1 + n_breaks)
            end += 1 + n_breaks
        self._record += frame.height + len(unplaced)
        self._line = end
        return RawTable(frame.insert_column(0, lines.cast(pl.Int32).alias(ROW)), unplaced)

    def rest(self) -> list[tuple[int, str]]:
        """The refused records after the last row."""
        unplaced = []
        for _, reason, n_breaks in self._rejects:
            unplaced.append((self._line, reason))
            self._line += 1 + n_breaks
        return unplaced
