"""Writing exports into the landing folder: names, dialects and encodings.

Here: how frames become files. Not here: which columns a system writes (one module a system) and when a row is told
(`telling`). The same frame gives the same bytes, so a seed determines every file.
"""

import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter  # type: ignore[import-untyped]

from ingest.home import Home
from ingest.simulate.specification import NEVER, Array, Month

_WORKBOOK_MADE = dt.datetime(2020, 1, 1)


def dates(days: Array) -> pl.Series:
    """Day numbers as dates; NEVER and negative ones give none."""
    numbers = pl.Series(days, dtype=pl.Int32)
    return numbers.set((numbers >= NEVER) | (numbers < 0), None).cast(pl.Date)


def yes_no(flags: Array, yes: str = "Yes", no: str = "No") -> pl.Series:
    """Flags in a vendor's words."""
    return pl.Series([no, yes]).gather(flags.astype(np.int64))


class Landing:
    """The landing folder of one home, and what was written into it."""

    def __init__(self, home: Home) -> None:
        self._root = home.landing
        self.n_files = 0
        self.n_rows: Counter[str] = Counter()

    def csv(
        self, source: str, kind: str, month: Month, frame: pl.DataFrame, *, separator: str = ",",
        encoding: str = "utf-8", suffix: str = "csv", decimal_comma: bool = False, date_format: str = "%Y-%m-%d",
        more_headers: tuple[tuple[str, ...], ...] = (),
    ) -> None:  # fmt: skip
        """One delimited file; `more_headers` are header rows below the first."""
        dialect = partial(
            pl.DataFrame.write_csv, separator=separator, decimal_comma=decimal_comma, date_format=date_format,
            datetime_format=f"{date_format} %H:%M:%S",
        )  # fmt: skip

        def write(path: Path) -> None:
            if encoding == "utf-8" and not more_headers:
                dialect(frame, path)
                return
            heads = pl.DataFrame(list(more_headers), schema=frame.columns, orient="row") if more_headers else frame.clear()
            text = dialect(heads) + dialect(frame, include_header=False)
            path.write_bytes(_encoded(text, encoding))

        self._write(source, kind, month, suffix, frame.height, write)

    def parquet(self, source: str, kind: str, month: Month, frame: pl.DataFrame) -> None:
        """One Parquet file, typed."""
        self._write(source, kind, month, "parquet", frame.height, frame.write_parquet)

    def json(self, source: str, kind: str, month: Month, frames: list[pl.DataFrame], key: str = "items") -> None:
        """One JSON document that keeps its records, of whatever kinds, in a list under `key`."""
        kept = [frame for frame in frames if frame.height]
        n_rows = sum(frame.height for frame in kept)

        def write(path: Path) -> None:
            with open(path, "wb") as handle:
                handle.write(b'{"exported_on":' + json.dumps(month.stamp).encode() + f',"{key}":['.encode())
                for position, frame in enumerate(kept):
                    buffer = io.BytesIO()
                    frame.write_json(buffer)
                    handle.write((b"," if position else b"") + buffer.getvalue()[1:-1])
                handle.write(b"]}\n")

        self._write(source, kind, month, "json", n_rows, write)

    def excel(self, source: str, kind: str, month: Month, frame: pl.DataFrame, sheet: str) -> None:
        """One workbook of one sheet, made at a fixed time so that its bytes do not depend on the clock."""

        def write(path: Path) -> None:
            with xlsxwriter.Workbook(path) as workbook:
                workbook.set_properties({"created": _WORKBOOK_MADE})
                frame.write_excel(workbook=workbook, worksheet=sheet)

        self._write(source, kind, month, "xlsx", frame.height, write)

    def _write(self, source: str, kind: str, month: Month, suffix: str, n_rows: int, write: Callable[[Path], None]) -> None:
        """Write under a name that ingest leaves alone, then rename; a feed without rows writes no file."""
        if not n_rows:
            return
        folder = self._root / source
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{kind}_{month.stamp}.{suffix}"
        part = path.with_suffix(".part")
        write(part)
        part.replace(path)
        self.n_files += 1
        self.n_rows[f"{source}/{kind}"] += n_rows


def _encoded(text: str, encoding: str) -> bytes:
    """Text as a vendor stores it; UTF-16 with the mark and the byte order of most machines, whatever this one's is."""
    return b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16" else text.encode(encoding)
