"""Qualtrics response exports: three header rows with ImportIds, copies that lost them, and the legacy layout."""

import csv
import datetime as dt
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.column_map import SHIPPED
from ingest.files import UnreadableFile
from ingest.home import Home
from tests.conftest import Workshop

from .reading import Reading, read_export, write

# name that an author may edit, wording, ImportId
COLUMNS = [
    ("StartDate", "Start Date", "startDate"),
    ("EndDate", "End Date", "endDate"),
    ("Status", "Response Type", "status"),
    ("Progress", "Progress", "progress"),
    ("Finished", "Finished", "finished"),
    ("RecordedDate", "Recorded Date", "recordedDate"),
    ("ResponseId", "Response ID", "_recordId"),
    ("RecipientEmail", "Recipient Email", "recipientEmail"),
    ("ExternalReference", "External Data Reference", "externalDataReference"),
    ("UserLanguage", "User Language", "userLanguage"),
    ("Q1", "I would recommend us\nas a place to work.", "QID7"),
    ("Renamed by the author", 'They said "listen"', "QID5_1"),
    ("1_Q3", "Of my team", "1_QID3"),
    ("Q2", "Why?", "QID2_TEXT"),
    ("Q2 - Topics", "Q2 - Topics", "QID2_TEXT_0a1b2c3d4e5f60718293a4b5Topics"),
    ("Q9_Page Submit", "Timing", "QID9_PAGE_SUBMIT"),
    ("Site", "Site", "Site"),
    ("SC0", "Score", "SC_0aBcD"),
]
NAMES = [import_id for _, _, import_id in COLUMNS]
ANN = {
    "startDate": "2026-01-14 23:58:00",
    "endDate": "2026-01-15 00:05:10",
    "status": "0",
    "progress": "100",
    "finished": "1",
    "recordedDate": "2026-01-15 00:05:11",
    "_recordId": "R_1",
    "externalDataReference": "0017",
    "recipientEmail": "ann@example.org",
    "userLanguage": "EN",
    "QID7": "9",
    "QID5_1": "4",
    "1_QID3": "2",
    "QID2_TEXT": "Quiet, mostly",
    "QID9_PAGE_SUBMIT": "12.5",
    "Site": "3",
    "SC_0aBcD": "8",
}
BEN = ANN | {"_recordId": "R_2", "externalDataReference": "", "recipientEmail": "ben@example.org", "QID5_1": ""}
NOBODY = BEN | {"_recordId": "R_3", "recipientEmail": "", "QID7": "0", "1_QID3": ""}


def export(*rows: dict[str, str], zone: str | None = "America/Denver", columns: list[tuple[str, str, str]] = COLUMNS) -> str:
    """An untouched export."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name for name, _, _ in columns])
    writer.writerow([wording for _, wording, _ in columns])
    keys = [{"ImportId": key, **({"timeZone": zone} if zone and key.endswith("Date") else {})} for _, _, key in columns]
    writer.writerow([json.dumps(key, separators=(",", ":")) for key in keys])
    writer.writerows([row.get(key, "") for _, _, key in columns] for row in rows)
    return out.getvalue()


def answers(reading: Reading) -> list[tuple[str, str, int]]:
    rows = reading.rows("survey.survey_answers", "respondent_id", "item_id", "answer")
    return [(person, item, int(answer)) for person, item, answer in rows]


def test_answers_are_keyed_by_import_ids_and_people_by_the_best_that_is_known(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "Pulse_January 31, 2026_10.15.csv", export(ANN, BEN, NOBODY)), "qualtrics")
    assert reading.feed == "responses" and not reading.quarantined and not reading.unplaced
    # midnight in Denver is seven o'clock
    at = dt.datetime(2026, 1, 15, 7, 5, 10)
    assert reading.rows("survey.survey_answers") == [
        ("Pulse", "0017", "1_QID3", Decimal(2), at),
        ("Pulse", "0017", "QID5_1", Decimal(4), at),
        ("Pulse", "0017", "QID7", Decimal(9), at),
        ("Pulse", "R_3", "QID7", Decimal(0), at),
        ("Pulse", "ben@example.org", "1_QID3", Decimal(2), at),
        ("Pulse", "ben@example.org", "QID7", Decimal(9), at),
    ]
    assert reading.rows("survey.surveys", "survey_id") == [("Pulse",)]
    assert reading.tables["survey.survey_answers"]["__row"].unique().sort().to_list() == [5, 6, 7], "a wording took a line"
    assert "survey.survey_invitations" not in reading.tables


def test_who_is_known_by_an_address_is_told_from_who_is_known_by_a_number() -> None:
    from ingest.column_map import read_column_map

    for feed in read_column_map("qualtrics").feeds.values():
        known_by = [table.columns["respondent_id"].by for table in feed.tables if table.table == "survey.survey_answers"]
        assert known_by == ["id", "email", "id"]


def test_texts_topics_timings_scores_and_embedded_data_are_no_answers(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "Pulse.csv", export(ANN)), "qualtrics")
    assert [item for _, item, _ in answers(reading)] == ["1_QID3", "QID5_1", "QID7"]
    assert "Quiet" not in repr(reading)


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("status", "1"),
        ("status", "Survey Preview"),
        ("status", "2"),
        ("status", "8"),
        ("status", "Spam"),
        ("finished", "0"),
        ("finished", "False"),
    ],
)
def test_previews_tests_spam_and_unfinished_responses_are_left_out(tmp_path: Path, column: str, written: str) -> None:
    reading = read_export(write(tmp_path, "Pulse.csv", export(ANN, BEN | {column: written})), "qualtrics")
    assert {person for person, _, _ in answers(reading)} == {"0017"} and not reading.quarantined


@pytest.mark.parametrize("status", ["0", "IP Address", "4", "16", "32", "36"])
def test_responses_by_link_import_and_employee_survey_count(tmp_path: Path, status: str) -> None:
    reading = read_export(write(tmp_path, "Pulse.csv", export(ANN | {"status": status})), "qualtrics")
    assert len(answers(reading)) == 3


@pytest.mark.parametrize(
    ("zone", "hour"), [("America/Denver", 7), ("Europe/Berlin", 23), ("Z", 0), (None, 0)], ids=["west", "east", "Z", "none"]
)
def test_the_third_header_row_says_the_zone(tmp_path: Path, zone: str | None, hour: int) -> None:
    reading = read_export(write(tmp_path, "Pulse.csv", export(ANN, zone=zone)), "qualtrics")
    (at,) = {at for (at,) in reading.rows("survey.survey_answers", "answered_at")}
    assert (at.hour, at.minute) == (hour, 5)


def test_columns_in_another_order_change_nothing(tmp_path: Path) -> None:
    turned = read_export(write(tmp_path, "Pulse.csv", export(ANN, BEN, columns=COLUMNS[::-1])), "qualtrics")
    straight = read_export(write(tmp_path, "Pulse.csv", export(ANN, BEN)), "qualtrics")
    assert turned.tables.keys() == straight.tables.keys()
    assert all(turned.rows(table) == straight.rows(table) for table in straight.tables)


@pytest.mark.parametrize(
    ("name", "survey"),
    [
        ("Pulse_January 5, 2026_10.15.csv", "Pulse"),
        ("Pulse_2026_January_5__2026_10.15.csv", "Pulse_2026"),
        ("Our survey (2).csv", "Our survey"),
        ("Exit.csv", "Exit"),
    ],
)
def test_the_files_name_is_the_survey_without_the_stamp(tmp_path: Path, name: str, survey: str) -> None:
    reading = read_export(write(tmp_path, name, export(ANN)), "qualtrics")
    assert reading.rows("survey.surveys", "survey_id") == [(survey,)]


def test_embedded_data_say_the_survey_better_than_the_files_name(tmp_path: Path) -> None:
    columns = [*COLUMNS, ("SurveyID", "SurveyID", "SurveyID")]
    reading = read_export(write(tmp_path, "download.csv", export(ANN | {"SurveyID": "SV_1"}, columns=columns)), "qualtrics")
    assert {survey for (survey,) in reading.rows("survey.survey_answers", "survey_id")} == {"SV_1"}


def test_words_of_a_choice_text_export_are_never_guessed(tmp_path: Path) -> None:
    said = ANN | {"status": "IP Address", "finished": "True", "QID7": "9", "QID5_1": "Agree", "1_QID3": "2"}
    reading = read_export(write(tmp_path, "Pulse.csv", export(said)), "qualtrics")
    assert answers(reading) == [("0017", "1_QID3", 2), ("0017", "QID7", 9)]
    assert reading.quarantined == [("survey.survey_answers", 5, "answer", "expected a number")]
    words = said | {"QID7": "Very likely", "1_QID3": "Never"}
    with pytest.raises(UnreadableFile, match="3 of 3 rows of survey.survey_answers cannot be used.*expected a number"):
        read_export(write(tmp_path, "Words.csv", export(words)), "qualtrics")


def test_a_copy_of_the_map_that_declares_the_scales_reads_words(tmp_path: Path) -> None:
    shipped = (SHIPPED / "qualtrics.yml").read_text()
    scales = "{from: answer, otherwise: keep, values: {Never: '1', Always: '5', Disagree: '2', Agree: '4'}}"
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "pulse.yml").write_text(shipped.replace("answer: answer", f"answer: {scales}"))
    said = ANN | {"status": "IP Address", "finished": "True", "QID7": "9", "QID5_1": "Agree", "1_QID3": "Never"}
    unheard = BEN | {"QID7": "8", "1_QID3": "Hardly ever"}
    reading = read_export(write(tmp_path, "Pulse.csv", export(said, unheard)), "pulse", home=Home(tmp_path))
    assert answers(reading) == [
        ("0017", "1_QID3", 1),
        ("0017", "QID5_1", 4),
        ("0017", "QID7", 9),
        ("ben@example.org", "QID7", 8),
    ]
    assert reading.quarantined == [("survey.survey_answers", 6, "answer", "expected a number")]


def test_two_responses_of_one_person_that_differ_are_both_quarantined(tmp_path: Path) -> None:
    again = ANN | {"_recordId": "R_9", "QID7": "2"}
    reading = read_export(write(tmp_path, "Pulse.csv", export(ANN, again, NOBODY, BEN)), "qualtrics")
    assert [(line, reason) for _, line, _, reason in reading.quarantined] == [
        (5, "the key stands twice with different values"),
        (6, "the key stands twice with different values"),
    ]


def test_several_choices_in_one_cell_are_no_place_on_a_scale(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "Pulse.csv", export(ANN | {"QID5_1": "1,3"})), "qualtrics")
    assert [item for _, item, _ in answers(reading)] == ["1_QID3", "QID7"]
    assert reading.quarantined == [("survey.survey_answers", 5, "answer", "expected a number")]


def test_a_later_export_of_a_survey_ends_what_it_leaves_out_and_no_other_survey(workshop: Callable[..., Workshop]) -> None:
    shop = workshop({"pulse": {"map": "qualtrics", "identity": "attributes"}})
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("Pulse_January 31, 2026_10.15.csv", export(ANN, BEN, NOBODY))
    shop.land("pulse", "download.zip", zipped.getvalue())
    shop.land("pulse", "Exit_January 31, 2026_10.20.csv", export(BEN))
    shop.ingest()
    shop.accept()
    shop.land("pulse", "Pulse_February 1, 2026_10.15.csv", export(ANN, BEN))
    shop.ingest()
    shop.accept()
    counted = "select survey_id, op, count(*) from survey.survey_answers group by all order by all"
    assert shop.rows(counted) == [("Exit", "i", 2), ("Pulse", "d", 1), ("Pulse", "i", 6)]
    exported = shop.rows("select distinct exported_at from ledger.loads order by 1")
    assert [at for (at,) in exported] == [
        dt.datetime(2026, 1, 31, 10, 15),
        dt.datetime(2026, 1, 31, 10, 20),
        dt.datetime(2026, 2, 1, 10, 15),
    ]
    tokens = {token for (token,) in shop.rows("select distinct respondent_id from survey.survey_answers")}
    # a source that names no persons has a space of its own: its people are nobody elsewhere
    space = shop.home.read_configuration().namespaces("pulse")
    assert tokens == {
        shop.pseudonyms.token("0017", "id", space.of("id")),
        shop.pseudonyms.token("ben@example.org", "email", space.of("email")),
        shop.pseudonyms.token("R_3", "id", space.of("id")),
    }


RESAVED = (
    "\ufeffStartDate,EndDate,Status,Progress,Finished,RecordedDate,ResponseId,RecipientEmail,ExternalReference,"
    "Q1,8B,Q2_TEXT,Q2 - Topics,Q_RecaptchaScore,SC0\r\n"
    "Start Date,End Date,Response Type,Progress,Finished,Recorded Date,Response ID,Recipient Email,External Data Reference,"
    '"How, then?",Sure?,Why?,Q2 - Topics,Q_RecaptchaScore,Score\r\n'
    "7/24/20 22:41,7/24/20 22:43,0,100,TRUE,7/24/20 22:43,R_1,,17,4,1,Because,,0.9,8\r\n"
    "7/25/2020 9:01,7/25/2020 9:03,0,100,TRUE,7/25/2020 9:03,R_2,ben@example.org,,5,,,,0.9,8\r\n"
    "7/25/20 10:00,7/25/20 10:02,1,100,TRUE,7/25/20 10:02,R_3,,,5,2,,,0.9,8\r\n"
    "7/25/20 11:00,7/25/20 11:02,0,40,FALSE,7/25/20 11:02,R_4,,,5,,,,,\r\n"
)


def test_a_copy_that_a_spreadsheet_saved_is_read_without_its_import_ids(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "Pulse.csv", RESAVED), "qualtrics")
    assert reading.feed == "resaved" and not reading.quarantined
    assert reading.rows("survey.survey_answers") == [
        ("Pulse", "17", "8B", Decimal(1), dt.datetime(2020, 7, 24, 22, 43)),
        ("Pulse", "17", "Q1", Decimal(4), dt.datetime(2020, 7, 24, 22, 43)),
        ("Pulse", "ben@example.org", "Q1", Decimal(5), dt.datetime(2020, 7, 25, 9, 3)),
    ]


def test_a_copy_kept_as_a_workbook_is_read_too(tmp_path: Path) -> None:
    import xlsxwriter

    def moment(text: str) -> dt.datetime:
        return dt.datetime.strptime(text.replace("/2020 ", "/20 "), "%m/%d/%y %H:%M")

    rows = list(csv.reader(io.StringIO(RESAVED.removeprefix("\ufeff"), newline="")))
    with xlsxwriter.Workbook(str(tmp_path / "Pulse.xlsx"), {"default_date_format": "m/d/yy h:mm"}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                if line > 1 and place in (0, 1, 5):
                    sheet.write_datetime(line, place, moment(cell))
                elif line > 1 and cell in ("TRUE", "FALSE"):
                    sheet.write_boolean(line, place, cell == "TRUE")
                elif line > 1 and cell.isdigit():
                    sheet.write_number(line, place, int(cell))
                elif cell:
                    sheet.write_string(line, place, cell)
    reading = read_export(tmp_path / "Pulse.xlsx", "qualtrics")
    assert reading.feed == "resaved" and not reading.quarantined
    assert reading.rows("survey.survey_answers") == read_export(write(tmp_path, "Pulse.csv", RESAVED), "qualtrics").rows(
        "survey.survey_answers"
    )


def test_an_intact_export_is_never_taken_for_a_copy(tmp_path: Path) -> None:
    assert read_export(write(tmp_path, "Pulse.csv", export(ANN)), "qualtrics").feed == "responses"
    fewest = [
        column for column in COLUMNS if column[2] in ("startDate", "endDate", "status", "finished", "_recordId", "QID7")
    ]
    reading = read_export(write(tmp_path, "Few.csv", export(ANN, columns=fewest)), "qualtrics")
    assert reading.feed == "responses" and answers(reading) == [("R_1", "QID7", 9)]


@pytest.mark.parametrize("missing", ["startDate", "endDate", "status", "finished", "_recordId"])
def test_an_intact_export_that_lacks_a_column_is_refused_and_not_read_as_a_copy(tmp_path: Path, missing: str) -> None:
    columns = [column for column in COLUMNS if column[2] != missing]
    with pytest.raises(UnreadableFile, match="fits no feed of column map qualtrics"):
        read_export(write(tmp_path, "Pulse.csv", export(ANN, columns=columns)), "qualtrics")


def test_a_copy_that_kept_its_import_ids_keeps_its_zone(tmp_path: Path) -> None:
    row = ANN | {"endDate": "1/15/26 0:05", "finished": "TRUE"}
    reading = read_export(write(tmp_path, "Pulse.csv", "\ufeff" + export(row)), "qualtrics")
    assert reading.feed == "responses"
    (at,) = {at for (at,) in reading.rows("survey.survey_answers", "answered_at")}
    assert at == dt.datetime(2026, 1, 15, 7, 5)


LEGACY = (
    "\ufeffV1,V2,V3,V4,V5,V6,V7,V8,V9,V10,Q1,Q2_1,Q3_TEXT,LocationLatitude,LocationLongitude,LocationAccuracy,\n"
    "ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,IPAddress,Status,StartDate,EndDate,Finished,"
    "Do you like it?,A matrix-Row 1,Why?,LocationLatitude,LocationLongitude,LocationAccuracy,\n"
    "R_1,Default,Ann,17,ann@example.org,192.0.2.1,0,2017-07-18 08:28:09,2017-07-18 08:28:48,1,2,5,Because,0.0,0.0,-1,\n"
    "R_2,Default,Anonymous,,,192.0.2.1,0,2017-07-18 09:28:09,2017-07-18 09:28:48,1,3,,,0.0,0.0,-1,\n"
    "R_3,Default,Anonymous,,,192.0.2.1,0,2017-07-18 10:28:09,2017-07-18 10:28:48,0,1,,,0.0,0.0,-1,\n"
)


def test_a_legacy_export_is_read_by_its_two_rows_of_names(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "Old.csv", LEGACY), "qualtrics")
    assert reading.feed == "legacy" and not reading.quarantined and not reading.unplaced
    assert reading.rows("survey.survey_answers") == [
        ("Old", "17", "Q1", Decimal(2), dt.datetime(2017, 7, 18, 8, 28, 48)),
        ("Old", "17", "Q2_1", Decimal(5), dt.datetime(2017, 7, 18, 8, 28, 48)),
        ("Old", "R_2", "Q1", Decimal(3), dt.datetime(2017, 7, 18, 9, 28, 48)),
    ]


def test_a_file_cut_off_within_a_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cut off"):
        read_export(write(tmp_path, "Pulse.csv", export(ANN, BEN)[:-20]), "qualtrics")


FOLDER = "survey/qualtrics"


def records(path: Path, header_rows: int) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.reader(handle))[header_rows:]


@pytest.mark.real_data
def test_a_real_numeric_export_is_read_answer_by_answer(shared_data: Path) -> None:
    path = shared_data / FOLDER / "data_pilot_pilot_numeric_data_07212020.csv"
    reading = read_export(path, "qualtrics")
    rows = records(path, 3)
    # the questions stand behind the 18 columns of the tool itself
    wanted = Counter((row[8], int(answer)) for row in rows for answer in row[18:] if answer)
    assert wanted.total() == 439 and len(rows) == 26
    assert Counter((person, answer) for person, _, answer in answers(reading)) == wanted
    assert not reading.quarantined and len({item for _, item, _ in answers(reading)}) == 27
    ends = {row[8]: dt.datetime.fromisoformat(row[1]) + dt.timedelta(hours=6) for row in rows}
    assert dict(reading.rows("survey.survey_answers", "respondent_id", "answered_at")) == ends, "Denver's summer"


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "n_words"), [("data_pilot_pilot_data_07262020.csv", 439), ("data_NonMturk_wCaptcha_data.csv", 1759)]
)
def test_real_choice_text_exports_are_refused_with_their_reason(shared_data: Path, file: str, n_words: int) -> None:
    path = shared_data / FOLDER / file
    rows = records(path, 3)
    assert {row[6] for row in rows} == {"True"}
    questions = [row[18:-1] if file.startswith("data_Non") else row[18:] for row in rows]
    assert sum(1 for row in questions for answer in row if answer) == n_words
    with pytest.raises(UnreadableFile, match=f"{n_words} of {n_words} rows of survey.survey_answers.*expected a number"):
        read_export(path, "qualtrics")


@pytest.mark.real_data
def test_the_real_sample_in_german_is_read_by_its_import_ids(shared_data: Path) -> None:
    path = shared_data / FOLDER / "sample.csv"
    reading = read_export(path, "qualtrics")
    (row,) = records(path, 3)
    assert answers(reading) == [(row[8], "QID1", int(row[17]))], "a free text and its topics are left"


@pytest.mark.real_data
def test_the_real_legacy_sample_gives_its_choice_and_quarantines_its_unmarked_text(shared_data: Path) -> None:
    path = shared_data / FOLDER / "sample_legacy.csv"
    reading = read_export(path, "qualtrics")
    (row,) = records(path, 2)
    assert reading.feed == "legacy" and answers(reading) == [(row[0], "Q1", int(row[10]))]
    assert reading.quarantined == [("survey.survey_answers", 3, "answer", "expected a number")]


@pytest.mark.real_data
def test_a_real_export_saved_as_a_spreadsheet_would_gives_the_same_answers(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / FOLDER / "data_pilot_pilot_numeric_data_07212020.csv"
    with path.open(newline="") as handle:
        rows = list(csv.reader(handle))
    for row in rows[3:]:
        for column in (0, 1, 7):
            moment = dt.datetime.fromisoformat(row[column])
            row[column] = f"{moment.month}/{moment.day}/{moment:%y} {moment.hour}:{moment:%M}"
    out = io.StringIO()
    csv.writer(out).writerows([*rows[:2], *rows[3:]])
    copy = read_export(write(tmp_path, "copy.csv", "\ufeff" + out.getvalue()), "qualtrics")
    assert copy.feed == "resaved"
    untouched = read_export(path, "qualtrics")
    assert sorted((p, a) for p, _, a in answers(copy)) == sorted((p, a) for p, _, a in answers(untouched))
