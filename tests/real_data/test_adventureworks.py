"""AdventureWorks: tab-separated files without headers, inclusive ends, managers from a hexadecimal hierarchyid, no leavers.

The second opinion decodes no hierarchyid: a manager is the person one OrganizationLevel up whose node's bits begin one's
own.
"""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from .conftest import Publish
from .oracle import DAY, Company, Person, Row, day_of, known_day
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

FOLDER = "hris/adventureworks"
# ModifiedDate of the employees' rows
AS_OF = dt.date(2014, 6, 30)
READ = ("Department", "Employee", "EmployeeDepartmentHistory", "EmployeePayHistory")


def read_tabs(path: Path) -> list[list[str]]:
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def published(publish: Publish) -> Published:
    return publish(FOLDER, {f"{name}.csv": f"{name}.csv" for name in (*READ, "Shift")}, AS_OF.isoformat())


def bits(node: str) -> str:
    """A node as bits up to the marker that ends its last component; the root has none."""
    return f"{int(node, 16):0{4 * len(node)}b}".rstrip("0") if node else ""


@pytest.fixture(scope="module")
def company(shared_data: Path) -> Company:
    employees = read_tabs(shared_data / FOLDER / "Employee.csv")
    nodes = {row[0]: (bits(row[3]), int(row[4] or 0)) for row in employees}
    people = {}
    for row in employees:
        node, level = nodes[row[0]]
        above = [name for name, (other, depth) in nodes.items() if depth == level - 1 and node.startswith(other)]
        assert len(above) == (1 if level else 0)
        hired = known_day(row[9])
        people[row[0]] = Person(hired, None, [Row(hired, None, job=row[5], manager=above[0] if above else None)])
    for row in read_tabs(shared_data / FOLDER / "EmployeeDepartmentHistory.csv"):
        last = day_of(row[4])
        people[row[0]].rows.append(Row(known_day(row[3]), None if last is None else last + DAY, unit=row[1]))
    return Company(people, AS_OF)


@pytest.fixture(scope="module")
def division_of(shared_data: Path) -> dict[str, str]:
    return {row[0]: row[2] for row in read_tabs(shared_data / FOLDER / "Department.csv")}


def test_the_files_become_a_release_and_a_second_refresh_finds_nothing_new(published: Published) -> None:
    assert_published_whole(published, len(READ))


def test_headcount_equals_the_hire_dates_in_the_files(published: Published, company: Company) -> None:
    days = company.month_ends()
    assert published.cells("headcount", "month_end") == {day: company.headcount(day) for day in days}
    assert company.headcount(AS_OF) == 290


def test_headcount_of_departments_adds_up_to_that_of_divisions(
    published: Published, company: Company, division_of: dict[str, str]
) -> None:
    units = published.cells("headcount", "month_end", "org_unit")
    for day in company.month_ends():
        wanted: Counter[tuple[dt.date, str]] = Counter()
        for unit, n in company.headcount_by_unit(day).items():
            assert unit is not None
            wanted[day, unit] += n
            wanted[day, division_of[unit]] += n
        assert {place: n for place, n in units.items() if place[0] == day and n} == wanted, f"{day}"


def test_departments_stand_below_their_divisions(published: Published, division_of: dict[str, str]) -> None:
    departments = published.rows("select org_unit_id, parent_id from dim_org_unit where kind = 'department'")
    assert sorted(departments) == sorted(division_of.items())
    divisions = published.rows("select org_unit_id, parent_id from dim_org_unit where kind = 'division'")
    assert sorted(divisions) == sorted((division, None) for division in set(division_of.values()))


@pytest.mark.parametrize("day", ["2008-06-30", "2009-07-31", "2011-08-31", "2012-07-31", "2013-11-30", "2014-06-30"])
def test_everybody_stands_where_the_files_put_them(published: Published, company: Company, day: str) -> None:
    assert_people_match(published, company, [dt.date.fromisoformat(day)])


def test_movements_of_each_day_are_those_of_the_files(published: Published, company: Company) -> None:
    wanted = Counter((published.key(movement.person), movement.day, movement.kind) for movement in company.movements())
    found = Counter(published.rows("select worker_key, movement_date, kind from fct_movement"))
    assert found == wanted
    assert Counter(kind for _, _, kind in found.elements()) == {"hire": 290, "transfer": 6}


def test_an_inclusive_end_is_the_day_before_the_next_department(published: Published, shared_data: Path) -> None:
    history = read_tabs(shared_data / FOLDER / "EmployeeDepartmentHistory.csv")
    wanted = {known_day(row[4]) + DAY for row in history if row[4]}
    assert wanted <= {known_day(row[3]) for row in history}, "the files say so themselves"
    assert {day for (day,) in published.rows("select movement_date from fct_movement where kind = 'transfer'")} == wanted


def test_spans_of_control_follow_the_bits_of_the_hierarchy(published: Published, company: Company) -> None:
    assert_reports_match(published, company)
    reports = company.direct_reports(AS_OF)
    assert (reports.total(), len(reports)) == (289, 47)


def test_representation_counts_everybody_by_declared_gender(
    published: Published, company: Company, shared_data: Path
) -> None:
    groups = {"M": "male", "F": "female"}
    gender = {row[0]: groups[row[8]] for row in read_tabs(shared_data / FOLDER / "Employee.csv")}
    found = published.rows(
        """
        select period_end, group_value, numerator, denominator from metric_values
        where metric = 'representation' and segment_kind = 'company' and status = 'ok' and attribute = 'gender'
            and numerator > 0
        """
    )
    wanted = [
        (day, group, n, company.headcount(day))
        for day in company.quarter_ends()
        for group, n in Counter(gender[name] for name in company.employed(day)).items()
    ]
    # a company of fewer than thirty is not divided by group: the quarters of the first hires
    assert sorted(found) == sorted(row for row in wanted if row[3] >= 30)


def test_what_the_files_do_not_hold_is_not_collected_everywhere(published: Published) -> None:
    assert_not_collected(published, OTHER_DOMAINS | ON_REASONS | ON_LEVELS)


def test_no_login_or_national_number_is_published(published: Published, shared_data: Path) -> None:
    employees = read_tabs(shared_data / FOLDER / "Employee.csv")
    logins = [row[2] for row in employees]
    accounts = [login.partition("\\")[2] for login in logins]
    identifiers = [*logins, *(row[1] for row in employees), *(row[14] for row in employees)]
    assert_nobody_is_named(published, [account.rstrip("0123456789") for account in accounts], identifiers, [])
