"""360 reports in wide form: what can be said without raters, and what is left."""

from decimal import Decimal
from pathlib import Path

import pytest

from ingest.files import UnreadableFile

from .reading import read_export, write

HEADER = "Ratee_ID,Manager_ID,Self_Q1,Self_Q2,Mgr_Q1,Mgr_Q2,Peer_Q1_mean,Peer_Q2_mean,Peer_n,DR_Q1_mean,DR_n"
EXPORT = f"{HEADER}\n01,09,4,,3,2,3.67,4.1,3,2.5,2\n02,,5,5,4,4,3.1,3.3,4,,0\n"
RATINGS = "feedback360.feedback_ratings"


def test_self_ratings_are_the_ratees_own_and_the_managers_where_one_is_named(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "Spring 2026.csv", EXPORT), "feedback360_wide")
    assert not reading.quarantined
    assert reading.rows(RATINGS, "cycle_id", "ratee_id", "rater_id", "item_id", "relationship", "score") == [
        ("Spring 2026", "01", "01", "Q1", "self", Decimal(4)),
        ("Spring 2026", "01", "09", "Q1", "manager", Decimal(3)),
        ("Spring 2026", "01", "09", "Q2", "manager", Decimal(2)),
        ("Spring 2026", "02", "02", "Q1", "self", Decimal(5)),
        ("Spring 2026", "02", "02", "Q2", "self", Decimal(5)),
    ]


def test_means_and_counts_are_no_ratings(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "s.csv", EXPORT), "feedback360_wide")
    assert {relationship for (relationship,) in reading.rows(RATINGS, "relationship")} == {"self", "manager"}
    assert Decimal("3.67") not in {score for (score,) in reading.rows(RATINGS, "score")}


def test_a_file_without_managers_gives_self_ratings_alone(tmp_path: Path) -> None:
    content = EXPORT.replace("Manager_ID", "Site").replace("Ratee_ID", "Employee_ID")
    reading = read_export(write(tmp_path, "s.csv", content), "feedback360_wide")
    assert {relationship for (relationship,) in reading.rows(RATINGS, "relationship")} == {"self"}


def test_a_column_for_the_cycle_is_believed_before_the_files_name(tmp_path: Path) -> None:
    content = "\n".join(line + tail for line, tail in zip(EXPORT.splitlines(), [",Cycle", ",A", ",B"], strict=True)) + "\n"
    reading = read_export(write(tmp_path, "s.csv", content), "feedback360_wide")
    assert reading.rows("feedback360.feedback_cycles", "cycle_id") == [("A",), ("B",)]


def test_a_score_that_is_no_number_is_quarantined(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "s.csv", EXPORT.replace("02,,5,5", "02,,5,n/a")), "feedback360_wide")
    assert reading.quarantined == [(RATINGS, 3, "score", "expected a number")]


def test_columns_in_another_order_change_nothing(tmp_path: Path) -> None:
    straight = read_export(write(tmp_path, "s.csv", EXPORT), "feedback360_wide")
    turned = "\n".join(",".join(line.split(",")[::-1]) for line in EXPORT.splitlines()) + "\n"
    again = read_export(write(tmp_path, "s.csv", turned), "feedback360_wide")
    assert all(again.rows(table) == straight.rows(table) for table in straight.tables)


def test_a_file_without_groups_of_raters_is_another_layout(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="nearest is summary"):
        read_export(write(tmp_path, "s.csv", "Ratee_ID,Self_Q1\n1,2\n"), "feedback360_wide")
