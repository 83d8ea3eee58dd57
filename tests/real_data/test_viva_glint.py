"""A Viva Glint raw export: six people, two five-point items, comments beside the answers, and no HRIS at all.

The source is declared `identity: attributes`: respondents are counted as they come and matched to nobody.
"""

import datetime as dt
from pathlib import Path
from statistics import mean

import pytest

from .conftest import Publish
from .oracle import read_csv
from .release import (
    BELOW_THE_COMPANY,
    OTHER_DOMAINS,
    Published,
    assert_nobody_is_named,
    assert_not_collected,
    assert_published_whole,
    needing,
)

pytestmark = pytest.mark.real_data

FOLDER = "survey/viva_glint"
SURVEY = "survey_export.csv"
# the last day that the files tell of: a termination
AS_OF = dt.date(2024, 7, 1)
QUARTER = dt.date(2024, 3, 31)
FILES = (SURVEY, "employee_attributes.csv", "attrition.csv")
ITEMS = ("My work is meaningful", "I feel valued")
SURVEYED = needing(lambda name: name.startswith("survey."))


@pytest.fixture(scope="module")
def published(publish: Publish) -> Published:
    return publish(FOLDER, {name: name for name in FILES}, AS_OF.isoformat(), identity="attributes")


@pytest.fixture(scope="module")
def answers(shared_data: Path) -> list[list[int]]:
    """Each respondent's answers to the items."""
    return [[int(row[item]) for item in ITEMS] for row in read_csv(shared_data / FOLDER / SURVEY)]


def test_the_export_becomes_a_release_and_a_second_refresh_finds_nothing_new(published: Published) -> None:
    # the attrition file names exits without hires and is left alone
    assert_published_whole(published, 2)


def test_the_engagement_index_is_the_mean_of_person_means(published: Published, answers: list[list[int]]) -> None:
    wanted = mean(mean(person) for person in answers)
    assert wanted == 3.25
    assert published.cells("engagement_index", "person_means") == {QUARTER: pytest.approx(wanted)}
    assert published.cells("engagement_index", "person_means", what="n") == {QUARTER: len(answers)}


def test_favourable_are_the_answers_of_four_and_five(published: Published, answers: list[list[int]]) -> None:
    given = [answer for person in answers for answer in person]
    wanted = (sum(1 for answer in given if answer >= 4), len(given))
    assert wanted == (5, 12)
    found = published.cells("engagement_favourable", "share_of_answers", what="(n, numerator, denominator, value)")
    assert found == {QUARTER: (6, *wanted, pytest.approx(5 / 12))}


def test_six_were_asked_and_six_answered(published: Published, shared_data: Path) -> None:
    completed = [row["Survey Cycle Completion Date"] for row in read_csv(shared_data / FOLDER / SURVEY)]
    found = published.cells("response_rate", "responded_of_invited", what="(numerator, denominator)")
    assert found == {QUARTER: (sum(1 for moment in completed if moment), len(completed))} == {QUARTER: (6, 6)}


def test_every_answer_is_kept_under_a_key_of_its_own_domain(published: Published, answers: list[list[int]]) -> None:
    rows = published.rows("select respondent_key, item_id, answer from fct_survey_answer")
    by_person: dict[str, dict[str, int]] = {}
    for respondent, item, answer in rows:
        by_person.setdefault(respondent, {})[item] = int(answer)
    assert sorted([one[item] for item in ITEMS] for one in by_person.values()) == sorted(answers)
    tokens = {published.key(f"E{number}") for number in range(1, 7)}
    assert not tokens & set(by_person)


def test_a_survey_without_people_makes_no_people(published: Published) -> None:
    for table in ("dim_worker", "fct_worker_month", "fct_movement", "leader_indicators"):
        assert published.rows(f"select count(*) from {table}") == [(0,)], table


def test_everything_but_the_survey_is_not_collected(published: Published) -> None:
    people = needing(lambda name: name.startswith("hris.") and name != "hris.worker_attributes")
    assert_not_collected(published, (OTHER_DOMAINS | people) - SURVEYED - BELOW_THE_COMPANY)


def test_no_name_address_or_comment_is_published(published: Published, shared_data: Path) -> None:
    survey = read_csv(shared_data / FOLDER / SURVEY)
    comments = [row[f"{item}_COMMENT"] for row in survey for item in ITEMS]
    addresses = [row["Email"] for row in survey]
    assert_nobody_is_named(published, [*(row["First Name"] for row in survey), *comments], addresses, [])
