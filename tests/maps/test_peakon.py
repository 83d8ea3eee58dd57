"""Peakon's raw answers: pages of JSON, a record an answer."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingest.files import UnreadableFile

from .reading import read_export, write

ANSWER = {
    "accountEmail": "ann@example.org",
    "answerId": 900,
    "answerComment": "The lift is slow",
    "answerLocale": "en",
    "answerScore": 8,
    "answerSkipReason": None,
    "answerText": None,
    "categoryGroup": "engagement",
    "categoryId": "31",
    "categoryStandard": "recognition",
    "companyId": 1,
    "employeeExternalId": "0042",
    "employeeId": "5551",
    "questionId": "q77",
    "questionText": "I am thanked",
    "questionType": "scale",
    "responseAnsweredAt": "2026-02-10T09:30:00.000Z",
    "responseId": 12,
    "roundEnd": "2026-02-14",
    "roundId": 6,
    "roundOpensAt": "2026-02-01",
    "roundType": "automatic",
    "scheduleContextName": "Company",
    "scheduleId": 2,
}


def page(*changes: dict[str, Any], turned: bool = False) -> str:
    records = []
    for number, change in enumerate(changes):
        attributes = ANSWER | {"answerId": 900 + number} | change
        if turned:
            attributes = dict(reversed(attributes.items()))
        records.append({"id": str(900 + number), "type": "answers_export", "attributes": attributes})
    return json.dumps({"data": records, "links": {"self": "https://example.org/1", "next": None}})


ANN: dict[str, Any] = {}
BEN = {
    "questionId": "q78",
    "employeeExternalId": None,
    "accountEmail": "ben@example.org",
    "answerScore": 0,
    "categoryStandard": None,
}
CAT = {"employeeExternalId": None, "accountEmail": None, "answerScore": 10}


def test_an_answer_is_a_record_and_people_are_known_by_the_best_there_is(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "p.json", page(ANN, CAT, BEN)), "peakon")
    assert not reading.quarantined
    at = dt.datetime(2026, 2, 10, 9, 30)
    assert reading.rows("survey.survey_answers") == [
        ("6", "0042", "q77", Decimal(8), at),
        ("6", "ben@example.org", "q78", Decimal(0), at),
        ("6", "peakon 5551", "q77", Decimal(10), at),
    ]
    assert reading.rows("survey.surveys", "survey_id", "opened_date", "closed_date") == [
        ("6", dt.date(2026, 2, 1), dt.date(2026, 2, 15))
    ]
    assert reading.rows("survey.survey_items", "item_id", "theme", "scale_min", "scale_max") == [
        ("q77", "recognition", 0, 10),
        ("q78", "31", 0, 10),
    ]
    assert "lift" not in repr(reading)


def test_skipped_and_text_questions_are_no_answers(tmp_path: Path) -> None:
    skipped = {"answerScore": None, "answerSkipReason": "not_relevant", "questionId": "q80"}
    text = {"answerScore": None, "answerText": "More light", "questionType": "text", "questionId": "q81"}
    reading = read_export(write(tmp_path, "p.json", page(ANN, skipped, text)), "peakon")
    assert [item for (item,) in reading.rows("survey.survey_answers", "item_id")] == ["q77"]
    assert [item for (item,) in reading.rows("survey.survey_items", "item_id")] == ["q77"]
    assert not reading.quarantined


def test_test_rounds_are_left_out(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "p.json", page(ANN, {"roundType": "test", "roundId": 7})), "peakon")
    assert reading.rows("survey.surveys", "survey_id") == [("6",)]
    assert {survey for (survey,) in reading.rows("survey.survey_answers", "survey_id")} == {"6"}


def test_a_page_ends_nothing_that_other_pages_hold() -> None:
    from ingest.column_map import read_column_map

    assert {feed.mode for feed in read_column_map("peakon").feeds.values()} == {"changes"}


def test_a_score_that_is_no_number_is_quarantined(tmp_path: Path) -> None:
    others = [{"employeeExternalId": number, "answerScore": score} for number, score in (("0043", 7), ("0044", "high"))]
    reading = read_export(write(tmp_path, "p.json", page(ANN, *others)), "peakon")
    assert reading.quarantined == [("survey.survey_answers", 3, "answer", "expected a number")]


def test_fields_in_another_order_change_nothing(tmp_path: Path) -> None:
    straight = read_export(write(tmp_path, "p.json", page(ANN, BEN, CAT)), "peakon")
    again = read_export(write(tmp_path, "q.json", page(ANN, BEN, CAT, turned=True)), "peakon")
    assert all(again.rows(table) == straight.rows(table) for table in straight.tables)


def test_an_answer_of_another_endpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="nearest is answers"):
        read_export(write(tmp_path, "p.json", '{"data": [{"id": "1", "attributes": {"name": "x"}}]}'), "peakon")
