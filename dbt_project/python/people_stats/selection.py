"""Comparing selection rates: impact ratio in integers, score test and interval, and a verdict: maybe "cannot tell".

Here: pure functions on arrays of counts, and `verdicts`, which makes one record a comparison. Not here: who is in a
pool (SQL), intervals of single rates (`intervals`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import special

Floats = npt.NDArray[np.float64]

# Constants of the rules, not policy: 29 CFR 1607.4 D and the two-sided .05 of metrics' definition.
ALPHA, POWER, FOUR_FIFTHS = 0.05, 0.8, 0.8


@dataclass(frozen=True)
class ReferenceRule:
    """Who may be the reference: the highest rate among disclosed groups that are large enough."""

    smallest_share: float = 0.10
    smallest_n: int = 30
    shown_share: float = 0.02


def shortfall(selected: Floats, n: Floats, reference_selected: Floats, reference_n: Floats) -> Floats:
    """People missing to four fifths of the reference's rate, in whole people: max(0, ceil(4·x_b·n_g ÷ 5·n_b) − x_g).

    In integers, so that a ratio of exactly .80 has none.
    """
    needed = -(-(4 * reference_selected * n) // np.maximum(5 * reference_n, 1))
    return np.maximum(0, needed - selected)


def below_four_fifths(selected: Floats, n: Floats, reference_selected: Floats, reference_n: Floats) -> npt.NDArray[np.bool_]:
    """Whether the ratio lies strictly below four fifths (29 CFR 1607.4 D), by integers: 5·x_g·n_b < 4·x_b·n_g."""
    return np.asarray(5 * selected * reference_n < 4 * reference_selected * n)


def score_statistic(x1: Floats, n1: Floats, x2: Floats, n2: Floats, ratio: Floats) -> Floats:
    """Koopman's (1984) chi-square of the hypothesis p1 = ratio · p2, by the constrained maximum likelihood."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        a = (n1 + n2) * ratio
        b = n1 * ratio + x1 + n2 + x2 * ratio
        p2 = (b - np.sqrt(np.maximum(b**2 - 4 * a * (x1 + x2), 0))) / (2 * a)
        p1 = ratio * p2
        first = (x1 - n1 * p1) ** 2 / (n1 * p1 * (1 - p1))
        second = (x2 - n2 * p2) ** 2 / (n2 * p2 * (1 - p2))
        # at the edge of the space a group that fits exactly contributes nothing
        first = np.where((x1 - n1 * p1) ** 2 < 1e-18, 0.0, first)
        second = np.where((x2 - n2 * p2) ** 2 < 1e-18, 0.0, second)
    return first + second


def score_p_value(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """Two-sided p of equal rates: the pooled score test, the same inversion as the interval."""
    statistic = score_statistic(x1, n1, x2, n2, np.ones_like(x1))
    nobody = (x1 + x2 == 0) | (x1 + x2 == n1 + n2)
    return np.where(nobody, 1.0, special.chdtrc(1, statistic))


def koopman(x1: Floats, n1: Floats, x2: Floats, n2: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Score interval of the ratio of two rates (Koopman 1984): all ratios that the test at `confidence` keeps.

    Low is 0 where x1 is 0, high is infinite where x2 is 0; both are nan where neither group selected anybody.
    """
    limit = special.chdtri(1, 1 - confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.where((x1 > 0) & (x2 > 0), np.log((x1 / n1) / (x2 / n2)), 0.0)

    def edge(direction: float) -> Floats:
        inside, outside = centre.copy(), centre + direction * 30.0
        for _ in range(80):
            middle = (inside + outside) / 2
            kept = score_statistic(x1, n1, x2, n2, np.exp(middle)) <= limit
            inside, outside = np.where(kept, middle, inside), np.where(kept, outside, middle)
        return np.exp((inside + outside) / 2)

    # with one group empty the likelihood's peak lies at the edge: start from a ratio that the data keep
    centre = np.where((x1 == 0) & (x2 > 0), -29.0, centre)
    centre = np.where((x2 == 0) & (x1 > 0), 29.0, centre)
    low = np.where(x1 == 0, 0.0, edge(-1.0))
    high = np.where(x2 == 0, np.inf, edge(1.0))
    neither = (x1 == 0) & (x2 == 0)
    return np.where(neither, np.nan, low), np.where(neither, np.nan, high)


def smallest_detectable_ratio(n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """The largest ratio below 1 that the test would find with 80% power, the reference's rate taken as it is.

    Normal approximation of the pooled test (Fleiss, Levin and Paik 2003, 4.2). nan where not even 0 would be found.
    """
    rate = x2 / np.maximum(n2, 1)
    z_alpha, z_power = special.ndtri(1 - ALPHA / 2), special.ndtri(POWER)

    def power_is_enough(ratio: Floats) -> npt.NDArray[np.bool_]:
        p1 = ratio * rate
        pooled = (n1 * p1 + n2 * rate) / (n1 + n2)
        null_sd = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
        true_sd = np.sqrt(p1 * (1 - p1) / n1 + rate * (1 - rate) / n2)
        return np.asarray(rate - p1 >= z_alpha * null_sd + z_power * true_sd)

    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = np.zeros_like(rate), np.ones_like(rate)
        findable = power_is_enough(low)
        for _ in range(50):
            middle = (low + high) / 2
            enough = power_is_enough(middle)
            low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    return np.where(findable & (rate > 0), low, np.nan)


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Adjusted p values of one table of tests (Benjamini and Hochberg 1995); nan stays and is not counted."""
    q_values = np.full_like(p_values, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    if tested.size:
        order = tested[np.argsort(p_values[tested], kind="stable")]
        scaled = p_values[order] * order.size / np.arange(1, order.size + 1)
        q_values[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return q_values


def states(p_values: Floats, q_values: Floats, worse_end: Floats, margin: float = FOUR_FIFTHS) -> npt.NDArray[np.str_]:
    """`gap`: p and q at most .05; `no_gap_above`: the interval of the ratio excludes `margin`; else `insufficient`."""
    gap = (p_values <= ALPHA) & (q_values <= ALPHA)
    return np.where(gap, "gap", np.where(worse_end >= margin, "no_gap_above", "insufficient"))


def with_reference(pools: pl.DataFrame, table: list[str], rule: ReferenceRule) -> pl.DataFrame:
    """Each group beside its table's reference: the highest rate of the disclosed groups that are large enough.

    `pools` has the columns of `table`, group_value, n, selected. Adds reference_group, reference_n, reference_selected
    (null where no group qualifies) and is_compared: not the reference itself, and at least 2% of the pool.
    """
    sized = pools.with_columns(
        share=pl.col("n") / pl.col("n").sum().over(table),
        rate=pl.col("selected") / pl.col("n"),
    )
    may_be = (
        (pl.col("group_value") != "undisclosed")
        & (pl.col("share") >= rule.smallest_share)
        & (pl.col("n") >= rule.smallest_n)
    )
    best = (
        sized.filter(may_be)
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
    joined = sized.join(best, on=table, how="left", nulls_equal=True, maintain_order="left")
    compared = (
        pl.col("reference_group").is_not_null()
        & (pl.col("group_value") != pl.col("reference_group"))
        & (pl.col("share") >= rule.shown_share)
    )
    return joined.with_columns(is_compared=compared.fill_null(False))


def verdicts(pools: pl.DataFrame, table: list[str], family: list[str], rule: ReferenceRule | None = None) -> pl.DataFrame:
    """One verdict record a group of every table of selection rates.

    `pools`: columns of `table`, group_value, n, selected (counts, n > 0). `family` names the columns within which tests
    are counted together. Records carry n per side, rates, ratio with its Koopman interval, score p, q, the number of
    tests, shortfall in people, smallest ratio detectable, state, and whether one changed decision would flip it.
    """
    rows = with_reference(pools, table, rule or ReferenceRule())
    x1, n1 = _floats(rows["selected"]), _floats(rows["n"])
    x2, n2 = _floats(rows["reference_selected"]), _floats(rows["reference_n"])
    compared = rows["is_compared"].to_numpy()
    p_values = np.where(compared, score_p_value(x1, n1, x2, n2), np.nan)
    rows = rows.with_columns(pl.Series("p_value", p_values))
    rows = rows.with_columns(
        q_value=pl.col("p_value").map_batches(_adjusted, return_dtype=pl.Float64).over(family),
        n_tests=pl.col("is_compared").sum().over(family).cast(pl.Int64),
    )
    q_values = _floats(rows["q_value"])
    low, high = koopman(x1, n1, x2, n2)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (x1 / n1) / (x2 / n2)
    state = states(p_values, q_values, low)
    flips = np.zeros(len(state), dtype=bool)
    for step in (-1.0, 1.0):
        moved = x1 + step
        possible = (moved >= 0) & (moved <= n1)
        moved = np.clip(moved, 0, n1)
        p_moved = score_p_value(moved, n1, x2, n2)
        # the family's correction is carried over: q moves with p as it stood to it
        with np.errstate(invalid="ignore", divide="ignore"):
            q_moved = np.minimum(p_moved * np.where(p_values > 0, q_values / p_values, 1), 1)
        flips |= possible & (states(p_moved, q_moved, koopman(moved, n1, x2, n2)[0]) != state)
    columns = {
        "rate": (x1 / n1, True),
        "reference_rate": (x2 / np.maximum(n2, 1), False),
        "impact_ratio": (ratio, False),
        "ratio_low": (low, False),
        "ratio_high": (np.where(np.isinf(high), np.nan, high), False),
        "shortfall": (shortfall(x1, n1, x2, n2), False),
        "smallest_detectable_ratio": (smallest_detectable_ratio(n1, x2, n2), False),
    }
    below = below_four_fifths(x1, n1, x2, n2)
    return rows.drop("share", "rate").with_columns(
        *(
            pl.Series(name, values if always else np.where(compared, values, np.nan)).fill_nan(None)
            for name, (values, always) in columns.items()
        ),
        pl.col("p_value", "q_value").fill_nan(None),
        _where(compared, "is_below_four_fifths", below),
        pl.Series("verdict", [str(s) if c else None for s, c in zip(state, compared, strict=True)], dtype=pl.String),
        _where(compared, "flips_with_one_decision", flips),
    )


def _floats(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _where(compared: npt.NDArray[np.bool_], name: str, flags: npt.NDArray[np.bool_]) -> pl.Series:
    """Flags of compared groups; null for the others."""
    return pl.Series(name, flags, dtype=pl.Boolean).set(~pl.Series(compared, dtype=pl.Boolean), None)


def _adjusted(p_values: pl.Series) -> pl.Series:
    return pl.Series(benjamini_hochberg(p_values.cast(pl.Float64).fill_null(np.nan).to_numpy()))
