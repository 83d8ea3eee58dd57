"""A recorded custom report of BambooHR's demo tenant: nothing is dated but hire and termination, `0000-00-00` is none.

A termination date is the last day employed. Jobs, departments and supervisors are known from the day of the export on;
before it only that people were employed.
"""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from .conftest import Publish
from .oracle import DAY, Company, Person, Row, day_of, known_day, read_csv, year_before
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

FOLDER = "hris/bamboohr"
REPORT = "employees_custom_report.csv"
# The recording does not say when it was made; its last date is of May 2022, and it lands as exported at the quarter's end.
AS_OF = dt.date(2022, 6, 30)


@pytest.fixture(scope="module")
def published(publish: Publish) -> Published:
    # the stamp in the name has precedence over the declared one
    return publish(FOLDER, {f"employees_custom_report_{AS_OF}.csv": REPORT}, "2022-07-31")


@pytest.fixture(scope="module")
def company(shared_data: Path) -> Company:
    report = read_csv(shared_data / FOLDER / REPORT)
    by_name = {f"{row['lastName']}, {row['firstName']}": row["id"] for row in report}
    assert len(by_name) == len(report), "a name is an address here"
    people = {}
    for row in report:
        seen = Row(AS_OF, None, row["department"], row["jobTitle"], None, by_name.get(row["supervisor"]))
        last = day_of(row["terminationDate"], "0000-00-00")
        people[row["id"]] = Person(known_day(row["hireDate"]), None if last is None else last + DAY, [seen])
    return Company(people, AS_OF)


def test_the_report_becomes_a_release_and_a_second_refresh_finds_nothing_new(published: Published) -> None:
    assert_published_whole(published, 1)
    assert published.manifest["as_of"] == AS_OF.isoformat()


def test_headcount_equals_the_dates_of_the_report(published: Published, company: Company, shared_data: Path) -> None:
    days = company.month_ends()
    assert published.cells("headcount", "month_end") == {day: company.headcount(day) for day in days}
    active = sum(1 for row in read_csv(shared_data / FOLDER / REPORT) if row["status"] == "Active")
    assert company.headcount(AS_OF) == active == 86


def test_departments_are_known_from_the_export_on(published: Published, company: Company) -> None:
    units = published.cells("headcount", "month_end", "org_unit")
    wanted = {(AS_OF, unit): n for unit, n in company.headcount_by_unit(AS_OF).items()}
    assert {place: n for place, n in units.items() if n} == wanted
    assert len(wanted) == 8


def test_everybody_stands_where_the_report_puts_them(published: Published, company: Company) -> None:
    assert_people_match(published, company, [dt.date(2019, 12, 31), dt.date(2021, 12, 31), AS_OF])


def test_a_first_export_moves_nobody(published: Published, company: Company) -> None:
    wanted = Counter((published.key(movement.person), movement.day, movement.kind) for movement in company.movements())
    found = Counter(published.rows("select worker_key, movement_date, kind from fct_movement"))
    assert found == wanted
    assert Counter(kind for _, _, kind in found.elements()) == {"hire": 103, "exit": 17, "unit_reclassification": 86}


def test_turnover_is_exits_over_the_year_before(published: Published, company: Company) -> None:
    months = company.month_ends()
    values = published.cells("turnover", "average_month_ends")
    assert sorted(values) == [day for day in company.quarter_ends() if day >= months[11]]
    for day, value in values.items():
        first = year_before(day)
        average = sum(company.headcount(month) for month in months if first <= month <= day) / 12
        assert value == pytest.approx(company.exits_between(first, day) / average)


def test_supervisors_by_name_give_the_spans_of_control(published: Published, company: Company) -> None:
    assert_reports_match(published, company)


def test_what_the_report_does_not_hold_is_not_collected_everywhere(published: Published) -> None:
    assert_not_collected(published, OTHER_DOMAINS | ON_REASONS | ON_LEVELS)


def test_no_name_of_the_report_is_published(published: Published, shared_data: Path) -> None:
    report = read_csv(shared_data / FOLDER / REPORT)
    names = [row[column] for row in report for column in ("firstName", "lastName", "preferredName")]
    together = [row["displayName"] for row in report] + [f"{row['lastName']}, {row['firstName']}" for row in report]
    labels = [row[column] for row in report for column in ("department", "jobTitle", "location", "employmentHistoryStatus")]
    assert_nobody_is_named(published, names, together, labels)
