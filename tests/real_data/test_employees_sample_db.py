"""The employees sample database: half-open histories from 1985 to 2002, leavers known by the end of their last department.

A thousand people, of whom half have a hire date before their first department. Departments have heads; nobody is named
as anybody's manager.
"""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from .conftest import Publish
from .oracle import Company, Person, Row, day_of, known_day, read_csv, year_before
from .release import (
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

FOLDER = "hris/employees_sample_db"
OPEN = "9999-01-01"
# the last day that any of its tables tells of
AS_OF = dt.date(2002, 8, 1)
LEVELS = {
    "Assistant Engineer": 1,
    "Engineer": 2,
    "Staff": 2,
    "Senior Engineer": 3,
    "Senior Staff": 3,
    "Technique Leader": 4,
    "Manager": 5,
}
FILES = ("departments", "dept_emp", "dept_manager", "employees", "salaries", "titles")


@pytest.fixture(scope="module")
def published(publish: Publish) -> Published:
    return publish(FOLDER, {f"{name}.csv": f"{name}.csv" for name in FILES}, AS_OF.isoformat())


@pytest.fixture(scope="module")
def company(shared_data: Path) -> Company:
    folder = shared_data / FOLDER
    people = {row["emp_no"]: Person(known_day(row["hire_date"])) for row in read_csv(folder / "employees.csv")}
    departments = read_csv(folder / "dept_emp.csv")
    for row in departments:
        begins, ends = known_day(row["from_date"]), day_of(row["to_date"], OPEN)
        people[row["emp_no"]].rows.append(Row(begins, ends, unit=row["dept_no"]))
    for name, person in people.items():
        lasts = [day_of(row["to_date"], OPEN) for row in departments if row["emp_no"] == name]
        person.left = None if None in lasts else max(last for last in lasts if last is not None)
    for row in read_csv(folder / "titles.csv"):
        begins, ends = known_day(row["from_date"]), day_of(row["to_date"], OPEN)
        people[row["emp_no"]].rows.append(Row(begins, ends, job=row["title"], level=LEVELS[row["title"]]))
    heads = [
        (row["dept_no"], row["emp_no"], known_day(row["from_date"]), day_of(row["to_date"], OPEN))
        for row in read_csv(folder / "dept_manager.csv")
    ]

    def head_of_department(company: Company, name: str, day: dt.date) -> str | None:
        unit = company.people[name].state(day).unit
        for department, head, begins, ends in heads:
            if department == unit and head != name and begins <= day and (ends is None or day < ends):
                return head
        return None

    return Company(people, AS_OF, head_of_department)


def test_the_files_become_a_release_and_a_second_refresh_finds_nothing_new(published: Published) -> None:
    assert_published_whole(published, len(FILES))


def test_headcount_equals_the_spells_in_the_files(published: Published, company: Company) -> None:
    days = company.month_ends()
    assert published.cells("headcount", "month_end") == {day: company.headcount(day) for day in days}
    assert len(days) == 210 and company.headcount(dt.date(2002, 7, 31)) == 802


def test_headcount_of_departments_and_levels_equals_the_files(published: Published, company: Company) -> None:
    units = published.cells("headcount", "month_end", "org_unit")
    levels = published.cells("headcount", "month_end", "level")
    for day in company.month_ends():
        wanted = {(day, unit): n for unit, n in company.headcount_by_unit(day).items() if unit}
        assert {place: n for place, n in units.items() if place[0] == day and n} == wanted
        by_level = {(day, str(level)): n for level, n in company.headcount_by_level(day).items() if level}
        assert {place: n for place, n in levels.items() if place[0] == day and n} == by_level


@pytest.mark.parametrize("day", ["1985-12-31", "1988-09-30", "1991-10-31", "1995-06-30", "2000-07-31", "2002-07-31"])
def test_everybody_stands_where_the_files_put_them(published: Published, company: Company, day: str) -> None:
    assert_people_match(published, company, [dt.date.fromisoformat(day)])


def test_movements_of_each_month_are_those_of_the_files(published: Published, company: Company) -> None:
    wanted = Counter((published.key(movement.person), movement.day, movement.kind) for movement in company.movements())
    found = Counter(published.rows("select worker_key, movement_date, kind from fct_movement"))
    assert found == wanted
    assert Counter(kind for _, _, kind in found.elements()) == {
        "hire": 1000,
        "exit": 198,
        "promotion": 470,
        "transfer": 103,
        "reclassification": 498,
        "unit_reclassification": 498,
    }


def test_nobody_is_transferred_into_the_department_that_their_history_begins_with(
    published: Published, company: Company, shared_data: Path
) -> None:
    departments = Counter(row["emp_no"] for row in read_csv(shared_data / FOLDER / "dept_emp.csv"))
    assert published.rows("select count(*) from fct_movement where kind = 'transfer'") == [
        (sum(n - 1 for n in departments.values()),)
    ]


def test_turnover_is_exits_over_the_year_before(published: Published, company: Company) -> None:
    months = company.month_ends()
    by_month_ends = published.cells("turnover", "average_month_ends")
    by_days = published.cells("turnover", "person_days")
    quarters = [day for day in company.quarter_ends() if day >= months[11]]
    assert sorted(by_month_ends) == sorted(by_days) == quarters
    for day in quarters:
        first = year_before(day)
        exits = company.exits_between(first, day)
        average = sum(company.headcount(month) for month in months if first <= month <= day) / 12
        exposure = company.days_employed(first, day) / ((day - first).days + 1)
        assert by_month_ends[day] == pytest.approx(exits / average)
        assert by_days[day] == pytest.approx(exits / exposure)


def test_promotion_rate_is_moves_to_a_higher_title_over_the_year_before(published: Published, company: Company) -> None:
    months = company.month_ends()
    promoted = [movement.day for movement in company.movements() if movement.kind == "promotion"]
    for day, value in published.cells("promotion_rate", "average_headcount").items():
        first = year_before(day)
        average = sum(company.headcount(month) for month in months if first <= month <= day) / 12
        assert value == pytest.approx(sum(1 for moved in promoted if first <= moved <= day) / average)


def test_spans_of_control_follow_the_heads_of_departments(published: Published, company: Company) -> None:
    assert_reports_match(published, company)


def test_tenure_runs_from_the_hire_date(published: Published, company: Company) -> None:
    wanted = sum((AS_OF - company.people[name].hired).days for name in company.employed(AS_OF))
    query = "select count(*), sum(as_of - hire_date), max(as_of) from dim_worker where is_employed"
    assert published.rows(query) == [(802, wanted, AS_OF)]


def test_what_the_database_does_not_hold_is_not_collected_everywhere(published: Published) -> None:
    assert_not_collected(published, OTHER_DOMAINS | ON_REASONS)


def test_no_name_or_number_of_an_employee_is_published(published: Published, shared_data: Path) -> None:
    employees = read_csv(shared_data / FOLDER / "employees.csv")
    units = [row["dept_name"] for row in read_csv(shared_data / FOLDER / "departments.csv")]
    names = [row[column] for row in employees for column in ("first_name", "last_name")]
    together = [f"{row['first_name']} {row['last_name']}" for row in employees]
    assert_nobody_is_named(published, names, together, [*units, *LEVELS])
    keys = {row["emp_no"] for row in employees}
    for table, column in (
        ("dim_worker", "worker_key"),
        ("fct_worker_month", "manager_key"),
        ("metric_values", "segment_id"),
    ):
        assert not keys & {str(value) for (value,) in published.rows(f"select distinct {column} from {table}")}
