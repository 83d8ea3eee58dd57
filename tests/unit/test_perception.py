"""Perception records: scores of groups beside the largest, by all raters and by raters of one group."""

import datetime as dt

import polars as pl
from people_stats.perception import perceptions


def score(
    group: str, n: int, mean: float, level: str | None = "1", *, raters: str = "*", n_raters: int | None = None
) -> dict:
    return {
        "measure": "score_360", "rater_group_value": raters, "period_end": dt.date(2025, 6, 30), "level": level,
        "attribute": "gender", "group_value": group, "n": n, "total": n * mean, "total_squares": n * (mean**2 + 0.25),
        "n_raters": n_raters,
    }  # fmt: skip


def found(rows: list[dict], group: str, **where: str) -> dict:
    records = perceptions(pl.DataFrame(rows, infer_schema_length=None).cast({"n_raters": pl.Int64}))
    [one] = records.filter(
        **({"group_value": group, "segment_kind": "company", "rater_group_value": "*"} | where)
    ).to_dicts()
    return one


def test_the_three_states_of_perception() -> None:
    assert found([score("a", 900, 4), score("b", 400, 3.8)], "b")["verdict"] == "gap"
    assert found([score("a", 900, 4), score("b", 400, 4)], "b")["verdict"] == "no_gap_above"
    few = found([score("a", 60, 4), score("b", 12, 3.9)], "b")
    assert few["verdict"] == "insufficient" and few["smallest_detectable_difference"] > 0.3


def test_raters_of_one_group_are_a_table_of_their_own_and_both_sides_say_how_many_they_are() -> None:
    rows = [score("a", 90, 4), score("b", 60, 4)]
    rows += [score("a", 50, 4, raters="b", n_raters=9), score("a", 30, 4, "2", raters="b", n_raters=7)]
    rows += [score("b", 60, 3, raters="b", n_raters=11)]
    one = found(rows, "b", rater_group_value="b")
    assert (one["verdict"], one["n_raters"], one["reference_n_raters"], one["reference_n"]) == ("gap", 11, 9, 80)
    assert one["n_tests"] == 2 and found(rows, "b")["n_raters"] is None


def test_levels_apart_a_difference_may_vanish() -> None:
    rows = [score("a", 400, 4), score("a", 50, 3, "2"), score("b", 50, 4), score("b", 300, 3, "2")]
    one = found(rows, "b")
    assert one["verdict"] == "gap" and abs(one["stratified_difference"]) < 1e-9 < one["stratified_high"]
    assert found(rows, "b", segment_kind="level", segment_id="1")["difference"] == 0
    assert perceptions(pl.DataFrame(rows, infer_schema_length=None).clear()).is_empty()
