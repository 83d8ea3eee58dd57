"""A statement reads one release and nothing else, and leaves a line whatever comes of it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.home import ConfigurationError, Home
from orchestration import query
from orchestration.access_log import erase_looks

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one release of one table."""
    home = Home(tmp_path / "home")
    folder = home.published / "20260301T000000Z-1"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "people.duckdb")) as connection:
        connection.execute("create table dim_worker as select 'tfSCNZtZ2PhM' as worker_key, 7 as level")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    return home


def ask(home: Home, sql: str) -> str:
    return query.run_query(home, sql, "people", "20260301T000000Z-1", "csv", "ann", NOW)


def test_who_asked_what_of_which_release_is_a_line(home: Home, jsonl: Callable[[Path], list[Any]]) -> None:
    assert ask(home, "select level from dim_worker") == "level\n7"
    assert jsonl(home.access_log) == [
        {
            "at": "2026-03-01T12:00:00Z", "who": "ann", "release": "20260301T000000Z-1", "audience": "people",
            "statement": "select level from dim_worker",
        }
    ]  # fmt: skip
    assert home.access_log.stat().st_mode & 0o077 == 0
    assert home.root not in home.access_log.parents, "it outlives what is in the home"


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('{secret}')",
        "copy dim_worker to '{folder}/copy.csv'",
        "attach '{folder}/other.duckdb'",
        "set enable_external_access = true",
        "reset lock_configuration",
        "install httpfs",
        "create table mine as from dim_worker",
        "delete from dim_worker",
        "export database '{folder}/all'",
    ],
)
def test_nothing_outside_the_release_is_in_reach_and_the_attempt_is_logged(
    home: Home, sql: str, jsonl: Callable[[Path], list[Any]]
) -> None:
    written = sql.format(secret=home.root.parent / "secret.csv", folder=home.root.parent)
    before = sorted(home.root.parent.rglob("*"))
    with pytest.raises(ConfigurationError):
        ask(home, written)
    assert set(home.root.parent.rglob("*")) - set(before) == {home.access_log}
    assert [line["statement"] for line in jsonl(home.access_log)] == [written]


def test_a_statement_that_cannot_be_logged_tells_nothing(home: Home) -> None:
    home.access_log.mkdir()
    with pytest.raises(OSError, match="directory"):
        ask(home, "select level from dim_worker")


def test_the_forgotten_are_nobody_in_the_log_too(home: Home, jsonl: Callable[[Path], list[Any]]) -> None:
    ask(home, "select 1 from dim_worker where worker_key = 'tfSCNZtZ2PhM' or worker_key='89dim3OF1Xei'")
    erase_looks(home, {"tfSCNZtZ2PhM": "erased-1"})
    [line] = jsonl(home.access_log)
    assert line["statement"] == "select 1 from dim_worker where worker_key = 'erased-1' or worker_key='89dim3OF1Xei'"
    assert home.access_log.stat().st_mode & 0o077 == 0
