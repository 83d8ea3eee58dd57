"""Oracle's HR schema: the current job in `employees`, earlier jobs in `job_history` with inclusive ends, no leavers.

The current row holds from the hire date, and history says otherwise for its own days. Seven people have a history; two of
them also from before their hire date, which is no employment that the schema tells of.
"""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from .conftest import Publish
from .oracle import DAY, Company, Person, Row, known_day, read_csv
from .release import (
    ON_LEVELS,
    ON_REASONS,
    OTHER_DOMAINS,
    Published,
    assert_nobody_is_named,
    assert_not_collected,
    assert_people_match,
    assert_published_whole,
    assert_reports_match,
)

pytestmark = pytest.mark.real_data

FOLDER = "hris/oracle_hr"
# the last hire is of April 2018; the quarter in which it lies is told of whole
AS_OF = dt.date(2018, 6, 30)
READ = ("departments", "employees", "job_history")
LOOKUPS = ("countries", "jobs", "locations", "regions")


@pytest.fixture(scope="module")
def published(publish: Publish) -> Published:
    return publish(FOLDER, {f"{name}.csv": f"{name}.csv" for name in (*READ, *LOOKUPS)}, AS_OF.isoformat())


@pytest.fixture(scope="module")
def company(shared_data: Path) -> Company:
    people = {}
    for row in read_csv(shared_data / FOLDER / "employees.csv"):
        hired = known_day(row["hire_date"])
        current = Row(hired, None, row["department_id"] or None, row["job_id"], None, row["manager_id"] or None)
        people[row["employee_id"]] = Person(hired, None, [current])
    for row in read_csv(shared_data / FOLDER / "job_history.csv"):
        begins, ends = known_day(row["start_date"]), known_day(row["end_date"]) + DAY
        people[row["employee_id"]].rows.append(Row(begins, ends, row["department_id"], row["job_id"]))
    return Company(people, AS_OF)


def test_the_files_become_a_release_and_a_second_refresh_finds_nothing_new(published: Published) -> None:
    assert_published_whole(published, len(READ))


def test_headcount_equals_the_hire_dates_in_the_files(published: Published, company: Company) -> None:
    days = company.month_ends()
    assert published.cells("headcount", "month_end") == {day: company.headcount(day) for day in days}
    assert company.headcount(AS_OF) == 107


def test_headcount_of_departments_follows_the_history_that_lies_over_the_current_job(
    published: Published, company: Company
) -> None:
    units = published.cells("headcount", "month_end", "org_unit")
    for day in company.month_ends():
        wanted = {(day, unit): n for unit, n in company.headcount_by_unit(day).items() if unit}
        assert {place: n for place, n in units.items() if place[0] == day and n} == wanted, f"{day}"


@pytest.mark.parametrize("day", ["2012-12-31", "2014-03-31", "2016-06-30", "2016-07-31", "2017-12-31", "2018-06-30"])
def test_everybody_stands_where_the_files_put_them(published: Published, company: Company, day: str) -> None:
    assert_people_match(published, company, [dt.date.fromisoformat(day)])


def test_movements_of_each_day_are_those_of_the_files(published: Published, company: Company) -> None:
    wanted = Counter((published.key(movement.person), movement.day, movement.kind) for movement in company.movements())
    found = Counter(published.rows("select worker_key, movement_date, kind from fct_movement"))
    assert found == wanted
    assert Counter(kind for _, _, kind in found.elements()) == {"hire": 107, "lateral": 9, "transfer": 4}


def test_jobs_of_before_the_hire_date_are_no_employment(published: Published, company: Company) -> None:
    before = [
        name
        for name, person in company.people.items()
        if any(row.ends is not None and row.ends <= person.hired for row in person.rows)
    ]
    assert len(before) == 2
    for name in before:
        query = f"select min(employed_from), min(month_end) from fct_worker_month where worker_key = '{published.key(name)}'"
        ((first, month),) = published.rows(query)
        assert first == company.people[name].hired and month >= first


def test_nobody_has_left_and_turnover_is_zero(published: Published, company: Company) -> None:
    values = published.cells("turnover", "average_month_ends")
    assert sorted(values) == [day for day in company.quarter_ends() if day >= company.month_ends()[11]]
    assert set(values.values()) == {0}


def test_spans_of_control_follow_the_managers_who_are_there(published: Published, company: Company) -> None:
    assert_reports_match(published, company)
    reports = company.direct_reports(AS_OF)
    assert (reports.total(), len(reports), max(reports.values())) == (106, 18, 14)


def test_what_the_schema_does_not_hold_is_not_collected_everywhere(published: Published) -> None:
    assert_not_collected(published, OTHER_DOMAINS | ON_REASONS | ON_LEVELS | {"representation"})


def test_no_name_or_login_of_an_employee_is_published(published: Published, shared_data: Path) -> None:
    employees = read_csv(shared_data / FOLDER / "employees.csv")
    units = [row["department_name"] for row in read_csv(shared_data / FOLDER / "departments.csv")]
    names = [row[column] for row in employees for column in ("first_name", "last_name")]
    identifiers = [f"{row['first_name']} {row['last_name']}" for row in employees]
    identifiers += [row["phone_number"] for row in employees]
    assert_nobody_is_named(published, [*names, *(row["email"] for row in employees)], identifiers, units)
