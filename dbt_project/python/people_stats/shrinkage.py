"""Empirical-Bayes shrinkage of a leader's mean toward the mean of the others: few answers say little of a leader.

Here: the weight and the shrunken mean. Not here: the ICC that sets the weight (`agreement`).
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def own_weight(n: Floats, icc_1: float) -> Floats:
    """Weight of a mean of `n` answers: n·ICC(1) ÷ (1 + (n − 1)·ICC(1)), the Spearman-Brown reliability of that mean.

    A negative ICC(1) gives 0: nothing is known to lie between leaders. With .10 it is .36 at 5 and .82 at 40.
    """
    if np.isnan(icc_1):
        return np.full_like(n, np.nan)
    share = min(max(icc_1, 0.0), 1.0)
    return n * share / (1 + (n - 1) * share)


def shrunken(value: Floats, weight: Floats, toward: Floats) -> Floats:
    """weight · value + (1 − weight) · toward, element by element; nan where any is missing."""
    return weight * value + (1 - weight) * toward
