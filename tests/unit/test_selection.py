"""Comparisons of selection rates against published cases, statsmodels and exact power."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people_stats.proportions import (
    below_four_fifths,
    koopman,
    score_p_value,
    shortfall,
    smallest_detectable_ratio,
)
from people_stats.selection import above_median, bias_audit, verdicts
from people_stats.verdicts import PLAIN_MAXIMUM, ReferenceRule, benjamini_hochberg, with_reference
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep


def arrays(*values: float) -> list[np.ndarray]:
    return [np.array([value], dtype=float) for value in values]


def test_morris_2017_pass_fail_table() -> None:
    # women 2 of 10, men 15 of 25: z = -2.138963, p = 0.03243865 (Morris 2017, formula 4.2)
    assert score_p_value(*arrays(2, 10, 15, 25))[0] == pytest.approx(0.03243865, abs=1e-8)


def test_exactly_four_fifths_passes() -> None:
    # Uniform Guidelines, question 11: 48% against 60% is 80% and no adverse impact; 45% is
    assert not below_four_fifths(*arrays(48, 100, 60, 100))[0]
    assert below_four_fifths(*arrays(45, 100, 60, 100))[0]
    assert shortfall(*arrays(48, 100, 60, 100))[0] == 0
    assert shortfall(*arrays(45, 100, 60, 100))[0] == 3


@given(st.integers(0, 60), st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))
def test_the_shortfall_is_the_fewest_people_that_end_it(x1: int, n1: int, x2: int, n2: int) -> None:
    x1, x2 = min(x1, n1), min(x2, n2)
    missing = int(shortfall(*arrays(x1, n1, x2, n2))[0])
    assert not below_four_fifths(*arrays(x1 + missing, n1, x2, n2))[0]
    if missing:
        assert below_four_fifths(*arrays(x1 + missing - 1, n1, x2, n2))[0]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 80), st.integers(2, 200), st.integers(1, 80), st.integers(2, 200))
def test_koopman_equals_statsmodels_score_interval(x1: int, n1: int, x2: int, n2: int) -> None:
    x1, x2 = min(x1, n1 - 1), min(x2, n2 - 1)
    low, high = koopman(*arrays(x1, n1, x2, n2))
    expected = confint_proportions_2indep(x1, n1, x2, n2, method="score", compare="ratio", correction=False)
    assert (low[0], high[0]) == pytest.approx(expected, rel=2e-3)


def test_koopman_example_of_the_paper() -> None:
    # Koopman (1984): 36 of 40 against 16 of 80 gives 2.94 to 7.15
    low, high = koopman(*arrays(36, 40, 16, 80))
    assert (low[0], high[0]) == pytest.approx((2.94, 7.15), abs=0.01)


def test_koopman_at_the_edges() -> None:
    low, high = koopman(np.array([0.0, 5.0, 0.0]), np.full(3, 20.0), np.array([5.0, 0.0, 0.0]), np.full(3, 20.0))
    assert low[0] == 0 and 0 < high[0] < 1
    assert high[1] == np.inf and low[1] > 1
    assert np.isnan(low[2]) and np.isnan(high[2])


@given(st.integers(0, 40), st.integers(1, 200), st.integers(1, 60), st.integers(1, 200))
def test_test_and_interval_are_one_inversion(x1: int, n1: int, x2: int, n2: int) -> None:
    x1, x2 = min(x1, n1), min(x2, n2)
    p = score_p_value(*arrays(x1, n1, x2, n2))[0]
    low, high = koopman(*arrays(x1, n1, x2, n2))
    if abs(p - 0.05) > 1e-6 and 0 < x1 < n1 and 0 < x2 < n2:
        assert (p < 0.05) == (not low[0] <= 1 <= high[0])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_equals_statsmodels(p_values: list[float]) -> None:
    assert np.allclose(benjamini_hochberg(np.array(p_values)), multipletests(p_values, method="fdr_bh")[1])


def test_tests_that_were_not_made_are_not_counted() -> None:
    q = benjamini_hochberg(np.array([0.01, np.nan, 0.04]))
    assert np.allclose(q[[0, 2]], [0.02, 0.04]) and np.isnan(q[1])


def test_the_smallest_detectable_ratio_is_found_with_eighty_percent_power() -> None:
    n1, x2, n2 = 400, 120, 600
    ratio = smallest_detectable_ratio(*arrays(n1, x2, n2))[0]
    k1 = np.arange(n1 + 1)
    k2 = np.arange(n2 + 1)
    weight = np.outer(stats.binom.pmf(k1, n1, ratio * x2 / n2), stats.binom.pmf(k2, n2, x2 / n2))
    grid1, grid2 = np.meshgrid(k1, k2, indexing="ij")
    p = score_p_value(grid1.ravel().astype(float), np.array(float(n1)), grid2.ravel().astype(float), np.array(float(n2)))
    assert weight.ravel()[p <= 0.05].sum() == pytest.approx(0.80, abs=0.01)


def test_too_few_people_detect_nothing() -> None:
    assert np.isnan(smallest_detectable_ratio(*arrays(5, 3, 30))[0])


POOLS = pl.DataFrame(
    {
        "period": ["p"] * 5,
        "group_value": ["a", "b", "tiny", "small", "undisclosed"],
        "n": [400, 300, 8, 40, 100],
        "selected": [80, 30, 5, 8, 40],
    }
)


def test_the_reference_is_the_highest_rate_of_a_large_disclosed_group() -> None:
    rows = with_reference(POOLS, ["period"], ["period"], ReferenceRule())
    assert set(rows["reference_group"]) == {"a"}
    compared = dict(zip(rows["group_value"], rows["is_compared"], strict=True))
    assert compared == {"a": False, "b": True, "tiny": False, "small": True, "undisclosed": True}


def test_no_large_group_is_no_reference_and_no_ratio() -> None:
    rows = verdicts(POOLS.with_columns(n=pl.lit(20), selected=pl.lit(4)), ["period"], ["period"])
    assert rows["impact_ratio"].is_null().all() and rows["verdict"].is_null().all()


def test_a_tie_goes_to_the_larger_group() -> None:
    pools = pl.DataFrame({"period": ["p"] * 2, "group_value": ["z", "a"], "n": [500, 100], "selected": [50, 10]})
    assert set(with_reference(pools, ["period"], ["period"], ReferenceRule())["reference_group"]) == {"z"}


def test_each_state_is_reached_and_says_what_it_may() -> None:
    pools = pl.DataFrame(
        {
            "period": ["gap", "gap", "none", "none", "few", "few"],
            "group_value": ["a", "b"] * 3,
            "n": [500, 500, 20000, 20000, 60, 60],
            "selected": [100, 50, 4000, 3900, 12, 8],
        }
    )
    rows = verdicts(pools, ["period"], ["period"]).filter(pl.col("verdict").is_not_null())
    state = dict(zip(rows["period"], rows["verdict"], strict=True))
    assert state == {"gap": "gap", "none": "no_gap_above", "few": "insufficient"}
    by_period = {row["period"]: row for row in rows.to_dicts()}
    assert by_period["gap"]["shortfall"] == 30 and by_period["gap"]["is_below_four_fifths"]
    assert by_period["few"]["smallest_detectable_ratio"] < 0.4
    assert by_period["few"]["is_below_four_fifths"], "below four fifths and not distinguishable"
    assert by_period["gap"]["n_tests"] == 1


def test_one_changed_decision_is_tried_both_ways() -> None:
    pools = pl.DataFrame(
        {
            "period": ["edge"] * 2 + ["firm"] * 2,
            "group_value": ["a", "b"] * 2,
            "n": [100, 100, 500, 500],
            "selected": [30, 18, 200, 50],
        }
    )
    rows = verdicts(pools, ["period"], ["period"]).filter(pl.col("verdict").is_not_null())
    flips = dict(zip(rows["period"], rows["flips_with_one_decision"], strict=True))
    assert flips == {"edge": True, "firm": False}


def test_equal_rates_are_called_a_gap_no_more_often_than_stated() -> None:
    rng = np.random.default_rng(11)
    n = np.full(4000, 300.0)
    x1, x2 = rng.binomial(300, 0.1, 4000).astype(float), rng.binomial(300, 0.1, 4000).astype(float)
    false = (score_p_value(x1, n, x2, n) <= 0.05).mean()
    # 99.9% limits of 5% over 4,000 draws
    assert 0.0387 <= false <= 0.0617


def table(period: str, group: str, stratum: str, n: int, selected: int) -> dict[str, object]:
    return {"period": period, "group_value": group, "stratum": stratum, "n": n, "selected": selected}


def judged(*pools: dict[str, object], rule: ReferenceRule | None = None) -> dict[str, dict[str, object]]:
    """The compared group's record by period."""
    rows = verdicts(pl.DataFrame(list(pools)), ["period"], ["period"], rule, ["stratum"])
    return {row["period"]: row for row in rows.filter("is_compared").to_dicts()}


# Everybody together the second group does worse; in each stratum it does better, for it applies where few are taken.
PARADOX = [
    table("paradox", "a", "easy", 1000, 800),
    table("paradox", "a", "hard", 100, 10),
    table("paradox", "b", "easy", 100, 90),
    table("paradox", "b", "hard", 1000, 200),
]
# In each stratum the groups fare alike; the second is more often where few are taken.
MIX = [
    table("mix", "a", "easy", 4000, 3200),
    table("mix", "a", "hard", 1000, 400),
    table("mix", "b", "easy", 1000, 800),
    table("mix", "b", "hard", 4000, 1600),
]
# The second group does worse in one stratum and in the other not.
UNEVEN = [
    table("uneven", "a", "one", 500, 200),
    table("uneven", "a", "two", 500, 200),
    table("uneven", "b", "one", 500, 100),
    table("uneven", "b", "two", 500, 200),
]


def test_a_difference_that_strata_turn_round_is_said_to_reverse_and_another_is_not() -> None:
    found = judged(*PARADOX, *MIX, *UNEVEN)
    assert {period: row["reverses"] for period, row in found.items()} == {"paradox": True, "mix": False, "uneven": False}
    assert found["paradox"]["impact_ratio"] < 1 < found["paradox"]["stratified_ratio"]


def test_a_gap_of_who_is_where_is_no_gap_within_strata() -> None:
    found = judged(*MIX, *UNEVEN)
    assert (found["mix"]["verdict"], found["mix"]["stratified_verdict"]) == ("gap", "no_gap_above")
    assert found["mix"]["stratified_ratio"] == pytest.approx(1)
    assert (found["uneven"]["verdict"], found["uneven"]["stratified_verdict"]) == ("gap", "gap")
    few = judged(table("few", "a", "one", 60, 12), table("few", "b", "one", 60, 8))
    assert few["few"]["stratified_verdict"] == "insufficient"


def test_strata_that_differ_are_told_from_strata_that_do_not() -> None:
    found = judged(*MIX, *UNEVEN)
    assert found["uneven"]["homogeneity_p_value"] < 0.001
    assert found["mix"]["homogeneity_p_value"] > 0.9
    assert found["mix"]["n_strata"] == found["uneven"]["n_strata"] == 2


def test_groups_that_share_no_stratum_are_not_compared_within_any() -> None:
    [row] = judged(table("apart", "a", "one", 500, 200), table("apart", "b", "two", 500, 100)).values()
    assert row["verdict"] == "gap" and row["n_strata"] == 0
    assert row["stratified_ratio"] is None and row["stratified_p_value"] is None and row["stratified_q_value"] is None
    assert row["stratified_verdict"] == "insufficient"


def test_exact_tests_stand_beside_and_decide_nothing() -> None:
    # Morris 2017: the score test finds it, Fisher does not
    morris = judged(table("m", "women", "", 10, 2), table("m", "men", "", 25, 15), rule=PLAIN_MAXIMUM)["m"]
    assert morris["verdict"] == "gap" and morris["fisher_p_value"] > 0.05
    assert 0.02 < morris["boschloo_p_value"] < morris["fisher_p_value"]
    assert judged(*MIX)["mix"]["boschloo_p_value"] is None


def test_the_plain_maximum_flags_the_largest_group_in_two_draws_of_three_and_our_reference_rule_does_not() -> None:
    rng = np.random.default_rng(12)
    sizes = {"a": 500, "b": 400, "c": 60, "d": 30, "e": 10}
    drawn = {group: rng.binomial(n, 0.1, 600) for group, n in sizes.items()}
    pools = pl.concat(
        pl.DataFrame({"period": np.arange(600), "group_value": group, "n": sizes[group], "selected": chosen})
        for group, chosen in drawn.items()
    )
    flagged = {}
    for name, rule in (("ours", ReferenceRule()), ("plain", PLAIN_MAXIMUM)):
        rows = verdicts(pools, ["period"], ["period"], rule)
        flagged[name] = rows.filter(pl.col("group_value") == "a")["is_below_four_fifths"].fill_null(False).mean()
    assert 0.60 < flagged["plain"] < 0.74
    assert flagged["ours"] < 0.15


def test_every_pair_that_could_have_been_compared_counts_as_a_test() -> None:
    rows = verdicts(POOLS, ["period"], ["period"])
    # a and b could be the reference: their pair, and each of them with small and with undisclosed; tiny is not compared
    assert set(rows["n_tests"].drop_nulls()) == {1 + 2 * 2}


def test_equal_groups_beside_the_highest_of_them_are_called_a_gap_no_more_often_than_stated() -> None:
    rng = np.random.default_rng(13)
    pools = pl.concat(
        pl.DataFrame({"period": np.arange(2000), "group_value": group, "n": 400, "selected": rng.binomial(400, 0.15, 2000)})
        for group in "abcde"
    )
    rows = verdicts(pools, ["period"], ["period"])
    called = rows.group_by("period").agg((pl.col("verdict") == "gap").any())["verdict"].mean()
    # the upper 99.9% limit of 5% over 2,000 tables
    assert called <= 0.065


AUDIT = pl.DataFrame(
    {
        "attribute": ["gender_x_ethnicity"] * 5,
        "group_value": ["female / x", "female / y", "male / x", "male / y", "undisclosed"],
        "n": [100, 200, 300, 9, 50],
        "selected": [20, 30, 90, 9, 40],
    }
)


def test_the_bias_audit_compares_with_the_most_selected_category_and_lists_what_it_leaves_out() -> None:
    rows = {row["group_value"]: row for row in bias_audit(AUDIT, ["attribute"]).to_dicts()}
    # 9 of the 609 whose category is known are below 2%: listed with a rate, and neither compared nor the maximum
    assert rows["male / y"]["is_excluded"] and rows["male / y"]["rate"] == 1 and rows["male / y"]["impact_ratio"] is None
    assert rows["undisclosed"]["rate"] == 0.8 and rows["undisclosed"]["impact_ratio"] is None
    ratios = [rows[group]["impact_ratio"] for group in ("female / x", "female / y", "male / x")]
    assert ratios == pytest.approx([20 / 100 / 0.3, 0.15 / 0.3, 1.0])
    nobody = bias_audit(AUDIT.with_columns(selected=pl.lit(0)), ["attribute"])
    assert nobody["impact_ratio"].is_null().all()


def test_a_scoring_rate_is_the_share_above_the_median_of_the_sample() -> None:
    scores = pl.DataFrame(
        {
            "attribute": ["gender"] * 7,
            "group_value": ["f", "f", "f", "m", "m", "undisclosed", "m"],
            "score": [1.0, 2.0, 5.0, 3.0, 4.0, 3.0, None],
        }
    )
    counts = above_median(scores, ["attribute"])
    # 1 2 3 3 4 5: the median is 3, and who has exactly 3 is not above it; who has no score is not in the sample
    assert counts.rows() == [("gender", "f", 3, 1), ("gender", "m", 2, 1), ("gender", "undisclosed", 1, 0)]
    rows = bias_audit(counts, ["attribute"], favourable="above_median")
    assert rows["impact_ratio"].to_list() == [pytest.approx(2 / 3), 1.0, None]


def test_an_empty_table_gives_an_empty_record_of_the_same_columns() -> None:
    assert verdicts(POOLS.clear(), ["period"], ["period"]).schema == verdicts(POOLS, ["period"], ["period"]).schema
    rows = verdicts(POOLS.clear(), ["period"], ["period"])
    assert rows.height == 0
    assert rows.schema["flips_with_one_decision"] == pl.Boolean and rows.schema["verdict"] == pl.String
