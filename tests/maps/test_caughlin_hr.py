"""Teaching data sets that describe employees: spells with dates, and jobs of one day without."""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from .reading import read_export, write

WORKERS, ATTRIBUTES, JOBS = "hris.workers", "hris.worker_attributes", "hris.job_assignments"
SURVIVAL = "id,Start_date,Gender,Race,Pay_hourly,Pay_sat,Turnover,Turnover_date,LOS\n"
PAY_EQUITY = (
    "emp_id,job_title,pay_grade,status,base_pay,job_tenure,pay_grade_tenure,org_tenure,age,educ,perf,sex,race,"
    "data_retrieval_date\n"
)


def test_the_day_of_turnover_is_the_first_day_not_employed(tmp_path: Path) -> None:
    rows = "1,5/4/2014,Man,Black,12,4,1,1/14/2017,986\n2,9/30/2016,Woman,HispanicLatino,12,3,2,5/7/2018,584\n"
    still = "3,3/14/2018,Man,White,12,NA,0,NA,293\n"
    reading = read_export(write(tmp_path, "Survival.csv", SURVIVAL + rows + still), "caughlin_hr")
    assert reading.rows(WORKERS, "worker_id", "hire_date", "exit_date", "is_voluntary") == [
        ("1", dt.date(2014, 5, 4), dt.date(2017, 1, 14), True),
        ("2", dt.date(2016, 9, 30), dt.date(2018, 5, 7), False),
        ("3", dt.date(2018, 3, 14), None, None),
    ]
    assert ("2", "ethnicity", "hispanic") in reading.rows(ATTRIBUTES, "worker_id", "attribute", "value")


def test_a_word_that_the_map_does_not_know_is_quarantined(tmp_path: Path) -> None:
    rows = "1,5/4/2014,Man,Black,12,4,1,1/14/2017,986\n2,9/30/2016,Man,Unheard,12,3,3,5/7/2018,584\n"
    reading = read_export(write(tmp_path, "Survival.csv", SURVIVAL + rows), "caughlin_hr")
    assert sorted((table, line, column) for table, line, column, _ in reading.quarantined) == [
        (ATTRIBUTES, 3, "value"),
        (WORKERS, 3, "is_voluntary"),
    ]


def test_tenures_in_years_hire_nobody(tmp_path: Path) -> None:
    row = "e1,technician 1,e07,nonexempt,51179,4.7,11.0,13.4,44.8,1,9.4,female,asian,2019-04-01\n"
    reading = read_export(write(tmp_path, "PayEquity.csv", PAY_EQUITY + row), "caughlin_hr")
    assert set(reading.tables) == {JOBS, ATTRIBUTES} and not reading.quarantined
    assert reading.rows(JOBS, "worker_id", "title", "worker_category") == [("e1", "technician 1", "e07")]


@pytest.mark.real_data
def test_the_real_lengths_of_service_are_those_of_the_spells(shared_data: Path) -> None:
    path = shared_data / "survey/caughlin/Survival.csv"
    with path.open(newline="", encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    reading = read_export(path, "caughlin_hr")
    assert not reading.quarantined and not reading.unplaced
    found = {who: exit_date - hired for who, hired, exit_date in reading.rows(WORKERS, "worker_id", "hire_date", "exit_date")
             if exit_date}  # fmt: skip
    assert found == {row["id"]: dt.timedelta(int(row["LOS"])) for row in rows if row["Turnover"] != "0"}
    voluntary = Counter(is_voluntary for (is_voluntary,) in reading.rows(WORKERS, "is_voluntary"))
    assert voluntary == {True: 463, False: 16, None: 222}


@pytest.mark.real_data
def test_the_real_jobs_and_attributes_are_read_person_by_person(shared_data: Path) -> None:
    path = shared_data / "survey/caughlin/PayEquity.csv"
    with path.open(newline="", encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    reading = read_export(path, "caughlin_hr")
    assert not reading.quarantined
    wanted = sorted([(row["emp_id"], "ethnicity", row["race"]) for row in rows]
                    + [(row["emp_id"], "gender", row["sex"]) for row in rows], key=repr)  # fmt: skip
    assert reading.rows(ATTRIBUTES, "worker_id", "attribute", "value") == wanted and len(rows) == 125
    assert {worker for (worker,) in reading.rows(JOBS, "worker_id")} == {row["emp_id"] for row in rows}
