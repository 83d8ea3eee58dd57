"""Progression records: a slower group is found, an equal one is told to be equal, and too few people are told as too few."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from people_stats.progression import progression

DAY = dt.date(2025, 12, 31)


def counts(groups: dict[str, tuple[int, float]], seed: int = 1, level: int = 1, months: int = 36) -> pl.DataFrame:
    """Stays of `n` people a group, promoted at a monthly rate, left at one of 1%; months as the warehouse counts them."""
    rng, rows = np.random.default_rng(seed), []
    for group, (n, rate) in groups.items():
        for _ in range(n):
            entered = int(rng.integers(0, 12)) if rng.random() < 0.5 else 0
            left = entered
            kind = "n_entered"
            while left < months:
                left += 1
                drawn = rng.random()
                if drawn < rate + 0.01:
                    kind = "n_promoted" if drawn < rate else "n_exited"
                    break
            rows.append((group, entered, 1, 0, 0, 0))
            rows.append((group, left, 0, 1, int(kind == "n_promoted"), int(kind == "n_exited")))
    columns = ["group_value", "month_in_level", "n_entered", "n_ended", "n_promoted", "n_exited"]
    told = pl.DataFrame(rows, schema=columns, orient="row").group_by("group_value", "month_in_level").sum()
    return told.with_columns(period_end=pl.lit(DAY), attribute=pl.lit("gender"), level=pl.lit(level), job_family=pl.lit("x"))


def record(rows: pl.DataFrame, group: str, kind: str = "company") -> dict:
    [found] = rows.filter((pl.col("group_value") == group) & (pl.col("segment_kind") == kind)).to_dicts()
    return found


def test_a_group_that_waits_longer_is_a_gap_and_the_largest_disclosed_is_its_reference() -> None:
    rows = progression(counts({"a": (600, 0.06), "b": (300, 0.025), "undisclosed": (900, 0.06)}))
    slow, reference = record(rows, "b"), record(rows, "a")
    assert slow["reference_group"] == "a" and reference["verdict"] is None
    assert slow["verdict"] == "gap" and not slow["flips_with_one_decision"]
    assert slow["ci_low"] < 0.025 / 0.06 < slow["ci_high"] < 0.8
    assert slow["proportionality_p"] > 0.01
    assert slow["median_months"] > reference["median_months"]
    assert slow["incidence_12_high"] < reference["incidence_12_low"]
    # who is promoted within the window was promoted soon, whichever the group: the mean of those hides the difference
    assert slow["naive_mean_months_biased"] < slow["median_months"]


def test_an_equal_group_of_many_has_no_gap_above_the_margin() -> None:
    rows = progression(counts({"a": (3000, 0.05), "b": (3000, 0.05)}))
    found = record(rows, "b" if record(rows, "b")["verdict"] else "a")
    assert found["verdict"] == "no_gap_above" and found["ci_low"] >= 0.8


def test_few_people_are_insufficient_and_say_what_they_would_have_found() -> None:
    found = record(progression(counts({"a": (100, 0.05), "b": (12, 0.04)})), "b")
    assert found["verdict"] == "insufficient"
    assert 0 < found["smallest_detectable_ratio"] < 0.6


def test_who_works_where_is_no_gap() -> None:
    """Group b stands in the level that promotes slowly: alike within each level, unlike over both."""
    fast = counts({"a": (900, 0.08), "b": (100, 0.08)}, seed=2)
    slow = counts({"a": (100, 0.02), "b": (850, 0.02)}, seed=3, level=2)
    rows = progression(pl.concat([fast, slow]))
    found = record(rows, "b")
    assert found["incidence_24_high"] < record(rows, "a")["incidence_24_low"]
    assert found["verdict"] != "gap" and 0.75 < found["hazard_ratio"] < 1.3


def test_nothing_is_told_of_months_with_hardly_anybody_at_risk() -> None:
    rows = progression(counts({"a": (400, 0.05), "b": (6, 0.2)}))
    few = record(rows, "b")
    assert few["n"] == 6
    assert few["incidence_24"] is few["incidence_24_low"] is None
    assert few["verdict"] is None, "a group under 2% is shown without a ratio"


def test_a_month_with_four_at_risk_ends_what_is_told() -> None:
    def stay(group: str, n: int, months: int) -> list[tuple]:
        return [(group, 0, n, 0, 0, 0), (group, months, 0, n, n, 0)]

    columns = ["group_value", "month_in_level", "n_entered", "n_ended", "n_promoted", "n_exited"]
    rows = pl.DataFrame([*stay("four", 4, 20), *stay("five", 5, 20)], schema=columns, orient="row").with_columns(
        period_end=pl.lit(DAY), attribute=pl.lit("gender"), level=pl.lit(1), job_family=pl.lit("x")
    )
    found = progression(rows)
    assert record(found, "four")["incidence_12"] is record(found, "four")["median_months"] is None
    assert (record(found, "five")["incidence_12"], record(found, "five")["median_months"]) == (0, 20)


def test_without_a_large_group_nothing_is_compared() -> None:
    rows = progression(counts({"a": (20, 0.05), "undisclosed": (400, 0.05)}))
    assert rows["reference_group"].null_count() == len(rows) and rows["p_value"].null_count() == len(rows)


def test_a_group_without_a_promotion_has_a_ratio_of_zero_and_a_score_test() -> None:
    found = record(progression(counts({"a": (400, 0.06), "b": (100, 0.0)})), "b")
    assert found["hazard_ratio"] == 0 and found["ci_low"] is None and found["verdict"] == "gap"


def test_no_counts_give_no_records() -> None:
    assert progression(counts({"a": (1, 0.1)}).clear()).is_empty()


def test_where_groups_are_alike_gaps_are_called_no_more_often_than_stated() -> None:
    found = [record(progression(counts({"a": (150, 0.05), "b": (120, 0.05)}, seed=seed)), "b") for seed in range(60)]
    assert sum(one["p_value"] <= 0.05 for one in found) <= 8
    held = sum(one["ci_low"] <= 1 <= one["ci_high"] for one in found)
    assert held >= 52


@pytest.mark.parametrize("kind", ["company", "level", "function"])
def test_each_kind_of_segment_has_its_records(kind: str) -> None:
    assert record(progression(counts({"a": (100, 0.05), "b": (50, 0.05)})), "b", kind)["n"] == 50
