"""How far ratings agree: within a group (r_wg), between and within groups (ICC), between raters, between items (alpha).

Here: pure functions on sums of groups or on one matrix. Not here: what agreement is used for (`shrinkage`).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def uniform_variance(scale_points: Floats) -> Floats:
    """Variance of answers that say nothing, spread evenly over a scale of A points: (A² − 1) ÷ 12."""
    return (scale_points**2 - 1) / 12


def r_wg(item_variance: Floats, null_variance: Floats, n_items: Floats) -> Floats:
    """Agreement within groups about J items, r_wg(J) of James, Demaree and Wolf (1984); with one item it is r_wg.

    `item_variance` is the mean of a group's variances over its items, `null_variance` that of answers without agreement
    (`uniform_variance`). Values outside [0, 1] are sampling error and read as 0, as the authors do. nan where the null
    variance is 0 or a variance is missing.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        unexplained = item_variance / null_variance
        shared = n_items * (1 - unexplained)
        agreement = shared / (shared + unexplained)
        missing = ~(null_variance > 0) | np.isnan(item_variance)
    return np.where(missing, np.nan, np.where((unexplained <= 1) & (agreement >= 0), agreement, 0.0))


class Anova(NamedTuple):
    """One-way analysis of variance of groups of unequal size."""

    between: float
    within: float
    usual_size: float

    @property
    def icc_1(self) -> float:
        """Share of variance that lies between groups, ICC(1): what one person's answer tells of the group's.

        The moment estimator of Shrout and Fleiss (1979) with the average size k₀ of Searle, Casella and McCulloch (1992,
        3.6). Negative where groups differ less than chance makes them; nan where nothing varies.
        """
        total = self.between + (self.usual_size - 1) * self.within
        return (self.between - self.within) / total if total > 0 else float("nan")

    @property
    def icc_2(self) -> float:
        """Reliability of the groups' means, ICC(2) = (MSB − MSW) ÷ MSB (Bliese 2000); nan where no means differ."""
        return (self.between - self.within) / self.between if self.between > 0 else float("nan")


def one_way(n: Floats, total: Floats, squares: Floats) -> Anova:
    """Mean squares from each group's size, sum and sum of squares; nan with fewer than two groups or no degrees left."""
    n_groups, n_all = len(n), float(n.sum())
    if n_groups < 2 or n_all <= n_groups:
        return Anova(float("nan"), float("nan"), float("nan"))
    of_groups = float((total**2 / n).sum())
    between = (of_groups - float(total.sum()) ** 2 / n_all) / (n_groups - 1)
    within = (float(squares.sum()) - of_groups) / (n_all - n_groups)
    usual_size = (n_all - float((n**2).sum()) / n_all) / (n_groups - 1)
    # sums of squares that cancel leave rounding behind, which is no variance
    rounding = 1e-12 * float(squares.sum())
    between, within = (0.0 if mean < rounding else mean for mean in (between, within))
    return Anova(between, within, usual_size)


class RaterAgreement(NamedTuple):
    """The six intraclass correlations of Shrout and Fleiss (1979): model 1 to 3, of one rating and of the mean of k."""

    icc_1_1: float
    icc_2_1: float
    icc_3_1: float
    icc_1_k: float
    icc_2_k: float
    icc_3_k: float


def rater_agreement(ratings: Floats) -> RaterAgreement:
    """ICCs of a complete matrix of n targets (rows) by k raters (columns), both at least two, by two-way ANOVA."""
    n, k = ratings.shape
    grand = ratings.mean()
    targets, raters = ratings.mean(axis=1, keepdims=True), ratings.mean(axis=0, keepdims=True)
    bms = k * float(((targets - grand) ** 2).sum()) / (n - 1)
    jms = n * float(((raters - grand) ** 2).sum()) / (k - 1)
    wms = float(((ratings - targets) ** 2).sum()) / (n * (k - 1))
    ems = float(((ratings - targets - raters + grand) ** 2).sum()) / ((n - 1) * (k - 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.divide(
            [bms - wms, bms - ems, bms - ems, bms - wms, bms - ems, bms - ems],
            [
                bms + (k - 1) * wms, bms + (k - 1) * ems + k * (jms - ems) / n, bms + (k - 1) * ems,
                bms, bms + (jms - ems) / n, bms,
            ],
        )  # fmt: skip
    return RaterAgreement(*(float(value) for value in found))


def cronbach_alpha(answers: Floats) -> float:
    """Internal consistency of k items (columns) over people (rows), complete rows only (Cronbach 1951).

    nan with fewer than two items or people, or where the sum does not vary.
    """
    complete = answers[~np.isnan(answers).any(axis=1)]
    n, k = complete.shape
    if n < 2 or k < 2:
        return float("nan")
    of_sum = float(complete.sum(axis=1).var(ddof=1))
    return k / (k - 1) * (1 - float(complete.var(axis=0, ddof=1).sum()) / of_sum) if of_sum > 0 else float("nan")
