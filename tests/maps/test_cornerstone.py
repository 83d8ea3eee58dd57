"""Cornerstone transcripts: labels that each report's author picks, three ways to know a registration, external training."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.column_map import read_column_map
from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

RECORDS, COURSES = "lms.learning_records", "lms.courses"
HEADER = [
    "User ID",
    "User Full Name",
    "Training Object ID",
    "Training Title",
    "Training Type",
    "Training Hours",
    "Training Start Date",
    "Transcript Registration Number",
    "Transcript Registration Date",
    "Transcript Status",
    "Transcript Completed Date",
    "Transcript Due Date",
    "Transcript Score",
    "Transcript Time in Training (min)",
    "Archived",
]
REGISTRATION = dict.fromkeys(HEADER, "") | {
    "User ID": "E1",
    "User Full Name": "Ash, Ann",
    "Training Object ID": "0a1b",
    "Training Title": "Leading, part 1",
    "Training Type": "Online Class",
    "Training Hours": "2.5",
    "Transcript Registration Number": "1",
    "Transcript Registration Date": "1/5/2025 8:00 AM",
    "Transcript Status": "Registered",
    "Archived": "False",
}


def report(folder: Path, *rows: dict[str, str], header: list[str] | None = None, name: str = "report.csv") -> Reading:
    names = header or HEADER
    text = "\ufeff" + "".join(
        ",".join(f'"{cell}"' for cell in line) + "\r\n"
        for line in [names, *([(REGISTRATION | row)[label] for label in names] for row in rows)]
    )
    return read_export(write(folder, name, text), "cornerstone")


def row(**cells: str) -> dict[str, str]:
    """Cells by label; `_` for a space."""
    labels = {label.replace(" ", "_").replace("(", "").replace(")", ""): label for label in HEADER}
    return {labels[name]: value for name, value in cells.items()}


def test_a_registration_becomes_one_exact_row(tmp_path: Path) -> None:
    done = row(
        Transcript_Status="Completed",
        Transcript_Completed_Date="1/31/2025 5:05 PM",
        Transcript_Due_Date="02-01-2025",
        Transcript_Score="87.5",
        Transcript_Time_in_Training_min="90",
    )
    reading = report(tmp_path, done)
    [found] = reading.tables[RECORDS].to_dicts()
    assert {name: value for name, value in found.items() if value is not None} == {
        "__row": 2,
        "record_id": "E1|0a1b|1",
        "worker_id": "E1",
        "course_id": "0a1b",
        "enrolled_at": dt.datetime(2025, 1, 5, 8),
        "completed_at": dt.datetime(2025, 1, 31, 17, 5),
        "due_date": dt.date(2025, 2, 1),
        "status": "completed",
        "score": Decimal("87.5000"),
        "hours": Decimal("1.5000"),
    }
    assert reading.rows(COURSES, "course_id", "title", "kind", "hours") == [
        ("0a1b", "Leading, part 1", "online class", Decimal("2.5000"))
    ]
    assert reading.quarantined == []


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("Approved", "enrolled"),
        ("Registered", "enrolled"),
        ("Registered / Past Due", "enrolled"),
        ("In Progress", "in_progress"),
        ("In Progress / Past Due", "in_progress"),
        ("Exempt", "exempt"),
        ("Withdrawn", "withdrawn"),
        ("Cancelled", "withdrawn"),
        ("Incomplete", "failed"),
        ("No Show", "no_show"),
    ],
)
def test_a_status_says_where_a_registration_stands_and_only_completion_has_its_date(
    tmp_path: Path, written: str, status: str
) -> None:
    reading = report(tmp_path, row(Transcript_Status=written, Transcript_Completed_Date="1/31/2025"))
    assert reading.rows(RECORDS, "status", "completed_at") == [(status, None)]


@pytest.mark.parametrize("written", ["Requested", "Waitlisted", "Denied", "Pending Approval"])
def test_what_is_only_asked_for_is_no_enrolment(tmp_path: Path, written: str) -> None:
    reading = report(tmp_path, row(Transcript_Status=written), row(User_ID="E2"))
    assert reading.rows(RECORDS, "worker_id") == [("E2",)] and reading.quarantined == []


def test_a_status_of_the_portals_own_and_a_completion_without_a_date_are_quarantined(tmp_path: Path) -> None:
    reading = report(
        tmp_path,
        row(User_ID="E2", Transcript_Status="Signed off"),
        row(User_ID="E3", Transcript_Status="Completed"),
        row(User_ID="E4"),
        row(User_ID="E5", Transcript_Due_Date="31.12.2025"),
        row(User_ID="E6"),
        row(User_ID="E7"),
    )
    assert sorted(reading.quarantined, key=repr) == [
        (RECORDS, 2, "status", "a value that the column map does not know"),
        (RECORDS, 3, None, "completed rows say when"),
        (RECORDS, 5, "due_date", "expected a date in the map's format"),
    ]
    assert reading.rows(RECORDS, "worker_id") == [("E4",), ("E6",), ("E7",)]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("01-02-2025", dt.date(2025, 1, 2)),
        ("01-02-2025 11:11", dt.date(2025, 1, 2)),
        ("01-02-2025 23:30 -0500", dt.date(2025, 1, 3)),
        ("1/2/2025", dt.date(2025, 1, 2)),
        ("1/2/2025 11:59:00 PM", dt.date(2025, 1, 2)),
        ("2025-01-02", dt.date(2025, 1, 2)),
    ],
)
def test_due_dates_come_with_and_without_a_time_and_an_offset(tmp_path: Path, written: str, day: dt.date) -> None:
    assert report(tmp_path, row(Transcript_Due_Date=written)).rows(RECORDS, "due_date") == [(day,)]


def test_a_registration_is_known_by_number_else_by_date_else_by_its_object(tmp_path: Path) -> None:
    reading = report(
        tmp_path,
        row(Transcript_Registration_Number="1"),
        row(Transcript_Registration_Number="2", Transcript_Registration_Date="1/5/2026 8:00 AM"),
        row(Transcript_Registration_Number=""),
        row(Transcript_Registration_Number="", Transcript_Registration_Date=""),
    )
    assert reading.rows(RECORDS, "record_id") == [
        ("E1|0a1b",),
        ("E1|0a1b|1",),
        ("E1|0a1b|1/5/2025 8:00 AM",),
        ("E1|0a1b|2",),
    ]


def test_recurrences_that_nothing_tells_apart_are_quarantined_and_no_key_shows_a_person(tmp_path: Path) -> None:
    header = ["User ID", "Training Title", "Transcript Status", "Transcript Completed Date"]
    done = {"Transcript Status": "Completed"}
    reading = report(
        tmp_path,
        done | {"Transcript Completed Date": "1/31/2024"},
        done | {"Transcript Completed Date": "1/31/2025"},
        row(User_ID="E2"),
        row(User_ID="E3"),
        header=header,
    )
    reason = "the key stands twice with different values"
    assert reading.quarantined == [(RECORDS, 2, None, reason), (RECORDS, 3, None, reason)]
    assert reading.rows(RECORDS, "record_id") == [("E2|Leading, part 1",), ("E3|Leading, part 1",)]
    for table in read_column_map("cornerstone").feeds["transcript"].tables:
        assert table.table == COURSES or table.columns["record_id"].names_person


def test_external_training_is_known_by_user_title_and_start_and_was_entered_later(tmp_path: Path) -> None:
    external = row(
        Training_Type="External Training",
        Training_Object_ID="ffff",
        Training_Title="Negotiating",
        Training_Start_Date="1/10/2025 9:00 AM",
        Transcript_Registration_Date="3/1/2025 8:00 AM",
        Transcript_Status="Completed",
        Transcript_Completed_Date="1/11/2025 5:00 PM",
    )
    reading = report(tmp_path, external)
    assert reading.rows(RECORDS, "record_id", "course_id", "enrolled_at", "started_at", "completed_at") == [
        (
            "E1|Negotiating|1/10/2025 9:00 AM",
            "Negotiating",
            None,
            dt.datetime(2025, 1, 10, 9),
            dt.datetime(2025, 1, 11, 17),
        )
    ]
    assert reading.rows(COURSES) == [] and reading.quarantined == []


def test_labels_may_have_their_section_before_them(tmp_path: Path) -> None:
    wanted = report(tmp_path, row(Transcript_Due_Date="02-01-2025"), row(User_ID="E2"))
    text = (
        "User - User ID,Transcript - Transcript Status,Training - Training Object ID,Training - Training Title,"
        "Training - Training Type,Training - Training Hours,Transcript - Transcript Registration Number,"
        "Transcript - Transcript Registration Date,Transcript - Transcript Completed Date,Transcript - Transcript Due Date\n"
        'E1,Registered,0a1b,"Leading, part 1",Online Class,2.5,1,1/5/2025 8:00 AM,,02-01-2025\n'
        'E2,Registered,0a1b,"Leading, part 1",Online Class,2.5,1,1/5/2025 8:00 AM,,\n'
    )
    reading = read_export(write(tmp_path, "qualified.csv", text), "cornerstone")
    assert reading.rows(RECORDS) == wanted.rows(RECORDS) and reading.rows(COURSES) == wanted.rows(COURSES)


def test_the_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    rows = (row(Transcript_Status="In Progress"), row(User_ID="E2"))
    turned = report(tmp_path, *rows, header=HEADER[::-1])
    assert report(tmp_path, *rows).rows(RECORDS) == turned.rows(RECORDS)


def test_a_report_without_its_statuses_is_refused(tmp_path: Path) -> None:
    header = [label for label in HEADER if label != "Transcript Status"]
    with pytest.raises(UnreadableFile, match="needs 'Transcript Status'"):
        report(tmp_path, {}, header=header)
