"""Comparing selection rates: one verdict record a group, raw and within strata; the bias audit of New York City.

Here: tables of counts in, records out. Not here: who is in a pool (SQL), the rules of every comparison (`verdicts`), tests
and intervals (`proportions`, `strata`).
"""

import numpy as np
import polars as pl

from people_stats.proportions import (
    below_four_fifths,
    boschloo_p_value,
    fisher_p_value,
    koopman,
    ratio_is_above,
    score_p_value,
    shortfall,
    smallest_detectable_ratio,
)
from people_stats.strata import mantel_haenszel
from people_stats.verdicts import FOUR_FIFTHS, Flags, Floats, ReferenceRule, q_values, states, with_reference

# New York City's rule: categories below 2% of the data may be left out of the ratios.
LL144_SMALLEST_SHARE = 0.02


def verdicts(
    pools: pl.DataFrame,
    table: list[str],
    family: list[str],
    rule: ReferenceRule | None = None,
    strata: list[str] | None = None,
) -> pl.DataFrame:
    """One verdict record a group of every table of selection rates, in the order of table and group.

    `pools`: columns of `table`, group_value, `strata`, n, selected (counts, n > 0). `family` names the columns within which
    tests are counted together. Records carry n per side, rates, ratio with its Koopman interval, score p, q, the number of
    tests, shortfall in people, smallest ratio detectable, state, and whether one changed decision would flip it; beside
    them, deciding nothing, Fisher's and Boschloo's p; and the comparison within strata with a state of its own.
    """
    order = [*table, "group_value"]
    totals = pools.group_by(order).agg(pl.col("n", "selected").sum()).sort(order)
    rows = with_reference(totals, table, family, rule or ReferenceRule())
    tested = rows.filter("is_compared")
    parts = (tested.select(order), _compared(tested, family), _within(tested, pools, table, family, strata or []))
    records = pl.concat(parts, how="horizontal")
    return (
        rows.with_columns(rate=pl.col("selected") / pl.col("n"))
        .join(records, on=order, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(n_tests=pl.when("is_compared").then("n_tests"))
    )


def _compared(tested: pl.DataFrame, family: list[str]) -> pl.DataFrame:
    """The comparison of everybody with everybody, whatever their strata."""
    x1, n1, x2, n2 = (
        tested[name].cast(pl.Float64).to_numpy() for name in ("selected", "n", "reference_selected", "reference_n")
    )
    p_values = score_p_value(x1, n1, x2, n2)
    adjusted = _adjusted(tested, p_values, family)
    low, high = koopman(x1, n1, x2, n2)
    state = states(p_values, adjusted, low)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (x1 / n1) / (x2 / n2)
        # the family's correction is carried over: q moves with p as it stood to it
        correction = np.where(p_values > 0, adjusted / p_values, 1)
    return pl.DataFrame(
        {
            "reference_rate": x2 / n2,
            "impact_ratio": ratio,
            "ratio_low": low,
            "ratio_high": np.where(np.isinf(high), np.nan, high),
            "p_value": p_values,
            "q_value": adjusted,
            "is_below_four_fifths": below_four_fifths(x1, n1, x2, n2),
            "shortfall": shortfall(x1, n1, x2, n2),
            "smallest_detectable_ratio": smallest_detectable_ratio(n1, x2, n2),
            "verdict": state.astype(object),
            "flips_with_one_decision": _flips(x1, n1, x2, n2, correction, state),
            "fisher_p_value": fisher_p_value(x1, n1, x2, n2),
            "boschloo_p_value": boschloo_p_value(x1, n1, x2, n2),
        },
        schema_overrides={"verdict": pl.String},
    ).fill_nan(None)


def _flips(x1: Floats, n1: Floats, x2: Floats, n2: Floats, correction: Floats, state: np.ndarray) -> Flags:
    """Whether one person more or fewer selected in the group would end in another state."""
    flips = np.zeros(len(state), dtype=bool)
    for step in (-1.0, 1.0):
        possible = (x1 + step >= 0) & (x1 + step <= n1)
        moved = np.clip(x1 + step, 0, n1)
        p_moved = score_p_value(moved, n1, x2, n2)
        # above the margin or not is all that a state asks of an interval
        worse_end = np.where(ratio_is_above(moved, n1, x2, n2, FOUR_FIFTHS), 1.0, 0.0)
        flips |= possible & (states(p_moved, np.minimum(p_moved * correction, 1), worse_end) != state)
    return flips


def _within(
    tested: pl.DataFrame, pools: pl.DataFrame, table: list[str], family: list[str], strata: list[str]
) -> pl.DataFrame:
    """The same comparisons within strata: each group's people against the reference's in the same stratum."""
    numbered = tested.select(*table, "group_value", "reference_group").with_row_index("comparison")
    cells = pools.select(*table, *strata, "group_value", "n", "selected")
    pairs = cells.join(numbered, on=[*table, "group_value"], nulls_equal=True).join(
        cells,
        left_on=[*table, *strata, "reference_group"],
        right_on=[*table, *strata, "group_value"],
        nulls_equal=True,
        how="left",
        suffix="_reference",
        # sums of floats in one order are the same sums every night
        maintain_order="left",
    )
    x1, n1, x2, n2 = (
        pairs[name].cast(pl.Float64).fill_null(0).to_numpy()
        for name in ("selected", "n", "selected_reference", "n_reference")
    )
    found = mantel_haenszel(pairs["comparison"].cast(pl.Int64).to_numpy(), len(tested), x1, n1, x2, n2)
    adjusted = _adjusted(tested, found.p_value, family)
    state = states(found.p_value, adjusted, found.ratio_low).astype(object)
    return pl.DataFrame(
        {
            "n_strata": found.n_strata,
            "stratified_odds_ratio": found.odds_ratio,
            "stratified_ratio": found.ratio,
            "stratified_low": found.ratio_low,
            "stratified_high": found.ratio_high,
            "stratified_p_value": found.p_value,
            "stratified_q_value": adjusted,
            "homogeneity_p_value": found.homogeneity_p_value,
            "stratified_verdict": state,
            "reverses": found.reverses,
        },
        schema_overrides={"stratified_verdict": pl.String},
    ).with_columns(pl.selectors.float().replace([np.inf, np.nan], [None, None]))


def _adjusted(tested: pl.DataFrame, p_values: Floats, family: list[str]) -> Floats:
    rows = tested.select(*family, "n_tests", pl.Series("p_value", p_values).fill_nan(None))
    return rows.select(q_values(family, n_tests="n_tests")).to_series().fill_null(np.nan).to_numpy()


def bias_audit(
    pools: pl.DataFrame, table: list[str], favourable: str = "selected", unknown: str = "undisclosed"
) -> pl.DataFrame:
    """The impact ratios of 6 RCNY §5-301 (New York City, Local Law 144): against the most selected category.

    `pools`: columns of `table`, group_value, n and `favourable`: people selected, or people who scored above the median
    (`above_median`) for a scoring rate. Unknown is counted and is no category; below 2% of the known a category is listed
    with its rate and no ratio. Adds share, rate, is_excluded, impact_ratio (1 for the most selected).
    """
    known = pl.col("group_value") != unknown
    share = pl.col("n") / pl.col("n").filter(known).sum().over(table)
    rated = pools.with_columns(
        share=pl.when(known).then(share),
        rate=pl.col(favourable) / pl.col("n"),
        is_excluded=~known | (share < LL144_SMALLEST_SHARE),
    )
    highest = pl.col("rate").filter(~pl.col("is_excluded")).max().over(table)
    ratio = pl.when(~pl.col("is_excluded") & (highest > 0)).then(pl.col("rate") / highest)
    return rated.with_columns(impact_ratio=ratio)


def above_median(scores: pl.DataFrame, table: list[str]) -> pl.DataFrame:
    """People and how many of them scored above the median of their sample, for the scoring rates of `bias_audit`.

    `scores`: columns of `table`, group_value, score; a row a person. The median is that of everybody in the table, unknown
    groups too; exactly the median is not above it.
    """
    is_above = pl.col("score") > pl.col("score").median().over(table)
    return (
        scores.filter(pl.col("score").is_not_null())
        .with_columns(is_above=is_above)
        .group_by([*table, "group_value"], maintain_order=True)
        .agg(n=pl.len().cast(pl.Int64), above_median=pl.col("is_above").sum().cast(pl.Int64))
    )
