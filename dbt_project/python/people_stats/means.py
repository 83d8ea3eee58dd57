"""Comparing means of groups: difference with Student's interval, a verdict, and the same within strata.

Here: records made from sums (n, total, total_squares), whole tables at a time. A share is a mean of zeros and ones, so
`within_strata` serves both. Not here: rates of selection (`selection`), what is summed (SQL).
"""

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import special

from people_stats.verdicts import ALPHA, POWER, ReferenceRule, q_values, states

Floats = npt.NDArray[np.float64]

# A difference of three tenths of a standard deviation is the margin of means (the metrics' definition of verdicts).
MARGIN = 0.3
SUMS = ("n", "total", "total_squares")


def with_largest(groups: pl.DataFrame, table: list[str], rule: ReferenceRule) -> pl.DataFrame:
    """Each group beside its table's reference, the largest disclosed group, chosen without a look at its outcome.

    `groups`: columns of `table`, group_value, n, total, total_squares. Adds reference_group and the reference's sums (null
    where no group is large enough) and is_compared: not the reference, and at least 2% of the table's people.
    """
    share = pl.col("n") / pl.col("n").sum().over(table)
    may_be = (pl.col("group_value") != "undisclosed") & (share >= rule.smallest_share) & (pl.col("n") >= rule.smallest_n)
    largest = (
        groups.filter(may_be)
        .sort([*table, "n", "group_value"], descending=[*[False] * len(table), True, False])
        .group_by(table, maintain_order=True)
        .first()
        .select(*table, reference_group="group_value", **{f"reference_{name}": name for name in SUMS})
    )
    joined = groups.join(largest, on=table, how="left", nulls_equal=True, maintain_order="left")
    is_other = (pl.col("group_value") != pl.col("reference_group")).fill_null(False)
    return joined.with_columns(is_compared=is_other & (share >= rule.shown_share))


def mean_verdicts(
    groups: pl.DataFrame, table: list[str], family: list[str], rule: ReferenceRule | None = None
) -> pl.DataFrame:
    """One verdict record a group of every table of means.

    `groups` as in `with_largest`, n > 0; `family` names the columns within which tests are counted together. Records carry
    means, difference with its 95% interval and p (Welch), q, the number of tests, the difference in standard deviations,
    the smallest difference detectable with 80% power, and a verdict: `no_gap_above` is an interval within 0.3 standard
    deviations on both sides, for the reference is the largest group and not the best off.
    """
    rows = with_largest(groups, table, rule or ReferenceRule())
    n1, total1, squares1 = (_floats(rows[name]) for name in SUMS)
    n2, total2, squares2 = (_floats(rows[f"reference_{name}"]) for name in SUMS)
    compared = rows["is_compared"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        mean1, mean2 = total1 / n1, total2 / n2
        spread1, spread2 = np.maximum(squares1 - n1 * mean1**2, 0), np.maximum(squares2 - n2 * mean2**2, 0)
        part1, part2 = spread1 / (n1 - 1) / n1, spread2 / (n2 - 1) / n2
        error = np.sqrt(part1 + part2)
        freedom = (part1 + part2) ** 2 / (part1**2 / (n1 - 1) + part2**2 / (n2 - 1))
        deviation = np.sqrt((spread1 + spread2) / (n1 + n2 - 2))
        difference = mean1 - mean2
        half = special.stdtrit(freedom, 1 - ALPHA / 2) * error
        p_values = np.where(compared, 2 * special.stdtr(freedom, -np.abs(difference / error)), np.nan)
        is_within = np.maximum(np.abs(difference - half), np.abs(difference + half)) <= MARGIN * deviation
    rows = rows.with_columns(pl.Series("p_value", p_values, dtype=pl.Float64)).with_columns(
        q_value=q_values(family),
        n_tests=pl.col("is_compared").sum().over(family).cast(pl.Int64),
    )
    state = states(p_values, _floats(rows["q_value"]), np.where(is_within, 1.0, 0.0))
    columns = {
        "difference": difference, "ci_low": difference - half, "ci_high": difference + half,
        "standardised_difference": difference / np.where(deviation > 0, deviation, np.nan),
        "smallest_detectable_difference": (special.ndtri(1 - ALPHA / 2) + special.ndtri(POWER)) * error,
    }  # fmt: skip
    return rows.with_columns(
        pl.Series("mean", mean1, dtype=pl.Float64),
        pl.Series("reference_mean", mean2, dtype=pl.Float64).fill_nan(None),
        *(
            pl.Series(name, np.where(compared, values, np.nan), dtype=pl.Float64).fill_nan(None)
            for name, values in columns.items()
        ),
        pl.col("p_value", "q_value").fill_nan(None),
        pl.Series("verdict", [str(s) if c else None for s, c in zip(state, compared, strict=True)], dtype=pl.String),
    ).drop("total_squares", "reference_total_squares")


def within_strata(cells: pl.DataFrame, pairs: pl.DataFrame, table: list[str], stratum: list[str]) -> pl.DataFrame:
    """The difference from the reference among people of the same stratum, by Mantel and Haenszel's weights.

    `cells`: columns of `table` and `stratum`, group_value and sums; `pairs`: columns of `table`, group_value,
    reference_group. Gives `pairs` with stratified_difference, its 95% interval and p: the estimate of a model with a level
    for each stratum and one difference for all, so a stratum with one side alone adds nothing. Null without two people.
    """
    reference = {name: f"other_{name}" for name in SUMS}
    keys = [*table, *stratum]
    sides = (
        cells.join(pairs.drop_nulls("reference_group"), on=[*table, "group_value"], how="inner", nulls_equal=True)
        .join(
            cells.rename(reference),
            left_on=[*keys, "reference_group"],
            right_on=[*keys, "group_value"],
            how="inner",
            nulls_equal=True,
        )
        .filter((pl.col("n") > 0) & (pl.col("other_n") > 0))
    )
    n1, n2 = pl.col("n").cast(pl.Float64), pl.col("other_n").cast(pl.Float64)
    mean1, mean2 = pl.col("total") / n1, pl.col("other_total") / n2
    summed = (
        sides.with_columns(
            weight=n1 * n2 / (n1 + n2),
            apart=mean1 - mean2,
            spread=pl.col("total_squares") - n1 * mean1**2 + pl.col("other_total_squares") - n2 * mean2**2,
        )
        .group_by([*table, "group_value"], maintain_order=True)
        .agg(
            stratified_difference=(pl.col("weight") * pl.col("apart")).sum() / pl.col("weight").sum(),
            weight=pl.col("weight").sum(),
            # strata that differ in their difference are spread, too
            spread=pl.col("spread").sum()
            + (pl.col("weight") * pl.col("apart") ** 2).sum()
            - (pl.col("weight") * pl.col("apart")).sum() ** 2 / pl.col("weight").sum(),
            # a mean for each stratum, and one difference
            freedom=(n1 + n2).sum() - pl.len() - 1,
        )
    )
    difference, freedom = _floats(summed["stratified_difference"]), _floats(summed["freedom"])
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.maximum(_floats(summed["spread"]), 0) / freedom / _floats(summed["weight"]))
        error = np.where((freedom > 0) & (error > 0), error, np.nan)
        half = special.stdtrit(np.maximum(freedom, 1), 1 - ALPHA / 2) * error
        p_values = 2 * special.stdtr(np.maximum(freedom, 1), -np.abs(difference / error))
    found = summed.drop("weight", "spread", "freedom").with_columns(
        pl.Series("stratified_low", difference - half, dtype=pl.Float64).fill_nan(None),
        pl.Series("stratified_high", difference + half, dtype=pl.Float64).fill_nan(None),
        pl.Series("stratified_p_value", p_values, dtype=pl.Float64).fill_nan(None),
    )
    return pairs.join(found, on=[*table, "group_value"], how="left", nulls_equal=True, maintain_order="left")


def _floats(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()
