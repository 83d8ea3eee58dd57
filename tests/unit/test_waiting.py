"""Time waited in the audit: the ready of the oldest day, by level, each with a verdict record of the audit's form."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from people_stats.progression import SCHEMA
from people_stats.waiting import COLUMNS, waiting

OLDEST, NEWER = dt.date(2019, 12, 31), dt.date(2020, 12, 31)


def outcome(group: str, n: int, ended_by: str, months: int, **more: Any) -> dict[str, Any]:
    row = {
        "as_of": OLDEST, "knowledge": "history_as_corrected", "segment_kind": "level", "segment_id": "1",
        "attribute": "gender", "group_value": group, "band": "ready_now", "months_watched": months, "ended_by": ended_by,
        "n": n,
    }  # fmt: skip
    return row | more


def rows_of(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = waiting(pl.DataFrame(schema=SCHEMA), pl.DataFrame(rows))
    assert found["audit_of"].unique().to_list() == ["time_waited"]
    return {row["group_value"]: row for row in found.to_dicts()}


def two_groups(quick: int, slow: int) -> list[dict[str, Any]]:
    """A hundred people each, of whom so many of the first and second group are promoted, spread over twenty months."""
    rows = []
    for group, promoted in (("m", quick), ("f", slow)):
        rows += [outcome(group, 1, "promoted", number % 20) for number in range(promoted)]
        rows.append(outcome(group, 101 - promoted if group == "m" else 100 - promoted, "still there", 24))
    return rows


def test_a_group_that_waits_longer_though_ready_has_a_gap_and_equals_have_none() -> None:
    found = rows_of(*two_groups(80, 30))
    assert (found["f"]["item"], found["f"]["reference_group"], found["f"]["verdict"]) == ("since_ready", "m", "gap")
    assert (found["f"]["n"], found["f"]["selected"]) == (100, 30)
    assert found["f"]["rate"] == pytest.approx(0.30) and found["f"]["reference_rate"] == pytest.approx(80 / 101)
    assert found["f"]["ratio_high"] < 0.8
    assert rows_of(*two_groups(60, 60))["f"]["verdict"] != "gap"


def test_only_the_ready_of_the_oldest_day_as_known_today_count_and_each_once() -> None:
    others = [
        outcome("f", 500, "promoted", 1, as_of=NEWER),
        outcome("f", 500, "promoted", 1, knowledge="as_known_then"),
        outcome("f", 500, "promoted", 1, band="developing"),
        outcome("f", 500, "promoted", 1, segment_kind="company", segment_id="company"),
        outcome("all", 500, "promoted", 1, attribute="all"),
    ]
    assert rows_of(*two_groups(80, 30), *others) == rows_of(*two_groups(80, 30))


def test_waiting_in_a_level_stands_beside_it_under_the_same_columns() -> None:
    told = dict.fromkeys(SCHEMA) | {"segment_kind": "company", "attribute": "gender", "group_value": "f", "n": 7}
    in_level = pl.DataFrame([told, told | {"segment_kind": "level"}], schema=SCHEMA)
    found = waiting(in_level, pl.DataFrame(two_groups(80, 30)))
    assert found.columns == ["audit_of", "item", *COLUMNS]
    assert found.filter(pl.col("item") == "in_level")["n"].to_list() == [7]


def test_where_nobody_was_ready_nobody_waits() -> None:
    found = waiting(pl.DataFrame(schema=SCHEMA), pl.DataFrame([outcome("f", 9, "promoted", 3, band="developing")]))
    assert found.is_empty()
