"""Logistic regression against statsmodels, and its silence where the odds have no end. Least squares: test_adjusted_gaps."""

import numpy as np
import pytest
from people_stats.regression import logistic
from statsmodels.discrete.discrete_model import Logit


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
