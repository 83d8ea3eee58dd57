"""A teaching data set: sixteen items of four constructs, no date, no codebook."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from .reading import read_export, write

HEADER = "EmployeeID,Unit,Supervisor,JobSat1,TurnInt1,Engage1,ExpIncivil1"
EXPORT = f"{HEADER}\nP1,Sales,P9,4,2,5,1\nP2,Sales,P9,3,,2,4\n"
ANSWERS = "survey.survey_answers"


def test_items_say_what_the_file_can_tell_of_them(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "EmployeeSurveyData.csv", EXPORT), "caughlin_survey")
    assert not reading.quarantined
    columns = ("item_id", "theme", "index_name", "scale_min", "scale_max", "direction")
    assert reading.rows("survey.survey_items", *columns) == [
        ("Engage1", "engagement", "engagement", 1, 5, 1),
        ("ExpIncivil1", "experienced incivility", None, None, None, -1),
        ("JobSat1", "job satisfaction", None, 1, 5, 1),
        ("TurnInt1", "turnover intentions", None, 1, 5, -1),
    ]


def test_an_item_left_open_is_no_answer(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "EmployeeSurveyData.csv", EXPORT), "caughlin_survey")
    assert reading.rows(ANSWERS, "survey_id", "respondent_id", "item_id", "answer", "answered_at") == [
        ("EmployeeSurveyData", "P1", "Engage1", Decimal(5), None),
        ("EmployeeSurveyData", "P1", "ExpIncivil1", Decimal(1), None),
        ("EmployeeSurveyData", "P1", "JobSat1", Decimal(4), None),
        ("EmployeeSurveyData", "P1", "TurnInt1", Decimal(2), None),
        ("EmployeeSurveyData", "P2", "Engage1", Decimal(2), None),
        ("EmployeeSurveyData", "P2", "ExpIncivil1", Decimal(4), None),
        ("EmployeeSurveyData", "P2", "JobSat1", Decimal(3), None),
    ]


def test_nobody_is_said_to_have_been_invited(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "EmployeeSurveyData.csv", EXPORT), "caughlin_survey")
    assert "survey.survey_invitations" not in reading.tables


def test_columns_in_another_order_change_nothing(tmp_path: Path) -> None:
    straight = read_export(write(tmp_path, "s.csv", EXPORT), "caughlin_survey")
    turned = "\n".join(",".join(line.split(",")[::-1]) for line in EXPORT.splitlines()) + "\n"
    again = read_export(write(tmp_path, "s.csv", turned), "caughlin_survey")
    assert all(again.rows(table) == straight.rows(table) for table in straight.tables)


@pytest.mark.real_data
def test_the_real_file_is_read_answer_by_answer(shared_data: Path) -> None:
    path = shared_data / "survey/caughlin/EmployeeSurveyData.csv"
    with path.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    items = [name for name in rows[0] if name not in ("EmployeeID", "Unit", "Supervisor")]
    reading = read_export(path, "caughlin_survey")
    wanted = Counter((row["EmployeeID"], item, int(row[item])) for row in rows for item in items)
    assert len(rows) == 156 and wanted.total() == 156 * 16
    found = reading.rows(ANSWERS, "respondent_id", "item_id", "answer")
    assert Counter((person, item, int(answer)) for person, item, answer in found) == wanted
    assert not reading.quarantined and not reading.unplaced


@pytest.mark.real_data
def test_the_stated_scales_are_those_that_the_real_answers_show(shared_data: Path) -> None:
    reading = read_export(shared_data / "survey/caughlin/EmployeeSurveyData.csv", "caughlin_survey")
    shown: dict[str, set[int]] = {}
    for item, answer in reading.rows(ANSWERS, "item_id", "answer"):
        shown.setdefault(item.rstrip("0123456789"), set()).add(int(answer))
    assert {construct: (min(found), max(found)) for construct, found in shown.items()} == {
        "JobSat": (1, 5),
        "TurnInt": (1, 5),
        "Engage": (1, 5),
        "ExpIncivil": (1, 4),
    }
    stated = dict(reading.rows("survey.survey_items", "item_id", "scale_max"))
    assert {item for item, high in stated.items() if high is None} == {f"ExpIncivil{number}" for number in range(1, 6)}
