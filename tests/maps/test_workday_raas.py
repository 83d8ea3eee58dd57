"""Workday reports as a service: aliases that tenants choose, chains of managers, and dates that are all inclusive."""

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

USUAL = """\
Employee_ID,Legal_Name_First_Name,Legal_Name_Last_Name,Email_Primary_Work,Gender,Worker_Type,Employee_Type,Hire_Date,\
Original_Hire_Date,Termination_Date,Primary_Termination_Category,Primary_Termination_Reason,Regrettable_Termination,Rehire,\
Position_ID,Job_Profile,Job_Family,Management_Level,Business_Title,Company,Supervisory_Organization_ID,\
Supervisory_Organization,Location,Manager_ID,FTE_Percent,Scheduled_Weekly_Hours,Home_Address-Address_Line_1
10001,Ada,Example,ada@example.org,Female,Employee,Regular,2012-04-01,2012-04-01,,,,,No,P-1,CEO,Executives,\
1 Chief,Chief Executive,Example Ltd,SUP-1,Executive Office,Oslo,,100,40,"1 Example Street
Oslo"
10002,Bo,Sample,bo@example.org,Male,Employee,Regular,2019-01-07,2010-05-03,2023-06-30,\
Terminate_Employee_Voluntary,Career Change,Yes,Yes,P-2,Engineer,Engineering,8 Individual Contributor,"Engineer, Platform",\
Example Ltd,SUP-2,Platform,Bergen,10001,50,20,
10003,Cy,Model,,Not_Declared,Contingent Worker,,2024-02-01,2024-02-01,2024-12-31,Involuntary,End of Contract,No,No,P-3,\
Engineer,Engineering,7 Senior,Senior Engineer,Example Ltd,SUP-2,Platform,Bergen,10001,100,40,
"""

CHAIN = """\
Employee_ID,Full_Name,Hire_Date,Termination_Date,Management_Chain_01,Management_Chain_02,Management_Chain_03,\
Job-Business_Title,Job-Management_Level,Worker-Supervisory_Organization
1,Ada Example,2012-04-01-08:00,,,,,Chief,Executive,Office
2,Bo Sample,2014-04-01+02:00,2020-01-31Z,Ada Example (1),,,Lead,6_Manager,Platform
3,Cy Model,2015-04-01,,Ada Example (1),Bo Sample (2),,Engineer,8_Individual_Contributor,Platform
4,Di Pattern,2016-04-01,,1,2,3,Engineer,8_Individual_Contributor,Platform
"""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def read(folder: Path, content: str) -> Reading:
    return read_export(write(folder, "any_name.csv", content), "workday_raas")


def test_hires_and_terminations_of_a_report_are_spells_that_end_after_the_last_day(tmp_path: Path) -> None:
    reading = read(tmp_path, USUAL)
    assert reading.feed == "workers" and reading.quarantined == [] and reading.unplaced == []
    columns = ["worker_id", "hire_date", "original_hire_date", "exit_date", "exit_reason"]
    assert reading.rows("hris.workers", *columns) == [
        ("10001", day("2012-04-01"), day("2012-04-01"), None, None),
        ("10002", day("2019-01-07"), day("2010-05-03"), day("2023-07-01"), "Career Change"),
        ("10003", day("2024-02-01"), day("2024-02-01"), day("2025-01-01"), "End of Contract"),
    ]
    assert reading.rows("hris.workers", "worker_id", "exit_basis", "is_voluntary", "is_regretted", "is_rehire") == [
        ("10001", "stated", None, None, False),
        ("10002", "stated", True, True, True),
        ("10003", "stated", False, False, False),
    ]


def test_jobs_are_undated_and_levels_rise_with_rank(tmp_path: Path) -> None:
    columns = [
        "worker_id", "valid_from", "job_id", "title", "job_family", "level", "org_unit_id", "manager_id", "position_id",
        "location", "legal_entity", "worker_category", "fte", "weekly_hours",
    ]  # fmt: skip
    never = day("1900-01-01")
    assert read(tmp_path, USUAL).rows("hris.job_assignments", *columns) == [
        (
            "10001", never, "CEO", "Chief Executive", "Executives", 9, "SUP-1", None, "P-1", "Oslo", "Example Ltd",
            "Regular", Decimal("1.0000"), Decimal("40.0000"),
        ),
        (
            "10002", never, "Engineer", "Engineer, Platform", "Engineering", 2, "SUP-2", "10001", "P-2", "Bergen",
            "Example Ltd", "Regular", Decimal("0.5000"), Decimal("20.0000"),
        ),
        (
            "10003", never, "Engineer", "Senior Engineer", "Engineering", 3, "SUP-2", "10001", "P-3", "Bergen",
            "Example Ltd", "Contingent Worker", Decimal("1.0000"), Decimal("40.0000"),
        ),
    ]  # fmt: skip


def test_units_are_told_once_and_people_are_known_by_name_and_email(tmp_path: Path) -> None:
    reading = read(tmp_path, USUAL)
    assert reading.rows("hris.org_units", "org_unit_id", "name", "parent_id", "kind") == [
        ("SUP-1", "Executive Office", None, "supervisory"),
        ("SUP-2", "Platform", None, "supervisory"),
    ]
    assert reading.rows("hris.identifiers", "worker_id", "kind", "value") == [
        ("10001", "email", "ada@example.org"),
        ("10001", "name", "Example, Ada"),
        ("10002", "email", "bo@example.org"),
        ("10002", "name", "Sample, Bo"),
        ("10003", "name", "Model, Cy"),
    ]
    assert reading.rows("hris.worker_attributes", "worker_id", "attribute", "value") == [
        ("10001", "gender", "female"),
        ("10002", "gender", "male"),
        ("10003", "gender", "undisclosed"),
    ]


def test_the_deepest_filled_level_of_a_chain_is_the_manager(tmp_path: Path) -> None:
    reading = read(tmp_path, CHAIN)
    assert reading.rows("hris.job_assignments", "worker_id", "manager_id", "title", "level", "org_unit_id") == [
        ("1", None, "Chief", None, "Office"),
        ("2", "1", "Lead", 4, "Platform"),
        ("3", "2", "Engineer", 2, "Platform"),
        ("4", "3", "Engineer", 2, "Platform"),
    ]


def test_dates_with_the_offset_of_a_zone_are_the_days_they_name(tmp_path: Path) -> None:
    assert read(tmp_path, CHAIN).rows("hris.workers", "worker_id", "hire_date", "exit_date") == [
        ("1", day("2012-04-01"), None),
        ("2", day("2014-04-01"), day("2020-02-01")),
        ("3", day("2015-04-01"), None),
        ("4", day("2016-04-01"), None),
    ]


def test_a_report_without_names_mails_or_units_is_read_for_what_it_has(tmp_path: Path) -> None:
    reading = read(tmp_path, "Employee_ID,Hire_Date,Termination_Date\n1,2020-01-01,\n")
    assert len(reading.rows("hris.workers")) == 1 and reading.quarantined == []
    assert reading.rows("hris.identifiers") == reading.rows("hris.org_units") == []


def reversed_columns(content: str) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(row[::-1] for row in csv.reader(io.StringIO(content)))
    return out.getvalue()


@pytest.mark.parametrize("content", [USUAL, CHAIN])
def test_the_order_of_columns_means_nothing(tmp_path: Path, content: str) -> None:
    reading, turned = read(tmp_path, content), read(tmp_path, reversed_columns(content))
    for table in reading.tables:
        assert turned.rows(table) == reading.rows(table)


def test_a_report_over_active_workers_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="Termination_Date"):
        read(tmp_path, "Employee_ID,Hire_Date,Business_Title\n1,2020-01-01,Engineer\n")


def test_days_before_months_and_own_managers_are_quarantined_with_line_and_column(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "Employee_ID,Hire_Date,Termination_Date,Manager_ID\n"
        "1,2020-01-01,,\n2,2020-01-01,31/12/2020,1\n3,2020-01-01,2019-12-30,3\n4,2020-01-01,,1\n5,2020-01-01,,1\n",
    )
    assert reading.quarantined == [
        ("hris.workers", 3, "exit_date", "expected a date in year-month-day"),
        ("hris.workers", 4, None, "exit is after hire"),
        ("hris.job_assignments", 4, None, "nobody manages themselves"),
    ]
    assert [worker for worker, *_ in reading.rows("hris.workers")] == ["1", "4", "5"]
