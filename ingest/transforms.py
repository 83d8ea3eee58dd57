"""Named transforms that a column map may ask for where renaming and value maps do not reach.

Each takes and gives a string column; what it cannot read becomes null, which the parser then quarantines.
"""

from collections.abc import Callable

import polars as pl

# SQL Server's hierarchyid (ORDPATH, O'Neil et al. 2004): prefix bits, then value bits with marker bits between them.
# Per range: prefix, pattern of the rest (x value, 0 and 1 fixed), lowest value.
_ORDPATH = (
    ("01", "xx1", 0),
    ("100", "xx1", 4),
    ("101", "xxx1", 8),
    ("110", "xx0x1xxx1", 16),
    ("1110", "xxx0xxx0x1xxx1", 80),
)


def _ordpath(text: str | None) -> list[int] | None:
    """The components of a hexadecimal hierarchyid: 5AC0 is [1, 1]; None where it is none."""
    try:
        bits = "".join(f"{byte:08b}" for byte in bytes.fromhex(text or ""))
    except ValueError:
        return None
    components = []
    while bits.strip("0"):
        for prefix, pattern, lowest in _ORDPATH:
            body = bits[len(prefix) : len(prefix) + len(pattern)]
            if (
                bits.startswith(prefix)
                and len(body) == len(pattern)
                and all(mark in ("x", bit) for mark, bit in zip(pattern, body, strict=True))
            ):
                value = "".join(bit for mark, bit in zip(pattern, body, strict=True) if mark == "x")
                components.append(lowest + int(value, 2))
                bits = bits[len(prefix) + len(pattern) :]
                break
        else:
            return None
    return components


def _path(components: list[int] | None) -> str | None:
    return None if components is None else "/" + "".join(f"{component}/" for component in components)


def hierarchyid(column: pl.Series) -> pl.Series:
    """A hexadecimal hierarchyid as the path it stands for: 5AC0 is /1/1/, the empty one is the root /."""
    return column.fill_null("").map_elements(lambda text: _path(_ordpath(text)), return_dtype=pl.String)


def hierarchyid_parent(column: pl.Series) -> pl.Series:
    """The path above a hexadecimal hierarchyid; none above the root."""

    def parent(text: str) -> str | None:
        components = _ordpath(text)
        return _path(components[:-1]) if components else None

    return column.fill_null("").map_elements(parent, return_dtype=pl.String)


def strip_zeros(column: pl.Series) -> pl.Series:
    """Without leading zeros, which spreadsheets lose anyway: 00042 is 42."""
    return column.str.replace(r"^0+(.)", "${1}")


def lower(column: pl.Series) -> pl.Series:
    """In lower case."""
    return column.str.to_lowercase()


_LENGTHS = {"W": 168.0, "D": 24.0, "H": 1.0, "M": 1 / 60, "S": 1 / 3600}


def duration_hours(column: pl.Series) -> pl.Series:
    """An ISO 8601 duration in hours: PT1H30M is 1.5. Years and months have no length, so they give none."""
    frame = column.alias("text").to_frame()
    is_duration = pl.col("text").str.contains(r"^P(?:[\d.]+[WD])*(?:T(?:[\d.]+[HMS])+)?$") & (pl.col("text") != "P")
    parts = (
        pl.col("text").str.extract(rf"([\d.]+){letter}").cast(pl.Float64, strict=False).fill_null(0.0) * length
        for letter, length in _LENGTHS.items()
    )
    hours = pl.sum_horizontal(parts).round(4).cast(pl.String)
    return frame.select(pl.when(is_duration).then(hours)).to_series()


TRANSFORMS: dict[str, Callable[[pl.Series], pl.Series]] = {
    "duration_hours": duration_hours,
    "hierarchyid": hierarchyid,
    "hierarchyid_parent": hierarchyid_parent,
    "lower": lower,
    "strip_zeros": strip_zeros,
}
