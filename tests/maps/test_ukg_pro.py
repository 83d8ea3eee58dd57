"""UKG Pro's history of jobs: no ends, several changes of one day, flags that say what a change was."""

import csv
import datetime as dt
import io
from pathlib import Path

from .reading import Reading, read_export, write

HEADINGS = (
    "id,company_id,employee_id,job_id,location_id,organization_level_1_id,organization_level_2_id,organization_level_3_id,"
    "organization_level_4_id,supervisor_id,annual_salary,date_time_created,employee_type,job_effective_date,job_title,"
    "is_promotion,is_transfer,is_orgchange,is_rate_change,is_job_change,_fivetran_deleted\n"
)
HISTORY = HEADINGS + (
    "h3,C1,E1,J2,L1,DIV,DEP,TEAM,,E9,60000,2020-06-20T10:00:00,REG,2020-07-01,Engineer II,true,true,false,true,true,false\n"
    "h1,C1,E1,J1,L1,DIV,DEP,,,E9,50000,2018-01-10T09:00:00,REG,2018-01-15,Engineer,false,false,false,false,false,false\n"
    "h2,C1,E1,J2,L1,DIV,DEP,,,E9,60000,2020-06-20T09:00:00,REG,2020-07-01,Enginer II,false,false,true,true,true,false\n"
    "h4,C2,E1,J7,L2,DIV,,,,E8,9000,2021-01-05T09:00:00,TMP,2021-01-01,Tutor,false,false,false,true,false,false\n"
    "h5,C1,E2,J1,L1,DIV,DEP,,,E9,1,2021-01-05T09:00:00,REG,2021-01-01,Engineer,false,true,false,false,false,false\n"
    "h6,C1,E2,J1,L1,DIV,DEP,,,E9,1,,REG,2021-02-01,Engineer,false,false,false,false,true,false\n"
    "h7,C1,E2,J1,L1,DIV,DEP,,,E9,1,,REG,2021-03-01,Engineer,false,false,false,false,true,true\n"
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def read(folder: Path, content: str) -> Reading:
    return read_export(write(folder, "table.csv", content), "ukg_pro")


def test_each_change_is_one_row_and_says_with_one_word_what_it_was(tmp_path: Path) -> None:
    reading = read(tmp_path, HISTORY)
    assert reading.feed == "job_history" and reading.quarantined == []
    columns = ["worker_id", "assignment_id", "valid_from", "valid_to", "title", "org_unit_id", "manager_id", "event_reason"]
    assert reading.rows("hris.job_assignments", *columns) == [
        ("E1", "C1", day("2018-01-15"), None, "Engineer", "DEP", "E9", None),
        ("E1", "C1", day("2020-07-01"), None, "Engineer II", "TEAM", "E9", "promotion"),
        ("E1", "C1", day("2020-07-01"), None, "Enginer II", "DEP", "E9", "reorganisation"),
        ("E1", "C2", day("2021-01-01"), None, "Tutor", "DIV", "E8", "rate_change"),
        ("E2", "C1", day("2021-01-01"), None, "Engineer", "DEP", "E9", "transfer"),
        ("E2", "C1", day("2021-02-01"), None, "Engineer", "DEP", "E9", "job_change"),
    ]


def test_of_two_changes_of_one_day_the_one_entered_last_holds(tmp_path: Path) -> None:
    rows = read(tmp_path, HISTORY).rows("hris.job_assignments", "valid_from", "sequence", "title")
    assert max(row for row in rows if row[0] == day("2020-07-01"))[2] == "Engineer II"


def changes(*days: tuple[str, str]) -> str:
    rows = (f"n{i},C1,{who},J1,L1,DIV,,,,,,,REG,{on},Job {i},false,false,,,true,\n" for i, (who, on) in enumerate(days))
    return HEADINGS + "".join(rows)


def test_changes_of_one_day_that_nothing_orders_are_both_quarantined(tmp_path: Path) -> None:
    days = [("E1", "2021-02-01"), ("E2", "2021-02-01"), ("E1", "2021-02-01"), ("E3", "2021-02-01"), ("E1", "2021-02-02")]
    reading = read(tmp_path, changes(*days))
    assert reading.quarantined == [
        ("hris.job_assignments", 2, None, "the key stands twice with different values"),
        ("hris.job_assignments", 4, None, "the key stands twice with different values"),
    ]
    assert reading.rows("hris.job_assignments", "worker_id", "title") == [("E1", "Job 4"), ("E2", "Job 1"), ("E3", "Job 3")]


def test_a_change_of_no_day_is_quarantined(tmp_path: Path) -> None:
    reading = read(tmp_path, changes(("E1", "2021-02-01"), ("E2", "15 Jan 2018"), ("E3", "2021-02-01")))
    assert reading.quarantined == [
        ("hris.job_assignments", 3, "valid_from", "expected a date in the map's format"),
    ]
    assert reading.rows("hris.job_assignments", "worker_id") == [("E1",), ("E3",)]


def test_pay_without_a_currency_is_not_read(tmp_path: Path) -> None:
    assert sorted(read(tmp_path, HISTORY).tables) == ["hris.job_assignments"]


def test_the_order_of_columns_means_nothing(tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(row[::-1] for row in csv.reader(io.StringIO(HISTORY)))
    assert read(tmp_path, out.getvalue()).rows("hris.job_assignments") == read(tmp_path, HISTORY).rows(
        "hris.job_assignments"
    )
