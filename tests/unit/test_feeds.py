"""A large file is read in pieces and judged in parts, and says what it would say read whole."""

import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import feeds, readers
from ingest.column_map import ColumnMap, FeedMap
from ingest.feeds import read_feed, read_in_parts
from ingest.files import UnreadableFile, read_facts
from ingest.home import Namespaces
from ingest.identity import merged
from ingest.new_load import Spool, TableRows
from ingest.pseudonyms import Pseudonyms
from ingest.readers import ReadOptions, documents, read_pieces, read_table

DAY = dt.date(2026, 1, 31)
KEYS = Pseudonyms("test", dict.fromkeys(("person", "survey", "feedback360"), b"k" * 32))
JOBS = {
    "table": "hris.job_assignments",
    "columns": {"worker_id": "id", "valid_from": "from", "valid_to": "to", "title": "title"},
}
UNITS = {"table": "hris.org_units", "columns": {"org_unit_id": "unit", "name": "unit"}, "distinct": True}


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is large, and read a few rows at a time."""
    monkeypatch.setattr(readers, "LARGE_FILE", 0)
    monkeypatch.setattr(readers, "PIECE", 90)
    monkeypatch.setattr(readers, "ROWS_A_PIECE", 3)
    monkeypatch.setattr(documents, "CHUNK", 3)
    monkeypatch.setattr(feeds, "PART", 120)


def feed_of(*tables: dict[str, Any], **options: Any) -> FeedMap:
    content = {"name": "m", "description": "a test's map", "feeds": {"export": {"tables": list(tables), **options}}}
    return ColumnMap.model_validate(content).feeds["export"]


def told(tables: list[TableRows]) -> list[Any]:
    """All that a load takes from its rows, in an order of its own."""

    def rows(part: pl.DataFrame | Spool | None) -> list[tuple[Any, ...]]:
        if part is None:
            return []
        frame = pl.read_parquet(part.folder / "*.parquet") if isinstance(part, Spool) else part
        assert frame.height == part.height
        return sorted(frame.rows(), key=repr)

    return [
        (
            one.table.full_name, rows(one.valid), rows(one.held_back), rows(one.quarantined), rows(one.removed), one.n_read,
            one.n_quarantined, one.n_duplicates, one.ends_known,
        )
        for one in tables
    ]  # fmt: skip


def both(path: Path, feed: FeedMap, folder: Path) -> Iterator[Any]:
    """What the file says read whole, and read in parts; of one that cannot be used the reason."""
    facts = read_facts(path)
    try:
        whole = read_feed(facts, feed, DAY)
        yield told(merged(whole.parsed, whole.removed, Namespaces(), KEYS, whole.raw.unplaced))
    except UnreadableFile as error:
        yield error.reason
    try:
        yield told(read_in_parts(facts, feed, DAY, None, Namespaces(), KEYS, folder))
    except UnreadableFile as error:
        yield error.reason


CELL = st.sampled_from(["a", "b", "", '"x, y"', '"two\nlines"', '"said ""no"""', "2020-01-01", 'st"ray'])
LINE = st.one_of(
    st.tuples(CELL, CELL, CELL).map(",".join), st.tuples(CELL, CELL).map(",".join), st.sampled_from(['"open', "a,b,c,d"])
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(LINE, max_size=25), ends=st.booleans())
def test_pieces_of_a_damaged_file_are_its_rows_and_its_lines(tmp_path: Path, lines: list[str], ends: bool) -> None:
    path = tmp_path / "f.csv"
    path.write_text("\n".join(["one,two,three", *lines]) + ("\n" if ends else ""))
    facts = read_facts(path)
    try:
        whole = read_table(facts, ReadOptions())
    except UnreadableFile as error:
        with pytest.raises(UnreadableFile) as refused:
            list(read_pieces(facts, ReadOptions()))
        assert refused.value.reason == error.reason
        return
    pieces = list(read_pieces(facts, ReadOptions()))
    assert pl.concat([piece.frame for piece in pieces]).equals(whole.frame)
    assert [found for piece in pieces for found in piece.unplaced] == whole.unplaced


def test_spans_of_one_person_are_compared_wherever_they_stand(tmp_path: Path) -> None:
    chance = random.Random(7)
    lines = ["id,from,to,title,unit"]
    for number in range(120):
        start = dt.date(2020, 1, 1) + dt.timedelta(days=chance.randrange(900))
        end = chance.choice(["", str(start + dt.timedelta(days=chance.randrange(1, 300)))])
        day = chance.choice([str(start)] * 9 + ["someday"])
        lines.append(f"E{number % 17},{day},{end},{chance.choice('xyz')},U{number % 5}")
    path = tmp_path / "jobs.csv"
    path.write_text("\n".join([*lines, lines[3], "E1,too few"]) + "\n")
    whole, parts = both(path, feed_of(JOBS, UNITS), tmp_path / "spool")
    assert whole == parts
    reasons = {row[2] for row in whole[0][3]}
    assert {"expected a date in year-month-day", "stated spans do not overlap", "missing columns"} <= reasons


def test_of_a_stream_the_latest_word_holds_and_what_is_taken_back_is_gone(tmp_path: Path) -> None:
    lines = [
        json.dumps(
            {"id": f"R{number % 9}", "who": f"E{number % 4}", "at": f"2026-01-{1 + number % 28:02}T08:00:00", "kind": kind}
        )
        for number, kind in enumerate(["enrolled", "completed", "void"] * 20)
    ]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join([*lines[:30], "a line of the tracker", *lines[30:]]) + "\n")
    columns = {"record_id": "id", "worker_id": "who", "course_id": {"constant": "C"}, "status": "kind"}
    records = {"table": "lms.learning_records", "columns": columns, "latest": {"by": "at"}}
    voided = {"table": "lms.learning_records", "columns": {"record_id": "id"}, "removes": True}
    feed = feed_of(
        records | {"where": {"kind": ["enrolled", "completed"]}}, voided | {"where": {"kind": ["void"]}}, mode="changes"
    )
    whole, parts = both(path, feed, tmp_path / "spool")
    assert whole == parts and whole[0][1] and whole[0][4]


def test_versions_of_a_record_are_found_wherever_they_stand(tmp_path: Path) -> None:
    lines = [f"E{n % 7},2020-01-0{1 + n % 3},2026-01-{1 + n * 5 % 28:02},{'yes' if n % 4 else 'no'}" for n in range(60)]
    path = tmp_path / "history.csv"
    path.write_text("id,hired,seen,active\n" + "\n".join([*lines, "E1,someday,2026-01-30,yes"]) + "\n")
    latest = {"of": ["worker_id"], "by": "seen", "where": {"active": "yes"}}
    workers = {"table": "hris.workers", "columns": {"worker_id": "id", "hire_date": "hired"}, "latest": latest}
    whole, parts = both(path, feed_of(workers), tmp_path / "spool")
    assert whole == parts and 0 < len(whole[0][1]) < 7


def test_a_parquet_file_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "jobs.parquet"
    rows = {
        "id": [f"E{n}" for n in range(50)],
        "from": [DAY] * 50,
        "to": [None] * 50,
        "title": ["t"] * 50,
        "unit": ["U"] * 50,
    }
    pl.DataFrame(rows, schema_overrides={"to": pl.Date}).write_parquet(path)
    whole, parts = both(path, feed_of(JOBS, UNITS), tmp_path / "spool")
    assert whole == parts and len(whole[0][1]) == 50


def test_a_document_that_can_only_be_held_whole_is_refused_beyond_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.json"
    path.write_text(json.dumps([{"id": "E1"}]))
    monkeypatch.setattr(readers, "LARGEST_WHOLE", 5)
    with pytest.raises(UnreadableFile, match="only CSV, JSON lines and Parquet are read beyond"):
        readers.is_large(read_facts(path), ReadOptions())
