"""OULAD: days counted from starts that nobody published, so states are read and no date is made up."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from ingest.column_map import read_column_map
from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

RECORDS, COURSES = "lms.learning_records", "lms.courses"
FOLDER = "lms/oulad"
HEADER = "code_module,code_presentation,id_student,date_registration,date_unregistration\n"
DATED = ("enrolled_at", "started_at", "completed_at", "due_date")


def registrations(folder: Path, *rows: str, header: str = HEADER) -> Reading:
    text = "\ufeff" + header + "".join(row + "\n" for row in rows)
    return read_export(write(folder, "student_registration.csv", text), "oulad")


@pytest.mark.parametrize("nothing", ["", "NA", "?"])
def test_who_unregistered_is_withdrawn_and_everybody_else_enrolled(tmp_path: Path, nothing: str) -> None:
    reading = registrations(tmp_path, f"AAA,2013J,11,-159,{nothing}", "AAA,2013J,12,-20,-5", f"BBB,2014B,13,{nothing},40")
    assert reading.feed == "registrations" and reading.quarantined == []
    assert reading.rows(RECORDS, "record_id", "worker_id", "course_id", "status") == [
        ("AAA|2013J|11", "11", "AAA|2013J", "enrolled"),
        ("AAA|2013J|12", "12", "AAA|2013J", "withdrawn"),
        ("BBB|2014B|13", "13", "BBB|2014B", "withdrawn"),
    ]


def test_days_from_an_unknown_start_become_no_date(tmp_path: Path) -> None:
    reading = registrations(tmp_path, "AAA,2013J,11,-159,", "AAA,2013J,12,0,12")
    assert set(reading.rows(RECORDS, *DATED)) == {(None,) * 4}


def test_a_student_may_come_back_in_another_presentation(tmp_path: Path) -> None:
    reading = registrations(tmp_path, "AAA,2013J,11,-159,3", "AAA,2014J,11,-20,", "BBB,2014J,11,-20,")
    assert reading.rows(RECORDS, "course_id", "status") == [
        ("AAA|2013J", "withdrawn"),
        ("AAA|2014J", "enrolled"),
        ("BBB|2014J", "enrolled"),
    ]


def test_a_registration_without_its_student_is_quarantined(tmp_path: Path) -> None:
    reading = registrations(tmp_path, "AAA,2013J,11,-159,", "AAA,2013J,,0,", "AAA,2013J,13,0,")
    assert sorted(reading.quarantined) == [
        (RECORDS, 3, "record_id", "must not be empty"),
        (RECORDS, 3, "worker_id", "must not be empty"),
    ]


def test_the_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    turned = ",".join(HEADER.strip().split(",")[::-1]) + "\n"
    wanted = registrations(tmp_path, "AAA,2013J,11,-159,", "AAA,2013J,12,0,4").rows(RECORDS)
    assert registrations(tmp_path, ",-159,11,2013J,AAA", "4,0,12,2013J,AAA", header=turned).rows(RECORDS) == wanted


def test_presentations_are_the_catalogue(tmp_path: Path) -> None:
    path = write(tmp_path, "course.csv", "code_module,code_presentation,module_presentation_length\nAAA,2013J,268\n")
    reading = read_export(path, "oulad")
    assert reading.feed == "presentations"
    assert reading.rows(COURSES, "course_id", "title", "kind", "hours") == [
        ("AAA|2013J", "AAA", "module_presentation", None)
    ]


def test_keys_that_hold_a_student_leave_as_tokens() -> None:
    for table in read_column_map("oulad").feeds["registrations"].tables:
        assert table.columns["record_id"].names_person


@pytest.mark.real_data
def test_the_published_registrations_are_read_whole(shared_data: Path) -> None:
    path = shared_data / FOLDER / "student_registration.csv"
    with open(path, encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    reading = read_export(path, "oulad")
    found = Counter(reading.tables[RECORDS]["status"].to_list())
    given_up = sum(1 for row in rows if row["date_unregistration"] not in ("", "NA", "?"))
    assert reading.quarantined == [] and reading.unplaced == []
    assert (found["withdrawn"], found["enrolled"]) == (given_up, len(rows) - given_up) == (10_072, 22_521)
    assert len(reading.rows(RECORDS)) == 32_593
    assert len({row["id_student"] for row in rows}) == reading.tables[RECORDS]["worker_id"].n_unique() == 28_785


@pytest.mark.real_data
def test_every_registration_is_for_a_published_presentation(shared_data: Path) -> None:
    courses = read_export(shared_data / FOLDER / "course.csv", "oulad")
    records = read_export(shared_data / FOLDER / "student_registration.csv", "oulad")
    assert len(courses.rows(COURSES)) == 22
    assert set(records.tables[RECORDS]["course_id"]) == set(courses.tables[COURSES]["course_id"])


@pytest.mark.real_data
def test_the_published_assessments_fit_no_feed(shared_data: Path) -> None:
    with pytest.raises(UnreadableFile, match="fits no feed of column map oulad"):
        read_export(shared_data / FOLDER / "assessment.csv", "oulad")
