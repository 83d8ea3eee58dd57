"""IBM's attrition data set: a snapshot of jobs without a single date, and what may not be made of it."""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

PEOPLE = """\
Age,Attrition,Department,EmployeeNumber,Gender,JobLevel,JobRole,MonthlyIncome,Over18,StandardHours,YearsAtCompany
60,Yes,Shop,9001,Female,4,Buyer,1111,Y,80,3
61,No,Laboratory,9002,Male,3,Taster,2222,Y,80,12
62,No,Shop,9003,Male,5,Buyer,3333,Y,80,1
"""
REAL = "hris/ibm_attrition/emp_attrition_ibm_apache2.csv"


def read(folder: Path, content: str) -> Reading:
    return read_export(write(folder, "copy.csv", content), "ibm_attrition")


def test_only_those_who_stayed_have_a_job_and_nobody_has_a_hire_date(tmp_path: Path) -> None:
    reading = read(tmp_path, "\ufeff" + PEOPLE)
    assert reading.quarantined == [] and "hris.workers" not in reading.tables
    never = dt.date(1900, 1, 1)
    assert reading.rows("hris.job_assignments", "worker_id", "valid_from", "title", "level", "org_unit_id") == [
        ("9002", never, "Taster", 3, "Laboratory"),
        ("9003", never, "Buyer", 5, "Shop"),
    ]
    assert reading.rows("hris.worker_attributes", "worker_id", "value") == [
        ("9001", "female"),
        ("9002", "male"),
        ("9003", "male"),
    ]
    assert reading.rows("hris.org_units", "org_unit_id") == [("Laboratory",), ("Shop",)]


def test_a_copy_with_recoded_categories_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="3 of 3 rows"):
        read(tmp_path, PEOPLE.replace("Female", "0").replace("Male", "1").replace("Yes", "1").replace("No,", "0,"))


def test_the_order_of_columns_means_nothing(tmp_path: Path) -> None:
    turned = read(tmp_path, "".join(",".join(line.split(",")[::-1]) + "\n" for line in PEOPLE.splitlines()))
    reading = read(tmp_path, PEOPLE)
    for table in reading.tables:
        assert turned.rows(table) == reading.rows(table)


@pytest.mark.real_data
def test_the_real_set_gives_the_jobs_of_1233_of_1470_people(shared_data: Path) -> None:
    with open(shared_data / REAL, encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    reading = read_export(shared_data / REAL, "ibm_attrition")
    assert reading.quarantined == [] and reading.unplaced == [] and len(rows[0]) == 35
    stayed = [row for row in rows if row["Attrition"] == "No"]
    assert (len(rows), len(stayed)) == (1470, 1233)
    wanted = Counter((row["EmployeeNumber"], row["JobRole"], int(row["JobLevel"]), row["Department"]) for row in stayed)
    found = reading.rows("hris.job_assignments", "worker_id", "title", "level", "org_unit_id")
    assert Counter(found) == wanted
    genders = Counter(row["Gender"].lower() for row in rows)
    assert Counter(value for (value,) in reading.rows("hris.worker_attributes", "value")) == genders
    assert {unit for (unit,) in reading.rows("hris.org_units", "org_unit_id")} == {row["Department"] for row in rows}
