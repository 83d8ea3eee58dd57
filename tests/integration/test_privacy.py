"""No name, no e-mail, no employee id of the identity exports is anywhere but in landing and the raw store.

Canaries are what the exports hold. Ids and surnames of the simulated company are like no other word, so they are searched
as bytes; databases are also read value by value, because they store compressed.
"""

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest

from .conftest import LAST_MONTHS, Shop


@dataclass(frozen=True)
class Canaries:
    """Words that stand for people. Ids keep their case: in small letters they are like any hash."""

    ids: frozenset[str]
    words: frozenset[str]

    def found_in(self, text: str) -> int:
        """How many of them a text holds; all are looked for in one pass."""
        return n_held(text, self.ids) + n_held(text.casefold(), self.words)

    def __len__(self) -> int:
        return len(self.ids) + len(self.words)


def n_held(text: str, words: frozenset[str]) -> int:
    """How many of the words stand in the text, wherever they begin."""
    return pl.Series([text]).str.extract_many(sorted(words), overlapping=True).explode().drop_nulls().n_unique()


@pytest.fixture(scope="module")
def night(copy_home: Callable[[Path], Shop], tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A home whose last run held a load: the fullest logs there are, with a whole release beside them."""
    shop = copy_home(tmp_path_factory.mktemp("privacy") / "home")
    workers = shop.export(f"workers_{LAST_MONTHS[0]}.csv")
    shop.write(f"workers_{LAST_MONTHS[0]}.csv", "".join(workers[:120]))
    shop.write("strangers.csv", "".join(workers))
    assert shop.run("refresh", "--timings").exit_code == 3
    for words in (
        ["status"],
        ["loads"],
        ["loads", "--all"],
        ["loads", "show", "1"],
        ["query", "select * from metric_values"],
        ["query", "select * from dim_worker", "--format", "csv"],
        ["query", "select * from fct_worker_month", "--format", "json"],
        ["report", "--no-open"],
    ):
        assert shop.run(*words).exit_code == 0
    return shop


@pytest.fixture(scope="module")
def canaries(published: Shop) -> Canaries:
    ids: set[str] = set()
    words: set[str] = set()
    for path in published.home.landing.glob("corehr/workers_*.csv"):
        with open(path, newline="") as handle:
            for row in csv.DictReader(handle):
                name = (row["Legal_Name_First_Name"], row["Legal_Name_Last_Name"])
                ids.add(row["Employee_ID"])
                words |= {name[1], " ".join(name), f"{name[1]}, {name[0]}", row["Email_Primary_Work"], row["Previous_Email"]}
    mails = {word for word in words if "@" in word}
    words |= {mail.partition("@")[0] for mail in mails}
    return Canaries(frozenset(ids), frozenset(word.casefold() for word in words if len(word) > 5))


def duckdb_text(path: Path) -> str:
    """Every value and comment of a DuckDB file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select distinct schema_name || '.' || table_name from duckdb_tables() where not internal"
        ).fetchall()
        texts = [str(connection.execute("select comment from duckdb_columns() where not internal").fetchall())]
        texts += [str(connection.execute(f"from {table}").fetchall()) for (table,) in tables]
    return "\n".join(texts)


def sqlite_text(path: Path) -> str:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        return "\n".join(str(connection.execute(f'select * from "{table}"').fetchall()) for (table,) in tables)


def text_of(path: Path) -> str:
    """Everything that can be read in a file: its bytes, and its values where it is a database or Parquet."""
    text = path.read_bytes().decode("latin-1")
    if path.suffix == ".duckdb":
        return text + duckdb_text(path)
    if path.suffix == ".parquet":
        return text + str(duckdb.connect().execute(f"from read_parquet('{path}')").fetchall())
    return text + sqlite_text(path) if path.suffix == ".db" else text


def files_below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def test_there_are_about_a_thousand_canaries_and_the_search_finds_them(published: Shop, canaries: Canaries) -> None:
    assert len(canaries) > 900
    assert canaries.found_in(duckdb_text(published.home.raw)) > 0.4 * len(canaries), "names, e-mails and ids"
    landed = (published.home.landing / "corehr" / "workers_2025-10-31.csv").read_text()
    assert canaries.found_in(landed) > 0.5 * len(canaries)


@pytest.mark.parametrize("suffix", ["duckdb", "parquet", "db", "html", "json"])
def test_one_planted_canary_is_found_in_any_kind_of_file(canaries: Canaries, tmp_path: Path, suffix: str) -> None:
    word, path = min(canaries.ids), tmp_path / f"planted.{suffix}"
    match suffix:
        case "duckdb":
            with duckdb.connect(str(path)) as connection:
                connection.execute("create table t as select 'x' || i as v from range(5000) as s(i)")
                connection.execute("insert into t values (?)", [word])
        case "parquet":
            duckdb.connect().execute(f"copy (select '{word}' as v) to '{path}' (format parquet, codec zstd)")
        case "db":
            with sqlite3.connect(path) as connection:
                connection.execute("create table t (v text)")
                connection.execute("insert into t values (?)", ["x" * 9000 + word])
        case _:
            path.write_text(f"<p>{word}</p>")
    assert canaries.found_in(text_of(path)) == 1


@pytest.mark.parametrize("folder", ["published", "builds", "dagster"])
def test_no_canary_is_in_what_a_run_leaves(published: Shop, night: Shop, canaries: Canaries, folder: str) -> None:
    searched = {path.name: canaries.found_in(text_of(path)) for path in files_below(night.home.root / folder)}
    wanted = {
        "published": {"people.duckdb", "leadership.duckdb", "index.html", "manifest.json", "metric_values.parquet"},
        "builds": {"dbt.log", "manifest.json", "run_results.json"},
        "dagster": {"event_log.db", "runs.db"},
    }
    assert wanted[folder] <= set(searched)
    assert {name: count for name, count in searched.items() if count} == {}


def test_no_canary_is_in_what_the_command_line_says(published: Shop, night: Shop, canaries: Canaries) -> None:
    said = "\n".join(run.output for run in [*published.runs, *night.runs])
    assert len(said) > 100_000
    assert canaries.found_in(said) == 0


def test_the_manifest_names_no_landing_file(night: Shop) -> None:
    """A file's name may be a person's; the manifest knows files by their bytes."""
    inputs = json.loads((night.home.current / "manifest.json").read_text())["inputs"]
    assert set(inputs[0]) == {"load_seq", "source", "sha256", "exported_at", "loaded_at"}
