"""Every class of damage × every domain: right, quarantined with a reason, or rejected with one; never silently wrong.

What must come of a class is written beside it, before anything runs. The oracle knows no parser: whatever is read of a
damaged file must be a row of the clean file, and every row that is missing must have its finding.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from ingest.column_map import ColumnMap
from ingest.feeds import read_feed
from ingest.files import UnreadableFile, read_facts
from ingest.guards import recognised_feed
from ingest.parse import parse_table
from ingest.readers import ROW, read_table
from tests.maps.reading import EXPORTED

N_ROWS = 40
Row = list[str]


@dataclass(frozen=True)
class Sample:
    """A clean export of one domain, and which of its columns plays which part."""

    domain: str
    table: str
    columns: dict[str, Any]
    header: Row
    row: Callable[[int], Row]
    person: int
    date: int
    number: int
    code: int

    @property
    def rows(self) -> list[Row]:
        return [self.row(number) for number in range(1, N_ROWS + 1)]

    @cached_property
    def column_map(self) -> ColumnMap:
        feed = {"recognise": {"columns": self.header}, "tables": [{"table": self.table, "columns": self.columns}]}
        return ColumnMap.model_validate({"name": self.domain, "description": "a test's map", "feeds": {"export": feed}})


def day(number: int) -> str:
    return f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}"


SAMPLES = {
    sample.domain: sample
    for sample in (
        Sample(
            "hris",
            "hris.compensation",
            {
                "worker_id": "Employee",
                "component": {"from": "Part", "values": {"Base": "base", "Bonus": "bonus"}},
                "valid_from": "From",
                "amount": "Amount",
                "currency": "Currency",
                "per": {"constant": "year"},
            },
            ["Employee", "Part", "From", "Amount", "Currency"],
            lambda n: [f"E{n:04d}", "Base" if n % 2 else "Bonus", day(n), f"{41_000 + 13 * n}.5", "EUR"],
            person=0, date=2, number=3, code=1,
        ),
        Sample(
            "lms",
            "lms.learning_records",
            {
                "record_id": "Registration",
                "worker_id": "User",
                "course_id": "Course",
                "completed_at": "Completed",
                "status": {"from": "Status", "values": {"Done": "completed", "Passed": "completed"}},
                "hours": "Hours",
            },
            ["Registration", "User", "Course", "Status", "Completed", "Hours"],
            lambda n: [f"R{n}", f"E{n:04d}", f"C{n % 5}", "Done" if n % 2 else "Passed", day(n), f"{n % 9 + 1}.25"],
            person=1, date=4, number=5, code=3,
        ),
        Sample(
            "survey",
            "survey.survey_answers",
            {
                "survey_id": {"from": "Wave", "values": {"Spring": "2024-1", "Autumn": "2024-2"}},
                "respondent_id": "Person",
                "item_id": "Question",
                "answer": "Answer",
                "answered_at": "Given",
            },
            ["Wave", "Person", "Question", "Answer", "Given"],
            lambda n: ["Spring" if n % 2 else "Autumn", f"E{n:04d}", f"Q{n % 3}", str(n % 5 + 1), day(n)],
            person=1, date=4, number=3, code=0,
        ),
        Sample(
            "feedback360",
            "feedback360.feedback_ratings",
            {
                "cycle_id": {"from": "Cycle", "as_text": "%Y-%m"},
                "ratee_id": "Subject",
                "rater_id": "Rater",
                "item_id": {"constant": "i1"},
                "relationship": {"from": "Relation", "values": {"Peer": "peer", "Report": "direct_report"}},
                "score": "Score",
            },
            ["Cycle", "Subject", "Rater", "Relation", "Score"],
            lambda n: [day(n), f"E{n:04d}", f"E{n + 500:04d}", "Peer" if n % 2 else "Report", str(n % 5 + 1)],
            person=1, date=0, number=4, code=3,
        ),
        Sample(
            "talent",
            "talent.mentorships",
            {
                "mentorship_id": "Id",
                "mentee_id": "Mentee",
                "kind": {"from": "Kind", "values": {"Mentoring": "mentoring", "Reverse": "reverse"}},
                "offered_at": "Offered",
                "satisfaction": "Satisfaction",
            },
            ["Id", "Mentee", "Kind", "Offered", "Satisfaction"],
            lambda n: [f"M{n}", f"E{n:04d}", "Mentoring" if n % 2 else "Reverse", day(n), str(n % 5 + 1)],
            person=1, date=3, number=4, code=2,
        ),
    )
}  # fmt: skip

RIGHT, QUARANTINED, REJECTED = "right", "quarantined", "rejected"


@dataclass(frozen=True)
class Damage:
    """One class: what is done to the clean file, and what must come of it."""

    name: str
    outcome: str
    make: Callable[[Sample], bytes]
    # a class that can be put right may never be rejected
    is_repairable: bool = False
    declared_rows: int | None = None
    # the least number of findings
    n_bad: int = 1


def text(rows: list[Row], delimiter: str = ",", *, quoted: bool = False, ending: str = "\n") -> str:
    def cell(value: str) -> str:
        needs = quoted or any(sign in value for sign in (delimiter, '"', "\n"))
        return '"' + value.replace('"', '""') + '"' if needs else value

    return "".join(delimiter.join(map(cell, row)) + ending for row in rows)


def written(sample: Sample, rows: list[Row] | None = None, **options: Any) -> bytes:
    return text([sample.header, *(sample.rows if rows is None else rows)], **options).encode()


def with_cell(part: str, change: Callable[[str], str], *, every: bool = False) -> Callable[[Sample], bytes]:
    """The clean file with one cell of row 7 changed, or the whole column."""

    def make(sample: Sample) -> bytes:
        rows, column = sample.rows, getattr(sample, part)
        for row in rows if every else rows[6:7]:
            row[column] = change(row[column])
        return written(sample, rows)

    return make


def with_row(change: Callable[[Row, Sample], list[Row]]) -> Callable[[Sample], bytes]:
    """The clean file with row 7 replaced by other rows."""

    def make(sample: Sample) -> bytes:
        rows = sample.rows
        return written(sample, [*rows[:6], *change(rows[6], sample), *rows[7:]])

    return make


def reordered(sample: Sample) -> bytes:
    return text([row[::-1] for row in [sample.header, *sample.rows]]).encode()


def renamed(sample: Sample) -> bytes:
    header = [name if column != sample.number else "N:00 AME" for column, name in enumerate(sample.header)]
    return text([header, *sample.rows]).encode()


def without_column(sample: Sample) -> bytes:
    return text([row[: sample.number] + row[sample.number + 1 :] for row in [sample.header, *sample.rows]]).encode()


def twice(sample: Sample, change: Callable[[str], str]) -> bytes:
    """The number's column a second time, under the same name."""
    rows = [[*row, change(row[sample.number])] for row in sample.rows]
    return text([[*sample.header, sample.header[sample.number]], *rows]).encode()


def other_value(row: Row, sample: Sample) -> Row:
    return [value if column != sample.number else "3" if value != "3" else "2" for column, value in enumerate(row)]


def swapped(row: Row, one: int, other: int) -> Row:
    cells = dict(enumerate(row)) | {one: row[other], other: row[one]}
    return list(cells.values())


def with_bytes(change: Callable[[bytes], bytes]) -> Callable[[Sample], bytes]:
    """The clean file with the bytes of row 7's person changed."""

    def make(sample: Sample) -> bytes:
        person = sample.rows[6][sample.person].encode()
        return written(sample).replace(person, change(person), 1)

    return make


DAMAGES = [
    # the file as a whole
    Damage("an empty file", REJECTED, lambda _: b""),
    Damage("a header and no rows", REJECTED, lambda sample: written(sample, [])),
    Damage("cut in the middle of a row", REJECTED, lambda sample: written(sample)[: -len(text(sample.rows[-1:])) // 2]),
    Damage("cut within quotes", REJECTED, lambda sample: written(sample, quoted=True)[:-3]),
    Damage("cut after a delimiter", QUARANTINED, lambda sample: written(sample)[: -len(sample.rows[-1][-1]) - 1]),
    Damage("cut at a row boundary", REJECTED, lambda sample: written(sample, sample.rows[:25]), declared_rows=N_ROWS),
    Damage("no export at all", REJECTED, lambda _: b"<html><body>Log in</body></html>\n"),
    Damage("another system's file", REJECTED, lambda _: b"plate,colour\nX1,red\n"),
    Damage("packed, and not called so", REJECTED, lambda sample: gzip.compress(written(sample))),
    Damage("a title above the header", REJECTED, lambda sample: b"Everybody, as of today\n\n" + written(sample)),
    Damage("a line for spreadsheets above the header", REJECTED, lambda sample: b"sep=,\n" + written(sample)),
    Damage("two exports in one file", QUARANTINED, lambda sample: written(sample) + b"\xef\xbb\xbf" + written(sample)),
    # encodings
    Damage("a byte order mark", RIGHT, lambda sample: b"\xef\xbb\xbf" + written(sample), is_repairable=True),
    Damage("UTF-16, little end first", RIGHT, lambda s: b"\xff\xfe" + written(s).decode().encode("utf-16-le"),
           is_repairable=True),
    Damage("UTF-16, big end first", RIGHT, lambda s: b"\xfe\xff" + written(s).decode().encode("utf-16-be"),
           is_repairable=True),
    Damage("UTF-16 without a mark", REJECTED, lambda sample: written(sample).decode().encode("utf-16-le")),
    Damage("Latin-1 that nobody declared", QUARANTINED, with_bytes(lambda person: person + b"\xe9")),
    Damage("encodings mixed", QUARANTINED, with_bytes(lambda person: b"\xc3\xa9" + person + b"\xff")),
    Damage("NUL bytes", QUARANTINED, with_bytes(lambda person: person[:2] + b"\x00" + person[2:])),
    Damage("NUL bytes to the end", REJECTED, lambda sample: written(sample) + b"\x00" * 512),
    Damage("a control character", QUARANTINED, with_bytes(lambda person: person[:2] + b"\x1a" + person[2:])),
    # dialects
    Damage("Windows line ends", RIGHT, lambda sample: written(sample, ending="\r\n"), is_repairable=True),
    Damage("line ends of an old Mac", RIGHT, lambda sample: written(sample, ending="\r"), is_repairable=True),
    Damage("line ends of two kinds", RIGHT, lambda sample: written(sample).replace(b"\n", b"\r\n", 9), is_repairable=True),
    Damage("a delimiter at the end of every line", RIGHT, lambda s: text([[*r, ""] for r in [s.header, *s.rows]]).encode(),
           is_repairable=True),
    Damage("a quote that nothing closes", REJECTED, with_bytes(lambda person: b'"' + person)),
    Damage("everything quoted", RIGHT, lambda sample: written(sample, quoted=True), is_repairable=True),
    Damage("semicolons", RIGHT, lambda sample: written(sample, delimiter=";"), is_repairable=True),
    Damage("tabs", RIGHT, lambda sample: written(sample, delimiter="\t"), is_repairable=True),
    Damage("bars", RIGHT, lambda sample: written(sample, delimiter="|"), is_repairable=True),
    Damage("an empty last line", RIGHT, lambda sample: written(sample) + b"\n", is_repairable=True),
    Damage("no last line end", RIGHT, lambda sample: written(sample)[:-1], is_repairable=True),
    Damage("spaces around values", RIGHT, lambda s: written(s, [[f" {v} " for v in row] for row in s.rows]),
           is_repairable=True),
    # columns
    Damage("columns reordered", RIGHT, reordered, is_repairable=True),
    Damage("a column more", RIGHT, lambda s: text([[*s.header, "Extra"], *([*row, "x"] for row in s.rows)]).encode(),
           is_repairable=True),
    Damage("a column less", REJECTED, without_column),
    Damage("a heading that a spreadsheet renamed", REJECTED, renamed),
    Damage("a column twice, alike", RIGHT, lambda sample: twice(sample, str), is_repairable=True),
    Damage("a column twice, with other values", REJECTED, lambda sample: twice(sample, lambda value: value + "1")),
    # rows
    Damage("a row too short", QUARANTINED, with_row(lambda row, _: [row[:-1]])),
    Damage("a row too long", QUARANTINED, with_row(lambda row, _: [[*row, "x"]])),
    Damage("the header repeated inside", QUARANTINED, with_row(lambda row, sample: [sample.header, row])),
    Damage("a line of totals at the end", QUARANTINED,
           lambda s: written(s, [*s.rows, ["Total" if c == s.person else "" for c in range(len(s.header))]])),
    Damage("a line of totals that has no word", QUARANTINED,
           lambda s: written(s, [*s.rows, ["123" if c == s.number else "" for c in range(len(s.header))]])),
    Damage("a remark below the rows", QUARANTINED, lambda sample: written(sample) + b"Printed on 2024-12-31\n"),
    Damage("two cells that changed places", QUARANTINED, with_row(lambda row, s: [swapped(row, s.date, s.number)])),
    Damage("an empty line inside", RIGHT, lambda s: written(s).replace(b"\n", b"\n\n", 1), is_repairable=True),
    Damage("the same row twice", RIGHT, with_row(lambda row, _: [row, row]), is_repairable=True),
    Damage("the same key with other values", QUARANTINED, with_row(lambda row, s: [row, other_value(row, s)]), n_bad=2),
    # cells
    Damage("a person left empty", QUARANTINED, with_cell("person", lambda _: "")),
    Damage("an id in scientific notation", QUARANTINED, with_cell("person", lambda _: "1.23E+05")),
    Damage("such an id of another country", QUARANTINED, with_cell("person", lambda _: "1,23e+05")),
    Damage("an id that a spreadsheet could not make", QUARANTINED, with_cell("person", lambda _: "#N/A")),
    Damage("a code that nobody knows", QUARANTINED, with_cell("code", lambda _: "Unheard of")),
    Damage("a formula where a code belongs", QUARANTINED, with_cell("code", lambda _: "=cmd|' /C calc'!A0")),
    Damage("a formula where a person belongs", QUARANTINED, with_cell("person", lambda _: "=1+1")),
    Damage("a call where a person belongs", QUARANTINED, with_cell("person", lambda _: "@SUM(A1:A9)")),
    Damage("a formula where a number belongs", QUARANTINED, with_cell("number", lambda _: "=2+3")),
    Damage("a formula where a day belongs", QUARANTINED, with_cell("date", lambda _: "=TODAY()")),
    Damage("a number in scientific notation", RIGHT, with_cell("number", lambda value: f"{float(value):.6E}"),
           is_repairable=True),
    Damage("a decimal comma", QUARANTINED, with_cell("number", lambda _: "3,5")),
    Damage("a thousands separator", QUARANTINED, with_cell("number", lambda _: "1,234.5")),
    Damage("a space that separates thousands", QUARANTINED, with_cell("number", lambda _: "1\u00a0234.5")),
    Damage("an apostrophe that separates thousands", QUARANTINED, with_cell("number", lambda _: "1'234.5")),
    Damage("dots and commas the other way round", QUARANTINED, with_cell("number", lambda _: "1.234,5")),
    Damage("a percent sign", QUARANTINED, with_cell("number", lambda value: value + "%")),
    Damage("brackets for a minus", QUARANTINED, with_cell("number", lambda value: f"({value})")),
    Damage("a currency sign", QUARANTINED, with_cell("number", lambda value: "€" + value)),
    Damage("words for a number", QUARANTINED, with_cell("number", lambda _: "a lot")),
    Damage("not a number", QUARANTINED, with_cell("number", lambda _: "NaN")),
    Damage("a number beyond all measure", QUARANTINED, with_cell("number", lambda _: "9" * 30)),
    Damage("a number below the least", QUARANTINED, with_cell("number", lambda _: "-5000000")),
    Damage("decimal commas throughout", REJECTED,
           with_cell("number", lambda value: value.replace(".", "") + ",5", every=True)),
    Damage("a serial day of a spreadsheet", QUARANTINED, with_cell("date", lambda _: "45322")),
    Damage("milliseconds since 1970", QUARANTINED, with_cell("date", lambda _: "1707436800000")),
    Damage("a day in words", QUARANTINED, with_cell("date", lambda _: "9 Feb 2024")),
    Damage("a month where a day belongs", QUARANTINED, with_cell("date", lambda _: "2024-02")),
    Damage("a time zone that is a name", QUARANTINED, with_cell("date", lambda value: value + " CET")),
    Damage("serial days throughout", REJECTED, with_cell("date", lambda _: "45322", every=True)),
    Damage("a year of two digits", QUARANTINED, with_cell("date", lambda value: value[2:])),
    Damage("day and month in an order that nobody declared", QUARANTINED, with_cell("date", lambda _: "03/04/2024")),
    Damage("such an order throughout", REJECTED, with_cell("date", lambda _: "03/04/2024", every=True)),
    Damage("a day that no calendar has", QUARANTINED, with_cell("date", lambda _: "2024-02-30")),
    Damage("0000-00-00", QUARANTINED, with_cell("date", lambda _: "0000-00-00")),
    Damage("an open end where a day belongs", QUARANTINED, with_cell("date", lambda _: "9999-12-31")),
    Damage("a day of another millennium", QUARANTINED, with_cell("date", lambda _: "2999-01-01")),
    Damage("a day before all days", QUARANTINED, with_cell("date", lambda _: "0024-01-31")),
]  # fmt: skip


@dataclass
class Result:
    """What became of a file: its canonical rows, the lines with findings, and why it was refused where it was."""

    rows: set[tuple[Any, ...]]
    bad_lines: set[int]
    refused: str = ""

    @property
    def outcome(self) -> str:
        return REJECTED if self.refused else QUARANTINED if self.bad_lines else RIGHT


def read(path: Path, sample: Sample, declared_rows: int | None = None) -> Result:
    try:
        facts = read_facts(path)
        _, feed = recognised_feed(facts, sample.column_map)
        rows = read_feed(facts, feed, EXPORTED, declared_rows)
    except UnreadableFile as error:
        return Result(set(), set(), error.reason)
    ((_, parsed),) = rows.parsed
    bad_lines = {*parsed.quarantined[ROW].to_list(), *(line for line, _ in rows.raw.unplaced)}
    return Result(set(parsed.valid.drop(ROW).rows()), bad_lines)


@pytest.fixture(scope="module")
def clean_samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """What is read of each domain's clean file."""
    path = tmp_path_factory.mktemp("clean") / "clean.csv"
    found = {}
    for domain, sample in SAMPLES.items():
        path.write_bytes(written(sample))
        found[domain] = read(path, sample)
        assert found[domain].outcome == RIGHT and len(found[domain].rows) == N_ROWS
    return found


@pytest.mark.parametrize("domain", SAMPLES)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_no_damage_is_silently_wrong(tmp_path: Path, clean_samples: dict[str, Result], damage: Damage, domain: str) -> None:
    sample, clean = SAMPLES[domain], clean_samples[domain]
    (tmp_path / "damaged.csv").write_bytes(damage.make(sample))
    result = read(tmp_path / "damaged.csv", sample, damage.declared_rows)
    assert result.outcome == damage.outcome
    if result.refused:
        assert result.refused.startswith("damaged.csv")
        assert not damage.is_repairable
        return
    assert result.rows <= clean.rows, "a row was read that the clean file does not hold"
    assert len(clean.rows - result.rows) <= len(result.bad_lines), "a row is missing that no finding names"
    if damage.outcome == QUARANTINED:
        assert len(result.bad_lines) >= damage.n_bad
    else:
        assert result.rows == clean.rows


@dataclass(frozen=True)
class Contradiction:
    """A row that can be read and cannot be: table, row (canonical column -> written value) and the reason given."""

    name: str
    table: str
    row: dict[str, str]
    reason: str


JOB = {"worker_id": "E1", "valid_from": "2024-01-01", "job_id": "J"}
RATING = {"cycle_id": "c", "ratee_id": "E1", "rater_id": "E2", "item_id": "i", "relationship": "peer", "score": "3"}
COURSE = {"record_id": "R1", "worker_id": "E1", "course_id": "C1", "status": "completed", "completed_at": "2024-02-01"}
CHECKIN = {"checkin_id": "K1", "worker_id": "E1", "leader_id": "E2", "held_at": "2024-02-01", "kind": "coaching"}
CONTRADICTIONS = [
    Contradiction("a span that ends too early", "hris.job_assignments", JOB | {"valid_to": "2023-12-31"}, "end is after"),
    Contradiction("a span without a day", "hris.job_assignments", JOB | {"valid_to": "2024-01-01"}, "end is after"),
    Contradiction("somebody who manages themselves", "hris.job_assignments", JOB | {"manager_id": "E1"}, "nobody manages"),
    Contradiction("more than twice full time", "hris.job_assignments", JOB | {"fte": "37.5"}, "above the most"),
    Contradiction("a week of two hundred hours", "hris.job_assignments", JOB | {"weekly_hours": "200"}, "above the most"),
    Contradiction("an exit before the hire", "hris.workers",
                  {"worker_id": "E1", "hire_date": "2024-01-01", "exit_date": "2023-01-01"}, "exit is"),
    Contradiction("somebody else's self rating", "feedback360.feedback_ratings", RATING | {"relationship": "self"}, "self"),
    Contradiction("rating oneself as a peer", "feedback360.feedback_ratings", RATING | {"rater_id": "E1"}, "self"),
    Contradiction("a score below zero", "feedback360.feedback_ratings", RATING | {"score": "-1"}, "below the least"),
    Contradiction("completed on no day", "lms.learning_records", COURSE | {"completed_at": ""}, "completed rows say when"),
    Contradiction("completed too early", "lms.learning_records", COURSE | {"enrolled_at": "2024-03-01"}, "completion"),
    Contradiction("negative hours", "lms.learning_records", COURSE | {"hours": "-2"}, "below the least"),
    Contradiction("a conversation with oneself", "talent.checkins", CHECKIN | {"leader_id": "E1"}, "nobody checks in"),
    Contradiction("an unheard-of conversation", "talent.checkins", CHECKIN | {"kind": "lunch"}, "known values"),
]  # fmt: skip


@pytest.mark.parametrize("case", CONTRADICTIONS, ids=lambda case: case.name)
def test_rows_that_contradict_themselves_are_quarantined_with_their_reason(tmp_path: Path, case: Contradiction) -> None:
    clean = CLEAN[case.table]
    header = list(clean | case.row)
    rows = [[clean.get(column, "").replace("#", str(number)) for column in header] for number in range(9)]
    bad = [case.row.get(column, "") for column in header]
    path = tmp_path / "f.csv"
    path.write_text(text([header, *rows, bad]))
    feed = {"tables": [{"table": case.table, "columns": {column: column for column in header}}]}
    column_map = ColumnMap.model_validate({"name": "m", "description": "a test's map", "feeds": {"export": feed}})
    facts = read_facts(path)
    raw = read_table(facts, column_map.feeds["export"].read)
    parsed = parse_table(raw, column_map.feeds["export"], column_map.feeds["export"].tables[0], EXPORTED)
    assert parsed.valid.height == 9
    assert parsed.quarantined[ROW].to_list() == [11]
    assert case.reason in parsed.quarantined["reason"][0]


CLEAN = {
    "hris.job_assignments": {"worker_id": "G#", "valid_from": "2024-01-01", "job_id": "J"},
    "hris.workers": {"worker_id": "G#", "hire_date": "2024-01-01"},
    "feedback360.feedback_ratings": RATING | {"ratee_id": "G#"},
    "lms.learning_records": COURSE | {"record_id": "G#"},
    "talent.checkins": CHECKIN | {"checkin_id": "G#"},
}


def test_the_matrix_is_as_wide_as_it_says() -> None:
    assert len({damage.name for damage in DAMAGES}) == len(DAMAGES) >= 80
    assert set(SAMPLES) == {"hris", "lms", "survey", "feedback360", "talent"}
    assert sum(damage.is_repairable for damage in DAMAGES) >= 12
