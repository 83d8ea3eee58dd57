"""Viva Glint raw exports: four columns an item, days before months, ids under the company's own name."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

HEADER = (
    "First Name,Last Name,Email,Status,EMP ID,Manager ID,Survey Cycle Completion Date,Survey Cycle Sent Date,"
    "I feel heard,I feel heard_COMMENT,I feel heard_COMMENT_TOPICS,I feel heard_SENSITIVE_COMMENT_FLAG,"
    "I would stay,I would stay_COMMENT,I would stay_COMMENT_TOPICS,I would stay_SENSITIVE_COMMENT_FLAG"
)
ANN = "Ann,A,ann@example.org,ACTIVE,007,001,04-03-2026 09:34,02-03-2026 08:00,4,Quiet here,Culture,,5,,,"
BEN = "Ben,B,ben@example.org,Active,008,001,,02-03-2026 08:00,,,,,,,,"
EXPORT = f"{HEADER}\n{ANN}\n{BEN}\n"


def answers(reading: Reading) -> list[tuple[object, ...]]:
    return reading.rows("survey.survey_answers")


def test_days_come_before_months_and_answers_alone_are_read(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "g.csv", EXPORT), "viva_glint")
    assert not reading.quarantined and reading.feed == "survey"
    at = dt.datetime(2026, 3, 4, 9, 34)
    assert answers(reading) == [
        ("2026-03", "007", "I feel heard", Decimal(4), at),
        ("2026-03", "007", "I would stay", Decimal(5), at),
    ]
    assert reading.rows("survey.survey_invitations", "respondent_id", "sent_at", "responded_at") == [
        ("007", dt.datetime(2026, 3, 2, 8), at),
        ("008", dt.datetime(2026, 3, 2, 8), None),
    ]
    assert [item for (item,) in reading.rows("survey.survey_items", "item_id")] == ["I feel heard", "I would stay"]
    assert "Quiet" not in repr(reading)


@pytest.mark.parametrize(("name", "manager"), [("EMP ID", ",Manager ID"), ("EXID", ",Manager ID"), ("EXID", "")])
def test_ids_stand_under_either_name_with_or_without_managers(tmp_path: Path, name: str, manager: str) -> None:
    content = EXPORT.replace("EMP ID", name)
    if not manager:
        content = content.replace(",Manager ID", "").replace(",001,", ",")
    reading = read_export(write(tmp_path, "g.csv", content), "viva_glint")
    assert answers(reading) == answers(read_export(write(tmp_path, "h.csv", EXPORT), "viva_glint"))


def test_ids_under_another_name_refuse_the_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="2 of 2 rows of survey.survey_invitations cannot be used"):
        read_export(write(tmp_path, "g.csv", EXPORT.replace("EMP ID", "Badge")), "viva_glint")


def test_columns_in_another_order_change_nothing(tmp_path: Path) -> None:
    turned = "\n".join(",".join(line.split(",")[::-1]) for line in EXPORT.splitlines()) + "\n"
    straight, again = (read_export(write(tmp_path, "g.csv", text), "viva_glint") for text in (EXPORT, turned))
    assert all(again.rows(table) == straight.rows(table) for table in straight.tables)


def test_attributes_are_a_feed_of_their_own(tmp_path: Path) -> None:
    content = "EMP ID,Department,Gender,Tenure Group\n007,Sales,F,0-1\n008,Sales,M,0-1\n"
    reading = read_export(write(tmp_path, "a.csv", content), "viva_glint")
    assert reading.feed == "attributes"
    assert reading.rows("hris.worker_attributes", "worker_id", "value") == [("007", "female"), ("008", "male")]


@pytest.mark.real_data
def test_the_packages_own_example_is_read_answer_by_answer(shared_data: Path) -> None:
    path = shared_data / "survey/viva_glint/survey_export.csv"
    with path.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    items = [name for position, name in enumerate(rows[0]) if position >= 8 and (position - 8) % 4 == 0]
    wanted = sorted((row["EMP ID"], item, int(row[item])) for row in rows for item in items if row[item])
    reading = read_export(path, "viva_glint")
    found = reading.rows("survey.survey_answers", "respondent_id", "item_id", "answer")
    assert sorted((person, item, int(answer)) for person, item, answer in found) == wanted and len(wanted) == 12
    assert {at for (at,) in reading.rows("survey.survey_answers", "answered_at")} == {dt.datetime(2024, 3, 26, 9, 34)}
    assert not reading.quarantined
