"""Confidence intervals of metric cells, whole columns at a time. Two-sided, 95% unless told.

Here: one function a method, all on arrays of equal length, and `interval`, which picks by name. Not here: comparing
groups (`selection`).
"""

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import special

Floats = npt.NDArray[np.float64]

MOMENTS = ("n", "numerator", "denominator", "sum_squares", "sum_cross", "sum_denominator_squares", "order_low", "order_high")


def wilson(successes: Floats, trials: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Score interval of a proportion (Wilson 1927); defined at 0 and at n as well.

    `successes` and `trials` are counts; bounds lie in [0, 1]. Zero trials give nan.
    """
    z = special.ndtri(0.5 + confidence / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = successes / trials
        centre = (p + z**2 / (2 * trials)) / (1 + z**2 / trials)
        half = z / (1 + z**2 / trials) * np.sqrt(p * (1 - p) / trials + z**2 / (4 * trials**2))
    low = np.where(successes == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(successes == trials, 1.0, np.clip(centre + half, 0, 1))
    empty = ~(trials > 0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def garwood(events: Floats, exposure: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Exact Poisson interval of a rate of events an exposure (Garwood 1936), by the gamma quantile.

    `events` are counts, `exposure` is average headcount or person-time; bounds are events an exposure.
    """
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        low = np.where(events > 0, special.gammaincinv(np.maximum(events, 1), tail), 0.0) / exposure
        high = special.gammaincinv(events + 1, 1 - tail) / exposure
    empty = ~(exposure > 0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def mean_t(total: Floats, total_squares: Floats, n: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Student's interval of a mean from its sums; fewer than two observations give nan."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        variance = np.maximum(total_squares - n * mean**2, 0) / (n - 1)
        half = special.stdtrit(np.maximum(n - 1, 1), 0.5 + confidence / 2) * np.sqrt(variance / n)
    few = ~(n > 1)
    return np.where(few, np.nan, mean - half), np.where(few, np.nan, mean + half)


def ratio_t(
    numerator: Floats,
    denominator: Floats,
    squares: Floats,
    cross: Floats,
    denominator_squares: Floats,
    n: Floats,
    confidence: float = 0.95,
) -> tuple[Floats, Floats]:
    """Interval of a ratio of two sums over `n` people, by linearisation (Cochran 1977, 6.3).

    Each person is one cluster: answers of a person, or months of one, are not independent. `squares` is the sum
    of squared numerators, `cross` of products, `denominator_squares` of squared denominators.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio, variance = _linearised(numerator, denominator, squares, cross, denominator_squares, n)
        half = special.stdtrit(np.maximum(n - 1, 1), 0.5 + confidence / 2) * np.sqrt(variance)
    few = ~((n > 1) & (denominator > 0))
    return np.where(few, np.nan, ratio - half), np.where(few, np.nan, ratio + half)


def _linearised(
    numerator: Floats, denominator: Floats, squares: Floats, cross: Floats, denominator_squares: Floats, n: Floats
) -> tuple[Floats, Floats]:
    """A ratio of two sums over `n` people and its variance."""
    ratio = numerator / denominator
    residual = np.maximum(squares - 2 * ratio * cross + ratio**2 * denominator_squares, 0)
    return ratio, n * residual / ((n - 1) * denominator**2)


def clustered(
    numerator: Floats,
    denominator: Floats,
    squares: Floats,
    cross: Floats,
    denominator_squares: Floats,
    n: Floats,
    confidence: float = 0.95,
) -> tuple[Floats, Floats]:
    """Score interval of a share of answers, months or items of `n` people (Korn and Graubard 1998; Wilson 1927).

    As `ratio_t`, for sums of which the numerator is a part of the denominator. The answers count for as many independent
    ones as their spread between people is worth, at most for themselves; where all or none are favourable there is no
    spread to be seen, and each person counts for one. Bounds lie in [0, 1]; fewer than two people give nan.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share, variance = _linearised(numerator, denominator, squares, cross, denominator_squares, n)
        is_spread = (share > 0) & (share < 1) & (variance > 0)
        worth = np.where(is_spread, np.minimum(share * (1 - share) / variance, denominator), n)
        quantile = 0.5 + confidence / 2
        worth = worth * (special.ndtri(quantile) / special.stdtrit(np.maximum(n - 1, 1), quantile)) ** 2
    worth = np.where((n > 1) & (denominator > 0), worth, 0.0)
    return wilson(share * worth, worth, confidence)


def median_ranks(n: npt.NDArray[np.int64], confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Ranks, counted from 1, of the ordered values between which the median of a population lies (Conover 1999, 3.2).

    Exact by the binomial: P(fewer than `low` of `n` values lie below the median) is at most half of 1 - `confidence`.
    Where no two values suffice (fewer than six at 95%) the ranks are nan.
    """
    tail = (1 - confidence) / 2
    # the inverse runs through the steps of the distribution, so its rounding is looked at once more
    low = np.floor(np.nan_to_num(special.bdtrik(tail, n, 0.5), nan=-1.0)) + 1
    low = np.where((low >= 1) & (special.bdtr(np.maximum(low - 1, 0), n, 0.5) > tail), low - 1, low)
    none = ~(low >= 1)
    return np.where(none, np.nan, low), np.where(none, np.nan, n - low + 1)


def interval(cells: pl.DataFrame) -> pl.DataFrame:
    """Intervals of cells by their `interval_method`: wilson, garwood, t, ratio, clustered or order.

    Takes cell_number, interval_method, n, numerator, denominator, sum_squares, sum_cross, sum_denominator_squares,
    order_low and order_high (the values at the ranks of `median_ranks`) and gives cell_number, ci_low, ci_high in the
    metric's natural unit, null where the data do not give one. ValueError names an unknown method.
    """
    parts = [_empty()]
    for (method,), part in cells.group_by("interval_method", maintain_order=True):
        column = {name: part[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in MOMENTS}
        match method:
            case "wilson":
                low, high = wilson(column["numerator"], column["denominator"])
            case "garwood":
                low, high = garwood(column["numerator"], column["denominator"])
            case "t":
                low, high = mean_t(column["numerator"], column["sum_squares"], column["denominator"])
            case "ratio" | "clustered":
                low, high = (ratio_t if method == "ratio" else clustered)(
                    column["numerator"],
                    column["denominator"],
                    column["sum_squares"],
                    column["sum_cross"],
                    column["sum_denominator_squares"],
                    column["n"],
                )
            case "order":
                low, high = column["order_low"], column["order_high"]
            case _:
                raise ValueError(f"unknown interval method {method}; there are wilson, garwood, t, ratio, clustered, order")
        parts.append(pl.DataFrame({"cell_number": part["cell_number"], "ci_low": low, "ci_high": high}))
    return pl.concat(parts, how="vertical_relaxed").with_columns(pl.col("ci_low", "ci_high").fill_nan(None))


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema={"cell_number": pl.Int64, "ci_low": pl.Float64, "ci_high": pl.Float64})
