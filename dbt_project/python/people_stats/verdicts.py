"""What every comparison of groups shares: who is the reference, how many tests were made, and which state it ends in.

Here: the rules, on arrays and tables of counts. Not here: what is compared (`selection`), tests and intervals
(`proportions`, `strata`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Constants of the rules, not policy: 29 CFR 1607.4 D and the two-sided .05 of metrics' definition.
ALPHA, POWER, FOUR_FIFTHS = 0.05, 0.8, 0.8


@dataclass(frozen=True)
class ReferenceRule:
    """Who may be the reference: the highest rate among disclosed groups that are large enough."""

    smallest_share: float = 0.10
    smallest_n: int = 30
    shown_share: float = 0.02


# 29 CFR 1607.4 D as it is written: the highest rate, whoever has it.
PLAIN_MAXIMUM = ReferenceRule(smallest_share=0.0, smallest_n=1)


def benjamini_hochberg(p_values: Floats, n_tests: float | None = None) -> Floats:
    """Adjusted p values of one table of tests (Benjamini and Hochberg 1995); nan stays and is not counted.

    `n_tests`: how many tests the table stands for where that is more than it shows.
    """
    q_values = np.full_like(p_values, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    if tested.size:
        order = tested[np.argsort(p_values[tested], kind="stable")]
        scaled = p_values[order] * max(n_tests or 0, order.size) / np.arange(1, order.size + 1)
        q_values[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return q_values


def q_values(family: str | Sequence[str], p_value: str = "p_value", n_tests: str | None = None) -> pl.Expr:
    """The column `p_value` adjusted within each family, null where it is.

    `n_tests`: a column, constant in a family, that says how many tests it stands for where it shows fewer.
    """

    def adjusted(rows: pl.Series) -> pl.Series:
        p_values = rows.struct.field(p_value).cast(pl.Float64).fill_null(np.nan).to_numpy()
        counted = rows.struct.field(n_tests)[0] if n_tests and len(rows) else None
        return pl.Series(benjamini_hochberg(p_values, counted)).fill_nan(None)

    columns = [p_value, n_tests] if n_tests else [p_value]
    return pl.struct(columns).map_batches(adjusted, return_dtype=pl.Float64).over(family)


def states(p_values: Floats, q_values: Floats, worse_end: Floats, margin: float = FOUR_FIFTHS) -> npt.NDArray[np.str_]:
    """`gap`: p and q at most .05; `no_gap_above`: the interval excludes the margin; else `insufficient`."""
    gap = (p_values <= ALPHA) & (q_values <= ALPHA)
    return np.where(gap, "gap", np.where(worse_end >= margin, "no_gap_above", "insufficient"))


def with_reference(pools: pl.DataFrame, table: list[str], family: list[str], rule: ReferenceRule) -> pl.DataFrame:
    """Each group beside its table's reference: the highest rate of the disclosed groups that are large enough.

    `pools` has the columns of `table`, group_value, n, selected. Adds reference_group, reference_n, reference_selected
    (null where no group qualifies), is_compared: not the reference itself, and at least 2% of the pool; and n_tests of the
    family. The reference is chosen by its rate, so every pair counts of which either could have been the reference:
    tests of the highest against the others alone would call a gap too often (a range is wider than a difference).
    """
    size = pl.col("n").sum().over(table)
    may_be = (
        (pl.col("group_value") != "undisclosed")
        & (pl.col("n") >= rule.smallest_share * size)
        & (pl.col("n") >= rule.smallest_n)
    )
    sized = pools.with_columns(may_be=may_be, is_shown=pl.col("n") >= rule.shown_share * size)
    best = (
        sized.filter("may_be")
        .with_columns(rate=pl.col("selected") / pl.col("n"))
        .sort([*table, "rate", "n", "group_value"], descending=[*[False] * len(table), True, True, False])
        .group_by(table, maintain_order=True)
        .first()
        .select(
            *table,
            pl.col("group_value").alias("reference_group"),
            pl.col("n").alias("reference_n"),
            pl.col("selected").alias("reference_selected"),
        )
    )
    joined = sized.join(best, on=table, how="left", nulls_equal=True, maintain_order="left").with_columns(
        is_compared=(pl.col("is_shown") & (pl.col("group_value") != pl.col("reference_group"))).fill_null(False)
    )
    candidates = pl.col("may_be").sum().over(table)
    others = (pl.col("is_compared") & ~pl.col("may_be")).sum().over(table)
    # each table's pairs are told once, by its reference
    pairs = pl.when(pl.col("group_value") == pl.col("reference_group")).then(
        candidates * (candidates - 1) / 2 + candidates * others
    )
    return joined.with_columns(n_tests=pairs.sum().over(family).cast(pl.Int64)).drop("may_be", "is_shown")
