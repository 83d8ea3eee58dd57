"""Qualtrics 360 exports: every row one evaluation of one subject by one evaluator."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.files import UnreadableFile

from .reading import read_export, write

NAMES = [
    "startDate",
    "endDate",
    "status",
    "finished",
    "_recordId",
    "SubjectUniqueIdentifier",
    "ParticipantUniqueIdentifier",
    "Relationship",
    "Unsolicited",
    "QID3",
    "QID4_2",
    "QID5_TEXT",
    "SC_1aBc",
]
BY_MANAGER = {
    "endDate": "2026-03-02 09:00:00",
    "status": "32",
    "finished": "1",
    "_recordId": "R_1",
    "SubjectUniqueIdentifier": "007",
    "ParticipantUniqueIdentifier": "001",
    "Relationship": "Manager",
    "Unsolicited": "0",
    "QID3": "4",
    "QID4_2": "5",
    "QID5_TEXT": "Lets others speak",
    "SC_1aBc": "9",
}
BY_SELF = BY_MANAGER | {"_recordId": "R_2", "ParticipantUniqueIdentifier": "007", "Relationship": "Self", "QID4_2": ""}
BY_REPORT = BY_MANAGER | {"_recordId": "R_3", "ParticipantUniqueIdentifier": "011", "Relationship": "Direct Report"}
BY_PEER = BY_MANAGER | {"_recordId": "R_4", "ParticipantUniqueIdentifier": "012", "Relationship": "Peer", "Unsolicited": "1"}


def export(*rows: dict[str, str], names: list[str] = NAMES) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([f"Col {number}" for number, _ in enumerate(names)])
    writer.writerow(["How well does ${e://Field/Subject}\nlisten?" if name == "QID3" else name for name in names])
    keys = [{"ImportId": name, **({"timeZone": "Europe/London"} if name.endswith("Date") else {})} for name in names]
    writer.writerow([json.dumps(key, separators=(",", ":")) for key in keys])
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue()


def test_each_row_is_an_evaluation_with_its_relationship(tmp_path: Path) -> None:
    path = write(tmp_path, "Leaders 2026_March 31, 2026_08.00.csv", export(BY_MANAGER, BY_SELF, BY_REPORT, BY_PEER))
    reading = read_export(path, "qualtrics_360")
    assert not reading.quarantined and not reading.unplaced
    cycle, at = "Leaders 2026", dt.datetime(2026, 3, 2, 9)
    assert reading.rows("feedback360.feedback_cycles", "cycle_id") == [(cycle,)]
    columns = ("cycle_id", "ratee_id", "rater_id", "relationship", "status", "completed_at")
    assert reading.rows("feedback360.feedback_requests", *columns) == [
        (cycle, "007", "001", "manager", "completed", at),
        (cycle, "007", "007", "self", "completed", at),
        (cycle, "007", "011", "direct_report", "completed", at),
        (cycle, "007", "012", "peer", "completed", at),
    ]
    ratings = reading.rows("feedback360.feedback_ratings", "ratee_id", "rater_id", "item_id", "relationship", "score")
    assert ratings == [
        ("007", "001", "QID3", "manager", Decimal(4)),
        ("007", "001", "QID4_2", "manager", Decimal(5)),
        ("007", "007", "QID3", "self", Decimal(4)),
        ("007", "011", "QID3", "direct_report", Decimal(4)),
        ("007", "011", "QID4_2", "direct_report", Decimal(5)),
        ("007", "012", "QID3", "peer", Decimal(4)),
        ("007", "012", "QID4_2", "peer", Decimal(5)),
    ]
    assert "Lets others" not in repr(reading)


def test_an_unfinished_evaluation_is_a_request_without_ratings(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "c.csv", export(BY_MANAGER, BY_PEER | {"finished": "0"})), "qualtrics_360")
    assert reading.rows("feedback360.feedback_requests", "rater_id", "status", "completed_at") == [
        ("001", "completed", dt.datetime(2026, 3, 2, 9)),
        ("012", "requested", None),
    ]
    assert {rater for (rater,) in reading.rows("feedback360.feedback_ratings", "rater_id")} == {"001"}


def test_a_preview_is_nobodys_evaluation(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "c.csv", export(BY_MANAGER, BY_PEER | {"status": "1"})), "qualtrics_360")
    assert reading.rows("feedback360.feedback_requests", "rater_id") == [("001",)]


def test_self_is_where_subject_and_evaluator_are_one(tmp_path: Path) -> None:
    wrong = BY_PEER | {"Relationship": "Self"}
    reading = read_export(write(tmp_path, "c.csv", export(BY_MANAGER, BY_REPORT, wrong)), "qualtrics_360")
    assert set(reading.quarantined) == {
        ("feedback360.feedback_requests", 7, None, "self rating is by oneself"),
        ("feedback360.feedback_ratings", 7, None, "self rating is by oneself"),
    }


def test_a_self_evaluation_needs_no_word_and_one_of_two_people_does(tmp_path: Path) -> None:
    wordless = BY_SELF | {"Relationship": ""}
    rows = (BY_MANAGER, BY_REPORT, wordless, wordless | {"_recordId": "R_8", "ParticipantUniqueIdentifier": "012"})
    reading = read_export(write(tmp_path, "c.csv", export(*rows)), "qualtrics_360")
    assert ("007", "007", "self") in reading.rows("feedback360.feedback_requests", "ratee_id", "rater_id", "relationship")
    assert ("007", "007", "self") in reading.rows("feedback360.feedback_ratings", "ratee_id", "rater_id", "relationship")
    assert set(reading.quarantined) == {
        ("feedback360.feedback_requests", 8, None, "self rating is by oneself"),
        ("feedback360.feedback_ratings", 8, None, "self rating is by oneself"),
    }


def test_a_relationship_of_the_organisations_own_is_quarantined(tmp_path: Path) -> None:
    own = BY_PEER | {"Relationship": "Skip level"}
    reading = read_export(write(tmp_path, "c.csv", export(BY_MANAGER, BY_REPORT, own)), "qualtrics_360")
    assert {(line, column, reason) for _, line, column, reason in reading.quarantined} == {
        (7, "relationship", "a value that the column map does not know")
    }


def test_columns_in_another_order_change_nothing(tmp_path: Path) -> None:
    straight = read_export(write(tmp_path, "c.csv", export(BY_MANAGER, BY_SELF)), "qualtrics_360")
    turned = read_export(write(tmp_path, "c.csv", export(BY_MANAGER, BY_SELF, names=NAMES[::-1])), "qualtrics_360")
    assert all(turned.rows(table) == straight.rows(table) for table in straight.tables)


def test_a_survey_export_is_no_360(tmp_path: Path) -> None:
    names = [name for name in NAMES if not name.endswith("UniqueIdentifier")]
    with pytest.raises(UnreadableFile, match="nearest is evaluations, which needs 'SubjectUniqueIdentifier'"):
        read_export(write(tmp_path, "c.csv", export(BY_MANAGER, names=names)), "qualtrics_360")
