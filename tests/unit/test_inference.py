"""Metric cells: scaled values, comparisons of what may be shown, and baselines on the same scale."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from people_stats.inference import BASELINE, BESIDE, COUNTS, IDENTITY, batches_of, infer, streamed
from people_stats.intervals import MOMENTS

Q1, Q2, Q3 = dt.date(2020, 3, 31), dt.date(2020, 6, 30), dt.date(2020, 9, 30)
TEXTS = ("metric", "convention_id", "sensitivity_class", "segment_kind", "segment_id", "attribute", "group_value", "status")
NUMBERS = ("n_people", *MOMENTS, "item_variance", "null_variance", "n_items")


def cells(*rows: dict[str, Any]) -> pl.DataFrame:
    schema: dict[str, Any] = dict.fromkeys((*TEXTS, "interval_method"), pl.String)
    schema |= {"is_default": pl.Boolean, "is_comparable": pl.Boolean, "scale": pl.Float64, "comparable_since": pl.Date}
    schema |= {"period_start": pl.Date, "period_end": pl.Date, "whole_id": pl.String, "minimum": pl.Int64} | dict.fromkeys(
        NUMBERS, pl.Float64
    )
    usual = {"metric": "index", "convention_id": "c", "segment_kind": "leader_direct", "segment_id": "lea"}
    usual |= {"period_end": Q1, "interval_method": "none", "scale": 1.0, "is_comparable": False, "status": "ok"}
    return (
        pl.DataFrame([usual | row for row in rows], schema=schema)
        .with_row_index("cell_number")
        .cast({"cell_number": pl.Int64})
    )


def test_values_are_scaled_and_a_cell_without_numbers_has_none() -> None:
    found = infer(
        cells(
            {"segment_id": "a", "scale": 100.0, "interval_method": "wilson", "n": 4, "numerator": 1, "denominator": 4},
            {"segment_id": "b", "n": 3, "numerator": 3},
            {"segment_id": "c", "scale": 100.0, "status": "insufficient"},
        )
    )
    assert found["value"].to_list() == [25, 3, None]
    assert found.select("ci_low", "ci_high").row(0) == pytest.approx((4.5587, 69.9358), abs=1e-4)
    assert found.select("ci_low", "ci_high").rows()[1:] == [(None, None)] * 2
    assert found["status"].to_list() == ["ok", "ok", "insufficient"]
    assert {*IDENTITY, *COUNTS, *BASELINE} <= set(found.columns)


def test_a_hidden_cell_takes_no_part_in_any_figure_of_another() -> None:
    def teams(hidden: float) -> pl.DataFrame:
        return infer(
            cells(
                *(
                    {"segment_id": name, "n": 9, "numerator": value, "is_comparable": True}
                    for name, value in (("a", 1), ("b", 3))
                ),
                {"segment_id": "h", "n": 2, "numerator": hidden},
                {"segment_id": "h", "n": 9, "numerator": 7, "is_comparable": True, "period_end": Q2},
            )
        )

    found = teams(50.0)
    assert found.filter(pl.col("segment_id") != "h").equals(teams(-50.0).filter(pl.col("segment_id") != "h"))
    assert found.filter(period_end=Q1)["peer_mean"].to_list() == [3, 1, None]
    # what is hidden begins no series: the first cell that may be shown has changed from nothing
    assert found["baseline_period_end"].to_list() == [None] * 4


def test_a_cell_that_is_hidden_beside_others_takes_no_part_in_what_is_shown() -> None:
    def teams(second: float) -> pl.DataFrame:
        team = {"n": 9, "minimum": 5, "denominator": 1, "is_comparable": True}
        return infer(
            cells(
                {"segment_kind": "company", "segment_id": "company", "n": 30, "n_people": 30, "minimum": 5},
                team | {"segment_id": "few", "n_people": 3, "is_comparable": False},
                team | {"segment_id": "second", "n_people": 7, "numerator": second},
                team | {"segment_id": "a", "n_people": 9, "numerator": 3},
                team | {"segment_id": "b", "n_people": 11, "numerator": 5},
            )
        )

    def shown(found: pl.DataFrame) -> pl.DataFrame:
        whole = [name for name in found.columns if name in BESIDE]
        return found.filter(~pl.col("is_hidden")).drop(whole).unnest("shown")

    found = teams(90.0)
    assert found.filter("is_hidden")["segment_id"].to_list() == ["few", "second"]
    assert shown(found).equals(shown(teams(-90.0)))
    assert shown(found).filter(segment_id="a")["peer_mean"].to_list() == [5]
    # inside, leaders are compared before anything is hidden
    assert found.filter(segment_id="a")["peer_mean"].to_list() == [47.5]
    assert found.filter(segment_id="second")["n_peers"].to_list() == [2]
    assert found.filter("is_hidden")["shown"].struct.field("n_peers").to_list() == [None, None]


def test_a_baseline_that_is_hidden_beside_others_is_none_in_what_is_shown() -> None:
    def quarter(day: dt.date, few: int) -> tuple[dict[str, Any], ...]:
        team = {"n": 9, "minimum": 5, "denominator": 1, "period_end": day, "is_comparable": True}
        return (
            team | {"segment_kind": "company", "segment_id": "company", "n_people": 20 + few, "is_comparable": False},
            team | {"segment_id": "few", "n_people": few, "is_comparable": few >= 5},
            team | {"segment_id": "second", "n_people": 7, "numerator": 3},
            team | {"segment_id": "third", "n_people": 13, "numerator": 4},
        )

    found = infer(cells(*quarter(Q1, 3), *quarter(Q2, 6), *quarter(Q3, 6)))
    second = found.filter(segment_id="second")
    assert second["is_hidden"].to_list() == [True, False, False]
    assert second["baseline_period_end"].to_list() == [None, Q1, Q1]
    assert second["shown"].struct.field("baseline_period_end").to_list() == [None, None, Q2]


def test_a_baseline_is_the_first_shown_cell_and_never_on_another_scale() -> None:
    def shown(name: str, period: dt.date, value: float, since: dt.date | None) -> dict[str, Any]:
        return {
            "segment_id": name, "period_end": period, "n": 9, "numerator": value, "denominator": 1,
            "comparable_since": since, "is_comparable": True,
        }  # fmt: skip

    found = infer(
        cells(
            shown("ann", Q1, 3.5, Q1),
            shown("ann", Q2, 5.0, Q2),
            shown("ann", Q3, 5.5, Q2),
            shown("bob", Q1, 4.0, Q1),
            shown("bob", Q2, 4.5, Q2) | {"is_comparable": False},
            shown("bob", Q3, 6.0, Q2),
            shown("cleo", Q1, 1.0, None),
            shown("cleo", Q3, 3.0, None),
        )
    )
    moved = found.filter(pl.col("baseline_period_end").is_not_null()).select(
        "segment_id", "period_end", "baseline_period_end", "baseline_value"
    )
    assert moved.rows() == [("ann", Q3, Q2, 5.0), ("cleo", Q3, Q1, 1.0)]


def test_a_stream_holds_every_part_in_the_types_of_the_first() -> None:
    parts = [pl.DataFrame({"x": [1.0], "y": ["a"]}), pl.DataFrame({"x": [None, 2.0], "y": [None, None]})]
    read = pl.from_arrow(streamed(iter(parts)).read_all())
    assert isinstance(read, pl.DataFrame)
    assert read.rows() == [(1.0, "a"), (None, None), (2.0, None)]


def test_small_metrics_share_a_batch_and_a_large_one_stands_alone() -> None:
    assert batches_of([("a", 2), ("b", 2), ("c", 9), ("d", 1), ("e", 3)], 4) == [("a", "b"), ("c", "c"), ("d", "e")]
    # nothing measured is one batch of nothing, which has the columns
    assert batches_of([], 4) == [("", "")]
