"""OrangeHRM: people without employment, under headings with apostrophes and slashes."""

import csv
import io
from pathlib import Path

import pytest

from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

HEADINGS = (
    "first_name,middle_name,last_name,employee_id,other_id,driver's_license_no,license_expiry_date,gender,marital_status,"
    "nationality,date_of_birth,address_street_1,address_street_2,city,state/province,zip/postal_code,country,home_telephone,"
    "mobile,work_telephone,work_email,other_email\n"
)
PEOPLE = HEADINGS + (
    'Ada,,Example,0001,,,,Female,Single,,1980-01-01,"1, Example Street",,Oslo,,0001,Norway,,,,ada@example.org,'
    "private@example.org\n"
    "Bo,B,Sample,0002,,,,Male,,,,,,,,,,,,,,\n"
    "Cy,,Model,0003,,,,,,,,,,,,,,,,,cy@example.org,\n"
)


def read(folder: Path, content: str) -> Reading:
    return read_export(write(folder, "list.csv", content), "orangehrm")


def test_the_list_tells_who_people_are_and_not_that_they_are_employed(tmp_path: Path) -> None:
    reading = read(tmp_path, PEOPLE)
    assert reading.feed == "people" and reading.quarantined == []
    assert sorted(reading.tables) == ["hris.identifiers", "hris.worker_attributes"]
    assert reading.rows("hris.identifiers", "worker_id", "kind", "value") == [
        ("0001", "email", "ada@example.org"),
        ("0001", "name", "Example, Ada"),
        ("0002", "name", "Sample, Bo"),
        ("0003", "email", "cy@example.org"),
        ("0003", "name", "Model, Cy"),
    ]
    assert reading.rows("hris.worker_attributes", "worker_id", "attribute", "value") == [
        ("0001", "gender", "female"),
        ("0002", "gender", "male"),
    ]


def test_private_mail_is_not_read(tmp_path: Path) -> None:
    assert "private@example.org" not in repr(read(tmp_path, PEOPLE).tables)


def test_people_without_an_employee_id_are_quarantined(tmp_path: Path) -> None:
    reading = read(tmp_path, PEOPLE + "Di,,Pattern,,,,,Female,,,,,,,,,,,,,,\n")
    assert reading.quarantined == [
        ("hris.identifiers", 5, "worker_id", "must not be empty"),
        ("hris.worker_attributes", 5, "worker_id", "must not be empty"),
    ]


def test_a_list_with_other_headings_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="employee_id"):
        read(tmp_path, PEOPLE.replace("employee_id", "staff_no"))


def test_the_order_of_columns_means_nothing(tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(row[::-1] for row in csv.reader(io.StringIO(PEOPLE)))
    reading, turned = read(tmp_path, PEOPLE), read(tmp_path, out.getvalue())
    for table in reading.tables:
        assert turned.rows(table) == reading.rows(table)
