"""AdventureWorks: the same tables without names, as Microsoft ships them, and with, as tools save them."""

import csv
from pathlib import Path

import pytest

from .reading import read_export, write

FOLDER = "hris/adventureworks"
TABLES = ("Department", "Employee", "EmployeeDepartmentHistory", "EmployeePayHistory")


def test_a_row_of_names_is_no_department(tmp_path: Path) -> None:
    rows = [["DepartmentID", "Name", "GroupName", "ModifiedDate"], ["1", "Engineering", "Research", "2008-04-30"]]
    for name, delimiter in (("Department.csv", "\t"), ("Department_2.csv", ",")):
        text = "".join(delimiter.join(row) + "\n" for row in rows)
        reading = read_export(write(tmp_path, name, text), "adventureworks")
        assert (reading.feed, reading.quarantined) == ("department_with_names", [])
        assert reading.rows("hris.org_units", "org_unit_id", "parent_id") == [("1", "Research"), ("Research", None)]


def test_a_file_without_names_loses_no_row_to_them(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "Department.csv", "1\tEngineering\tResearch\t2008-04-30\n"), "adventureworks")
    assert reading.feed == "department"
    assert reading.rows("hris.org_units", "org_unit_id") == [("1",), ("Research",)]


@pytest.mark.real_data
@pytest.mark.parametrize("name", TABLES)
def test_the_real_tables_say_the_same_with_names_and_without(shared_data: Path, name: str) -> None:
    named_path = shared_data / FOLDER / "with_headers" / f"{name}.csv"
    plain = read_export(shared_data / FOLDER / f"{name}.csv", "adventureworks")
    named = read_export(named_path, "adventureworks")
    with named_path.open(newline="", encoding="utf-8-sig") as handle:
        n_rows = len(list(csv.DictReader(handle)))
    assert named.feed == f"{plain.feed}_with_names" and not named.quarantined
    assert {table: named.rows(table) for table in named.tables} == {table: plain.rows(table) for table in plain.tables}
    assert max(len(named.rows(table)) for table in named.tables) >= n_rows
