"""Logistic regression and clustered errors against statsmodels, and silence where odds have no end.

Least squares and HC3: test_adjusted_gaps.
"""

import numpy as np
import pytest
from people_stats.regression import Cells, clustered, least_squares, logistic
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import OLS


@pytest.mark.parametrize("seed", range(4))
def test_coefficients_and_errors_are_those_of_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(300), rng.normal(size=(300, 2)), rng.integers(0, 2, 300)])
    outcome = (rng.uniform(size=300) < 1 / (1 + np.exp(-(design @ [-1.0, 0.5, 0.0, 1.0])))).astype(float)
    found = logistic(outcome, design)
    fit = Logit(outcome, design).fit(disp=0, cov_type="HC1", tol=1e-10)
    assert found is not None
    assert found[0] == pytest.approx(fit.params, abs=1e-7)
    # statsmodels leaves out what makes HC0 into HC1: n over n less the columns
    assert np.sqrt(np.diag(found[1])) == pytest.approx(fit.bse * np.sqrt(300 / 296), rel=1e-6)


def test_what_is_told_apart_entirely_or_twice_has_no_answer() -> None:
    ones, sign = np.ones(40), np.linspace(-1, 1, 40)
    outcome = (sign > 0).astype(float)
    assert logistic(outcome, np.column_stack([ones, sign])) is None
    noisy = np.where(np.arange(40) % 7 == 0, 1 - outcome, outcome)
    assert logistic(noisy, np.column_stack([ones, sign])) is not None
    assert logistic(noisy, np.column_stack([ones, sign, 2 * sign])) is None
    # one level in which all were chosen: its odds have no end
    level = np.r_[np.zeros(30), np.ones(10)]
    assert logistic(noisy * (1 - level) + level, np.column_stack([ones, sign, level])) is None


@pytest.mark.parametrize("seed", range(3))
def test_errors_by_cluster_are_those_of_statsmodels_and_of_people_as_of_cells(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, 12, 240)
    design = np.column_stack([np.ones(240), rng.integers(0, 2, (240, 2))]).astype(float)
    outcome = design @ [3.0, 0.2, -0.1] + rng.normal(size=12)[cluster] + rng.normal(size=240)
    wanted = OLS(outcome, design).fit(cov_type="cluster", cov_kwds={"groups": cluster}).cov_params()
    people = Cells.of_people(design, outcome)
    assert clustered(people, least_squares(people), cluster) == pytest.approx(wanted, rel=1e-9)
    # people who are alike in design and cluster as one cell
    kinds, owner = np.unique(np.column_stack([design, cluster]), axis=0, return_inverse=True)
    n = np.bincount(owner).astype(float)
    mean = np.bincount(owner, outcome) / n
    within = np.bincount(owner, (outcome - mean[owner]) ** 2)
    cells = Cells(kinds[:, :3], n, mean, within)
    assert clustered(cells, least_squares(cells), kinds[:, 3].astype(np.int64)) == pytest.approx(wanted, rel=1e-9)
