"""No name, no e-mail, no employee id of the identity exports is anywhere but in landing and the raw store.

Of whoever is forgotten nothing is left there either, and no release knows their keys, old or new.

Canaries are what the exports hold. Ids and surnames of the simulated company are like no other word, so they are searched
as bytes; databases are also read value by value, because they store compressed.
"""

import csv
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml

from ingest.pseudonyms import open_pseudonyms
from orchestration.erased_releases import MENTIONS

from .conftest import LAST_MONTHS, Shop, bytes_of, manifest_of


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
        "published": {
            "people.duckdb",
            "leadership.duckdb",
            "regulator.duckdb",
            "index.html",
            "manifest.json",
            "metric_values.parquet",
        },
        # a home that found the project parsed has no log of its own
        "builds": {"run_results.json"},
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


@dataclass(frozen=True)
class Forgetting:
    """A home with two releases in which people were forgotten, and what stood for them."""

    shop: Shop
    canaries: Canaries
    keys: frozenset[str]

    def databases(self) -> list[Path]:
        return sorted(self.shop.home.published.glob("[!c]*/*.duckdb"))


@pytest.fixture(scope="module")
def forgetting(copy_home: Callable[[Path], Shop], tmp_path_factory: pytest.TempPathFactory) -> Forgetting:
    """A leader of many and somebody who has left, forgotten."""
    shop = copy_home(tmp_path_factory.mktemp("forgetting") / "home")
    newest = shop.home.current.resolve()
    shutil.copytree(newest, newest.with_name("20000101T000000Z-00000000"))
    with duckdb.connect(str(newest / "people.duckdb"), read_only=True) as people:
        chosen = people.execute(
            """
            (select manager_key from fct_worker_month where manager_key <> '' group by 1 order by count(*) desc limit 1)
            union all (select worker_key from dim_worker where exit_date is not null order by 1 limit 1)
            """
        ).fetchall()
    ids = dict(shop.raw("select distinct worker_key, worker_id from identity.identifiers"))
    tokens = {key for (key,) in chosen}
    values = shop.raw(f"select value, value_token from identity.identifiers where worker_key in {tuple(tokens)}")
    names = {name for value, _ in values for name in (value, " ".join(reversed(value.split(", "))))}
    canaries = Canaries(frozenset(ids[key] for key in tokens), frozenset(name.casefold() for name in names))
    # an id, and a worker key: both mean a person
    for number, key in enumerate(sorted(tokens)):
        run = shop.run("forget", key if number else ids[key], "--reason", "asked to be")
        assert run.exit_code == 0, run.output
    pseudonyms = open_pseudonyms(shop.home)
    tokens |= {token for _, token in values}
    keys = tokens | {pseudonyms.token(token, "worker", domain=one) for token in tokens for one in ("survey", "feedback360")}
    return Forgetting(shop, canaries, frozenset(keys))


def test_of_the_forgotten_no_byte_and_no_value_is_left_outside_of_landing(forgetting: Forgetting) -> None:
    home = forgetting.shop.home
    landed = "".join(text_of(path) for path in files_below(home.landing))
    assert len(forgetting.canaries.ids) == 2
    assert forgetting.canaries.found_in(landed) >= 4, "the search finds their ids and addresses where they are"
    for path in files_below(home.root):
        if home.landing not in path.parents and path.name != "truth.json":
            assert forgetting.canaries.found_in(text_of(path)) == 0, path.name
    assert sorted(path.name for path in home.root.glob("raw*")) == ["raw.duckdb"], "no log, no copy, no spilled rows"
    assert not any(home.builds.iterdir())


def test_no_kept_release_holds_a_key_of_the_forgotten(forgetting: Forgetting) -> None:
    releases = forgetting.databases()
    assert len(releases) == 6
    pages = [path for path in forgetting.shop.home.published.rglob("*.html") if "erased-" in text_of(path)]
    assert pages, "a leader who is nobody now has lost the key on the pages, too"
    files = [path for kind in ("*.parquet", "*.html") for path in forgetting.shop.home.published.rglob(kind)]
    for path in [*releases, *files, forgetting.shop.home.handed]:
        text = text_of(path)
        assert [key for key in forgetting.keys if key in text] == [], path.name
    for path in (path for path in releases if path.name == "people.duckdb"):
        with duckdb.connect(str(path), read_only=True) as people:
            assert people.execute("select count(*) > 150 from dim_worker").fetchall() == [(True,)], "the others stay"
            assert people.execute("select count(*) from fct_worker_month where manager_key is null").fetchall() != [(0,)]
            assert people.execute("select count(*) > 5 from duckdb_tables() where comment is not null").fetchall() == [
                (True,)
            ]


def test_what_leadership_was_shown_stays_cell_by_cell(published: Shop, forgetting: Forgetting) -> None:
    """Two versions of an aggregate that differ by one person tell that person."""
    for release in {path.parent for path in forgetting.databases()}:
        with duckdb.connect() as both:
            both.execute(f"attach '{published.home.current.resolve()}/leadership.duckdb' as before (read_only)")
            both.execute(f"attach '{release}/leadership.duckdb' as later (read_only)")
            tables = both.execute(
                """
                select table_name, list(column_name) from duckdb_columns() where database_name = 'before' group by all
                """
            ).fetchall()
            assert len(tables) >= 5
            for name, names in tables:
                columns = "* exclude (leader_key)" if "leader_key" in names else "*"
                if "segment_kind" in names and "segment_id" in names:
                    columns += " replace (case when segment_kind not like 'leader%' then segment_id end as segment_id)"
                rows = [
                    both.execute(f"select {columns} from {one}.{name} order by all").fetchall()
                    for one in ("before", "later")
                ]
                assert rows[0] == rows[1], name
            named = both.execute(
                "select count(*) filter (leader_key like 'erased-%') from later.leader_indicators"
            ).fetchall()
            assert named > [(0,)], "the leader is nobody now"


def test_manifests_stay_true_and_say_when_but_not_who(forgetting: Forgetting) -> None:
    for release in {path.parent for path in forgetting.databases()}:
        manifest = json.loads((release / "manifest.json").read_text())
        found = {name: digest for name, digest in bytes_of(release).items() if name != "manifest.json"}
        assert found == {name: entry["sha256"] for name, entry in manifest["files"].items()}
        with duckdb.connect(str(release / "people.duckdb"), read_only=True) as people:
            for name, count in manifest["tables"]["people"].items():
                assert people.execute(f"select count(*) from {name}").fetchall() == [(count,)]
        assert len(manifest["erasures"]) == 2
        assert all(set(entry) == {"erased_at", "files"} and entry["files"] >= 1 for entry in manifest["erasures"])


def test_every_key_column_of_the_analysts_file_is_known_to_be_about_somebody_or_to_mention_them(published: Shop) -> None:
    with duckdb.connect(str(published.home.current / "people.duckdb"), read_only=True) as people:
        rows = people.execute(
            "select column_name from duckdb_columns() where not internal and column_name like '%\\_key' escape '\\'"
        ).fetchall()
    about = {"worker_key", "leader_key", "ratee_key", "rater_key", "respondent_key"}
    assert {name for (name,) in rows} == about | MENTIONS


def test_neither_a_new_month_nor_the_past_brings_the_forgotten_back(forgetting: Forgetting) -> None:
    shop = forgetting.shop
    listed = shop.run("forget").output.count("  landing/")
    published_at = manifest_of(shop.home)["published_at"]
    shop.land(LAST_MONTHS[0])
    run = shop.run("refresh", "--as-known-at", published_at)
    assert run.exit_code == 0, run.output
    assert "erasures: 2 incomplete" in run.output
    release = shop.home.current.resolve()
    assert manifest_of(shop.home)["as_known_at"] is not None and "erasures" not in manifest_of(shop.home)
    for name in ("people.duckdb", "leadership.duckdb"):
        text = text_of(release / name)
        assert [key for key in forgetting.keys if key in text] == [], name
    assert forgetting.canaries.found_in(text_of(shop.home.raw)) == 0
    loads = "ledger.load_tables inner join ledger.loads using (load_seq)"
    month = f"file like '%{LAST_MONTHS[0]}%' and table_name = 'hris.workers'"
    assert shop.raw(f"select n_erased, n_deleted from {loads} where {month}") == [(2, 0)]
    [(measured,)] = shop.raw(f"select sum(n_erased) from {loads}")
    with duckdb.connect(str(release / "people.duckdb"), read_only=True) as people:
        [(shown,)] = people.execute("select sum(n_bad) from data_quality where measure = 'rows_erased'").fetchall()
    assert 0 < shown < measured
    again = shop.run("forget").output
    assert again.count("  landing/") > listed, "the new month's files hold them, too"


def test_what_forgetting_says_names_nobody(forgetting: Forgetting) -> None:
    said = "\n".join(run.output for run in forgetting.shop.runs)
    assert forgetting.canaries.found_in(said) == 0
    assert [key for key in forgetting.keys if key in said] == []


def test_leavers_are_erased_by_age_where_the_policy_says_so_and_a_kill_between_releases_is_healed(
    copy_home: Callable[[Path], Shop], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = copy_home(tmp_path_factory.mktemp("retention") / "home")
    assert shop.run("forget", "--expired", "--dry-run").exit_code == 2, "no policy"
    configuration = yaml.safe_load(shop.home.sources_file.read_text())
    configuration["policy"]["retention"] = {"months_after_exit": 6}
    shop.home.sources_file.write_text(yaml.safe_dump(configuration))
    with duckdb.connect(str(shop.home.current / "people.duckdb"), read_only=True) as people:
        gone, left, everybody = people.execute(
            """
            select count(*) filter (exit_date <= as_of - to_months(6)), count(exit_date), count(*) from dim_worker
            """
        ).fetchall()[0]
    assert 0 < gone < left < everybody
    said = shop.run("forget", "--expired", "--dry-run")
    assert f"would erase {gone} people" in said.output and shop.raw("from ledger.erasures") == []
    with monkeypatch.context() as patch:
        patch.delattr("orchestration.erased_releases._correct_manifest")
        assert isinstance(shop.run("forget", "--expired").exception, NameError)
    assert shop.run("forget").exit_code == 0
    release, manifest = shop.home.current.resolve(), manifest_of(shop.home)
    assert bytes_of(release)["people.duckdb"] == manifest["files"]["people.duckdb"]["sha256"]
    assert shop.raw("select distinct reason from ledger.erasures") == [("retention: 6 months after exit",)]
    with duckdb.connect(str(shop.home.current / "people.duckdb"), read_only=True) as people:
        counts = people.execute("select count(exit_date), count(*) from dim_worker").fetchall()
    assert counts == [(left - gone, everybody - gone)]
    assert "erased 0 people" in shop.run("forget", "--expired").output
