"""The back-test of readiness: rates and times worked out by hand."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from people_stats.backtest import backtest

DAY = dt.date(2020, 12, 31)


def counted(band: str, n: int, ended_by: str = "still there", months: int = 24, **more: Any) -> dict[str, Any]:
    promoted = n if ended_by == "promoted" and months < 12 else 0
    row = {
        "as_of": DAY, "knowledge": "history_as_corrected", "segment_kind": "company", "segment_id": "company",
        "attribute": "all", "group_value": "all", "band": band, "months_watched": months, "ended_by": ended_by, "n": n,
        "n_promoted": promoted, "n_known": 0, "n_good": 0, "n_promoted_known": 0, "n_promoted_bad": 0,
    }  # fmt: skip
    return row | more


def records(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By band, of the rows without groups."""
    found = backtest(pl.DataFrame(rows)).filter(pl.col("attribute") == "all")
    return {row["band"]: row for row in found.to_dicts()}


def test_false_ready_and_never_ready_are_shares_of_the_promoted_and_ready_without_a_promotion_is_neither() -> None:
    found = records(
        counted("ready_now", 4, "promoted", 3, n_known=4, n_good=3, n_promoted_known=4, n_promoted_bad=1),
        counted("ready_now", 6),
        counted("developing", 2, "promoted", 5, n_known=2, n_good=2, n_promoted_known=2),
        counted("developing", 8),
    )
    ready, everybody = found["ready_now"], found["all"]
    assert (ready["conversion_rate"], found["developing"]["conversion_rate"]) == (0.4, 0.2)
    assert (ready["n_false_ready"], ready["false_ready_rate"], ready["n_never_ready"]) == (1, 0.25, None)
    assert (everybody["n_never_ready"], everybody["never_ready_rate"], everybody["n_false_ready"]) == (2, 2 / 6, None)
    assert (everybody["n"], everybody["conversion_rate"]) == (20, 0.3)


def test_a_small_band_is_hidden_with_the_next_larger_ones_until_they_are_enough() -> None:
    bands = {"ready_now": 3, "within_6_months": 1, "within_18_months": 7, "developing": 40}
    found = records(*(counted(band, n) for band, n in bands.items()))
    # one and three are four: with a minimum of five the seven have to go with them
    assert {band: one["n_hidden_with"] for band, one in found.items()} == {
        "within_6_months": 1, "ready_now": 1, "within_18_months": 4, "developing": 11, "all": 1,
    }  # fmt: skip
    apart = records(*(counted(band, n) for band, n in {"ready_now": 30, "within_6_months": 1, "developing": 6}.items()))
    assert {band: one["n_hidden_with"] for band, one in apart.items()} == {
        "within_6_months": 1, "developing": 1, "ready_now": 7, "all": 7,
    }  # fmt: skip


def test_a_small_band_of_a_place_or_group_hides_all_its_bands() -> None:
    for of in ({"segment_kind": "level", "segment_id": "1"}, {"attribute": "gender", "group_value": "f"}):
        found = backtest(pl.DataFrame([counted("ready_now", 2, **of), counted("developing", 40, **of)]))
        assert found["n_hidden_with"].to_list() == [2, 2, 2]


def test_few_promotions_or_those_out_of_one_band_are_not_told_of_a_place() -> None:
    """Everybody knows who was promoted: a place that tells out of which band would tell theirs."""
    place = {"segment_kind": "level", "segment_id": "1"}

    def hidden_with(ready: int, developing: int) -> set[int]:
        rows = [counted("ready_now", 30, **place), counted("developing", 40, **place)]
        rows += [counted("ready_now", ready, "promoted", 3, **place)] if ready else []
        rows += [counted("developing", developing, "promoted", 3, **place)] if developing else []
        return set(backtest(pl.DataFrame(rows))["n_hidden_with"].to_list())

    assert hidden_with(0, 0) == {30}
    assert hidden_with(1, 2) == {3}
    assert hidden_with(9, 0) == hidden_with(0, 9) == {0}
    assert hidden_with(9, 9) == {18}


def test_waiting_times_count_those_who_still_wait_and_the_naive_mean_does_not() -> None:
    """Ten people: two are promoted in the third month, two leave in the sixth, two are promoted in the ninth."""
    found = records(
        counted("ready_now", 2, "promoted", 2),
        counted("ready_now", 2, "exited", 5),
        counted("ready_now", 2, "promoted", 8),
        counted("ready_now", 4),
    )["ready_now"]
    assert found["naive_mean_months_biased"] == 6
    # nobody is censored before the twelfth month, so the incidence is the plain share, and no median is reached
    assert found["incidence_12"] == pytest.approx(0.4)
    assert found["incidence_12_low"] < 0.4 < found["incidence_12_high"]
    assert found["median_months"] is None


def test_a_history_of_less_than_a_year_has_no_incidence_of_a_year() -> None:
    found = records(counted("ready_now", 2, "promoted", 2), counted("ready_now", 5, months=6))["ready_now"]
    assert (found["incidence_12"], found["incidence_12_low"]) == (None, None)


def test_groups_are_compared_within_their_band_alone() -> None:
    """Equal conversion in each band is no gap, however unequally the bands are filled."""
    rows = []
    for group, ready, developing in (("f", 40, 400), ("m", 200, 240)):
        for band, n, share in (("ready_now", ready, 2), ("developing", developing, 10)):
            of = {"attribute": "gender", "group_value": group}
            rows += [counted(band, n // share, "promoted", 3, **of), counted(band, n - n // share, **of)]
    found = backtest(pl.DataFrame(rows)).filter(pl.col("verdict").is_not_null())
    verdicts = {row["band"]: (row["impact_ratio"], row["verdict"]) for row in found.to_dicts()}
    assert {ratio for band, (ratio, _) in verdicts.items() if band != "all"} == {1.0}
    assert verdicts["ready_now"][1] != "gap" and verdicts["developing"][1] != "gap"
    assert verdicts["all"][0] < 0.8, "the bands differ, which is for the audit of bands to say"


def test_nothing_in_nothing_out() -> None:
    assert backtest(pl.DataFrame([counted("ready_now", 1)]).clear()).is_empty()
