"""360 ratings in long form, with the relationship as the reviewer would say it."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

from .reading import read_export, write

HEADER = (
    "review_id,user_id,reviewer_id,relationship,self_review,behaviour_id,behaviour_title,value,completed_at,reviewer_site"
)
ROWS = [
    "rv1,u1,u9,They are my line manager,False,b1,Listens,4,2026-02-03T10:00:00Z,Leeds",
    "rv1,u1,u2,I am their line manager,False,b1,Listens,3,2026-02-04T10:00:00Z,York",
    "rv1,u1,u3,They are my peer,False,b1,Listens,5,2026-02-05T10:00:00Z,York",
    "rv1,u1,u1,,True,b1,Listens,2,2026-02-06T10:00:00Z,York",
]
RATINGS = "feedback360.feedback_ratings"
REQUESTS = "feedback360.feedback_requests"


def export(*rows: str) -> str:
    return "\n".join([HEADER, *rows, ""])


def test_the_relationship_is_turned_from_the_reviewers_words(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "r.csv", export(*ROWS)), "feedback360_long")
    assert not reading.quarantined
    assert reading.rows(RATINGS) == [
        ("rv1", "u1", "u1", "b1", "self", None, Decimal(2)),
        ("rv1", "u1", "u2", "b1", "manager", None, Decimal(3)),
        ("rv1", "u1", "u3", "b1", "peer", None, Decimal(5)),
        ("rv1", "u1", "u9", "b1", "direct_report", None, Decimal(4)),
    ]
    assert reading.rows(REQUESTS, "rater_id", "relationship", "status", "completed_at") == [
        ("u1", "self", "completed", dt.datetime(2026, 2, 6, 10)),
        ("u2", "manager", "completed", dt.datetime(2026, 2, 4, 10)),
        ("u3", "peer", "completed", dt.datetime(2026, 2, 5, 10)),
        ("u9", "direct_report", "completed", dt.datetime(2026, 2, 3, 10)),
    ]
    assert reading.rows("feedback360.feedback_cycles", "cycle_id") == [("rv1",)]


def test_rows_that_a_join_multiplied_are_one_and_values_that_differ_are_nobodys(tmp_path: Path) -> None:
    again = ROWS[0].replace(",Leeds", ",Hull")
    other_value = ROWS[2].replace(",5,", ",1,")
    reading = read_export(write(tmp_path, "r.csv", export(*ROWS, again, again, other_value)), "feedback360_long")
    assert [rater for (rater,) in reading.rows(RATINGS, "rater_id")] == ["u1", "u2", "u9"]
    assert reading.quarantined == [
        (RATINGS, 4, None, "the key stands twice with different values"),
        (RATINGS, 8, None, "the key stands twice with different values"),
    ]
    assert len(reading.rows(REQUESTS)) == 4, "the request stands whatever was rated"


def test_another_sentence_is_quarantined(tmp_path: Path) -> None:
    unknown = "rv1,u1,u5,We once shared a lift,False,b1,Listens,4,2026-02-03T10:00:00Z,Leeds"
    reading = read_export(write(tmp_path, "r.csv", export(*ROWS, unknown)), "feedback360_long")
    assert set(reading.quarantined) == {
        (REQUESTS, 6, "relationship", "a value that the column map does not know"),
        (RATINGS, 6, "relationship", "a value that the column map does not know"),
    }


def test_an_anonymous_reviewer_is_quarantined(tmp_path: Path) -> None:
    anonymous = "rv1,u1,,They are my peer,False,b1,Listens,4,2026-02-03T10:00:00Z,Leeds"
    reading = read_export(write(tmp_path, "r.csv", export(*ROWS, anonymous)), "feedback360_long")
    assert set(reading.quarantined) == {
        (REQUESTS, 6, "rater_id", "must not be empty"),
        (RATINGS, 6, "rater_id", "must not be empty"),
    }


def test_a_review_that_is_not_completed_is_a_request_without_ratings(tmp_path: Path) -> None:
    open_one = "rv1,u1,u4,They are my peer,False,b1,Listens,,,Leeds"
    reading = read_export(write(tmp_path, "r.csv", export(*ROWS, open_one)), "feedback360_long")
    assert not reading.quarantined and len(reading.rows(RATINGS)) == 4
    assert ("u4", "requested", None) in reading.rows(REQUESTS, "rater_id", "status", "completed_at")


def test_a_cycle_that_is_named_holds_its_reviews_and_competencies(tmp_path: Path) -> None:
    more = [row + f",spring,{'' if row is ROWS[3] else 'c1'}" for row in ROWS]
    content = "\n".join([HEADER + ",cycle_id,competency_id", *more, ""])
    reading = read_export(write(tmp_path, "r.csv", content), "feedback360_long")
    assert {row[0] for row in reading.rows(RATINGS)} == {"spring"}
    assert {row[5] for row in reading.rows(RATINGS)} == {"c1", None}


def test_columns_in_another_order_change_nothing(tmp_path: Path) -> None:
    straight = read_export(write(tmp_path, "r.csv", export(*ROWS)), "feedback360_long")
    turned = "\n".join(",".join(line.split(",")[::-1]) for line in [HEADER, *ROWS]) + "\n"
    again = read_export(write(tmp_path, "r.csv", turned), "feedback360_long")
    assert all(again.rows(table) == straight.rows(table) for table in straight.tables)
