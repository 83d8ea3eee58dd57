"""Open edX tracking logs: enrolments among everything else, told twice, by staff, or in lines that are no JSON."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from ingest.column_map import read_column_map
from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

RECORDS = "lms.learning_records"
OLD, NEW = "edX/Open_DemoX/edx_demo_course", "course-v1:edX+DemoX+2025"
SHOWN = ("record_id", "worker_id", "course_id", "status", "enrolled_at")


def event(kind: str, user: int = 14, by: int | None = None, course: str = NEW, **more: Any) -> dict[str, Any]:
    return {
        "username": f"user{by or user}",
        "event_type": f"edx.course.enrollment.{kind}",
        "name": f"edx.course.enrollment.{kind}",
        "event_source": "server",
        "time": "2025-03-01T09:00:00.388782+00:00",
        "context": {"course_id": course, "org_id": "edX", "user_id": by or user, "path": "/change_enrollment"},
        "event": {"course_id": course, "user_id": user, "mode": "honor"},
        "page": None,
        "agent": "Mozilla/5.0",
        "host": "learn.example.com",
        "ip": "192.0.2.1",
        "session": "0123",
        "accept_language": "en",
        **more,
    }


def log(folder: Path, *lines: dict[str, Any] | str, name: str = "tracking.log") -> Reading:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    return read_export(write(folder, name, text), "open_edx")


def test_an_activation_is_an_enrolment(tmp_path: Path) -> None:
    reading = log(tmp_path, event("activated"))
    [row] = reading.tables[RECORDS].to_dicts()
    assert {name: value for name, value in row.items() if value is not None} == {
        "__row": 1,
        "record_id": f"14|{NEW}",
        "worker_id": "user14",
        "course_id": NEW,
        "enrolled_at": dt.datetime(2025, 3, 1, 9, 0, 0, 388782),
        "status": "enrolled",
    }
    assert reading.quarantined == [] and reading.unplaced == []


def test_the_latest_event_says_how_an_enrolment_stands_wherever_its_line_is(tmp_path: Path) -> None:
    reading = log(
        tmp_path,
        event("deactivated", time="2025-03-03T01:00:00+02:00"),
        event("activated", time="2025-03-02T22:00:00+00:00"),
        event("deactivated", 15, time="2025-03-01T09:00:00+00:00"),
        event("activated", 15, time="2025-03-02T09:00:00+00:00"),
    )
    assert reading.rows(RECORDS, *SHOWN) == [
        (f"14|{NEW}", "user14", NEW, "withdrawn", None),
        (f"15|{NEW}", "user15", NEW, "enrolled", dt.datetime(2025, 3, 2, 9)),
    ]


def test_lines_that_occur_twice_count_once(tmp_path: Path) -> None:
    once = event("activated")
    reading = log(tmp_path, once, once, event("activated", 15), once)
    assert reading.rows(RECORDS, "worker_id") == [("user14",), ("user15",)] and reading.quarantined == []


def test_course_ids_of_both_styles_are_kept_as_written(tmp_path: Path) -> None:
    reading = log(tmp_path, event("activated", course=OLD), event("activated", course=NEW))
    assert reading.rows(RECORDS, "course_id") == [(NEW,), (OLD,)]


def test_an_event_may_be_the_text_of_an_object(tmp_path: Path) -> None:
    text = json.dumps({"course_id": OLD, "user_id": 14, "mode": "audit"})
    reading = log(tmp_path, event("activated", event=text))
    assert reading.rows(RECORDS, "record_id", "course_id") == [(f"14|{OLD}", OLD)]


def test_other_events_are_not_read(tmp_path: Path) -> None:
    reading = log(
        tmp_path,
        event("mode_changed"),
        event("activated", event_source="browser"),
        event("activated", 15, event_type="page_close", event="{}"),
        event("activated", 16, event_type="/jsi18n/", event='{"POST": {}, "GET": {}}'),
        event("activated", 17, event_type="problem_check", event="input_1=choice&input_2=%5B%5D"),
        event("activated", 18, event_type="seq_goto", event=["x"]),
        event("activated", 19),
    )
    assert reading.rows(RECORDS, "worker_id") == [("user19",)] and reading.quarantined == []


def test_who_is_enrolled_by_another_is_not_taken_for_the_other(tmp_path: Path) -> None:
    reading = log(tmp_path, event("activated", 14, by=2), event("deactivated", 14), event("activated", 15))
    assert reading.rows(RECORDS, "record_id", "worker_id", "status") == [
        (f"14|{NEW}", "user14", "withdrawn"),
        (f"15|{NEW}", "user15", "enrolled"),
        (f"by another|14|{NEW}", "14", "enrolled"),
    ]


def test_people_are_logins_and_keys_leave_as_tokens() -> None:
    for table in read_column_map("open_edx").feeds["tracking_log"].tables:
        assert table.columns["worker_id"].by == "login" and table.columns["record_id"].names_person


def test_lines_that_are_no_json_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    reading = log(
        tmp_path,
        "2025-03-01 rotated",
        event("activated"),
        '{"username": "us',
        "[]",
        event("activated", 15),
        "",
        event("deactivated", 15),
    )
    assert [line for line, _ in reading.unplaced] == [1, 3, 4]
    assert reading.rows(RECORDS, "worker_id") == [("user14",), ("user15",)]


def test_a_log_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    text = json.dumps(event("activated"))
    with pytest.raises(UnreadableFile, match="row 2: the last record is cut off"):
        read_export(write(tmp_path, "tracking.log", f"{text}\n{text[:60]}"), "open_edx")


def test_an_event_without_its_user_or_with_an_unreadable_time_is_quarantined(tmp_path: Path) -> None:
    reading = log(
        tmp_path,
        event("activated"),
        event("activated", 15, time="yesterday"),
        event("activated", 16, event={"course_id": NEW}),
        event("activated", 17),
        event("activated", 18),
    )
    assert sorted(reading.quarantined, key=repr) == [
        (RECORDS, 2, "enrolled_at", "expected a moment"),
        (RECORDS, 3, "record_id", "must not be empty"),
        (RECORDS, 3, "worker_id", "must not be empty"),
    ]
    assert reading.rows(RECORDS, "worker_id") == [("user14",), ("user17",), ("user18",)]


def test_the_order_of_members_does_not_matter(tmp_path: Path) -> None:
    lines = [event("activated"), event("deactivated", 15, by=2)]
    turned = [dict(reversed(list(line.items()))) for line in lines]
    assert log(tmp_path, *lines).rows(RECORDS) == log(tmp_path, *turned).rows(RECORDS)


def test_another_systems_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="needs 'username', 'event_type'"):
        log(tmp_path, {"event_source": "server", "time": "2025-03-01T09:00:00Z"})
