"""A survey as plain CSV, and the file of items that serves every survey tool."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.files import UnreadableFile

from .reading import read_export, write

BY_ID = "SNAPSHOT,EMPLOYEE_ID,SURVEY_QUESTION_1,SURVEY_QUESTION_2\n2026-03-02,0042,4.0,\n2026-03-05,0043,3,0.75\n"
ITEMS = (
    "survey_id,item_id,theme,index_name,scale_min,scale_max,direction,item_version\n"
    "2026-03,SURVEY_QUESTION_1,safety,engagement,1,5,1,v1\n2026-03,SURVEY_QUESTION_2,fairness,,0,1,-1,\n"
)


def test_answers_are_numbers_under_numbered_questions_and_a_wave_is_a_month(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "survey_data_20260331.csv", BY_ID), "generic_survey")
    assert reading.feed == "answers" and not reading.quarantined
    assert reading.rows("survey.survey_answers") == [
        ("2026-03", "0042", "SURVEY_QUESTION_1", Decimal(4), dt.datetime(2026, 3, 2)),
        ("2026-03", "0043", "SURVEY_QUESTION_1", Decimal(3), dt.datetime(2026, 3, 5)),
        ("2026-03", "0043", "SURVEY_QUESTION_2", Decimal("0.75"), dt.datetime(2026, 3, 5)),
    ]
    assert reading.rows("survey.surveys", "survey_id") == [("2026-03",)]


def test_people_may_be_known_by_address_and_by_id_first_where_both_stand(tmp_path: Path) -> None:
    alone = "SNAPSHOT,EMPLOYEE_EMAIL,SURVEY_QUESTION_1\n2026-03-02,ann@example.org,4\n"
    reading = read_export(write(tmp_path, "s.csv", alone), "generic_survey")
    assert reading.rows("survey.survey_answers", "respondent_id") == [("ann@example.org",)]
    both = (
        "SNAPSHOT,EMPLOYEE_EMAIL,EMPLOYEE_ID,SURVEY_QUESTION_1\n2026-03-02,a@example.org,7,4\n2026-03-02,b@example.org,,4\n"
    )
    reading = read_export(write(tmp_path, "t.csv", both), "generic_survey")
    assert reading.rows("survey.survey_answers", "respondent_id") == [("7",), ("b@example.org",)]


def test_words_are_quarantined(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "s.csv", BY_ID.replace("0.75", "often")), "generic_survey")
    assert reading.quarantined == [("survey.survey_answers", 3, "answer", "expected a number")]


def test_an_answer_of_nobody_refuses_nothing_but_itself(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "s.csv", BY_ID + "2026-03-05,,3,\n"), "generic_survey")
    assert reading.quarantined == [("survey.survey_answers", 4, "respondent_id", "must not be empty")]
    assert len(reading.rows("survey.survey_answers")) == 3


def test_items_are_a_feed_of_their_own(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "items.csv", ITEMS), "generic_survey")
    assert reading.feed == "items" and not reading.quarantined
    columns = ("survey_id", "item_id", "item_version", "theme", "index_name", "scale_min", "scale_max", "direction")
    assert reading.rows("survey.survey_items", *columns) == [
        ("2026-03", "SURVEY_QUESTION_1", "v1", "safety", "engagement", 1, 5, 1),
        ("2026-03", "SURVEY_QUESTION_2", None, "fairness", None, 0, 1, -1),
    ]


def test_columns_in_another_order_change_nothing(tmp_path: Path) -> None:
    for number, content in enumerate((BY_ID, ITEMS)):
        turned = "\n".join(",".join(line.split(",")[::-1]) for line in content.splitlines()) + "\n"
        straight = read_export(write(tmp_path, f"s{number}.csv", content), "generic_survey")
        again = read_export(write(tmp_path, f"t{number}.csv", turned), "generic_survey")
        assert all(again.rows(table) == straight.rows(table) for table in straight.tables)


def test_a_file_without_questions_is_no_survey(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="needs 'SURVEY_QUESTION_1'"):
        read_export(write(tmp_path, "hris.csv", "SNAPSHOT,EMPLOYEE_ID,MANAGER_ID\n2026-03-02,1,2\n"), "generic_survey")
