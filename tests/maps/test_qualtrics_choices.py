"""A choice text export with its scales declared: the same words are other numbers from one item to the next."""

import json
from pathlib import Path

import pytest

from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

ANSWERS = "survey.survey_answers"
FOLDER = "survey/qualtrics"
FIELDS = [
    "startDate",
    "endDate",
    "status",
    "finished",
    "_recordId",
    "QID7",
    "QID8",
    "QID14",
    "QID18",
    "QID23",
    "QID32",
    "QID41",
]


def export(folder: Path, *answers: dict[str, str], name: str = "Posts.csv") -> Reading:
    """One row a response; what it does not say is an ordinary, finished and empty one."""
    usual = {
        "startDate": "2020-07-20 10:00:00",
        "endDate": "2020-07-20 10:05:00",
        "status": "IP Address",
        "finished": "True",
    }
    ids = [json.dumps({"ImportId": field}).replace('"', '""') for field in FIELDS]
    lines = [",".join(FIELDS), ",".join(FIELDS), ",".join(f'"{cell}"' for cell in ids)]
    for number, given in enumerate(answers, start=1):
        row = {**usual, "_recordId": f"R_{number}", **given}
        lines.append(",".join(row.get(field, "") for field in FIELDS))
    return read_export(write(folder, name, "\n".join(lines) + "\n"), "qualtrics_choices")


def test_the_same_word_is_each_items_own_number(tmp_path: Path) -> None:
    reading = export(tmp_path, {"QID8": "Yes", "QID18": "No", "QID14": "Yes", "QID41": "No"})
    assert not reading.quarantined
    found = reading.rows(ANSWERS, "survey_id", "respondent_id", "item_id", "answer")
    assert [(survey, who, item, int(answer)) for survey, who, item, answer in found] == [
        ("Posts", "R_1", "QID14", 0),
        ("Posts", "R_1", "QID18", 2),
        ("Posts", "R_1", "QID41", 1),
        ("Posts", "R_1", "QID8", 1),
    ]


def test_a_word_without_a_place_on_the_scale_is_quarantined(tmp_path: Path) -> None:
    reading = export(
        tmp_path, {"QID8": "Yes", "QID14": "No", "QID23": "Yes"}, {"QID8": "Yes", "QID14": "Unsure", "QID23": "No"}
    )
    assert [(table, line, column) for table, line, column, _ in reading.quarantined] == [(ANSWERS, 5, "answer")]
    assert len(reading.rows(ANSWERS)) == 5


def test_what_is_no_place_on_a_scale_is_no_answer(tmp_path: Path) -> None:
    reading = export(tmp_path, {"QID7": "Female", "QID8": "No"})
    assert reading.rows(ANSWERS, "item_id") == [("QID8",)]


def test_previews_and_unfinished_responses_are_left(tmp_path: Path) -> None:
    preview, unfinished = {"status": "Survey Preview", "QID8": "Yes"}, {"finished": "False", "QID8": "Yes"}
    reading = export(tmp_path, {"QID8": "No"}, preview, unfinished)
    assert reading.rows(ANSWERS, "respondent_id") == [("R_1",)]


@pytest.mark.real_data
def test_real_words_are_the_numbers_of_the_numeric_export_of_the_same_responses(shared_data: Path) -> None:
    words = read_export(shared_data / FOLDER / "data_pilot_pilot_data_07262020.csv", "qualtrics_choices")
    numbers = read_export(shared_data / FOLDER / "data_pilot_pilot_numeric_data_07212020.csv", "qualtrics")
    by_item = {(who, item): answer for who, item, answer in numbers.rows(ANSWERS, "respondent_id", "item_id", "answer")}
    found = {(who, item): answer for who, item, answer in words.rows(ANSWERS, "respondent_id", "item_id", "answer")}
    items = {item for _, item in found}
    assert not words.quarantined and len(items) == 22
    assert found == {key: answer for key, answer in by_item.items() if key[1] in items} and len(found) == 311


@pytest.mark.real_data
def test_the_second_round_is_read_without_guessing_its_new_questions(shared_data: Path) -> None:
    reading = read_export(shared_data / FOLDER / "data_NonMturk_wCaptcha_data.csv", "qualtrics_choices")
    items = {item for (item,) in reading.rows(ANSWERS, "item_id")}
    assert not reading.quarantined and len(reading.rows(ANSWERS)) == 80 * 2 + 80 * 10
    assert items.isdisjoint({f"QID{number}" for number in (7, 9, 10, 19, 20, 45, 46, 47, 48, 49)})


@pytest.mark.real_data
def test_a_numeric_export_is_not_taken_for_words(shared_data: Path) -> None:
    with pytest.raises(UnreadableFile, match="311 of 311 rows"):
        read_export(shared_data / FOLDER / "data_pilot_pilot_numeric_data_07212020.csv", "qualtrics_choices")
