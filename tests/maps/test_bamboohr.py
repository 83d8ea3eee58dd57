"""BambooHR: reports by field ids and by display names, as CSV and JSON, and jobs of a table without ends."""

import csv
import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

IDS = """\
id,displayName,firstName,lastName,gender,jobTitle,department,location,division,supervisor,status,employeeNumber,\
employmentHistoryStatus,terminationDate,hireDate
4,Ada Example,Ada,Example,Female,Head,Board,"Oslo, Norway",Europe,,Active,101,Full-Time,0000-00-00,2010-01-31
5,Bo Sample,Bo,Sample,,Seller,Sales,"Bergen, Norway",Europe,"Example, Ada",Inactive,102,Terminated,2021-12-31,2015-02-01
"""

NAMES = """\
"Employee #","Display Name","First Name","Last Name","Gender","Job Title","Department","Location","Supervisor name",\
"Status","Employment Status","Termination Date","Hire Date"
"101","Ada Example","Ada","Example","Female","Head","Board","Oslo, Norway","","Active","Full-Time","0000-00-00","2010-01-31"
"102","Bo Sample","Bo","Sample","","Seller","Sales","Bergen, Norway","Example, Ada","Inactive","Terminated","2021-12-31",\
"2015-02-01"
"""

JOBS: list[dict[str, Any]] = [
    {"id": "12", "employeeId": "5", "date": "2018-07-01", "location": "Oslo", "department": "Sales", "division": "Europe"}
    | {"jobTitle": "Senior Seller", "reportsTo": "Ada Example"},
    {"id": "9", "employeeId": "5", "date": "2015-02-01", "location": "Bergen", "department": "Sales", "division": None}
    | {"jobTitle": "Seller", "reportsTo": None},
    {"id": "11", "employeeId": "5", "date": "2018-07-01", "location": "Oslo", "department": "Sales", "division": "Europe"}
    | {"jobTitle": "Seler", "reportsTo": "Ada Example"},
]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def read(folder: Path, content: str, name: str = "export.csv") -> Reading:
    return read_export(write(folder, name, content), "bamboohr")


def told(reading: Reading) -> list[list[tuple[Any, ...]]]:
    """What does not hang on the ids by which a report names people."""
    columns = ["valid_from", "job_id", "title", "org_unit_id", "location", "worker_category", "manager_id"]
    return [
        reading.rows("hris.workers", "hire_date", "exit_date"),
        reading.rows("hris.job_assignments", *columns),
        reading.rows("hris.org_units"),
        reading.rows("hris.worker_attributes", "attribute", "value"),
    ]


def test_a_report_by_ids_ends_employment_after_the_termination_date_and_zeros_are_no_date(tmp_path: Path) -> None:
    reading = read(tmp_path, IDS)
    assert reading.feed == "report" and reading.quarantined == []
    assert reading.rows("hris.workers", "worker_id", "hire_date", "exit_date") == [
        ("4", day("2010-01-31"), None),
        ("5", day("2015-02-01"), day("2022-01-01")),
    ]
    assert reading.rows("hris.identifiers", "worker_id", "kind", "value") == [
        ("4", "display_name", "Ada Example"),
        ("4", "login", "101"),
        ("4", "name", "Example, Ada"),
        ("5", "display_name", "Bo Sample"),
        ("5", "login", "102"),
        ("5", "name", "Sample, Bo"),
    ]


def test_a_report_by_names_tells_the_same_of_people_by_their_employee_numbers(tmp_path: Path) -> None:
    by_ids, by_names = read(tmp_path, IDS), read(tmp_path, NAMES)
    assert by_names.feed == "report_by_names" and by_names.quarantined == []
    assert told(by_names) == told(by_ids)
    assert told(by_ids)[1] == [
        (day("1900-01-01"), "Head", "Head", "Board", "Oslo, Norway", "Full-Time", None),
        (day("1900-01-01"), "Seller", "Seller", "Sales", "Bergen, Norway", "Terminated", "example, ada"),
    ]
    assert by_names.rows("hris.workers", "worker_id") == [("101",), ("102",)]


@pytest.mark.parametrize("heading", ["Supervisor", "Reporting to", "Reports To"])
def test_the_supervisors_heading_may_vary(tmp_path: Path, heading: str) -> None:
    assert told(read(tmp_path, NAMES.replace("Supervisor name", heading))) == told(read(tmp_path, NAMES))


def test_the_answer_as_json_is_the_report(tmp_path: Path) -> None:
    rows = [{name: value or None for name, value in row.items()} for row in csv.DictReader(io.StringIO(IDS))]
    fields = [{"id": "hireDate", "type": "date", "name": "Hire Date"}]
    answer = read(tmp_path, json.dumps({"title": "All", "fields": fields, "employees": rows}), "report.json")
    assert answer.feed == "report_json" and told(answer) == told(read(tmp_path, IDS))


def test_jobs_without_ends_are_ordered_by_day_and_by_the_tables_own_id(tmp_path: Path) -> None:
    reading = read(tmp_path, json.dumps(JOBS), "jobInfo.json")
    assert reading.feed == "job_info" and reading.quarantined == []
    columns = ["worker_id", "layer", "valid_from", "sequence", "valid_to", "title", "org_unit_id", "location", "manager_id"]
    assert reading.rows("hris.job_assignments", *columns) == [
        ("5", 1, day("2015-02-01"), 9, None, "Seller", "Sales", "Bergen", None),
        ("5", 1, day("2018-07-01"), 11, None, "Seler", "Sales", "Oslo", "ada example"),
        ("5", 1, day("2018-07-01"), 12, None, "Senior Seller", "Sales", "Oslo", "ada example"),
    ]


def test_the_employment_status_has_a_history_of_its_own_over_the_other_two(tmp_path: Path) -> None:
    statuses = [
        {"id": "3", "employeeId": "5", "date": "2021-12-31", "employmentStatus": "Terminated", "comment": "private"},
        {"id": "1", "employeeId": "5", "date": "2015-02-01", "employmentStatus": "Full-Time", "comment": None},
    ]
    reading = read(tmp_path, json.dumps(statuses), "employmentStatus.json")
    assert reading.feed == "employment_status" and reading.quarantined == []
    assert reading.rows("hris.job_assignments", "worker_id", "layer", "valid_from", "sequence", "worker_category") == [
        ("5", 2, day("2015-02-01"), 1, "Full-Time"),
        ("5", 2, day("2021-12-31"), 3, "Terminated"),
    ]
    assert "private" not in repr(reading.tables)


def test_a_table_of_one_person_ends_nobody_elses_jobs(workshop: Callable[..., Any]) -> None:
    shop = workshop({"hr": {"map": "bamboohr"}})
    other = {**JOBS[0], "employeeId": "6", "id": "20"}
    shop.land("hr", "all.json", json.dumps([*JOBS, other]))
    # one of the three jobs was entered by mistake and is gone
    shop.land("hr", "one.json", json.dumps(JOBS[:2]))
    shop.ingest("all.json")
    shop.accept()
    shop.ingest("one.json")
    shop.accept()
    assert shop.rows("select op, valid_from, sequence from hris.job_assignments where load_seq = 2") == [
        ("d", day("2018-07-01"), 11)
    ]


def test_a_job_of_no_day_is_quarantined(tmp_path: Path) -> None:
    jobs = [*JOBS, {**JOBS[0], "id": "13", "date": "0000-00-00"}]
    reading = read(tmp_path, json.dumps(jobs), "jobInfo.json")
    assert reading.quarantined == [("hris.job_assignments", 4, "valid_from", "must not be empty")]


def test_a_report_without_termination_dates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="Termination Date"):
        read(tmp_path, NAMES.replace("Termination Date", "Left"))


@pytest.mark.parametrize("content", [IDS, NAMES])
def test_the_order_of_columns_means_nothing(tmp_path: Path, content: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(row[::-1] for row in csv.reader(io.StringIO(content)))
    reading, turned = read(tmp_path, content), read(tmp_path, out.getvalue())
    for table in reading.tables:
        assert turned.rows(table) == reading.rows(table)


@pytest.mark.real_data
def test_the_recorded_answer_says_the_same_as_json_as_csv_and_by_names(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "hris/bamboohr"
    answer = json.loads((folder / "custom_report_response.json").read_bytes())
    by_ids = read_export(folder / "employees_custom_report.csv", "bamboohr")
    by_json = read_export(folder / "custom_report_response.json", "bamboohr")
    assert (by_ids.feed, by_json.feed) == ("report", "report_json")
    for table in by_ids.tables:
        assert by_json.rows(table) == by_ids.rows(table)

    # the same rows under the names that the recorder's own tenant gives the fields
    shown = {field["id"]: field["name"] for field in answer["fields"]}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(shown.values())
    writer.writerows([row[name] for name in shown] for row in answer["employees"])
    by_names = read(tmp_path, out.getvalue())
    assert by_names.feed == "report_by_names" and told(by_names) == told(by_ids)

    employees = answer["employees"]
    left = [row for row in employees if row["terminationDate"] != "0000-00-00"]
    exits = by_json.rows("hris.workers", "exit_date")
    assert (len(exits), sum(1 for (gone,) in exits if gone)) == (len(employees), len(left)) == (103, 17)
    managers = Counter(row["supervisor"].lower() if row["supervisor"] else None for row in employees)
    assert Counter(manager for (manager,) in by_json.rows("hris.job_assignments", "manager_id")) == managers
    assert managers[None] == 1


@pytest.mark.real_data
def test_the_fixture_of_the_job_table_is_three_jobs_on_end(shared_data: Path) -> None:
    path = shared_data / "hris/bamboohr/mangothecat_fixtures/employees_123_tables_jobInfo.json"
    reading = read_export(path, "bamboohr")
    rows = json.loads(path.read_bytes())
    assert reading.feed == "job_info" and reading.quarantined == [] and len(rows) == 3
    assert reading.rows("hris.job_assignments", "valid_from", "title", "valid_to") == sorted(
        (day(row["date"]), row["jobTitle"], None) for row in rows
    )


def request(start: str, end: str, kind: str, status: str, changed: str, number: str = "1") -> dict[str, Any]:
    about = {"id": number, "employeeId": "5", "name": "Bo Sample", "start": start, "end": end, "created": "2021-01-01"}
    return about | {"status": {"lastChanged": changed, "status": status}, "type": {"id": "4", "name": kind}, "notes": {}}


def leaves(folder: Path, *requests: dict[str, Any]) -> list[tuple[Any, ...]]:
    reading = read(folder, json.dumps(requests), "time_off_requests.json")
    assert (reading.feed, reading.quarantined) == ("time_off", [])
    return reading.rows("hris.leaves", "worker_id", "kind", "valid_from", "valid_to")


def test_an_approved_leave_lasts_to_its_end_and_a_holiday_is_none(tmp_path: Path) -> None:
    holiday = request("2021-10-04", "2021-10-08", "Holiday", "approved", "2021-06-17")
    asked = request("2022-05-01", "2022-05-31", "Unpaid leave", "requested", "2021-06-17", "2")
    paternity = request("2021-11-01", "2021-11-30", "Paternity", "approved", "2021-06-17", "3")
    assert leaves(tmp_path, holiday, asked, paternity) == [("5", "Paternity", day("2021-11-01"), day("2021-12-01"))]


def test_the_request_that_changed_last_decides_about_a_leave(tmp_path: Path) -> None:
    first = request("2021-11-01", "2021-11-30", "Paternity", "superseded", "2021-06-17")
    longer = request("2021-11-01", "2021-12-31", "Paternity", "approved", "2021-06-20", "2")
    assert leaves(tmp_path, longer, first) == [("5", "Paternity", day("2021-11-01"), day("2022-01-01"))]
    withdrawn = request("2021-11-01", "2021-12-31", "Paternity", "canceled", "2021-07-01", "3")
    assert leaves(tmp_path, withdrawn, longer, first) == []


def test_the_directory_gives_addresses_and_no_jobs(tmp_path: Path) -> None:
    person = {"id": "5", "displayName": "Bo Sample", "preferredName": None, "jobTitle": "Seller", "photoUploaded": True}
    people = [person | {"workEmail": "bo@example.com"}, person | {"id": "6", "workEmail": None}]
    reading = read(tmp_path, json.dumps({"fields": [], "employees": people}), "directory.json")
    assert (reading.feed, set(reading.tables), reading.quarantined) == ("directory", {"hris.identifiers"}, [])
    assert reading.rows("hris.identifiers", "worker_id", "kind", "value") == [("5", "email", "bo@example.com")]


@pytest.mark.real_data
def test_the_recorded_holidays_are_no_leaves(shared_data: Path) -> None:
    path = shared_data / "hris/bamboohr/mangothecat_fixtures/time_off_requests-ace3fd.json"
    assert {one["type"]["name"] for one in json.loads(path.read_text())} == {"Holiday"}
    reading = read_export(path, "bamboohr")
    assert (reading.feed, reading.rows("hris.leaves"), reading.quarantined) == ("time_off", [], [])
