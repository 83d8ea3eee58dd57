"""Personio: e-mails as ids, people who have not begun, contracts that end without anybody leaving."""

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

PEOPLE = """\
First name;Last name;Gender;Position;Email;Office;Sub-company;Status;Hire date;Contract end date;End of employment;\
Supervisor;Weekly hours;Department;Employment type
Ada;Example;female;Head;Ada@Example.org;Oslo;Example AS;Active;2010-01-31;;;;40;Board;Internal employee
Bo;Sample;male;Seller;bo@example.org;Bergen;Example AS;Leave;01.02.2015;31.12.2027;;Ada Example;37.5;Sales;Internal employee
Cy;Model;diverse;Seller;cy@example.org;Bergen;Example AS;Inactive;2016-03-01;;31.12.2020;Bo Sample;20;Sales;External employee
Di;Pattern;;Seller;di@example.org;Bergen;Example AS;Onboarding;2026-03-01;;;Bo Sample;40;Sales;Internal employee
Ed;Gone;undefined;Seller;ed@example.org;Bergen;Example AS;Inactive;2016-03-01;;;Bo Sample;40;Sales;Internal employee
"""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def read(folder: Path, content: str) -> Reading:
    return read_export(write(folder, "export.csv", content), "personio")


def test_who_is_on_leave_or_not_yet_there_is_hired_and_only_a_stated_end_is_one(tmp_path: Path) -> None:
    reading = read(tmp_path, PEOPLE)
    assert reading.feed == "employees" and reading.quarantined == []
    assert reading.rows("hris.workers", "worker_id", "hire_date", "exit_date") == [
        ("ada@example.org", day("2010-01-31"), None),
        ("bo@example.org", day("2015-02-01"), None),
        ("cy@example.org", day("2016-03-01"), day("2021-01-01")),
        ("di@example.org", day("2026-03-01"), None),
    ], "the end of a contract is no exit, and an inactive person without an end is told of by nobody"


def test_people_are_their_mails_and_their_supervisors_are_names(tmp_path: Path) -> None:
    reading = read(tmp_path, PEOPLE)
    columns = ["worker_id", "title", "org_unit_id", "manager_id", "location", "legal_entity", "weekly_hours"]
    assert reading.rows("hris.job_assignments", *columns)[:2] == [
        ("ada@example.org", "Head", "Board", None, "Oslo", "Example AS", Decimal("40.0000")),
        ("bo@example.org", "Seller", "Sales", "ada example", "Bergen", "Example AS", Decimal("37.5000")),
    ]
    identifiers = reading.rows("hris.identifiers", "worker_id", "kind", "value")
    assert len(identifiers) == 10 and identifiers[:2] == [
        ("ada@example.org", "display_name", "Ada Example"),
        ("ada@example.org", "email", "ada@example.org"),
    ]
    assert reading.rows("hris.org_units", "org_unit_id") == [("Board",), ("Sales",)]
    assert [value for _, value in reading.rows("hris.worker_attributes", "worker_id", "value")] == [
        "female", "male", "nonbinary", "undisclosed",
    ]  # fmt: skip


def test_the_same_people_stand_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    rows = list(csv.reader(io.StringIO(PEOPLE), delimiter=";"))
    pl.DataFrame(rows[1:], schema=rows[0], orient="row").write_excel(path)
    workbook, text = read_export(path, "personio"), read(tmp_path, PEOPLE)
    for table in text.tables:
        assert workbook.rows(table) == text.rows(table)


def test_hours_with_a_decimal_comma_are_quarantined_and_not_taken_for_hundreds(tmp_path: Path) -> None:
    reading = read(tmp_path, PEOPLE.replace("37.5", "37,5"))
    assert reading.quarantined == [("hris.job_assignments", 3, "weekly_hours", "expected a number")]


def test_an_export_without_ends_of_employment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="End of employment"):
        read(tmp_path, PEOPLE.replace("End of employment", "Left"))


def test_the_order_of_columns_means_nothing(tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(row[::-1] for row in csv.reader(io.StringIO(PEOPLE), delimiter=";"))
    reading, turned = read(tmp_path, PEOPLE), read(tmp_path, out.getvalue())
    for table in reading.tables:
        assert turned.rows(table) == reading.rows(table)
