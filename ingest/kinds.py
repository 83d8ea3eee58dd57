"""Text into the kinds that contracts know: dates, moments, numbers, flags.

Here: one column of strings in, one expression or series of the kind out; what cannot be read becomes null. Not here: who
says so (`parse`, which compares what was written with what was read).
"""

import datetime as dt
import re
from collections.abc import Callable

import polars as pl

from ingest.column_map import ColumnRule
from ingest.contracts import ColumnSpec
from ingest.contracts.columns import EARLIEST, LATEST
from ingest.pseudonyms import FOLDED

DATE_FORMATS = ["%Y-%m-%d"]
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d"]
# Moments written as numbers; a spreadsheet counts days from 30 December 1899.
COUNTED: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "epoch_s": lambda text: pl.from_epoch(text.cast(pl.Int64, strict=False), "s").cast(pl.Datetime("us")),
    "epoch_ms": lambda text: pl.from_epoch(text.cast(pl.Int64, strict=False), "ms").cast(pl.Datetime("us")),
    "excel": lambda text: (
        pl.lit(dt.datetime(1899, 12, 30)) + pl.duration(seconds=(text.cast(pl.Float64, strict=False) * 86_400).round())
    ),
}
TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


def typed(text: pl.Series, spec: ColumnSpec, rule: ColumnRule | None) -> pl.Expr | pl.Series:
    """Text parsed into the contract's type; null where it cannot be."""
    column = pl.col(spec.name)
    match spec.kind:
        case "person" if rule and rule.by in FOLDED:
            # two spellings of one person are one key
            return column.str.to_lowercase()
        case "person" | "text":
            return column
        case "date":
            dates = _dates(text, (rule.formats if rule else []) or DATE_FORMATS)
            return dates.dt.offset_by(f"{rule.plus_days}d") if rule and rule.plus_days else dates
        case "moment":
            return moments_of(text, (rule.formats if rule else []) or MOMENT_FORMATS, rule.zone if rule else "UTC")
        case "flag":
            folded = column.str.to_lowercase()
            return pl.when(folded.is_in(TRUE)).then(True).when(folded.is_in(FALSE)).then(False)
        case "whole":
            return column.str.strip_suffix(".0").cast(pl.Int32, strict=False)
        case _:
            return _decimal(column, spec, rule)


def _dates(text: pl.Series, formats: list[str]) -> pl.Expr:
    if text.null_count() == len(text):
        return pl.lit(None, dtype=pl.Date)
    return _first(text, formats, _date)


def reads_whole(text: pl.Series, fmt: str) -> bool:
    """Whether a format reads every value of a column of dates or moments."""
    read = text.alias("text").to_frame().select(_moment(pl.col("text"), fmt, "UTC")).to_series()
    return read.null_count() == text.null_count()


def _date(text: pl.Expr, fmt: str) -> pl.Expr:
    if fmt in COUNTED:
        return COUNTED[fmt](text).dt.date()
    if re.search(r"%[HIMST]", fmt):
        return text.str.to_datetime(fmt, strict=False, time_unit="us").dt.date()
    return text.str.to_date(fmt, strict=False)


def moments_of(text: pl.Series, formats: list[str], zone: str) -> pl.Expr:
    """UTC moments without a zone of their own, in microseconds. Text without an offset is in `zone`."""
    if text.null_count() == len(text):
        return pl.lit(None, dtype=pl.Datetime("us"))
    return _first(text, formats, lambda column, fmt: _moment(column, fmt, zone))


def latest_moment(text: pl.Series, fmt: str) -> dt.datetime | None:
    """The latest UTC moment of a column, in `fmt` or the usual ones; None where it holds none."""
    moments = text.to_frame().select(moments_of(text, [fmt, *MOMENT_FORMATS], "UTC")).to_series()
    return moments.max()  # type: ignore[return-value]


def rewritten(text: pl.Series, formats: list[str], zone: str, pattern: str) -> pl.Series:
    """Moments as text once more, in `pattern`; null where they cannot be read or lie beyond the contracts' bounds."""
    if text.null_count() == len(text):
        return text
    moments = moments_of(text, formats, zone)
    is_sound = moments.is_between(dt.datetime.combine(EARLIEST, dt.time()), dt.datetime.combine(LATEST, dt.time()))
    return text.to_frame().select(pl.when(is_sound).then(moments.dt.to_string(pattern))).to_series()


def _moment(text: pl.Expr, fmt: str, zone: str) -> pl.Expr:
    if fmt in COUNTED:
        moment = COUNTED[fmt](text)
    elif not re.search(r"%[HIMSTc+sfR]", fmt):
        moment = text.str.to_date(fmt, strict=False).cast(pl.Datetime("us"))
    else:
        moment = text.str.to_datetime(fmt, strict=False, time_unit="us")
    if re.search(r"%#?:*z|%\+", fmt):
        return moment.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    if zone != "UTC":
        local = moment.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        return local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return moment


def _first(text: pl.Series, formats: list[str], read: Callable[[pl.Expr, str], pl.Expr]) -> pl.Expr:
    """Each value by the first format that reads it. Most files keep to one: one that reads a sample is tried first."""
    column = pl.col(text.name)
    if len(formats) == 1:
        return read(column, formats[0])
    sample = text.head(200).drop_nulls().to_frame()
    for fmt in formats:
        if sample.height and not sample.select(read(column, fmt)).to_series().null_count():
            parsed = read(column, fmt)
            others = [read(column, other) for other in formats if other != fmt]
            # the other formats are read only where the file holds something else further down
            whole = text.to_frame().select(parsed).to_series()
            return pl.lit(whole) if whole.null_count() == text.null_count() else pl.coalesce(parsed, *others)
    return pl.coalesce(read(column, fmt) for fmt in formats)


def _decimal(column: pl.Expr, spec: ColumnSpec, rule: ColumnRule | None) -> pl.Expr:
    dtype = pl.Decimal(*(int(part) for part in re.findall(r"\d+", spec.sql_type)))
    if rule and rule.decimal == ",":
        column = column.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    numbers = column.cast(dtype, strict=False)
    if rule and rule.multiply is not None:
        product = (numbers.cast(pl.Float64) * float(rule.multiply)).round(dtype.scale)
        numbers = product.cast(dtype, strict=False)
    return numbers
