"""SurveyMonkey responses: questions above, options below, empty cells between."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

SYSTEM = "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1"
ROW_1 = f'{SYSTEM},"How good, all in all, is",,,Would you recommend us?,Why?,My manager listens,'
ROW_2 = ",,,,,,,,,the office,the canteen,Other (please specify),Response,Open-Ended Response,Response,Other"
ANN = (
    "1180,77,05/04/2026 03:14:15 PM,05/04/2026 03:20:00 PM,192.0.2.1,ann@example.org,Ann,A,0042,4,5,The lift,9,So there,2,x"
)
BEN = "1181,77,05/04/2026 08:00:00 AM,05/04/2026 08:01:00 AM,192.0.2.1,,Ben,B,0043,3,,,10,,,"
CAT = "1182,77,05/05/2026 12:00:00 AM,05/05/2026 12:01:00 AM,192.0.2.1,,,,,,,,0,,1,"


def export(*rows: str, head: tuple[str, str] = (ROW_1, ROW_2)) -> str:
    return "\n".join([*head, *rows, ""])


def answers(reading: Reading) -> list[tuple[object, ...]]:
    return reading.rows("survey.survey_answers", "respondent_id", "item_id", "answer")


def test_an_item_is_a_question_with_its_option(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "Pulse May.csv", export(ANN, BEN, CAT)), "surveymonkey")
    assert not reading.quarantined and not reading.unplaced
    assert reading.rows("survey.surveys", "survey_id") == [("Pulse May",)]
    assert answers(reading) == [
        ("ann@example.org", "How good, all in all, is | the canteen", Decimal(5)),
        ("ann@example.org", "How good, all in all, is | the office", Decimal(4)),
        ("ann@example.org", "My manager listens", Decimal(2)),
        ("ann@example.org", "Would you recommend us?", Decimal(9)),
        ("respondent 1181", "How good, all in all, is | the office", Decimal(3)),
        ("respondent 1181", "Would you recommend us?", Decimal(10)),
        ("respondent 1182", "My manager listens", Decimal(1)),
        ("respondent 1182", "Would you recommend us?", Decimal(0)),
    ]
    assert "0043" not in repr(reading), "a custom field may hold anything"
    assert "So there" not in repr(reading) and "lift" not in repr(reading)


def test_afternoons_and_midnights_are_told_apart(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "p.csv", export(ANN, CAT)), "surveymonkey")
    assert dict(reading.rows("survey.survey_answers", "respondent_id", "answered_at")) == {
        "ann@example.org": dt.datetime(2026, 5, 4, 15, 20),
        "respondent 1182": dt.datetime(2026, 5, 5, 0, 1),
    }


CONDENSED = (
    "Respondent ID,Collector ID,Start Date,End Date,IP Address,How satisfied are you?,Of which,,Would you recommend us?",
    ",,,,,,,,",
)


def test_a_condensed_export_has_an_empty_second_row(tmp_path: Path) -> None:
    rows = ("1001,C1,2026-01-01,2026-01-02,192.0.2.1,4,1,2,8", "1002,C1,2026-01-01,2026-01-02,192.0.2.1,3,,,")
    reading = read_export(write(tmp_path, "p.csv", export(*rows, head=CONDENSED)), "surveymonkey")
    assert not reading.quarantined
    assert answers(reading) == [
        ("respondent 1001", "How satisfied are you?", Decimal(4)),
        ("respondent 1001", "Of which#2", Decimal(2)),
        ("respondent 1001", "Of which", Decimal(1)),
        ("respondent 1001", "Would you recommend us?", Decimal(8)),
        ("respondent 1002", "How satisfied are you?", Decimal(3)),
    ]


def test_the_same_question_is_the_same_item_in_both_kinds_of_export(tmp_path: Path) -> None:
    wide = read_export(write(tmp_path, "p.csv", export(ANN)), "surveymonkey")
    condensed = read_export(
        write(tmp_path, "q.csv", export("1001,C1,2026-01-01,2026-01-02,192.0.2.1,4,1,2,8", head=CONDENSED)), "surveymonkey"
    )
    assert {item for _, item, _ in answers(wide)} & {item for _, item, _ in answers(condensed)} == {
        "Would you recommend us?"
    }


def test_chosen_words_are_quarantined_and_a_file_of_words_is_refused(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "p.csv", export(ANN.replace(",4,5,", ",4,Good,"))), "surveymonkey")
    assert reading.quarantined == [("survey.survey_answers", 3, "answer", "expected a number")]
    words = ANN.replace(",4,5,", ",Fair,Good,").replace(",9,", ",Very likely,")
    with pytest.raises(UnreadableFile, match="3 of 4 rows of survey.survey_answers cannot be used"):
        read_export(write(tmp_path, "q.csv", export(words)), "surveymonkey")


def test_a_workbook_gives_what_the_csv_gives(tmp_path: Path) -> None:
    import csv

    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "p.xlsx"), {"default_date_format": "mm/dd/yyyy hh:mm:ss"}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(csv.reader([ROW_1, ROW_2, ANN, BEN])):
            for place, cell in enumerate(row):
                if line > 1 and place in (2, 3):
                    sheet.write_datetime(line, place, dt.datetime.strptime(cell, "%m/%d/%Y %I:%M:%S %p"))
                elif line > 1 and cell.isdigit() and place >= 9:
                    sheet.write_number(line, place, int(cell))
                elif cell:
                    sheet.write_string(line, place, cell)
    book_reading = read_export(tmp_path / "p.xlsx", "surveymonkey")
    text_reading = read_export(write(tmp_path, "p.csv", export(ANN, BEN)), "surveymonkey")
    assert not book_reading.quarantined
    assert all(book_reading.rows(table) == text_reading.rows(table) for table in text_reading.tables)


def test_columns_in_another_order_change_nothing(tmp_path: Path) -> None:
    straight = read_export(write(tmp_path, "p.csv", export(ANN, BEN, CAT)), "surveymonkey")
    # options follow their question, so blocks change places and not single columns
    place = [15, *range(9, 15), *range(9)]
    first, second = ROW_1.replace('"How good, all in all, is"', "How good; all in all; is").split(","), ROW_2.split(",")
    first = [name.replace(";", ",") for name in first]
    first[15] = "Any other?"
    rows = [first, second, *(row.split(",") for row in (ANN, BEN, CAT))]
    lines = [",".join(f'"{row[position]}"' for position in place) for row in rows]
    turned = read_export(write(tmp_path, "p.csv", "\n".join(lines) + "\n"), "surveymonkey")
    assert all(turned.rows(table) == straight.rows(table) for table in straight.tables)
