"""Moodle's reports: pairs of columns, repeated names, a course that only the file's name knows, ids inside sentences."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.column_map import read_column_map
from ingest.files import UnreadableFile

from ..conftest import Workshop
from .reading import Reading, read_export, write

RECORDS, COURSES = "lms.learning_records", "lms.courses"
NAME = "completion-LEAD 1-20250401_0830-comma_separated.csv"
COURSE = (
    'ID,Name,"Email address","ID number","Quiz","Quiz - Completion date","Quiz","Quiz - Completion date",'
    '"Manual self completion","Course complete"\n'
    '5,"Ann Ash",ann@example.com,E1,Completed,"1/03/25, 09:05","Completed (achieved pass grade)","2/03/25, 10:00",'
    '"3/03/25, 08:00","3/03/25, 08:00"\n'
    '6,"Bob Birch",bob@example.com,E2,"Not completed",,"Not completed",,,\n'
)


def progress(folder: Path, text: str, name: str = "progress.lead_1.csv") -> Reading:
    return read_export(write(folder, name, text), "moodle")


def test_the_course_report_says_who_completed_the_course_its_file_names(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, NAME, COURSE), "moodle")
    assert reading.feed == "course_completion" and reading.quarantined == []
    assert reading.rows(RECORDS, "record_id", "worker_id", "course_id", "status", "completed_at") == [
        ("LEAD 1|5", "ann@example.com", "LEAD 1", "completed", dt.datetime(2025, 3, 3, 8)),
        ("LEAD 1|6", "bob@example.com", "LEAD 1", "enrolled", None),
    ]


def test_the_course_reports_spreadsheet_variant_says_the_same(tmp_path: Path) -> None:
    rows = [line.split("~") for line in ("ID~Name~ID number~Course complete", "5~Ann~E1~3/03/25, 08:00", "6~Bob~E2~")]
    content = b"\xff\xfe" + "".join("\t".join(row) + "\n" for row in rows).encode("utf-16-le")
    reading = read_export(write(tmp_path, "completion-LEAD 1.csv", content), "moodle")
    assert reading.rows(RECORDS, "worker_id", "status", "completed_at") == [
        ("E1", "completed", dt.datetime(2025, 3, 3, 8)),
        ("E2", "enrolled", None),
    ]


@pytest.mark.parametrize("name", ["completion-LEAD 1.csv", "completion-LEAD 1-20250401_0830.csv", NAME])
def test_the_course_is_the_part_of_the_name_before_the_stamp(tmp_path: Path, name: str) -> None:
    reading = read_export(write(tmp_path, name, COURSE), "moodle")
    assert set(reading.tables[RECORDS]["course_id"]) == {"LEAD 1"}


def test_a_renamed_report_is_refused_because_its_course_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"nearest is course_completion, which needs 'file\.course'"):
        read_export(write(tmp_path, "march.csv", COURSE), "moodle")


def test_people_are_found_by_address_else_by_number_else_by_name(tmp_path: Path) -> None:
    text = (
        'ID,Name,"Email address","ID number","Course complete"\n'
        '5,"Ann Ash",ann@example.com,E1,"3/03/25, 08:00"\n'
        '6,"Bob Birch",,E2,\n'
        '7,"Cyd Cedar",,,"4/03/25, 08:00"\n'
    )
    reading = read_export(write(tmp_path, NAME, text), "moodle")
    assert reading.rows(RECORDS, "worker_id", "status") == [
        ("E2", "enrolled"),
        ("ann@example.com", "completed"),
        ("cyd cedar", "completed"),
    ]
    bare = read_export(write(tmp_path, NAME, 'ID,Name,"Course complete"\n5,"Ann Ash",\n'), "moodle")
    assert bare.rows(RECORDS, "record_id", "worker_id", "status") == [("LEAD 1|5", "ann ash", "enrolled")]


def test_each_kind_of_name_is_looked_up_as_what_it_is_and_no_key_shows_a_person() -> None:
    kinds = {"Email address": "email", "ID number": "id", "Name": "display_name", "#1": "display_name"}
    kinds["Affected user"] = "display_name"
    for feed in read_column_map("moodle").feeds.values():
        for table in feed.tables:
            if table.table == RECORDS:
                assert table.columns["worker_id"].by == kinds[table.columns["worker_id"].sources[0]]
                assert table.columns["record_id"].names_person


def test_dates_of_another_language_are_quarantined(tmp_path: Path) -> None:
    text = (
        'ID,Name,"Email address","Course complete"\n'
        '5,Ann,ann@example.com,"31/12/24, 23:59"\n6,Bob,bob@example.com,"12/31/24, 23:59"\n7,Cyd,cyd@example.com,\n'
    )
    reading = read_export(write(tmp_path, NAME, text), "moodle")
    assert reading.rows(RECORDS, "worker_id", "completed_at") == [
        ("ann@example.com", dt.datetime(2024, 12, 31, 23, 59)),
        ("cyd@example.com", None),
    ]
    assert reading.quarantined == [(RECORDS, 3, "completed_at", "expected a moment")]


def test_the_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    wanted = read_export(write(tmp_path, NAME, COURSE), "moodle").rows(RECORDS)
    turned = (
        '"Course complete","ID number","Email address",Name,ID,"Quiz","Quiz - Completion date"\n'
        '"3/03/25, 08:00",E1,ann@example.com,"Ann Ash",5,Completed,"1/03/25, 09:05"\n'
        ',E2,bob@example.com,"Bob Birch",6,"Not completed",\n'
    )
    assert read_export(write(tmp_path, NAME, turned), "moodle").rows(RECORDS) == wanted


# the first cell of the header is not even quoted, quotes in names have become apostrophes
PROGRESS = (
    ',"Email address","Read \'me\'","","Quiz","2025-03-31 00:00:00","Quiz","2025-03-31 00:00:00"\n'
    '"Ann Ash","ann@example.com","Completed","2025-03-01 09:05:07","Completed (achieved pass grade)",'
    '"2025-03-02 10:00:00","Completed (did not achieve pass grade)","2025-03-03 11:00:00"\n'
    '"Bob Birch","bob@example.com","Completed (set by Cyd (HR) Cedar)","2025-03-04 12:00:00","Not completed","",'
    '"Not completed (set by Cyd Cedar)","2025-03-05 13:00:00"\n'
)
ACTIVITIES = [
    ("lead_1|Quiz#2|ann@example.com", "lead_1|Quiz#2", "failed", dt.datetime(2025, 3, 3, 11)),
    ("lead_1|Quiz#2|bob@example.com", "lead_1|Quiz#2", "enrolled", None),
    ("lead_1|Quiz|ann@example.com", "lead_1|Quiz", "completed", dt.datetime(2025, 3, 2, 10)),
    ("lead_1|Quiz|bob@example.com", "lead_1|Quiz", "enrolled", None),
    ("lead_1|Read 'me'|ann@example.com", "lead_1|Read 'me'", "completed", dt.datetime(2025, 3, 1, 9, 5, 7)),
    ("lead_1|Read 'me'|bob@example.com", "lead_1|Read 'me'", "completed", dt.datetime(2025, 3, 4, 12)),
]
SHOWN = ("record_id", "course_id", "status", "completed_at")


def test_activities_stand_in_pairs_of_columns_and_may_share_a_name(tmp_path: Path) -> None:
    reading = progress(tmp_path, PROGRESS)
    assert reading.feed == "activity_completion" and reading.quarantined == []
    assert sorted(reading.rows(RECORDS, *SHOWN)) == ACTIVITIES
    assert sorted(reading.rows(COURSES, "course_id", "title", "kind")) == [
        ("lead_1|Quiz", "Quiz", "activity"),
        ("lead_1|Quiz#2", "Quiz", "activity"),
        ("lead_1|Read 'me'", "Read 'me'", "activity"),
    ]


def test_the_spreadsheet_variant_in_utf_16_with_tabs_says_the_same(tmp_path: Path) -> None:
    content = b"\xff\xfe" + PROGRESS.replace('","', '"\t"').replace(',"', '\t"').encode("utf-16-le")
    reading = read_export(write(tmp_path, "progress.lead_1.csv", content), "moodle")
    assert sorted(reading.rows(RECORDS, *SHOWN)) == ACTIVITIES


def test_activities_may_stand_in_any_order(tmp_path: Path) -> None:
    one = ',"Email address","A","","B",""\n"Ann","ann@example.com","Completed","2025-03-01 09:00:00","Not completed",""\n'
    two = ',"Email address","B","","A",""\n"Ann","ann@example.com","Not completed","","Completed","2025-03-01 09:00:00"\n'
    assert progress(tmp_path, one).rows(RECORDS) == progress(tmp_path, two).rows(RECORDS)


def test_known_identity_fields_are_no_activities(tmp_path: Path) -> None:
    text = (
        ',"ID number","Department","City/town","A",""\n'
        '"Ann Ash","E1","Sales","Oslo","Completed","2025-03-01 09:00:00"\n'
        '"Bob Birch","","Sales","Oslo","Not completed",""\n'
    )
    reading = progress(tmp_path, text)
    assert reading.rows(RECORDS, "worker_id", "course_id", "status") == [
        ("E1", "lead_1|A", "completed"),
        ("bob birch", "lead_1|A", "enrolled"),
    ]


def test_an_identity_field_that_the_map_does_not_know_refuses_the_file(tmp_path: Path) -> None:
    text = ',"Email address","Badge","A","","B",""\n"Ann","ann@example.com","77","Completed","2025-03-01 09:00:00","A",""\n'
    with pytest.raises(UnreadableFile, match=r"rows of lms\.learning_records cannot be used"):
        progress(tmp_path, text)


def test_states_of_another_language_are_quarantined_and_completed_needs_its_date(tmp_path: Path) -> None:
    day = "2025-03-01 09:00:00"
    text = (
        ',"Email address","A",""\n'
        f'"Ann","ann@example.com","Completed","{day}"\n'
        f'"Bob","bob@example.com","Erledigt","{day}"\n'
        '"Cyd","cyd@example.com","Completed",""\n'
        '"Dee","dee@example.com","Not completed",""\n'
    )
    reading = progress(tmp_path, text)
    assert reading.quarantined == [
        (RECORDS, 3, "status", "a value that the column map does not know"),
        (RECORDS, 4, None, "completed rows say when"),
    ]
    assert reading.rows(RECORDS, "worker_id") == [("ann@example.com",), ("dee@example.com",)]


WORDS = {
    "de": ("E-Mail-Adresse", "Abteilung", "Abgeschlossen", "Nicht abgeschlossen", "Abgeschlossen (gesetzt von Cyd Cedar)",
           "Abgeschlossen (Bestehensgrenze nicht erreicht)"),
    "fr": ("Adresse de courriel", "Département", "Terminé", "Pas terminé", "Terminé (défini par Cyd Cedar)",
           "Terminé (n’a pas atteint la note minimale de réussite)"),
    "es": ("Dirección de correo", "Departamento", "Finalizado", "No finalizado", "Completado (configurado por Cyd Cedar)",
           "Finalizado (no ha alcanzado la calificación de aprobado)"),
}  # fmt: skip


@pytest.mark.parametrize("language", WORDS)
def test_the_activity_report_says_the_same_in_other_languages(tmp_path: Path, language: str) -> None:
    address, department, completed, unfinished, by_hand, failed = WORDS[language]
    text = (
        f',"{address}","{department}","A",""\n'
        f'"Ann","ann@example.com","Sales","{completed}","2025-03-01 09:00:00"\n'
        f'"Bob","bob@example.com","Sales","{unfinished}",""\n'
        f'"Dee","dee@example.com","Sales","{by_hand}","2025-03-02 09:00:00"\n'
        f'"Eve","eve@example.com","Sales","{failed}","2025-03-03 09:00:00"\n'
    )
    reading = progress(tmp_path, text)
    assert reading.quarantined == []
    assert reading.rows(RECORDS, "worker_id", "course_id", "status", "completed_at") == [
        ("ann@example.com", "lead_1|A", "completed", dt.datetime(2025, 3, 1, 9)),
        ("bob@example.com", "lead_1|A", "enrolled", None),
        ("dee@example.com", "lead_1|A", "completed", dt.datetime(2025, 3, 2, 9)),
        ("eve@example.com", "lead_1|A", "failed", dt.datetime(2025, 3, 3, 9)),
    ]


@pytest.mark.parametrize(
    ("headings", "day"),
    [
        ("ID,Name,E-Mail-Adresse,ID-Nummer,Kurs abschließen", "03.03.2025 08:00"),
        ("ID,Name,E-Mail-Adresse,ID-Nummer,Kurs abschließen", '"03.03.25, 08:00"'),
        ("ID,Nombre,Dirección de correo,Número de ID,Curso finalizado", "03/03/2025 08:00"),
    ],
)
def test_the_course_report_says_the_same_in_other_languages(tmp_path: Path, headings: str, day: str) -> None:
    reading = read_export(write(tmp_path, NAME, f"{headings}\n5,Ann,ann@example.com,E1,{day}\n6,Bob,,E2,\n"), "moodle")
    assert reading.quarantined == []
    assert reading.rows(RECORDS, "worker_id", "status", "completed_at") == [
        ("E2", "enrolled", None),
        ("ann@example.com", "completed", dt.datetime(2025, 3, 3, 8)),
    ]


def test_months_written_as_french_words_are_quarantined(tmp_path: Path) -> None:
    text = 'ID,Nom,Adresse de courriel,Cours terminé\n5,Ann,ann@example.com,"03 mars 25, 08:00"\n6,Bob,bob@example.com,\n'
    reading = read_export(write(tmp_path, NAME, text), "moodle")
    assert reading.quarantined == [(RECORDS, 2, "completed_at", "expected a moment")]
    assert reading.rows(RECORDS, "worker_id", "status") == [("bob@example.com", "enrolled")]


LOG_HEADER = 'Time,"User full name","Affected user","Event context",Component,"Event name",Description,Origin,"IP address"\n'
LOG = (
    '"3/03/25, 08:00:00",-,"Ann Ash","Course: Leading",System,"Course completed",'
    "\"The user with id '5' completed the course with id '3'.\",cli,\n"
    '"2/03/25, 08:00:00","Cyd Cedar","Bob Birch","Course: Leading",System,"User unenrolled from course",'
    "\"The user with id '2' unenrolled the user with id '6' using the enrolment method 'manual' from the course "
    "with id '3'.\",web,192.0.2.1\n"
    '"1/03/25, 09:00:00","Bob Birch",-,"Course: Leading",System,"Course viewed",'
    "\"The user with id '6' viewed the course with id '3'.\",web,192.0.2.2\n"
    '"1/03/25, 08:00:00","Cyd Cedar","Bob Birch","Course: Leading",System,"User enrolled in course",'
    "\"The user with id '2' enrolled the user with id '6' using the enrolment method 'manual' in the course with id '3'.\","
    "web,192.0.2.1\n"
    '"1/03/25, 07:00:00","Ann Ash","Ann Ash","Course: Leading",System,"User enrolled in course",'
    "\"The user with id '5' enrolled the user with id '5' using the enrolment method 'self' in the course with id '3'.\","
    "web,192.0.2.1\n"
    '"1/03/25, 06:00","Dee Doe","Dee Doe","Kurs: Führen",System,"Nutzer/in eingeschrieben",'
    "\"The user with id '7' enrolled the user with id '7' using the enrolment method 'self' in the course with id '4'.\","
    "web,192.0.2.1\n"
)


def test_logs_tell_how_an_enrolment_stands_by_ids_inside_sentences(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "logs_LEAD_20250401-0830.csv", LOG_HEADER + LOG), "moodle")
    assert reading.feed == "logs" and reading.quarantined == []
    assert reading.rows(RECORDS, "record_id", "worker_id", "course_id", "status", "enrolled_at", "completed_at") == [
        ("5|3", "ann ash", "3", "completed", None, dt.datetime(2025, 3, 3, 8)),
        ("6|3", "bob birch", "3", "withdrawn", None, None),
        ("7|4", "dee doe", "4", "enrolled", dt.datetime(2025, 3, 1, 6), None),
    ]


def test_a_log_of_all_courses_has_one_column_more_and_days_without_a_year_are_quarantined(tmp_path: Path) -> None:
    event = "\"The user with id '8' completed the course with id '3'.\",web,\n"
    text = (
        "Course,"
        + LOG_HEADER
        + "".join(
            f'LEAD,"{time}",-,"Eve Elm","Course: Leading",System,"Course completed",{event.replace("8", number)}'
            for time, number in (("1/03/25, 08:00", "8"), ("2/03/25, 08:00", "9"), ("3 Mar, 08:00", "7"))
        )
    )
    reading = read_export(write(tmp_path, "logs.csv", text), "moodle")
    assert reading.rows(RECORDS, "record_id") == [("8|3",), ("9|3",)]
    assert reading.quarantined == [(RECORDS, 4, "completed_at", "expected a moment")]


def test_the_store_keeps_neither_names_nor_addresses_nor_ids_of_people(workshop: Callable[..., Workshop]) -> None:
    shop = workshop({"lms": {"map": "moodle"}})
    shop.land("lms", NAME, COURSE)
    shop.land("lms", "progress.lead_1.csv", PROGRESS)
    shop.land("lms", "logs_20250401-0830.csv", LOG_HEADER + LOG)
    outcomes = {outcome.name: (outcome.status, outcome.n_rows, outcome.n_quarantined) for outcome in shop.ingest()}
    assert outcomes == {
        f"lms/{NAME}": ("pending", 2, 0),
        "lms/progress.lead_1.csv": ("pending", 9, 0),
        "lms/logs_20250401-0830.csv": ("pending", 3, 0),
    }
    stored = shop.rows("select * from lms.learning_records") + shop.rows("select * from lms.courses")
    words = {word for row in stored for value in row if isinstance(value, str) for word in re.split(r"[^\w-]+", value)}
    # whole words: a token may hold any letters
    assert not words & {"Ann", "ann", "Bob", "bob", "Cedar", "cedar", "E1", "e1", "5"}
    stamps = dict(shop.rows("select file, exported_at from ledger.loads"))
    assert stamps[f"lms/{NAME}"] == stamps["lms/logs_20250401-0830.csv"] == dt.datetime(2025, 4, 1, 8, 30)
