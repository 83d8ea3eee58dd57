"""LimeSurvey responses: quoted CSV in two separators, names that repeat, incomplete responses; and SPSS."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

HEADER = [
    "id",
    "submitdate",
    "lastpage",
    "startlanguage",
    "seed",
    "token",
    "startdate",
    "datestamp",
    "G1[SQ001]",
    "G1[SQ002]",
    "Again",
    "Again",
    "Like",
    "Why[other]",
    "Why[SQ001comment]",
    "interviewtime",
    "groupTime17",
    "LikeTime",
]
ANN = ["1", "2026-02-03 10:00:05", "3", "en", "77", "tokAnn", "2026-02-03 09:50:00", "2026-02-03 10:00:05"]
ANN += ["A4", "AO02", "5", "3", "Y", "'=SUM(1)", 'Quiet; "really"', "605.1", "300.2", "12.5"]
BEN = ["2", "", "1", "en", "78", "tokBen", "2026-02-03 09:50:00", "2026-02-03 09:51:00"]
BEN += ["A1", "", "", "", "", "", "", "60", "60", ""]
CAT = ["3", "1980-01-01 00:00:00", "3", "en", "79", "", "1980-01-01 00:00:00", "1980-01-01 00:00:00"]
CAT += ["1", "", "", "2", "N", "", "", "60", "60", "3"]


def export(*rows: list[str], separator: str = ";", header: list[str] = HEADER) -> str:
    """What LimeSurvey's own writer makes of rows."""
    lines = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (header, *rows)]
    return "\ufeff" + "\r\n".join([*lines, "", ""])


def answers(reading: Reading) -> list[tuple[str, str, Decimal]]:
    return reading.rows("survey.survey_answers", "respondent_id", "item_id", "answer")  # type: ignore[return-value]


WANTED = [
    ("response 3", "Again#2", Decimal(2)),
    ("response 3", "G1[SQ001]", Decimal(1)),
    ("response 3", "Like", Decimal(0)),
    ("tokAnn", "Again#2", Decimal(3)),
    ("tokAnn", "Again", Decimal(5)),
    ("tokAnn", "G1[SQ001]", Decimal(4)),
    ("tokAnn", "G1[SQ002]", Decimal(2)),
    ("tokAnn", "Like", Decimal(1)),
]


@pytest.mark.parametrize("separator", [";", ","])
def test_answers_are_read_by_codes_in_either_separator(tmp_path: Path, separator: str) -> None:
    path = write(tmp_path, "results-survey123456.csv", export(ANN, BEN, CAT, separator=separator))
    reading = read_export(path, "limesurvey")
    assert not reading.quarantined and not reading.unplaced
    assert answers(reading) == WANTED
    assert reading.rows("survey.surveys", "survey_id") == [("123456",)]


def test_a_response_without_submitdate_is_incomplete(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "s.csv", export(ANN, BEN)), "limesurvey")
    assert {person for person, _, _ in answers(reading)} == {"tokAnn"}


def test_a_survey_that_stamps_no_dates_gives_answers_without_a_moment(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "s.csv", export(ANN, CAT)), "limesurvey")
    assert dict(reading.rows("survey.survey_answers", "respondent_id", "answered_at")) == {
        "tokAnn": dt.datetime(2026, 2, 3, 10, 0, 5),
        "response 3": None,
    }


def test_a_response_number_is_nobodys_id(tmp_path: Path) -> None:
    header = [*HEADER, "email"]
    rows = [[*ANN, ""], [*CAT, "cat@example.org"]]
    reading = read_export(write(tmp_path, "s.csv", export(*rows, header=header)), "limesurvey")
    assert {person for person, _, _ in answers(reading)} == {"tokAnn", "cat@example.org"}
    alone = read_export(write(tmp_path, "t.csv", export(CAT)), "limesurvey")
    assert {person for person, _, _ in answers(alone)} == {"response 3"}, "a worker may have the id 3"


def test_texts_of_others_comments_and_masked_cells_are_left(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "s.csv", export(ANN)), "limesurvey")
    assert "SUM" not in repr(reading) and "Quiet" not in repr(reading)


def test_texts_under_a_code_like_any_other_are_quarantined_without_their_words(tmp_path: Path) -> None:
    header = [*HEADER, "Wish", "Since"]
    rows = [[*ANN, "'=more", "2020-08-13 00:00:00"], [*CAT, "", ""]]
    reading = read_export(write(tmp_path, "s.csv", export(*rows, header=header)), "limesurvey")
    assert reading.quarantined == [("survey.survey_answers", 2, "answer", "expected a number")] * 2
    assert answers(reading) == WANTED and "more" not in repr(reading)


def test_an_export_of_full_answers_is_refused(tmp_path: Path) -> None:
    words = [*ANN[:8], "Agree", "Disagree", "Agree", "Agree", "Yes", "", "", "", "", ""]
    with pytest.raises(UnreadableFile, match="5 of 5 rows of survey.survey_answers cannot be used"):
        read_export(write(tmp_path, "s.csv", export(words)), "limesurvey")


@pytest.mark.parametrize(
    ("name", "survey"),
    [("results-survey42.csv", "42"), ("results-survey42 (1).csv", "42"), ("Pulse 2026.csv", "Pulse 2026")],
)
def test_the_files_name_is_the_survey(tmp_path: Path, name: str, survey: str) -> None:
    reading = read_export(write(tmp_path, name, export(ANN)), "limesurvey")
    assert {found for (found,) in reading.rows("survey.survey_answers", "survey_id")} == {survey}


def test_columns_in_another_order_change_nothing_where_names_do_not_repeat(tmp_path: Path) -> None:
    once = [position for position, name in enumerate(HEADER) if name != "Again"]
    straight = [[row[position] for position in once] for row in (HEADER, ANN, CAT)]
    turned = [row[::-1] for row in straight]
    readings = [
        read_export(write(tmp_path, "s.csv", export(*rows[1:], header=rows[0])), "limesurvey") for rows in (straight, turned)
    ]
    assert all(readings[0].rows(table) == readings[1].rows(table) for table in readings[0].tables)


def test_an_spss_file_of_the_same_survey_is_read_by_the_same_map(tmp_path: Path) -> None:
    path = tmp_path / "results-survey7.sav"
    frame = pl.DataFrame(
        {
            "id": [1.0, 2.0, 3.0],
            "submitdate": [dt.datetime(2026, 2, 3, 10, 0, 5), None, dt.datetime(1980, 1, 1)],
            "lastpage": [3.0, 1.0, 3.0],
            "startlanguage": ["en", "en", "en"],
            "token": ["tokAnn", "tokBen", ""],
            "G1_SQ001": [4.0, 1.0, None],
            "G1_SQ002": ["A2", "", "A5"],
            "Like": ["Y", "", "N"],
            "Why_other": ["Quiet", "", ""],
        }
    )
    pyreadstat.write_sav(frame, str(path))
    reading = read_export(path, "limesurvey")
    assert not reading.quarantined
    at = dt.datetime(2026, 2, 3, 10, 0, 5)
    assert reading.rows("survey.survey_answers") == [
        ("7", "response 3", "G1_SQ002", Decimal(5), None),
        ("7", "response 3", "Like", Decimal(0), None),
        ("7", "tokAnn", "G1_SQ001", Decimal(4), at),
        ("7", "tokAnn", "G1_SQ002", Decimal(2), at),
        ("7", "tokAnn", "Like", Decimal(1), at),
    ]
