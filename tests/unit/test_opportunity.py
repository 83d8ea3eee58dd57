"""Opportunity records: shares as selections, amounts as means, both within level and function."""

import datetime as dt

import polars as pl
from people_stats.opportunity import opportunities


def pool(group: str, n: int, total: float, level: str = "1", *, half_year: int = 0, measure: str = "offered") -> dict:
    opportunity = "learning" if measure == "hours" else "stretch"
    squares = total if measure == "offered" else total**2 / n + 4.0 * n
    return {
        "opportunity": opportunity, "measure": measure, "cycle_end": dt.date(2025 - half_year, 12, 31), "level": level,
        "job_family": "x", "attribute": "ethnicity", "group_value": group, "n": n, "total": float(total),
        "total_squares": float(squares), "n_declined": None,
    }  # fmt: skip


def found(rows: list[dict], group: str, **where: str) -> dict:
    where = {"opportunity_window": "four_half_years", "segment_kind": "company"} | where
    records = opportunities(pl.DataFrame(rows, infer_schema_length=None).cast({"n_declined": pl.Int64}))
    [one] = records.filter(
        pl.col("group_value") == group, *(pl.col(name) == value for name, value in where.items())
    ).to_dicts()
    return one


def test_unequal_offers_are_a_gap_and_equal_ones_are_not() -> None:
    unequal = [pool("a", 2000, 200), pool("b", 600, 20)]
    one = found(unequal, "b")
    assert (one["verdict"], one["reference_group"], one["n_tests"]) == ("gap", "a", 1)
    assert one["ci_high"] < 0.8 and one["shortfall"] == 28 and not one["is_reversed"]
    assert one["stratified_high"] < 0
    equal = found([pool("a", 9000, 4500), pool("b", 5000, 2480)], "b")
    assert equal["verdict"] == "no_gap_above"
    assert found([pool("a", 200, 20), pool("b", 40, 3)], "b")["verdict"] == "insufficient"


def test_hours_are_compared_as_means_with_the_largest_group() -> None:
    one = found([pool("a", 2000, 20000, measure="hours"), pool("b", 600, 5000, measure="hours")], "b")
    assert (one["verdict"], one["reference_group"]) == ("gap", "a")
    assert one["impact_ratio"] is None and one["shortfall"] is None
    assert one["ci_low"] < one["difference"] < one["ci_high"] < 0


def test_a_gap_that_is_where_people_work_is_reversed_within_level() -> None:
    rows = [pool("a", 900, 450), pool("a", 100, 5, "2"), pool("b", 100, 52), pool("b", 900, 54, "2")]
    one = found(rows, "b")
    assert one["verdict"] == "gap" and one["is_reversed"]


def test_four_half_years_hold_no_fifth() -> None:
    rows = [pool(group, 100, 10, half_year=i) for i in range(6) for group in "ab"]
    assert found(rows, "a")["n"] == 400
    records = opportunities(pl.DataFrame(rows, infer_schema_length=None).cast({"n_declined": pl.Int64}))
    assert records.filter(opportunity_window="half_year", segment_kind="level")["period_end"].n_unique() == 6


def test_amounts_alone_are_told_of_where_no_offer_is_collected_and_nothing_of_nobody() -> None:
    hours = [pool("a", 2000, 20000, measure="hours"), pool("b", 600, 6000, measure="hours")]
    assert found(hours, "b")["verdict"] == "no_gap_above"
    assert opportunities(pl.DataFrame(hours).cast({"n_declined": pl.Int64}).clear()).is_empty()
