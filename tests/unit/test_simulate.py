"""The demo company's files: same bytes, right volumes, readable by their maps, dirty only where planted.

Here: files and what ingest makes of them. Not here: the company that they tell of (`test_simulate_company`) and what is
planted in it (`test_simulate_effects`).
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest.column_map import read_column_map
from ingest.contracts import CONTRACTS
from ingest.home import ConfigurationError, Home
from ingest.landing import Ingest
from ingest.pseudonyms import open_pseudonyms
from ingest.raw_store import open_raw_store
from ingest.simulate import Specification, Summary, simulate
from ingest.simulate.company import SOURCES
from ingest.simulate.specification import Streams, months_of
from tests.exports_of import MONTHS, THOUSAND_YEARS, Exports, exported_on

SMALL = Specification(employees=1000, months=12, seed=5)


def digests(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes_of_every_file(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("again", 5), ("other", 6)):
        simulate(Home(tmp_path / name), Specification(300, 12, seed))
    one, again, other = (digests(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert len(one) > 100
    landing = [name for name in one if name.startswith("landing")]
    differing = [name for name in landing if one[name] != other.get(name)]
    # Catalogue, framework, ladder and questionnaires are no draws.
    assert len(differing) > 0.9 * len(landing)


def test_a_new_domain_leaves_the_draws_of_the_others_as_they_were() -> None:
    plain, more = Streams(1), Streams(1)
    more["a table that is added later"].random(10)
    assert plain["exits"].random(5).tolist() == more["exits"].random(5).tolist()
    assert plain["exits"].random(5).tolist() != plain["hires"].random(5).tolist()


def test_volumes_per_thousand_people_and_year(summary: Summary, company: Exports) -> None:
    answers = sum(company.answers[f"Q{number}"].count() for number in range(1, 15))
    enrolments = pl.concat(
        pl.read_csv(path.read_bytes().decode("utf-16").encode(), separator="|", infer_schema=False)
        for path in company.files("learnhub", "transcript")
    )["Registration"].n_unique()
    pay = summary.n_rows["corehr/pay_changes"] + summary.n_rows["corehr/bonus_payments"]
    volumes = {
        "survey answers": (answers, 20_000),
        "360 ratings": (summary.n_rows["rate360/ratings"], 8_000),
        "check-ins": (summary.n_rows["talentsuite/checkins"], 7_000),
        "learning records": (enrolments, 6_000),
        "pay rows": (pay, 1_200),
    }
    for name, (n, least) in volumes.items():
        assert least <= n / THOUSAND_YEARS <= 1.34 * least, (name, n / THOUSAND_YEARS)


def test_files_stay_few(summary: Summary, company: Exports) -> None:
    assert summary.n_files <= 13 * MONTHS
    assert summary.n_files == sum(1 for path in (company.root / "landing").rglob("*") if path.is_file())


def test_every_file_carries_the_last_day_of_its_month(company: Exports) -> None:
    for path in (company.root / "landing").rglob("*.*"):
        assert (exported_on(path) + dt.timedelta(days=1)).day == 1, path.name


def test_months_end_with_the_last_one_asked_for() -> None:
    months = list(months_of(Specification(300, 14, last_month=dt.date(2024, 2, 10))))
    assert [(month.year, month.number) for month in (months[0], months[-1])] == [(2023, 1), (2024, 2)]
    assert months[-1].stamp == "2024-02-29"
    assert [month.is_final for month in months] == [False] * 13 + [True]


def test_sources_are_declared_only_where_nobody_did(tmp_path: Path) -> None:
    declared = Home(tmp_path / "declared")
    declared.prepare()
    declared.sources_file.write_text("policy: {company: Ours}\n")
    simulate(declared, Specification(200, 1))
    assert declared.read_configuration().policy.company == "Ours"

    fresh = Home(tmp_path / "fresh")
    simulate(fresh, Specification(200, 2))
    configuration = fresh.read_configuration()
    assert configuration.policy.history_from == dt.date(2025, 11, 1)
    assert {name: source.map for name, source in configuration.sources.items()} == {
        name: map_name for name, (map_name, *_) in SOURCES.items()
    }


def test_a_home_takes_only_one_company(tmp_path: Path) -> None:
    simulate(Home(tmp_path), Specification(200, 1))
    simulate(Home(tmp_path), Specification(200, 1))
    with pytest.raises(ConfigurationError, match="another simulated company"):
        simulate(Home(tmp_path), Specification(200, 1, seed=2))


def test_a_company_too_small_for_two_leaders_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="too few"):
        Specification(employees=40)


def test_progress_ends_with_the_whole(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    simulate(Home(tmp_path), Specification(200, 3), lambda what, share: told.append((what, share)))
    assert [what for what, _ in told] == ["2025-10", "2025-11", "2025-12"]
    assert told[-1][1] == 1.0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The raw store of a smaller company, everything read; `statuses` says what became of the files."""
    root = tmp_path_factory.mktemp("read")
    home = Home(root / "home")
    simulate(home, SMALL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAIRLEAD_KEYS", str(root / "keys"))
        pseudonyms = open_pseudonyms(home)
        with open_raw_store(home.raw) as connection:
            ingest = Ingest(home, home.read_configuration(), connection, pseudonyms)
            statuses = pl.DataFrame({"status": [one.status for one in ingest.ingest(ingest.new_files())]})
            dirt = pl.DataFrame(Exports(home.root).truth["dirt"])
            connection.register("statuses", statuses)
            connection.register("dirt", dirt)
            yield connection


def test_every_export_fits_its_map(store: duckdb.DuckDBPyConnection) -> None:
    # A snapshot without any change has the bytes of the one before and is seen, not read again.
    assert {status for (status,) in store.execute("select status from statuses").fetchall()} <= {"pending", "seen"}
    filled = {
        name for name, table in CONTRACTS.items() if store.execute(f"select 1 from {table.raw_name} limit 1").fetchone()
    }
    assert set(CONTRACTS) - filled == {"hris.reporting_lines"}


@pytest.mark.parametrize(("expected", "column"), [("quarantined", "n_quarantined"), ("duplicate", "n_duplicates")])
def test_nothing_but_planted_dirt_is_kept_out(store: duckdb.DuckDBPyConnection, expected: str, column: str) -> None:
    found = store.execute(
        f"select table_name, sum({column})::integer as n from ledger.load_tables group by all having n > 0 order by all"
    ).fetchall()
    planted = store.execute(
        'select "table", sum(count)::integer as n from dirt where expected = ? group by all having n > 0 order by all',
        [expected],
    ).fetchall()
    assert found == planted
    assert planted


def test_everybody_but_planted_strangers_is_known_to_the_hris(store: duckdb.DuckDBPyConnection) -> None:
    """Ids that lost prefix and zeros, addresses in capitals and former addresses all lead to an HRIS id."""
    store.execute(
        """
        create or replace temp table known as
        select worker_id as token from hris.workers union select value_token from identity.identifiers
        """
    )
    strangers = {}
    for name, table in CONTRACTS.items():
        for column in table.persons if not table.is_identity else ():
            (n,) = store.execute(
                f"""
                select count(*) from {table.raw_name} as rows anti join known on rows.{column} = known.token
                where rows.{column} is not null and rows.op <> 'd'
                """
            ).fetchone()  # type: ignore[misc]
            if n:
                strangers[name] = n
    planted = store.execute(
        "select \"table\", sum(count)::integer from dirt where expected = 'unresolved' and count > 0 group by all"
    ).fetchall()
    assert strangers == dict(planted)
    assert strangers["lms.learning_records"] > 5


def test_the_systems_write_as_different_vendors_do(company: Exports) -> None:
    written = {source: {path.suffix for path in (company.root / "landing" / source).iterdir()} for source in SOURCES}
    assert written == {
        "corehr": {".csv"},
        "learnhub": {".txt", ".xlsx"},
        "pulse": {".csv"},
        "rate360": {".parquet"},
        "talentsuite": {".csv", ".json", ".xlsx"},
    }
    assert company.files("learnhub", "transcript")[0].read_bytes()[:2] == b"\xff\xfe"
    with pytest.raises(UnicodeDecodeError):
        company.files("learnhub", "certificates")[0].read_bytes().decode()
    third = company.files("pulse", "responses")[0].read_text().splitlines()[3]
    assert third.startswith('"{""ImportId"":""startDate""}"')


def test_every_map_names_only_its_own_domain_and_the_hris() -> None:
    for name, domain in zip(
        (map_name for map_name, *_ in SOURCES.values()), ("hris", "lms", "survey", "feedback360", "talent"), strict=True
    ):
        assert {table.split(".")[0] for table in read_column_map(name).tables} == {domain}


def test_dirt_is_counted_and_stays_below_half_a_percent(company: Exports, summary: Summary) -> None:
    by_file: Counter[str] = Counter()
    for one in company.truth["dirt"]:
        by_file[one["file"]] += one["count"]
        assert one["expected"] in ("quarantined", "duplicate", "unresolved")
    assert sum(by_file.values()) > 50
    for file, n in by_file.items():
        assert n < 0.005 * summary.n_rows[file], file
    known = set(company.workers_by_mail["mail"])
    transcript = pl.concat(
        pl.read_csv(path.read_bytes().decode("utf-16").encode(), separator="|", infer_schema=False)
        for path in company.files("learnhub", "transcript")
    )
    unknown = transcript.filter(~pl.col("Login").is_in(known)).height
    assert unknown == next(one["count"] for one in company.truth["dirt"] if one["what"].startswith("a login"))
