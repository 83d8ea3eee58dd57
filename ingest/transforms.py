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


TRANSFORMS: dict[str, Callable[[pl.Series], pl.Series]] = {
    "hierarchyid": hierarchyid,
    "hierarchyid_parent": hierarchyid_parent,
    "lower": lower,
    "strip_zeros": strip_zeros,
}
