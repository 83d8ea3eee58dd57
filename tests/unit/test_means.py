"""Comparisons of means against scipy and statsmodels: raw, and within strata."""

import numpy as np
import polars as pl
import pytest
import statsmodels.formula.api as smf
from people_stats.means import mean_verdicts, within_strata
from scipy import stats

TABLE = ["what"]


def people(groups: dict[str, tuple[int, float]], seed: int = 1, stratum: str = "s") -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.concat(
        pl.DataFrame({"group_value": group, "stratum": stratum, "y": rng.normal(mean, 1, n)})
        for group, (n, mean) in groups.items()
    )


def sums(told: pl.DataFrame, *by: str) -> pl.DataFrame:
    y = pl.col("y")
    cells = told.group_by("group_value", *by, maintain_order=True).agg(
        n=pl.len(), total=y.sum(), total_squares=(y * y).sum()
    )
    return cells.with_columns(what=pl.lit("x"))


def record(rows: pl.DataFrame, group: str) -> dict:
    [found] = rows.filter(pl.col("group_value") == group).to_dicts()
    return found


def test_difference_interval_and_p_are_those_of_welch() -> None:
    told = people({"a": (80, 3.0), "b": (40, 2.5), "undisclosed": (200, 3.0)})
    found = record(mean_verdicts(sums(told), TABLE, TABLE), "b")
    values = [told.filter(pl.col("group_value") == group)["y"].to_numpy() for group in "ba"]
    expected = stats.ttest_ind(*values, equal_var=False)
    interval = expected.confidence_interval()
    assert (found["reference_group"], found["n_tests"]) == ("a", 2)
    assert found["p_value"] == pytest.approx(expected.pvalue)
    assert (found["ci_low"], found["ci_high"]) == pytest.approx((interval.low, interval.high))


def test_the_three_states_and_who_is_not_compared() -> None:
    groups = {"a": (2000, 3.0), "low": (800, 2.6), "same": (1500, 3.0), "few": (100, 2.9), "rare": (20, 1.0)}
    rows = mean_verdicts(sums(people(groups)), TABLE, TABLE)
    verdicts = dict(rows.select("group_value", "verdict").iter_rows())
    assert verdicts == {"a": None, "low": "gap", "same": "no_gap_above", "few": "insufficient", "rare": None}
    assert record(rows, "few")["smallest_detectable_difference"] == pytest.approx(2.8 * np.sqrt(1 / 100 + 1 / 2000), rel=0.1)
    assert record(rows, "low")["standardised_difference"] == pytest.approx(-0.4, abs=0.1)


def test_a_group_that_is_alike_and_small_is_not_said_to_be_alike() -> None:
    assert (
        record(mean_verdicts(sums(people({"a": (500, 3.0), "b": (30, 3.0)})), TABLE, TABLE), "b")["verdict"]
        == "insufficient"
    )


def test_within_strata_is_the_model_with_a_level_for_each_stratum() -> None:
    told = pl.concat([
        people({"a": (40, 3.0), "b": (10, 2.8)}, 1, "x"), people({"a": (15, 5.0), "b": (60, 4.8)}, 2, "y"),
        people({"a": (9, 9.0)}, 3, "one side alone"), people({"a": (1, 1.0), "b": (1, 1.5)}, 4, "one of each"),
    ])  # fmt: skip
    pairs = pl.DataFrame({"what": "x", "group_value": ["b"], "reference_group": ["a"]})
    [found] = within_strata(sums(told, "stratum"), pairs, TABLE, ["stratum"]).to_dicts()
    # a side alone would only tell the model of the spread
    both = told.filter(pl.col("stratum") != "one side alone").with_columns(is_b=(pl.col("group_value") == "b").cast(pl.Int8))
    fit = smf.ols("y ~ is_b + C(stratum)", both.to_pandas()).fit()
    low, high = fit.conf_int().loc["is_b"]
    assert found["stratified_difference"] == pytest.approx(fit.params["is_b"])
    assert (found["stratified_low"], found["stratified_high"]) == pytest.approx((low, high))
    assert found["stratified_p_value"] == pytest.approx(fit.pvalues["is_b"])


def test_stratifying_turns_simpsons_difference_round() -> None:
    told = pl.concat([people({"a": (400, 3.0), "b": (40, 3.5)}, 1, "x"), people({"a": (40, 6.0), "b": (400, 6.5)}, 2, "y")])
    raw = record(mean_verdicts(sums(told.with_columns(y=-pl.col("y"))), TABLE, TABLE), "b")
    assert raw["difference"] < -1
    pairs = pl.DataFrame({"what": "x", "group_value": ["a"], "reference_group": ["b"]})
    [found] = within_strata(sums(told, "stratum"), pairs, TABLE, ["stratum"]).to_dicts()
    assert found["stratified_high"] < 0


def test_strata_without_two_sides_give_nothing() -> None:
    told = pl.concat([people({"a": (40, 3.0)}, 1, "x"), people({"b": (40, 3.0)}, 2, "y")])
    pairs = pl.DataFrame({"what": "x", "group_value": ["b"], "reference_group": ["a"]})
    [found] = within_strata(sums(told, "stratum"), pairs, TABLE, ["stratum"]).to_dicts()
    assert found["stratified_difference"] is found["stratified_p_value"] is None
