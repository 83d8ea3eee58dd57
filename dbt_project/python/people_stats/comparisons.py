"""Each leader beside the other leaders of one indicator, quarter and scope: who differs by more than leaders do.

Here: `compare`, which gives each cell its peers, its test and its shrinkage, family by family on numpy arrays.
Not here: which cells may be compared (SQL), intervals of single cells (`intervals`).

The test asks whether a leader lies outside what the peers' own spread and chance make (the additive random-effects
model of Spiegelhalter, Statistics in Medicine 2005), not whether a true difference is exactly zero: real leaders always
differ a little, people of one team are alike, and with people enough everybody would be called different. The spread is
taken from winsorised deviations, so that the few who stand out do not hide themselves by widening it.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import special

from people_stats.agreement import Anova, one_way, r_wg
from people_stats.shrinkage import own_weight, shrunken

Floats = npt.NDArray[np.float64]

ALPHA, RELIABLE = 0.05, 0.70
# Of the deviations, this share is drawn in at either end: one leader in ten on a side may stand out unseen by the spread.
WINSORISED = 0.10
DIFFERENT, NOT_DISTINGUISHABLE = "different", "not_distinguishable"

MEASURES = (
    "scale", "n", "numerator", "denominator", "sum_squares", "sum_cross", "sum_denominator_squares",
    "item_variance", "null_variance", "n_items",
)  # fmt: skip
NUMBERS = (
    "n_peers", "peer_mean", "peer_margin", "peer_spread", "p_value", "p_adjusted", "n_tests",
    "icc_1", "icc_2", "r_wg", "shrinkage_weight", "shrunken_value",
)  # fmt: skip


class Sampling(NamedTuple):
    """What chance does to each value: the variance if all leaders were alike, and the one that its own people show."""

    value: Floats
    pooled: Floats
    own: Floats
    degrees: float


def holm(p_values: Floats) -> Floats:
    """Adjusted p values of one family of tests (Holm 1979); nan stays and is not counted."""
    adjusted = np.full_like(p_values, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    scaled = p_values[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1)
    return adjusted


def sampling(method: str, cells: dict[str, Floats]) -> Sampling:
    """Sampling variances by the cells' interval method; nan where the method knows none.

    `wilson` and `garwood` have the variance that the mean of all leaders gives. The others are sums over people
    divided by sums over people, linearised (Cochran 1977, 6.3), with the residual variance pooled over leaders.
    """
    n, numerator, denominator = cells["n"], cells["numerator"], cells["denominator"]
    nothing = np.full_like(n, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = numerator / np.where(np.isnan(denominator), 1.0, denominator)
        rate = value.mean()
        match method:
            case "garwood":
                variance = rate / denominator
                return Sampling(value, variance, variance, np.inf)
            case "wilson":
                variance = rate * (1 - rate) / denominator
                return Sampling(value, variance, variance, np.inf)
            case "t" | "ratio" | "clustered":
                is_mean = method == "t"
                cross = numerator if is_mean else cells["sum_cross"]
                denominator_squares = n if is_mean else cells["sum_denominator_squares"]
                residual = cells["sum_squares"] - 2 * value * cross + value**2 * denominator_squares
                residual = np.where(residual < 1e-12 * cells["sum_squares"], 0.0, residual)
                degrees = float(n.sum() - len(n))
                pooled = residual.sum() / degrees if degrees > 0 else np.nan
                per_cell = n / denominator**2
                own = np.where(n > 1, residual / (n - 1), pooled)
                return Sampling(value, pooled * per_cell, own * per_cell, degrees)
    return Sampling(value, nothing, nothing, np.nan)


def spread(value: Floats, variance: Floats) -> float:
    """Variance of true values between leaders beyond `variance`, by winsorised deviations; 0 where they show none.

    The moment estimator of DerSimonian and Laird (1986), with its chi-square from deviations drawn in at either end and
    brought back to 1 for leaders who do not differ. nan with fewer than two leaders, or where no variance is known.
    """
    counted = variance > 0
    if len(value) < 2 or np.isnan(variance).all():
        return float("nan")
    if counted.sum() < 2:
        return 0.0
    weight, value = 1 / variance[counted], value[counted]
    deviation = (value - (weight * value).sum() / weight.sum()) * np.sqrt(weight)
    drawn_in = np.clip(deviation, *np.quantile(deviation, [WINSORISED, 1 - WINSORISED]))
    # about their own mean: those far away have pulled the other one along
    drawn_in -= np.sqrt(weight) * (np.sqrt(weight) * drawn_in).sum() / weight.sum()
    excess = float((drawn_in**2).mean()) / _NORMAL_WINSORISED - 1
    room = weight.sum() - (weight**2).sum() / weight.sum()
    return max(0.0, excess * (len(value) - 1) / room) if room > 0 else 0.0


def _winsorised_variance(share: float) -> float:
    """Variance of a standard normal value that is drawn in at its lowest and highest `share`."""
    edge = special.ndtri(1 - share)
    density = np.exp(-(edge**2) / 2) / np.sqrt(2 * np.pi)
    return float(1 - 2 * share - 2 * edge * density + 2 * share * edge**2)


_NORMAL_WINSORISED = _winsorised_variance(WINSORISED)


def p_values(method: str, cells: dict[str, Floats], chance: Sampling, beyond: Floats, peer_mean: Floats) -> Floats:
    """Two-sided p that a leader is one of the peers; `beyond` is the variance beyond the leader's own sampling.

    Counts are small, so their tails are exact: binomial or Poisson at the mean of all leaders, on counts divided by the
    design effect (Korn and Graubard 1998). Means and ratios take the larger of the pooled and the own variance: five
    people do not know their spread, and one of two hundred hours should not speak for a team.
    """
    numerator, denominator = cells["numerator"], cells["denominator"]
    with np.errstate(invalid="ignore", divide="ignore"):
        if method in ("wilson", "garwood"):
            effect = 1 + beyond / chance.pooled
            events, exposure = numerator / effect, denominator / effect
            rate = chance.value.mean()
            if method == "wilson":
                at_most = np.where(numerator < denominator, special.betainc(exposure - events, events + 1, 1 - rate), 1.0)
                at_least = np.where(numerator > 0, special.betainc(events, exposure - events + 1, rate), 1.0)
            else:
                at_most = special.gammaincc(events + 1, rate * exposure)
                at_least = np.where(numerator > 0, special.gammainc(events, rate * exposure), 1.0)
            found = np.minimum(2 * np.minimum(at_most, at_least), 1)
        else:
            deviation = (chance.value - peer_mean) / np.sqrt(np.maximum(chance.pooled, chance.own) + beyond)
            found = 2 * special.stdtr(chance.degrees, -np.abs(deviation))
    # where nobody varies, equal values are alike and for others there is no measure of chance
    still = ~(np.maximum(chance.pooled, chance.own) + beyond > 0)
    alike = np.isclose(chance.value, peer_mean, rtol=1e-12, atol=1e-12)
    return np.where(still, np.where(alike, 1.0, np.nan), found)


def compare(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells of leaders in, cell_number, `NUMBERS`, verdict and is_reliable out, in the same order; each family for itself.

    `cells` has family (rows of one indicator, convention, quarter and scope stand together), cell_number,
    interval_method and scale (one a family), n, numerator, denominator, sum_squares, sum_cross, sum_denominator_squares,
    item_variance, null_variance, n_items. peer_mean, the half width of its 95% interval (peer_margin), the spread and the
    shrunken value are in the metric's unit. Where the method is `none`, nobody else has a value, n < 2 or nothing varies,
    p and verdict are null. Shrinkage and ICC are for means over people (`t`, `wilson`), whose groups overlap where
    organisations do.
    """
    measures = cells.select(pl.col(*MEASURES).cast(pl.Float64).fill_null(np.nan))
    columns = {name: measures[name].to_numpy() for name in MEASURES}
    methods, runs = cells["interval_method"], cells["family"].rle().struct.field("len").to_list()
    numbers = {name: np.full(len(cells), np.nan) for name in NUMBERS}
    start = 0
    for length in runs:
        rows = slice(start, start + length)
        found = _compare_family(methods[start], {name: values[rows] for name, values in columns.items()})
        for name, values in found.items():
            numbers[name][rows] = values
        start += length
    # without items there is no r_wg, and ICC(2) speaks alone
    agrees = pl.col("r_wg").is_null() | (pl.col("r_wg") >= RELIABLE)
    return (
        cells.select("cell_number", *(pl.Series(name, values) for name, values in numbers.items()))
        .with_columns(pl.col(*NUMBERS).fill_nan(None))
        .with_columns(
            pl.col("n_peers", "n_tests").cast(pl.Int64),
            verdict=pl.when(pl.col("p_adjusted") <= ALPHA)
            .then(pl.lit(DIFFERENT))
            .when(pl.col("p_adjusted").is_not_null())
            .then(pl.lit(NOT_DISTINGUISHABLE)),
            is_reliable=(pl.col("icc_2") >= RELIABLE) & agrees,
        )
        .cast({"verdict": pl.String})
    )


def _compare_family(method: str, cells: dict[str, Floats]) -> dict[str, Floats | float]:
    n, scale = cells["n"], cells["scale"]
    chance = sampling(method, cells)
    n_peers, value = len(n) - 1, chance.value
    with np.errstate(invalid="ignore", divide="ignore"):
        # without peers, of nothing: nan
        peer_mean = (value.sum() - value) / np.float64(n_peers)
        error = np.maximum(chance.pooled.sum() - chance.pooled, 0) / np.float64(n_peers) ** 2
        between = spread(value, chance.pooled)
        beyond = error + between * (1 + 1 / np.float64(n_peers))
    p = np.where(n > 1, p_values(method, cells, chance, beyond, peer_mean), np.nan)
    anova = _anova(method, cells)
    weight = own_weight(n, anova.icc_1)
    return {
        "n_peers": n_peers,
        "peer_mean": peer_mean * scale,
        "peer_margin": special.ndtri(1 - ALPHA / 2) * np.sqrt(error) * scale,
        "peer_spread": np.sqrt(between) * scale,
        "p_value": p,
        "p_adjusted": holm(p),
        "n_tests": np.count_nonzero(~np.isnan(p)),
        "icc_1": anova.icc_1,
        "icc_2": anova.icc_2,
        "r_wg": r_wg(cells["item_variance"], cells["null_variance"], cells["n_items"]),
        "shrinkage_weight": weight,
        "shrunken_value": shrunken(value, weight, peer_mean) * scale,
    }


def _anova(method: str, cells: dict[str, Floats]) -> Anova:
    """Between and within leaders, where the value is a mean over people; a yes or no is its own square."""
    match method:
        case "t":
            return one_way(cells["n"], cells["numerator"], cells["sum_squares"])
        case "wilson":
            return one_way(cells["denominator"], cells["numerator"], cells["numerator"])
    return Anova(np.nan, np.nan, np.nan)
