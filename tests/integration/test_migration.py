"""An HR system is replaced: the company stays what it is, and every person-month on both sides is accounted for.

The oracle is the same company without a migration. Then faults are seeded, and each must be told.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.home import Home
from ingest.pseudonyms import open_pseudonyms

from ..migrated import NEW, OLD, WHO, Migration, Row, copied, rewrite
from .conftest import Run, Shop, manifest_of

CUT_OVER, LAST_OF_OLD, ARCHIVED = dt.date(2025, 5, 1), "2025-04-30", "2025-05-31"
HISTORY_FROM = "2024-11-01"
# what says who or which load, and what other systems than the HRIS tell
NOT_COMPARED = {"worker_key", "manager_key", "load_seq", "n_leave_days"}


@dataclass
class Migrated:
    """The company as two systems tell it, refreshed, and what they were made of."""

    shop: Shop
    exports: Migration
    run: Run

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """A query on what analysts read."""
        return rows_of(self.shop.home.current / "people.duckdb", query)


def rows_of(database: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def migrated(published: Shop, tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    exports = Migration(published.home.landing / "corehr", CUT_OVER, ARCHIVED)
    shop = Shop(Home(tmp_path_factory.mktemp("migrated") / "home"), published.waiting)
    exports.write(shop.home, HISTORY_FROM)
    run = shop.run("refresh")
    assert run.exit_code == 0, run.output
    return Migrated(shop, exports, run)


def by_person(home: Home, exports: Migration | None, table: str) -> Counter[tuple[Any, ...]]:
    """Every row of a table, with people by the id that the old system gave or would have given them."""
    database = home.current / "people.duckdb"
    pseudonyms = open_pseudonyms(home)
    former = {new: old for old, new in exports.new_ids.items()} if exports else {}
    ids = sorted(former) or sorted({row["Employee_ID"] for row in Migration(
        home.landing / "corehr", CUT_OVER, ARCHIVED).read("workers", "2025-10-31")})  # fmt: skip
    names = {pseudonyms.token(one, namespace=NEW if exports else "people"): former.get(one, one) for one in ids}
    columns = [name for name, *_ in rows_of(database, f"describe {table}")]
    told = [name for name in columns if name not in NOT_COMPARED]
    persons = [name for name in columns if name.endswith("_key")]
    rows = rows_of(database, f"select {', '.join([*persons, *told])} from {table}")
    return Counter((*(names.get(key, key) for key in row[: len(persons)]), *row[len(persons) :]) for row in rows)


@pytest.mark.parametrize("table", ["fct_worker_month", "fct_movement", "dim_worker"])
def test_the_company_is_the_same_with_and_without_a_migration(published: Shop, migrated: Migrated, table: str) -> None:
    """Person by person: months, places, hire dates, time in level, movements, on both sides of the cut-over."""
    wanted, found = by_person(published.home, None, table), by_person(migrated.shop.home, migrated.exports, table)
    assert wanted.total() > 200
    assert (wanted - found).total() == 0
    assert (found - wanted).total() == 0


@pytest.mark.parametrize("metric", ["headcount", "turnover", "voluntary_turnover", "promotion_rate", "span_of_control"])
def test_every_number_of_the_workforce_is_the_same(published: Shop, migrated: Migrated, metric: str) -> None:
    query = f"""
        select convention_id, period_end, segment_kind, segment_id, n, numerator, denominator, value, status
        from metric_values
        -- whom the ladder makes eligible is in another system, which the migrated company does not deliver
        where metric = '{metric}' and convention_id <> 'promoted_of_eligible' and attribute is null
        order by all
    """
    wanted = rows_of(published.home.current / "people.duckdb", query)
    assert len(wanted) > 10
    assert migrated.rows(query) == wanted


def test_the_line_is_read_to_the_last_day_that_a_system_tells(published: Shop, migrated: Migrated) -> None:
    """The list of who was who carries no date of export; it covers no day."""
    assert manifest_of(migrated.shop.home)["as_of"] == manifest_of(published.home)["as_of"]


def outcomes(rows: list[tuple[Any, ...]]) -> dict[tuple[str, str], int]:
    return {(side, outcome): n for side, outcome, n in rows}


BY_OUTCOME = "select side, outcome, sum(n)::bigint from {} group by all"


def at_work(exports: Migration, old: bool, landing: Path | None = None) -> dict[dt.date, set[str]]:
    """Ids that a system's newest list of people has at work on each month's last day, for the months that it tells."""
    folder = landing or exports.source
    stamps = sorted(path.stem[-10:] for path in folder.glob("workers_*.csv"))
    people = Migration(folder, CUT_OVER, ARCHIVED).read("workers", stamps[-1])
    days = [dt.date.fromisoformat(stamp) for stamp in exports.stamps]
    last = max(dt.date.fromisoformat(stamps[-1]), CUT_OVER - dt.timedelta(days=1)) if old else days[-1]
    return {
        day: {
            row["Employee_ID"]
            for row in people
            if row["Hire_Date"] <= day.isoformat() and not "" < row["Termination_Date"] <= day.isoformat()
        }
        for day in days
        if day <= last
    }


def test_every_person_month_of_both_systems_has_an_outcome_and_none_is_lost(migrated: Migrated) -> None:
    landing = migrated.shop.home.landing
    counted = outcomes(migrated.rows(BY_OUTCOME.format("identity_survivorship")))
    old = sum(len(ids) for ids in at_work(migrated.exports, True, landing / OLD).values())
    # leavers of the new system fall out of its list no more than of the old one's
    new = sum(len(ids) for ids in at_work(migrated.exports, False, landing / NEW).values())
    assert sum(n for (side, _), n in counted.items() if side == "old") == old
    assert sum(n for (side, _), n in counted.items() if side == "new") == new
    assert set(counted) == {
        ("old", "stitched"), ("old", "left_before"), ("new", "stitched"), ("new", "hired_after"),
    }  # fmt: skip
    leavers = [row for row in migrated.exports.read("workers", migrated.exports.stamps[-1]) if has_left(row)]
    gone = {row["Employee_ID"] for row in leavers} - {
        row["Employee_ID"] for row in migrated.exports.read("workers", migrated.exports.stamps[-1]) if not has_left(row)
    }
    months = at_work(migrated.exports, True, landing / OLD)
    assert counted["old", "left_before"] == sum(len(ids & gone) for ids in months.values())


def has_left(row: Row) -> bool:
    return "" < row["Termination_Date"] <= CUT_OVER.isoformat()


def test_rows_of_the_wrong_side_are_set_aside_and_counted(migrated: Migrated) -> None:
    """Which rows are set aside follows from the files."""
    query = "select source, table_name, n_rows from data_quality where measure = 'rows_set_aside'"
    counted = {(source, table): n for source, table, n in migrated.rows(query)}
    landing = migrated.shop.home.landing
    archive = Migration(landing / OLD, CUT_OVER, ARCHIVED).read("workers", ARCHIVED)
    assert counted[OLD, "hris.workers"] == sum(row["Hire_Date"] >= CUT_OVER.isoformat() for row in archive)
    assert counted[OLD, "hris.workers"] > 0
    false = [
        row for row in Migration(landing / OLD, CUT_OVER, ARCHIVED).read("job_changes", ARCHIVED)
        if row["Effective_Date"] >= CUT_OVER.isoformat()
    ]  # fmt: skip
    assert counted[OLD, "hris.job_assignments"] == len(false) > 0
    jobs: dict[tuple[str, str, str], Row] = {}
    for path in sorted((landing / NEW).glob("job_changes_*.csv")):
        for row in Migration(landing / NEW, CUT_OVER, ARCHIVED).read("job_changes", path.stem[-10:]):
            jobs[row["Employee_ID"], row["Effective_Date"], row["Sequence"]] = row
    reaching: dict[str, str] = {}
    for who, day, _ in jobs:
        if day <= CUT_OVER.isoformat():
            reaching[who] = max(day, reaching.get(who, ""))
    aside = sum(day < CUT_OVER.isoformat() and day != reaching[who] for who, day, _ in jobs)
    assert counted[NEW, "hris.job_assignments"] == aside > 0


@dataclass
class Faulty:
    """The same migration with three faults, and what the refresh said."""

    shop: Shop
    run: Run
    lacking: list[str]
    pair: tuple[str, str]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """A query on the build that the gate stopped."""
        return rows_of(self.shop.home.builds / "build.duckdb", query)


@pytest.fixture(scope="module")
def faulty(migrated: Migrated, tmp_path_factory: pytest.TempPathFactory) -> Faulty:
    """The list of who was who lacks 3% of the people and gives two one new id; April is told by no system."""
    shop = Shop(copied(migrated.shop.home, tmp_path_factory.mktemp("faulty") / "home"), migrated.shop.waiting)
    landing = shop.home.landing
    for path in (landing / OLD).iterdir():
        if path.stem.endswith((LAST_OF_OLD, ARCHIVED)):
            path.unlink()
    staying = sorted(at_work(migrated.exports, True, landing / OLD)[dt.date(2025, 4, 30)] & taken_over(migrated))
    lacking, pair = staying[::34][: round(0.03 * len(staying))], (staying[1], staying[2])

    def damaged(rows: list[Row]) -> list[Row]:
        kept = [row for row in rows if row["former_id"] not in lacking]
        new_id = migrated.exports.new_ids[pair[0]]
        return [row | {"worker_id": new_id} if row["former_id"] == pair[1] else row for row in kept]

    rewrite(landing / WHO / "who_was_who.csv", damaged)
    return Faulty(shop, shop.run("refresh"), lacking, pair)


def taken_over(migrated: Migrated) -> set[str]:
    """Old ids of those whom the new system has at work on the day of the cut-over."""
    former = {new: old for old, new in migrated.exports.new_ids.items()}
    people = Migration(migrated.shop.home.landing / NEW, CUT_OVER, ARCHIVED).read("workers", ARCHIVED)
    return {former[row["Employee_ID"]] for row in people if row["Hire_Date"] < CUT_OVER.isoformat()}


def test_a_migration_that_loses_people_is_not_published(faulty: Faulty) -> None:
    assert faulty.run.exit_code == 3, faulty.run.output
    assert "a migration loses few" in faulty.run.output
    assert not faulty.shop.home.current.exists()


def test_each_fault_of_a_migration_is_told_in_its_months(migrated: Migrated, faulty: Faulty) -> None:
    counted = outcomes(faulty.rows(BY_OUTCOME.format("marts.identity_survivorship")))
    landing = faulty.shop.home.landing
    months = at_work(migrated.exports, True, landing / OLD)
    told = {day: ids for day, ids in months.items() if day <= dt.date(2025, 3, 31)}
    # whoever left in April was last told as staying
    silent = months[dt.date(2025, 4, 30)] - taken_over(migrated)
    lost = {*faulty.lacking, *silent}
    assert len(faulty.lacking) >= 5
    assert counted["old", "lost"] == sum(len(ids & lost) for ids in told.values())
    assert counted["old", "untold"] == len(months[dt.date(2025, 4, 30)])
    assert counted["old", "merged"] == sum(2 for ids in told.values() if set(faulty.pair) <= ids) > 0
    news = at_work(migrated.exports, False, landing / NEW)
    # whoever was hired in April was told by the new system alone, as hired before it began
    told_of = {row["Employee_ID"] for row in Migration(landing / OLD, CUT_OVER, ARCHIVED).read("workers", "2025-03-31")}
    unknown = taken_over(migrated) - told_of
    strangers = {migrated.exports.new_ids[one] for one in (*faulty.lacking, faulty.pair[1], *unknown)}
    assert counted["new", "unstitched"] == sum(len(ids & strangers) for ids in news.values())
    assert sum(n for (side, _), n in counted.items() if side == "old") == sum(len(ids) for ids in months.values())
    assert sum(n for (side, _), n in counted.items() if side == "new") == sum(len(ids) for ids in news.values())
