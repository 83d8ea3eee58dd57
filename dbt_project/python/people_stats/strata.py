"""Two rates beside each other within strata: is there a difference once like is compared with like, and is it one?

Here: Mantel-Haenszel over 2×2 tables, many comparisons at a time. Not here: what the strata are (SQL).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from people_stats.verdicts import ALPHA, Flags, Floats


class Stratified(NamedTuple):
    """One entry a comparison; nan where no stratum tells anything, and for a ratio of nobody to nobody."""

    # strata in which both groups are and not all had the same luck
    n_strata: Floats
    odds_ratio: Floats
    ratio: Floats
    ratio_low: Floats
    ratio_high: Floats
    # Cochran-Mantel-Haenszel, without continuity correction
    p_value: Floats
    # Breslow-Day with Tarone's correction: small where strata differ by more than chance
    homogeneity_p_value: Floats
    # the odds ratio lies on the other side of 1 than that of all strata thrown together
    reverses: Flags


def mantel_haenszel(
    comparison: npt.NDArray[np.int64], n_comparisons: int, x1: Floats, n1: Floats, x2: Floats, n2: Floats
) -> Stratified:
    """Strata of each comparison put together; x1 of n1 against x2 of n2 in each, `comparison` says whose stratum it is.

    Odds ratio and test: Mantel and Haenszel (1959); ratio of rates with its interval: Greenland and Robins (1985); equal
    odds: Breslow and Day (1980), Tarone (1985).
    """

    def total(values: Floats) -> Floats:
        return np.bincount(comparison, values, n_comparisons).astype(np.float64)

    together = total(x1) * total(n2 - x2), total(n1 - x1) * total(x2)
    chosen, everybody = x1 + x2, n1 + n2
    tells = (n1 > 0) & (n2 > 0) & (chosen > 0) & (chosen < everybody)
    comparison = comparison[tells]
    x1, n1, x2, n2, chosen, everybody = (values[tells] for values in (x1, n1, x2, n2, chosen, everybody))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        off = total(x1 - n1 * chosen / everybody)
        spread = total(n1 * n2 * chosen * (everybody - chosen) / (everybody**2 * (everybody - 1)))
        favourable, adverse = total(x1 * (n2 - x2) / everybody), total((n1 - x1) * x2 / everybody)
        first, second = total(x1 * n2 / everybody), total(x2 * n1 / everybody)
        odds_ratio, ratio = favourable / adverse, first / second
        error = np.sqrt(total((chosen * n1 * n2 - x1 * x2 * everybody) / everybody**2) / (first * second))
        reach = special.ndtri(1 - ALPHA / 2) * error
        n_strata = total(np.ones_like(x1))
        p_value = np.where(spread > 0, special.chdtrc(1, off**2 / spread), np.nan)
        homogeneity = _homogeneity(comparison, n_comparisons, x1, n1, n2, chosen, odds_ratio)
        homogeneity_p = np.where(n_strata > 1, special.chdtrc(np.maximum(n_strata - 1, 1), homogeneity), np.nan)
        low, high = ratio * np.exp(-reach), ratio * np.exp(reach)
    reverses = (np.sign(favourable - adverse) * np.sign(together[0] - together[1])) < 0
    return Stratified(n_strata, odds_ratio, ratio, low, high, p_value, homogeneity_p, reverses)


def _homogeneity(
    comparison: npt.NDArray[np.int64], n_comparisons: int, x1: Floats, n1: Floats, n2: Floats, chosen: Floats,
    odds_ratio: Floats,
) -> Floats:  # fmt: skip
    """Tarone's chi-square: each stratum against what the common odds ratio would have in it; nan at 0 and infinity."""
    odds = np.where((odds_ratio > 0) & np.isfinite(odds_ratio), odds_ratio, np.nan)[comparison]
    # the root of (odds − 1)·x² − b·x + c that lies within the margins, in the form that also holds at odds of 1
    b = odds * (n1 + chosen) + n2 - chosen
    c = odds * n1 * chosen
    expected = 2 * c / (b + np.sqrt(np.maximum(b**2 - 4 * (odds - 1) * c, 0)))
    variance = 1 / (1 / expected + 1 / (chosen - expected) + 1 / (n1 - expected) + 1 / (n2 - chosen + expected))
    off = x1 - expected
    by_stratum, all_off, all_variance = (
        np.bincount(comparison, values, n_comparisons) for values in (off**2 / variance, off, variance)
    )
    return np.asarray(by_stratum - all_off**2 / all_variance)
