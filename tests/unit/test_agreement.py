"""Agreement: published examples, and its edges: one group, nobody who varies, more variance than chance."""

import numpy as np
import pytest
from people_stats.agreement import cronbach_alpha, one_way, r_wg, rater_agreement, uniform_variance
from people_stats.shrinkage import own_weight, shrunken

# Shrout and Fleiss (1979), table 2: six targets rated by four judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)  # fmt: skip


def anova_of(groups: list[list[float]]) -> tuple[float, float]:
    sums = [(len(group), sum(group), sum(value**2 for value in group)) for group in groups]
    found = one_way(*np.array(sums, dtype=float).T)
    return found.icc_1, found.icc_2


def test_the_six_correlations_of_shrout_and_fleiss() -> None:
    # table 4 of the paper, two digits as printed
    assert np.round(rater_agreement(SHROUT_FLEISS), 2).tolist() == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


def test_groups_of_one_size_have_the_correlations_of_one_way_ratings() -> None:
    found = rater_agreement(SHROUT_FLEISS)
    assert anova_of(SHROUT_FLEISS.tolist()) == pytest.approx((found.icc_1_1, found.icc_1_k))


def test_groups_of_unequal_size_agree_with_a_by_hand_analysis() -> None:
    # means 2 and 5, grand mean 4.25; SSB = 2·2.25² + 6·0.75² = 13.5, SSW = 2 + 4, k₀ = 8 − 40/8 = 3
    assert anova_of([[1, 3], [4, 4, 5, 5, 6, 6]]) == pytest.approx(((13.5 - 1) / (13.5 + 2), (13.5 - 1) / 13.5))


def test_groups_that_differ_less_than_chance_have_a_negative_correlation_and_no_weight() -> None:
    icc_1, icc_2 = anova_of([[1, 5], [5, 1], [2, 4]])
    assert icc_1 < 0 and np.isnan(icc_2), "the means are equal: of no difference no share is reliable"
    assert own_weight(np.array([5.0]), icc_1)[0] == 0


@pytest.mark.parametrize(
    "groups", [[[1, 2, 3]], [[1], [2], [3]], [[3, 3], [3, 3]]], ids=["one group", "of one", "all alike"]
)
def test_where_nothing_can_be_told_apart_there_is_no_correlation(groups: list[list[float]]) -> None:
    assert np.isnan(anova_of(groups)).all()


def test_weights_are_those_of_the_definition() -> None:
    assert np.round(own_weight(np.array([1.0, 5.0, 40.0]), 0.10), 2).tolist() == [0.1, 0.36, 0.82]
    assert own_weight(np.array([3.0]), 1.0)[0] == 1
    assert shrunken(np.array([4.0]), np.array([0.25]), np.array([2.0]))[0] == 2.5


def test_agreement_about_several_items() -> None:
    # five points have a null variance of 2; a mean variance of 0.5 is r_wg .75, and of five such items r_wg(5) .94
    null = uniform_variance(np.array([5.0, 5.0]))
    assert null.tolist() == [2.0, 2.0]
    assert r_wg(np.array([0.5, 0.5]), null, np.array([1.0, 5.0])) == pytest.approx([0.75, 3.75 / 4.0])


def test_agreement_outside_its_range_reads_as_none_and_without_a_scale_as_unknown() -> None:
    variance, null = np.array([0.0, 2.0, 2.1, 3.9, np.nan, 1.0]), np.array([2.0, 2.0, 2.0, 2.0, 2.0, 0.0])
    found = r_wg(variance, null, np.full(6, 10.0))
    assert found[:4].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert np.isnan(found[4:]).all()


def test_alpha_of_alike_items_is_one_and_of_unrelated_ones_none() -> None:
    person = np.array([1.0, 2.0, 3.0, 4.0])
    assert cronbach_alpha(np.column_stack([person, person, person])) == pytest.approx(1.0)
    assert cronbach_alpha(np.array([[1, 1], [1, 2], [2, 1], [2, 2]], dtype=float)) == pytest.approx(0.0)
    assert np.isnan(cronbach_alpha(np.array([[1.0, 2.0]])))
    assert np.isnan(cronbach_alpha(np.ones((4, 3))))
