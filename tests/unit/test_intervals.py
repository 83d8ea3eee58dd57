"""Intervals against statsmodels, scipy and published tables."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from people_stats.intervals import MOMENTS, clustered, garwood, interval, mean_t, median_ranks, ratio_t, wilson
from scipy import stats
from statsmodels.stats.proportion import proportion_confint


def arrays(*values: float) -> list[np.ndarray]:
    return [np.array([value], dtype=float) for value in values]


@given(st.integers(0, 400), st.integers(1, 400))
def test_wilson_equals_statsmodels(successes: int, trials: int) -> None:
    successes = min(successes, trials)
    low, high = wilson(*arrays(successes, trials))
    expected = proportion_confint(successes, trials, method="wilson")
    assert np.allclose([low[0], high[0]], np.clip(expected, 0, 1), atol=1e-12)


def test_wilson_at_the_edges_is_wilson_and_not_empty() -> None:
    # Newcombe (1998), table I: 0 of 20 gives 0 to .1611, 81 of 263 gives .2553 to .3662
    low, high = wilson(np.array([0.0, 81.0, 20.0]), np.array([20.0, 263.0, 20.0]))
    assert low[0] == 0 and high[0] == pytest.approx(0.1611, abs=5e-5)
    assert (low[1], high[1]) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert high[2] == 1 and low[2] == pytest.approx(1 - 0.1611, abs=5e-5)


def test_no_trials_give_no_interval() -> None:
    assert np.isnan(wilson(*arrays(0, 0))).all()
    assert np.isnan(garwood(*arrays(0, 0))).all()
    assert np.isnan(mean_t(*arrays(4, 16, 1))).all()
    assert np.isnan(ratio_t(*arrays(1, 2, 1, 2, 4, 1))).all()


@given(st.integers(0, 500), st.floats(0.5, 5000))
def test_garwood_equals_the_chi_square_form(events: int, exposure: float) -> None:
    low, high = garwood(*arrays(events, exposure))
    expected_low = stats.chi2.ppf(0.025, 2 * events) / 2 / exposure if events else 0.0
    expected_high = stats.chi2.ppf(0.975, 2 * events + 2) / 2 / exposure
    assert np.allclose([low[0], high[0]], [expected_low, expected_high], rtol=1e-9)


def test_garwood_equals_the_published_table() -> None:
    # Garwood (1936), table of 95% limits: 0 -> 0, 3.69; 1 -> 0.0253, 5.57; 10 -> 4.80, 18.39
    low, high = garwood(np.array([0.0, 1.0, 10.0]), np.ones(3))
    assert low == pytest.approx([0, 0.0253, 4.795], abs=5e-4)
    assert high == pytest.approx([3.689, 5.572, 18.390], abs=5e-4)


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=40))
def test_mean_t_equals_scipy(values: list[float]) -> None:
    x = np.array(values)
    low, high = mean_t(*arrays(x.sum(), (x**2).sum(), len(x)))
    if x.std() > 1e-6:
        expected = stats.t.interval(0.95, len(x) - 1, loc=x.mean(), scale=stats.sem(x))
        assert np.allclose([low[0], high[0]], expected, rtol=1e-6, atol=1e-6)


def test_a_ratio_with_equal_denominators_is_the_mean() -> None:
    x = np.array([3.0, 0.0, 5.0, 2.0])
    low, high = ratio_t(*arrays(x.sum(), 4, (x**2).sum(), x.sum(), 4, 4))
    expected = mean_t(*arrays(x.sum(), (x**2).sum(), 4))
    assert (low[0], high[0]) == pytest.approx((expected[0][0], expected[1][0]))


def test_the_ratio_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(1000):
        months = rng.integers(1, 4, 60).astype(float)
        share = rng.beta(3, 2, 60)
        held = rng.binomial(months.astype(int), share).astype(float)
        low, high = ratio_t(*arrays(held.sum(), months.sum(), (held**2).sum(), (held * months).sum(), (months**2).sum(), 60))
        covered += low[0] <= 0.6 <= high[0]
    assert 930 <= covered <= 970


def answers_of(people: int, favourable: float, alike: float, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Sums over four thousand teams whose people give one to five answers, more alike within a person than between."""
    share = rng.beta(favourable * (1 / alike - 1), (1 - favourable) * (1 / alike - 1), (4000, people))
    given = rng.integers(1, 6, share.shape).astype(float)
    said = rng.binomial(given.astype(int), share).astype(float)
    sums = ((said).sum(1), given.sum(1), (said**2).sum(1), (said * given).sum(1), (given**2).sum(1))
    return (*sums, np.full(4000, float(people)))


@pytest.mark.parametrize("people", [5, 8, 20, 60])
@pytest.mark.parametrize("favourable", [0.1, 0.5, 0.8, 0.95])
def test_a_clustered_share_covers_the_truth_in_small_teams_and_stays_a_share(people: int, favourable: float) -> None:
    for alike in (0.05, 0.4):
        low, high = clustered(*answers_of(people, favourable, alike, np.random.default_rng(people)))
        assert low.min() >= 0 and high.max() <= 1
        assert np.mean((low <= favourable) & (favourable <= high)) > 0.92


def test_where_all_answers_are_favourable_each_person_counts_once() -> None:
    low, high = clustered(*arrays(20, 20, 80, 80, 80, 5))
    worth = 5 * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, 4)) ** 2
    expected = proportion_confint(worth, worth, method="wilson")
    assert (low[0], high[0]) == pytest.approx((expected[0], 1.0))
    assert np.isnan(clustered(*arrays(3, 4, 9, 12, 16, 1))).all()


def test_answers_never_count_for_more_than_themselves() -> None:
    # six people of four answers: two favourable each, three of one, more alike between people than chance would have it
    low, high = clustered(*arrays(13, 24, 29, 52, 96, 6))
    worth = 24 * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, 5)) ** 2
    assert (low[0], high[0]) == pytest.approx(proportion_confint(worth * 13 / 24, worth, method="wilson"))


def test_median_ranks_are_those_of_the_binomial_and_of_the_published_table() -> None:
    n = np.arange(1, 3001)
    low, high = median_ranks(n)
    expected = stats.binom.ppf(0.025, n, 0.5)
    assert np.array_equal(low, np.where(expected >= 1, expected, np.nan), equal_nan=True)
    assert np.array_equal(low + high, np.where(expected >= 1, n + 1, np.nan), equal_nan=True)
    # Conover (1999), 3.2: of 20 values the 6th and the 15th; five values do not suffice
    assert (low[19], high[19]) == (6, 15)
    assert np.isnan(low[:5]).all() and (low[5], high[5]) == (1, 6)


@given(st.lists(st.integers(1, 9), min_size=6, max_size=60))
def test_median_ranks_enclose_the_sample_s_median(values: list[int]) -> None:
    low, high = median_ranks(np.array([len(values)]))
    ordered = sorted(values)
    assert ordered[int(low[0]) - 1] <= np.median(values) <= ordered[int(high[0]) - 1]


def test_interval_picks_the_method_and_leaves_null_where_there_is_none() -> None:
    cells = pl.DataFrame(
        {
            "cell_number": [1, 2, 3, 4, 5, 6],
            "interval_method": ["wilson", "garwood", "t", "ratio", "t", "order"],
            "n": [10, 10, 3, 2, 1, 6],
            "numerator": [5.0, 2.0, 9.0, 3.0, 4.0, 3.5],
            "denominator": [10.0, 10.5, 3.0, 5.0, 1.0, None],
            "sum_squares": [None, None, 29.0, 9.0, 16.0, None],
            "sum_cross": [None, None, None, 9.0, None, None],
            "sum_denominator_squares": [None, None, None, 13.0, None, None],
            "order_low": [None, None, None, None, None, 2.0],
            "order_high": [None, None, None, None, None, 9.0],
        }
    )
    found = {row["cell_number"]: row for row in interval(cells).to_dicts()}
    assert found[1]["ci_low"] == pytest.approx(0.2366, abs=1e-4)
    assert found[2]["ci_high"] == pytest.approx(7.225 / 10.5, abs=1e-3)
    assert found[3]["ci_low"] < 3 < found[3]["ci_high"]
    assert found[4]["ci_low"] < 0.6 < found[4]["ci_high"]
    assert found[5]["ci_low"] is None and found[5]["ci_high"] is None
    assert (found[6]["ci_low"], found[6]["ci_high"]) == (2, 9)


def test_an_unknown_method_is_named() -> None:
    cells = pl.DataFrame({"cell_number": [1], "interval_method": ["guess"]} | {moment: [1.0] for moment in MOMENTS})
    with pytest.raises(ValueError, match="unknown interval method guess"):
        interval(cells)
