"""Leaders beside leaders: who stands out is called different, hardly anybody by chance, and nobody without knowledge."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from people_stats.comparisons import compare, holm, sampling, spread
from scipy import stats
from statsmodels.stats.multitest import multipletests

METHODS = ("t", "ratio", "wilson", "garwood")


def cells(method: str, n: Any, numerator: Any, denominator: Any = None, squares: Any = None, **more: Any) -> pl.DataFrame:
    n = np.asarray(n, dtype=float)
    denominator = n if denominator is None else np.asarray(denominator, dtype=float)
    columns = {
        "n": n, "numerator": numerator, "denominator": denominator, "sum_squares": squares,
        "sum_cross": numerator if method == "ratio" else None,
        "sum_denominator_squares": denominator if method == "ratio" else None,
        "item_variance": None, "null_variance": None, "n_items": None, **more,
    }  # fmt: skip
    frame = pl.DataFrame({"cell_number": np.arange(len(n))}).with_columns(
        pl.lit("family").alias("family"), pl.lit(method).alias("interval_method"), pl.lit(1.0).alias("scale")
    )
    return frame.with_columns(
        pl.Series(name, values, dtype=pl.Float64) if values is not None else pl.lit(None, dtype=pl.Float64).alias(name)
        for name, values in columns.items()
    )


def drawn(rng: np.random.Generator, method: str, n: Any, shift: Any, tau: float = 0.0) -> pl.DataFrame:
    """One family of leaders with `n` people each, whose true values are `shift` off and spread by `tau`."""
    n = np.asarray(n)
    true = np.asarray(shift, dtype=float) + rng.normal(0, tau, len(n))
    match method:
        case "t" | "ratio":
            who = np.repeat(np.arange(len(n)), n)
            answers = rng.normal(3.8, 0.65, len(who)) + true[who]
            return cells(method, n, np.bincount(who, answers), squares=np.bincount(who, answers**2))
        case "wilson":
            return cells(method, n, rng.binomial(n, np.clip(0.7 + true, 0, 1)).astype(float))
    return cells(method, n, rng.poisson(np.maximum(0.12 + true, 0) * n).astype(float), n)


def test_holm_is_that_of_statsmodels_and_leaves_out_what_was_not_tested() -> None:
    p_values = np.random.default_rng(1).uniform(0, 0.2, 40)
    with_gaps = np.append(p_values, np.nan)
    assert holm(with_gaps)[:-1] == pytest.approx(multipletests(p_values, method="holm")[1])
    assert np.isnan(holm(with_gaps)[-1])


@pytest.mark.parametrize(
    ("method", "tau"),
    [*((method, 0.0) for method in METHODS), ("t", 0.15), ("ratio", 0.15), ("wilson", 0.1), ("garwood", 0.06)],
)
def test_among_leaders_who_differ_as_leaders_do_hardly_a_family_calls_one_different(method: str, tau: float) -> None:
    rng = np.random.default_rng(7)
    families = [compare(drawn(rng, method, rng.integers(5, 30, 60), np.zeros(60), tau)) for _ in range(200)]
    wrong = sum((family["verdict"] == "different").any() for family in families)
    assert wrong <= stats.binom.ppf(0.999, 200, 0.05)
    assert np.mean([(family["p_value"] <= 0.05).mean() for family in families]) <= 0.06


@pytest.mark.parametrize(("method", "size"), [("t", 0.76), ("ratio", 0.76), ("wilson", -0.4), ("garwood", 0.5)])
def test_two_who_stand_out_are_called_different_and_do_not_hide_each_other(method: str, size: float) -> None:
    rng, shift = np.random.default_rng(3), np.zeros(40)
    shift[0], n = size, np.full(40, 60)
    if method != "garwood":
        shift[1] = -size if method != "wilson" else size
    found = [compare(drawn(rng, method, n, shift, 0.03)) for _ in range(50)]
    assert sum(family["verdict"][0] == "different" for family in found) >= 47
    unplanted = sum((family["verdict"][2:] == "different").any() for family in found)
    assert unplanted <= 6


def test_the_spread_of_leaders_is_found_and_is_none_where_chance_explains_all() -> None:
    rng, error = np.random.default_rng(5), np.full(4000, 0.04)
    assert spread(rng.normal(0, np.sqrt(0.04 + 0.09), 4000), error) == pytest.approx(0.09, rel=0.15)
    assert spread(rng.normal(0, 0.2, 4000), error) < 0.005
    far = np.r_[rng.normal(0, np.sqrt(0.13), 4000), np.full(200, 9.0)]
    assert spread(far, np.full(4200, 0.04)) < 0.15, "one in twenty far away is no wider spread of all"


@pytest.mark.parametrize(("method", "law"), [("wilson", stats.binomtest), ("garwood", None)])
def test_tails_of_counts_are_exact_where_leaders_are_alike(method: str, law: Any) -> None:
    """Many leaders, none of whom differ: the spread is 0, the mean of peers certain, and p that of the textbook."""
    n, numerator = np.full(4001, 10.0), np.r_[0.0, np.tile([6.0, 7.0, 7.0, 8.0], 1000)]
    found = compare(cells(method, n, numerator))
    assert found["peer_spread"][0] == 0
    mean = float(numerator.mean() / 10)
    exact = 2 * (stats.binom.cdf(0, 10, mean) if law else stats.poisson.cdf(0, mean * 10))
    assert found["p_value"][0] == pytest.approx(exact, rel=0.02)


def test_a_team_of_which_one_person_has_two_hundred_hours_is_not_called_different() -> None:
    hours = [[1.0, 2.0, 3.0, 2.0, 2.0, 2.0]] * 30 + [[1.0, 2.0, 3.0, 2.0, 2.0, 200.0]]
    found = compare(
        cells("ratio", [6] * 31, [sum(team) for team in hours], squares=[sum(h**2 for h in team) for team in hours])
    )
    assert found["verdict"].to_list() == ["not_distinguishable"] * 31


def test_the_mean_of_peers_is_that_of_the_others_and_carries_its_own_chance() -> None:
    found = compare(cells("t", [5, 5, 5], [10, 15, 20], squares=[30, 55, 90]))
    assert found["peer_mean"].to_list() == [3.5, 3.0, 2.5]
    # pooled variance 30 ÷ 12, of a mean of five 0.5, of the mean of two such means 0.25
    assert found["peer_margin"].to_list() == pytest.approx([1.959964 * 0.5] * 3, rel=1e-6)
    assert found["n_peers"].to_list() == [2, 2, 2]


@pytest.mark.parametrize("method", METHODS)
def test_a_leader_without_peers_gets_no_verdict(method: str) -> None:
    found = compare(cells(method, [8], [4.0], squares=[3.0]))
    assert found["n_peers"].to_list() == [0]
    for column in ("peer_mean", "peer_margin", "peer_spread", "p_value", "p_adjusted", "verdict", "shrunken_value"):
        assert found[column].to_list() == [None], column


def test_one_person_is_no_sample() -> None:
    found = compare(cells("t", [1, 9, 9], [5, 27, 28], squares=[25, 90, 95]))
    assert [verdict is None for verdict in found["verdict"]] == [True, False, False]
    assert found["n_tests"].to_list() == [2, 2, 2]


@pytest.mark.parametrize("method", METHODS)
def test_where_all_answer_alike_nobody_differs_and_nothing_is_divided_by_zero(method: str) -> None:
    answer, n = {"t": 3.0, "ratio": 3.0, "wilson": 1.0, "garwood": 0.0}[method], np.array([5.0, 6.0, 7.0])
    with np.errstate(all="raise", under="ignore"):
        found = compare(cells(method, n, answer * n, squares=answer**2 * n))
    assert found["p_value"].to_list() == [1.0] * 3
    assert found["verdict"].to_list() == ["not_distinguishable"] * 3
    assert found["icc_1"].to_list() == found["shrunken_value"].to_list() == [None] * 3


def test_who_differs_where_no_person_varies_is_left_without_a_verdict() -> None:
    """There is no measure of chance: all of one team answered 3, all of every other 4."""
    found = compare(cells("t", [5, 5, 5], [15, 20, 20], squares=[45, 80, 80]))
    assert found["verdict"].to_list() == [None] * 3


def test_a_number_without_a_sampling_model_is_shown_beside_its_peers_and_not_tested() -> None:
    found = compare(
        cells("none", [7, 3], [7.0, 3.0], denominator=[np.nan, np.nan]).with_columns(pl.col("denominator").fill_nan(None))
    )
    assert found["peer_mean"].to_list() == [3.0, 7.0]
    assert found.select("peer_margin", "peer_spread", "p_value", "verdict").null_count().row(0) == (2, 2, 2, 2)
    assert found["n_tests"].to_list() == [0, 0]


def test_families_are_compared_each_for_itself_and_in_the_metrics_unit() -> None:
    rng = np.random.default_rng(2)
    one, other = (drawn(rng, "t", np.full(12, 9), np.zeros(12)) for _ in range(2))
    both = pl.concat([one, other.with_columns(family=pl.lit("other"), scale=pl.lit(100.0))])
    apart = pl.concat([compare(one), compare(other)])
    scaled = ["peer_mean", "peer_margin", "peer_spread", "shrunken_value"]
    found = compare(both)
    assert found.head(12).equals(apart.head(12))
    assert found.tail(12).drop(scaled).equals(apart.tail(12).drop(scaled))
    for column in scaled:
        assert found[column][12:].to_list() == pytest.approx((apart[column][12:] * 100).to_list()), column


def test_shrinkage_takes_the_leaders_own_n_and_the_peers_without_the_leader() -> None:
    found = compare(cells("t", [4, 8], [8, 24], squares=[20, 80]))
    icc = found["icc_1"][0]
    weights = [n * icc / (1 + (n - 1) * icc) for n in (4, 8)]
    assert found["shrinkage_weight"].to_list() == pytest.approx(weights)
    wanted = [weights[0] * 2 + (1 - weights[0]) * 3, weights[1] * 3 + (1 - weights[1]) * 2]
    assert found["shrunken_value"].to_list() == pytest.approx(wanted)


def test_reliable_is_what_both_the_means_and_the_people_say() -> None:
    rng = np.random.default_rng(4)
    shift = np.linspace(-2, 2, 10)
    agreement = {"item_variance": [0.2] * 5 + [1.9] * 4 + [np.nan], "null_variance": [2.0] * 10, "n_items": [5.0] * 10}
    far = drawn(rng, "t", np.full(10, 12), shift).with_columns(
        pl.Series(name, values, dtype=pl.Float64).fill_nan(None) for name, values in agreement.items()
    )
    found = compare(far)
    assert found["icc_2"][0] > 0.7
    assert found["is_reliable"].to_list() == [True] * 5 + [False] * 4 + [True]
    alike = compare(drawn(rng, "t", np.full(10, 12), np.zeros(10)))
    assert alike["is_reliable"].to_list() == [False] * 10
    assert compare(drawn(rng, "garwood", np.full(4, 30), np.zeros(4)))["is_reliable"].to_list() == [None] * 4


def test_sampling_variances_are_those_of_the_textbook() -> None:
    values = {
        name: np.array(v, dtype=float) for name, v in {"n": [4, 6], "numerator": [3, 3], "denominator": [4, 6]}.items()
    }
    assert sampling("wilson", values).pooled == pytest.approx([0.625 * 0.375 / 4, 0.625 * 0.375 / 6])
    assert sampling("garwood", values).pooled == pytest.approx([0.625 / 4, 0.625 / 6])
    mean = sampling("t", {**values, "sum_squares": np.array([3.0, 3.0])})
    # a yes or no: within sums of squares 0.75 and 1.5 over 3 + 5 degrees
    assert mean.pooled == pytest.approx([2.25 / 8 / 4, 2.25 / 8 / 6])
    assert mean.own == pytest.approx([0.75 / 3 / 4, 1.5 / 5 / 6])
