"""Learning history of a connector file: records with their own end mark, items known by three columns."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.column_map import read_column_map
from ingest.files import UnreadableFile

from .reading import Reading, read_export, write

RECORDS, COURSES = "lms.learning_records", "lms.courses"
COLUMNS = """
    STUD_ID CPNT_TYP_ID CPNT_ID REV_DTE CMPL_STAT_ID COMPL_DTE COMPL_DTE_TIMEZONE LST_UPD_USR GRADE REV_NUM CREDIT_HRS
    CPE_HRS CONTACT_HRS TOTAL_HRS INST_NAME COMMENTS ES_USER_NAME ESIG_MEANING_CODE_ID ESIG_MESSAGE SCHD_ID
    INCLUDE_IN_GOVT_REPORTING HOURLY_RATE HOURLY_RATE_CURRENCY
"""
HEADER = COLUMNS.split()
EVENT = dict.fromkeys(HEADER, "") | {
    "STUD_ID": "E1",
    "CPNT_TYP_ID": "COURSE",
    "CPNT_ID": "LEAD-1",
    "REV_DTE": "Jan-01-2024 09:00:00",
    "CMPL_STAT_ID": "COURSE-COMPL",
    "COMPL_DTE": "Mar-05-2025 16:30:00",
    "COMPL_DTE_TIMEZONE": "America/New_York",
    "TOTAL_HRS": "7.5",
}


def record(header: list[str] | None = None, **cells: str) -> str:
    return "|".join((EVENT | cells)[name] for name in header or HEADER) + "|!##!\r\n"


def history(folder: Path, *records: str, header: list[str] | None = None, encoding: str = "utf-8") -> Reading:
    text = "|".join(header or HEADER) + "|!##!\r\n" + "".join(records)
    path = write(folder, "learning_history_data_ACME.txt", text.encode(encoding))
    return read_export(path, "successfactors_learning")


def test_an_event_becomes_one_exact_row(tmp_path: Path) -> None:
    reading = history(tmp_path, record(GRADE="95", CREDIT_HRS="6", CONTACT_HRS="5"))
    [row] = reading.tables[RECORDS].to_dicts()
    assert {name: value for name, value in row.items() if value is not None} == {
        "__row": 2,
        "record_id": "E1|COURSE|LEAD-1|Jan-01-2024 09:00:00|Mar-05-2025 16:30:00",
        "worker_id": "E1",
        "course_id": "COURSE|LEAD-1|Jan-01-2024 09:00:00",
        "completed_at": dt.datetime(2025, 3, 5, 16, 30),
        "status": "completed",
        "score": Decimal("95.0000"),
        "hours": Decimal("7.5000"),
    }
    assert reading.quarantined == [] and reading.unplaced == []


def test_an_item_is_another_one_in_another_revision_or_of_another_type(tmp_path: Path) -> None:
    reading = history(
        tmp_path, record(), record(REV_DTE="Jan-01-2025 09:00:00"), record(CPNT_TYP_ID="SEMINAR"), record(STUD_ID="E2")
    )
    assert reading.rows(COURSES, "course_id", "kind") == [
        ("COURSE|LEAD-1|Jan-01-2024 09:00:00", "course"),
        ("COURSE|LEAD-1|Jan-01-2025 09:00:00", "course"),
        ("SEMINAR|LEAD-1|Jan-01-2024 09:00:00", "seminar"),
    ]
    assert len(reading.rows(RECORDS)) == 4


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("COURSE-COMPL", "completed"),
        ("ILT-PROG-Terminado", "completed"),
        ("Passed", "completed"),
        ("COURSE-INCOMPLETE", "failed"),
        ("COURSE-FAIL", "failed"),
        ("ILT-NO_SHOW", "no_show"),
        ("WBT-WAIVED", "exempt"),
    ],
)
def test_a_status_is_looked_up_behind_the_items_type_and_only_completion_has_a_date(
    tmp_path: Path, written: str, status: str
) -> None:
    when = dt.datetime(2025, 3, 5, 16, 30) if status == "completed" else None
    reading = history(tmp_path, record(CMPL_STAT_ID=written))
    assert reading.rows(RECORDS, "status", "completed_at") == [(status, when)] and reading.quarantined == []


def test_a_customers_own_status_and_an_unreadable_date_are_quarantined(tmp_path: Path) -> None:
    reading = history(
        tmp_path,
        record(STUD_ID="E2", CMPL_STAT_ID="COURSE-SEEN"),
        record(STUD_ID="E3", COMPL_DTE="5.3.2025"),
        record(STUD_ID="E4"),
        record(STUD_ID="E5"),
        record(STUD_ID="", COMMENTS="nobody"),
        record(STUD_ID="E6"),
    )
    assert reading.rows(RECORDS, "worker_id") == [("E4",), ("E5",), ("E6",)]
    assert (
        sorted(found for found in reading.quarantined if found[0] == RECORDS)
        == [
            (RECORDS, 2, "status", "a value that the column map does not know"),
            (RECORDS, 3, "completed_at", "expected a moment"),
            (RECORDS, 6, "record_id", "must not be empty"),
            (RECORDS, 6, "worker_id", "must not be empty"),
        ]
        or reading.quarantined
    )


def test_comments_may_hold_quotes_and_line_breaks(tmp_path: Path) -> None:
    reading = history(
        tmp_path, record(COMMENTS='said "fine'), record(STUD_ID="E2", COMMENTS="two\r\nlines"), record(STUD_ID="E3")
    )
    assert reading.unplaced == []
    assert reading.tables[RECORDS].select("__row", "worker_id").rows() == [(2, "E1"), (3, "E2"), (5, "E3")]


def test_damaged_records_are_rejected_alone(tmp_path: Path) -> None:
    reading = history(
        tmp_path,
        record(),
        record(STUD_ID="E2", COMMENTS="a|b"),
        record(STUD_ID="E3", COMMENTS="\x00\x00"),
        "E4|COURSE|!##!\r\n",
        record(STUD_ID="E5"),
        record(STUD_ID="E6"),
        record(STUD_ID="E7"),
    )
    assert reading.unplaced == [(3, "too_many_columns"), (4, "nul_byte"), (5, "missing_columns")]
    assert reading.rows(RECORDS, "worker_id") == [("E1",), ("E5",), ("E6",), ("E7",)]


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="row 3: the last record is cut off"):
        history(tmp_path, record(), "E2|COURSE|LEAD")


def test_an_event_written_twice_is_one_and_two_that_differ_are_quarantined(tmp_path: Path) -> None:
    reading = history(
        tmp_path,
        record(),
        record(),
        record(STUD_ID="E2", TOTAL_HRS="1"),
        record(STUD_ID="E2", TOTAL_HRS="2"),
        record(STUD_ID="E3"),
    )
    reason = "the key stands twice with different values"
    assert reading.quarantined == [(RECORDS, 4, None, reason), (RECORDS, 5, None, reason)]
    assert reading.rows(RECORDS, "worker_id") == [("E1",), ("E3",)]


@pytest.mark.parametrize(
    ("written", "score"),
    [("87.5", Decimal("87.5")), ("90 %", Decimal(90)), ("Pass", None), ("", None)],
)
def test_a_grade_is_a_score_where_it_is_a_number(tmp_path: Path, written: str, score: Decimal | None) -> None:
    reading = history(tmp_path, record(GRADE=written))
    assert reading.rows(RECORDS, "score") == [(score,)] and reading.quarantined == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_heading(tmp_path: Path, encoding: str) -> None:
    assert history(tmp_path, record(), encoding=encoding).rows(RECORDS, "worker_id") == [("E1",)]


def test_the_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    turned = HEADER[::-1]
    wanted = history(tmp_path, record(GRADE="80"), record(STUD_ID="E2")).rows(RECORDS)
    assert history(tmp_path, record(turned, GRADE="80"), record(turned, STUD_ID="E2"), header=turned).rows(RECORDS) == wanted


def test_keys_that_hold_a_learners_id_leave_as_tokens() -> None:
    [records, _] = read_column_map("successfactors_learning").feeds["learning_history"].tables
    assert records.columns["record_id"].names_person
