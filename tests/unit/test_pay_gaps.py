"""Unadjusted pay gaps: quarters, medians, zeros and missing sides by hand, errors against scipy, coverage by simulation."""

import numpy as np
import polars as pl
import pytest
from people_stats.pay_gaps import compared, described, pay_gaps, quarter_shares, verdict
from scipy import stats

PLACE = ["law", "snapshot_date", "attribute"]


def company(
    women: list[float | None], men: list[float | None], bonus: dict[str, list[float | None]] | None = None
) -> pl.DataFrame:
    """People of one place with men as the reference."""
    sides = {"women": women, "men": men}
    return pl.DataFrame(
        {
            "group_value": [name for name, pay in sides.items() for _ in pay],
            "hourly_pay": [one for pay in sides.values() for one in pay],
            "variable_pay": [one for name, pay in sides.items() for one in (bonus or {}).get(name, [0.0] * len(pay))],
        },
        schema={"group_value": pl.String, "hourly_pay": pl.Float64, "variable_pay": pl.Float64},
    ).with_columns(
        law=pl.lit("uk"), snapshot_date=pl.lit("2025-04-05"), attribute=pl.lit("gender"),
        reference_group=pl.lit("men"), basic_pay=pl.col("hourly_pay"),
    )  # fmt: skip


def figure(people: pl.DataFrame, element: str, statistic: str, convention: str, group: str = "women") -> dict[str, object]:
    found = pay_gaps(people, place=PLACE, family=PLACE).filter(
        pay_element=element, statistic=statistic, convention_id=convention, group_value=group
    )
    return found.row(0, named=True)


def shares(values: list[float], is_woman: list[int]) -> list[list[float]]:
    return quarter_shares(np.zeros(len(values), int), np.array(values, float), np.array(is_woman), 2).tolist()


@pytest.mark.parametrize(
    ("n", "sizes"), [(8, [2, 2, 2, 2]), (9, [3, 2, 2, 2]), (10, [3, 3, 2, 2]), (11, [3, 3, 3, 2]), (3, [1, 1, 1, 0])]
)
def test_what_is_left_over_goes_to_the_lowest_quarters(n: int, sizes: list[int]) -> None:
    assert shares([float(i) for i in range(n)], [0] * n)[0] == sizes


def test_one_rate_astride_a_boundary_is_spread_in_the_same_proportion() -> None:
    # of eight people the second to fifth earn the same, one of them a woman: 1 in the first quarter, 2 in the second,
    # 1 in the third, and a quarter of each is she
    women, men = shares([1, 2, 2, 2, 2, 3, 4, 5], [1, 0, 1, 1, 1, 1, 1, 1])
    assert women == [0.25, 0.5, 0.25, 0]
    assert men == [1.75, 1.5, 1.75, 2]


def test_quarters_are_those_of_each_place_and_the_order_of_rows_changes_nothing() -> None:
    values, places = np.array([5.0, 1, 2, 2, 4, 3, 9, 8]), np.array([0, 0, 1, 1, 0, 0, 1, 1])
    groups = places * 2 + np.array([0, 1, 0, 1, 0, 1, 0, 1])
    found = quarter_shares(places, values, groups, 4)
    # place 0 has 1, 3, 4, 5; place 1 has 2, 2, 8, 9
    assert found.tolist() == [[0, 0, 1, 1], [1, 1, 0, 0], [0.5, 0.5, 0, 1], [0.5, 0.5, 1, 0]]
    order = np.random.default_rng(1).permutation(8)
    assert np.array_equal(quarter_shares(places[order], values[order], groups[order], 4), found)


def test_a_median_of_an_even_number_is_told_both_ways() -> None:
    people = company([10, 20, 30, 40], [20, 40])
    assert figure(people, "hourly_pay", "median", "middle_of_two")["gap_percent"] == pytest.approx(100 * (30 - 25) / 30)
    assert figure(people, "hourly_pay", "median", "lower_of_two")["gap_percent"] == pytest.approx(0)


def test_a_gap_is_signed() -> None:
    assert figure(company([30, 30], [20, 20]), "hourly_pay", "mean", "all")["gap_percent"] == pytest.approx(-50)


def test_a_category_of_one_sex_has_no_gap() -> None:
    places = [company([10, 12], [20, 21]), company([], [20, 21]).with_columns(law=pl.lit("uk2"))]
    people = pl.concat(places).rename({"law": "legal_entity"})
    found = pay_gaps(people, place=["legal_entity", *PLACE[1:]], family=PLACE[1:]).filter(
        pay_element="hourly_pay", statistic="mean", legal_entity="uk2"
    )
    rows = {row["group_value"]: row for row in found.iter_rows(named=True)}
    assert (rows["women"]["n"], rows["women"]["value"], rows["women"]["gap_percent"]) == (0, None, None)
    assert (rows["men"]["n"], rows["men"]["gap_percent"], rows["men"]["verdict"]) == (2, None, None)


def test_a_bonus_of_nought_is_told_by_who_is_counted() -> None:
    people = company([1, 1, 1], [1, 1], {"women": [0.0, 0.0, 300.0], "men": [200.0, 200.0]})
    assert figure(people, "variable_pay", "mean", "recipients")["gap_percent"] == pytest.approx(-50)
    assert figure(people, "variable_pay", "mean", "everybody")["gap_percent"] == pytest.approx(50)
    assert figure(people, "variable_pay", "median", "everybody_middle_of_two")["gap_percent"] == pytest.approx(100)
    assert figure(people, "variable_pay", "share_paid", "everybody")["gap_percent"] == pytest.approx(100 * 2 / 3)
    # one woman makes the mean of all three: that is how few the row is about
    assert figure(people, "variable_pay", "mean", "everybody")["n_people"] == 1


def test_where_nobody_gets_a_bonus_there_is_no_gap_and_no_verdict() -> None:
    people = company([1, 2, 3], [1, 2, 3])
    for key in (("mean", "recipients"), ("mean", "everybody"), ("share_paid", "everybody")):
        found = figure(people, "variable_pay", *key)
        assert (found["gap_percent"], found["verdict"]) == (None, None), key


def test_a_bonus_that_is_not_told_is_no_bonus_of_nought() -> None:
    people = company([1, 2], [1, 2], {"women": [None, None], "men": [None, None]})
    assert figure(people, "variable_pay", "share_paid", "everybody")["n"] == 0
    assert figure(people, "variable_pay", "share_paid", "everybody")["value"] is None


def test_people_without_full_pay_are_in_no_hourly_figure_and_in_those_of_bonuses() -> None:
    people = company([None, 20], [20], {"women": [100.0, 100.0], "men": [100.0]})
    assert figure(people, "hourly_pay", "mean", "all")["n"] == 1
    assert figure(people, "variable_pay", "share_paid", "everybody")["n"] == 2


def test_means_and_their_errors_are_those_of_scipy() -> None:
    rng = np.random.default_rng(3)
    values, groups = rng.lognormal(3, 0.3, 50), rng.integers(0, 3, 50)
    told = described(groups, values, 4)
    for i in range(3):
        mine = values[groups == i]
        assert told.mean[i] == pytest.approx(mine.mean())
        assert told.median[i] == pytest.approx(np.median(mine))
        assert told.mean_error[i] == pytest.approx(stats.sem(mine) / mine.mean())
    assert (told.n[3], np.isnan(told.mean[3]), np.isnan(told.median_error[3])) == (0, True, True)


def test_no_gap_above_excludes_five_percent_either_way() -> None:
    p_values = np.array([0.5, 0.5, 0.01, 0.5])
    low, high = np.array([-4.9, -5.1, 1.0, np.nan]), np.array([4.9, 2.0, 9.0, np.nan])
    assert verdict(p_values, p_values, low, high).tolist() == ["no_gap_above", "insufficient", "gap", "insufficient"]


@pytest.mark.parametrize("statistic", ["mean", "median"])
def test_intervals_hold_the_truth_about_as_often_as_they_say(statistic: str) -> None:
    """Log-normal pay of 40 and 25 people in 2,000 companies; the share that holds lies within chance of 95 in 100."""
    rng, n_companies, sides = np.random.default_rng(11), 2000, (25, 40)
    told = [
        described(
            np.repeat(np.arange(n_companies), n), np.exp(shift + 0.3 * rng.standard_normal(n * n_companies)), n_companies
        )
        for n, shift in zip(sides, (np.log(0.92), 0.0), strict=True)
    ]
    names = {"mean": ("mean", "mean_error"), "median": ("median", "median_error")}[statistic]
    one, other = ([getattr(side, name) for name in (*names, "n")] for side in told)
    gap = compared(*one, *other)
    held = float(np.mean((gap.low <= 8) & (gap.high >= 8)))
    assert 0.935 <= held <= 0.975, held
