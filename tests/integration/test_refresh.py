"""A refresh publishes whole releases that say what they were made of, and only when there is something to say."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.home import Home
from ingest.inputs import code_version

from .conftest import MonthLater, Run, Shop, bytes_of, cells_of, manifest_of, n_moved

# What says which cell a row is; everything else in a table of cells is a number or follows from one.
CELL_KEYS = {
    "metric_values": {
        "metric", "convention_id", "is_default", "sensitivity_class", "period_start", "period_end", "segment_kind",
        "segment_id", "attribute", "group_value", "status",
    },
    "leader_indicators": {
        "leader_key", "scope", "metric", "convention_id", "is_default", "sensitivity_class", "period_start", "period_end",
        "status",
    },
    "equity_selection": {
        "selection", "selection_window", "period_end", "segment_kind", "segment_id", "attribute", "group_value",
        "sensitivity_class", "convention_id", "is_default", "status",
    },
    "equity_pay_gap": {
        "law", "snapshot_date", "segment_kind", "legal_entity", "country", "worker_category", "currency", "pay_element",
        "statistic", "attribute", "group_value", "convention_id", "sensitivity_class", "status",
    },
    "equity_representation": {
        "period_end", "segment_kind", "segment_id", "attribute", "group_value", "sensitivity_class", "convention_id",
        "status",
    },
    "equity_representation_walk": {
        "period_kind", "period_start", "period_end", "segment_kind", "segment_id", "attribute", "group_value", "flow",
        "sensitivity_class", "convention_id", "status",
    },
    "equity_progression": {
        "period_end", "segment_kind", "segment_id", "attribute", "group_value", "sensitivity_class", "convention_id",
        "status",
    },
    "equity_opportunity": {
        "opportunity", "measure", "opportunity_window", "period_end", "segment_kind", "segment_id", "attribute",
        "group_value", "sensitivity_class", "convention_id", "status",
    },
    "equity_perception": {
        "measure", "rater_group_value", "period_end", "segment_kind", "segment_id", "attribute", "group_value",
        "sensitivity_class", "convention_id", "status",
    },
    "promotion_opportunity": {
        "opportunity", "as_of", "segment_kind", "segment_id", "attribute", "group_value", "convention_id",
        "sensitivity_class", "status",
    },
    "promotion_audit": {
        "audit_of", "item", "segment_kind", "segment_id", "attribute", "group_value", "convention_id", "sensitivity_class",
        "status",
    },
    "promotion_calibration": {
        "as_of", "told_of", "segment_kind", "segment_id", "item", "result", "convention_id", "sensitivity_class", "status",
    },
    "succession_bench": {
        "period_end", "position_kind", "segment_kind", "segment_id", "counted", "bench_depth", "attribute", "group_value",
        "sensitivity_class", "status",
    },
    "nine_box": {
        "cycle_id", "period_end", "segment_kind", "segment_id", "view_of", "from_cycle_id", "from_performance",
        "from_potential", "became", "performance", "potential", "sensitivity_class", "status",
    },
}  # fmt: skip
PAGES_ABOUT_NOBODY = (
    *("index", "contracts", "pipeline", "growth", "framework", "dictionary"),
    *("equity", "representation", "pay"),
)
HEAVY = ("dagster", "dbt", "great_expectations")
# Runs a command and prints which heavy packages it brought in.
WITH_IMPORTS = f"""
import sys
from orchestration.cli import main
try:
    main(sys.argv[1:])
finally:
    print("imported", sorted(name for name in {HEAVY} if name in sys.modules))
"""


@dataclass
class Year:
    """A home's life: published, a month more, asked again, and back to what was known before."""

    shop: Shop
    again: Run
    releases: list[Path]
    kept: list[list[str]]
    cells: list[list[tuple[Any, ...]]]
    contracts: list[dict[tuple[str, ...], set[tuple[Any, ...]]]]
    manifests: list[dict[str, Any]]


@pytest.fixture(scope="module")
def year(published: Shop, month_later: MonthLater, tmp_path_factory: pytest.TempPathFactory) -> Year:
    root = tmp_path_factory.mktemp("year") / "home"
    shutil.copytree(month_later.done.home.root, root, symlinks=True)
    shop = Shop(Home(root), published.waiting)
    again = shop.run("refresh")
    releases = [shop.home.published / published.home.current.resolve().name, shop.home.current.resolve()]
    kept, cells, contracts, manifests = [], [], [], []

    def remember(release: Path) -> None:
        kept.append(sorted(path.name for path in shop.home.published.iterdir() if not path.is_symlink()))
        cells.append(cells_of(release))
        contracts.append(contracts_of(release))
        manifests.append(json.loads((release / "manifest.json").read_text()))

    for release in releases:
        remember(release)
    assert shop.run("refresh", "--as-known-at", manifests[0]["published_at"]).exit_code == 0
    releases.append(shop.home.current.resolve())
    remember(releases[-1])
    return Year(shop, again, releases, kept, cells, contracts, manifests)


def contracts_of(release: Path) -> dict[tuple[str, ...], set[tuple[Any, ...]]]:
    """Contract and item -> every wording of it that the release knows, with the days on which each held."""
    query = """
        select contract_id, item_kind, item_id, holds_from, holds_to, due_date, done_at, is_blocked, cause, remedy,
            target_change
        from contract_terms
        union all
        select contract_id, 'version', version::varchar, valid_from, valid_to, approved_at::date, amended_at, null, changed,
            reason, n_amendments
        from leadership_contracts
    """
    told: dict[tuple[str, ...], set[tuple[Any, ...]]] = {}
    with duckdb.connect(str(release / "people.duckdb"), read_only=True) as connection:
        for contract, kind, item, *wording in connection.execute(query).fetchall():
            told.setdefault((contract, kind, item), set()).add(tuple(wording))
    return told


def test_the_first_refresh_publishes_and_says_so(published: Shop) -> None:
    run = published.runs[0]
    manifest = manifest_of(published.home)
    assert run.exit_code == 0
    assert f"published {manifest['release_id']}" in run.output
    assert published.home.current.is_symlink()
    assert published.home.current.resolve().name == manifest["release_id"]
    assert manifest["as_of"] == "2025-10-31", "the last day that the HRIS's loads cover, not the clock's"
    assert (published.home.current / "report" / "index.html").stat().st_size > 10_000
    leftovers = [path.name for path in published.home.published.iterdir() if path.name.startswith(".")]
    assert leftovers == []
    assert not list(published.home.builds.glob("build.duckdb*")), "the build holds what no release may"


def test_the_manifest_names_the_bytes_it_was_made_of(published: Shop) -> None:
    manifest = manifest_of(published.home)
    landed = {hashlib.sha256(path.read_bytes()).hexdigest() for path in published.home.landing.rglob("*.*")}
    assert {entry["sha256"] for entry in manifest["inputs"]} == landed
    assert manifest["code_version"] == code_version()
    assert set(manifest["gates"]) == {"loads", "marts", "release"}
    assert all(gate["expectations"] > 0 and gate["findings"] == 0 for gate in manifest["gates"].values())
    disclosure = manifest["disclosure"]
    assert disclosure["attacked"] > 0 and disclosure["recovered"] == disclosure["narrow"] == 0
    assert disclosure["kept_share"] >= 0.7


def test_the_manifest_s_hashes_and_counts_are_true(published: Shop) -> None:
    manifest, release = manifest_of(published.home), published.home.current.resolve()
    files = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()} - {"manifest.json"}
    assert set(manifest["files"]) == files
    for name, entry in manifest["files"].items():
        content = (release / name).read_bytes()
        assert entry == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    for audience, tables in manifest["tables"].items():
        with duckdb.connect(str(release / f"{audience}.duckdb"), read_only=True) as connection:
            counted = {
                name: connection.execute(f"select count(*) from {name}").fetchone()[0]  # type: ignore[index]
                for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
            }
        assert counted == tables
        assert sum(counted.values()) > (100 if audience == "regulator" else 1000)


def test_parquet_says_what_the_database_says(published: Shop) -> None:
    release = published.home.current.resolve()
    with duckdb.connect(str(release / "leadership.duckdb"), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        assert tables == sorted(path.stem for path in (release / "parquet").iterdir())
        for name in tables:
            file = f"read_parquet('{release}/parquet/{name}.parquet')"
            [(differing,)] = connection.execute(
                f"select count(*) from ((from {name} except all from {file}) union all (from {file} except all from {name}))"
            ).fetchall()
            assert differing == 0, name


def test_releases_are_read_without_writing_to_them(published: Shop) -> None:
    for audience in ("people", "leadership", "regulator"):
        with (
            duckdb.connect(str(published.home.current / f"{audience}.duckdb"), read_only=True) as connection,
            pytest.raises(duckdb.InvalidInputException, match="read-only"),
        ):
            connection.execute("create table mine (i integer)")


@pytest.mark.parametrize("table", CELL_KEYS)
def test_a_hidden_cell_is_empty_of_every_number(published: Shop, table: str) -> None:
    release = published.home.current.resolve()
    with duckdb.connect(str(release / "leadership.duckdb"), read_only=True) as connection:
        for handed in (table, f"read_parquet('{release}/parquet/{table}.parquet')"):
            columns = [name for name, *_ in connection.execute(f"describe select * from {handed}").fetchall()]
            numbers = [name for name in columns if name not in CELL_KEYS[table]]
            assert "n" in numbers and len(numbers) >= 5
            full = " or ".join(f"{name} is not null" for name in numbers)
            counts = f"count(*) filter (status = 'suppressed'), count(*) filter (status = 'suppressed' and ({full}))"
            [(hidden, leaking)] = connection.execute(f"select {counts} from {handed}").fetchall()
            assert hidden > 10, "a small company has small cells"
            assert leaking == 0


# what is answered in confidence is hidden from analysts, too, so their file cannot judge it
@pytest.mark.parametrize("table", sorted(CELL_KEYS.keys() - {"equity_perception"}))
def test_what_is_about_too_few_people_is_hidden_from_leadership(published: Shop, table: str) -> None:
    """Judged by the analysts' file, where outcomes of few people stand."""
    release = published.home.current.resolve()
    keys = sorted(CELL_KEYS[table] - {"status", "sensitivity_class"})
    people = {
        "equity_selection": "least(whole.n, coalesce(whole.reference_n, whole.n))",
        "equity_pay_gap": "least(whole.n, coalesce(nullif(whole.reference_n, 0), whole.n))",
        "equity_progression": "least(whole.n, coalesce(whole.reference_n, whole.n))",
        "equity_opportunity": "least(whole.n, coalesce(whole.reference_n, whole.n))",
        "promotion_audit": "least(whole.n, coalesce(whole.reference_n, whole.n))",
        # what is hidden with a small one, for it would tell it
        "promotion_calibration": "whole.n_hidden_with",
        # a group with nobody there is told of by all who are
        "equity_representation": "case when whole.n_members > 0 then whole.n_members else whole.n end",
        "equity_representation_walk": "least(nullif(whole.n, 0), nullif(whole.n_members, 0), "
        "nullif(whole.opening_members, 0), nullif(whole.closing_members, 0))",
        # an empty cell of few tells as much as a full one
        "nine_box": "case when whole.n = 0 then whole.total else whole.n end",
        "succession_bench": "case when whole.counted = 'positions' or whole.n = 0 then whole.total else whole.n end",
    }.get(table, "whole.n_people")
    minimum = "leader_minimum" if table == "leader_indicators" else "minimum"
    with duckdb.connect(str(release / "leadership.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{release}/people.duckdb' as analysts (read_only)")
        columns = [name for name, *_ in connection.execute(f"describe analysts.{table}").fetchall()]
        if "n_people" not in columns:
            people = people.replace("whole.n_people", "whole.n")
        if table == "metric_values":
            # a share of a group is held to the members of the group
            people = (
                "case when whole.metric = 'representation' and whole.numerator > 0 then whole.numerator else whole.n end"
            )
        small, shown = connection.execute(
            f"""
            select
                count(*) filter ({people} between 1 and {minimum} - 1),
                count(*) filter ({people} between 1 and {minimum} - 1 and handed.status <> 'suppressed')
            from analysts.{table} as whole
            inner join minimums on whole.sensitivity_class = minimums.sensitivity_class
            inner join {table} as handed
                on {" and ".join(f"whole.{key} is not distinct from handed.{key}" for key in keys)}
            where whole.sensitivity_class in ('outcome', 'pay')
            """
        ).fetchall()[0]
    assert small > 10
    assert shown == 0


def test_no_figure_of_a_leader_holds_a_hidden_cell_of_another(published: Shop) -> None:
    """Mean of the peers, number of tests and baseline can be made of the shown cells alone, so they tell no other."""
    family = "partition by scope, metric, convention_id, period_end"
    with duckdb.connect(str(published.home.current / "leadership.duckdb"), read_only=True) as connection:
        [compared] = connection.execute(
            f"""
            with shown as (
                select *, sum(value) over family as total, count(value) over family as n_shown,
                    count(p_value) over family as n_tested
                from leader_indicators where status = 'ok' window family as ({family})
            )
            select
                count(difference_from_peers),
                count(*) filter (abs(value - (total - value) / (n_shown - 1) - difference_from_peers) > 1e-9),
                count(*) filter (n_peers <> n_shown - 1 or n_tests <> n_tested),
                count(p_adjusted) filter (verdict is null or p_adjusted < p_value)
            from shown
            """
        ).fetchall()
        assert compared[0] > 500
        assert compared[1:] == (0, 0, 0)
        [changed] = connection.execute(
            """
            select
                count(*), count(before.value),
                count(*) filter (abs(later.value - before.value - later.change_from_baseline) > 1e-9)
            from leader_indicators as later
            left join leader_indicators as before
                on (later.leader_key, later.scope, later.metric, later.convention_id, later.baseline_period_end)
                = (before.leader_key, before.scope, before.metric, before.convention_id, before.period_end)
            where later.change_from_baseline is not null
            """
        ).fetchall()
        assert changed[0] > 100
        assert changed[1:] == (changed[0], 0)


def test_the_report_shows_no_hidden_number(published: Shop) -> None:
    """Pages are written from leadership's file alone, so what is hidden there is not there to be shown; and of nobody."""
    pages = [(published.home.current / "report" / f"{name}.html").read_text() for name in PAGES_ABOUT_NOBODY]
    with duckdb.connect(str(published.home.current / "people.duckdb"), read_only=True) as connection:
        keys = [key for (key,) in connection.execute("select distinct worker_key from dim_worker").fetchall()]
    assert len(keys) > 200
    assert sum(key in page for page in pages for key in keys) == 0


def test_with_nothing_new_nothing_heavy_is_imported(published: Shop, year: Year) -> None:
    assert year.again.exit_code == 0
    assert "nothing new" in year.again.output
    assert year.releases[0].name == published.home.current.resolve().name
    command = [sys.executable, "-c", WITH_IMPORTS, "--home", str(published.home.root), "refresh"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "nothing new" in done.stdout
    assert done.stdout.strip().endswith("imported []")
    assert year.again.seconds < 5


def test_a_month_more_makes_a_release_beside_the_old_one(year: Year) -> None:
    first, second, _ = year.manifests
    assert second["release_id"] != first["release_id"]
    assert (first["as_of"], second["as_of"]) == ("2025-10-31", "2025-11-30")
    assert set(year.kept[1]) == {first["release_id"], second["release_id"]}
    assert {entry["sha256"] for entry in second["inputs"]} > {entry["sha256"] for entry in first["inputs"]}
    assert len(year.cells[1]) > len(year.cells[0])


def test_a_closed_month_brings_leadership_an_edition_and_other_nights_none(year: Year) -> None:
    """The last run showed analysts another day; leadership's files are the same to the byte, and the manifest says so."""
    first, second, then = year.manifests
    assert second["edition"]["inputs_digest"] == second["inputs_digest"] != first["edition"]["inputs_digest"]
    assert then["edition"] == second["edition"] and then["inputs_digest"] != second["inputs_digest"]
    before, after = (bytes_of(release) for release in year.releases[1:])
    of_leadership = {name for name in after if name == "leadership.duckdb" or name.startswith(("parquet/", "report/"))}
    assert len(of_leadership) > 30
    assert {name: after[name] for name in of_leadership} == {name: before[name] for name in of_leadership}
    assert after["people.duckdb"] != before["people.duckdb"]


def test_what_leadership_was_told_of_a_closed_period_stands_in_the_next_edition(year: Year) -> None:
    """The ledger outlives the first release; a month more moved nothing in what it told but open numbers."""
    assert not year.releases[0].exists()
    with duckdb.connect(str(year.releases[1] / "leadership.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{year.shop.home.handed}' as ledger (read_only)")
        tables = {
            name
            for (name,) in connection.execute(
                """
                select table_name from duckdb_columns() where database_name <> 'ledger'
                group by 1 having list_has_all(list(column_name), ['status', 'sensitivity_class'])
                    and list_has_any(list(column_name), ['period_end', 'snapshot_date', 'as_of'])
                """
            ).fetchall()
        }
        held = {name for (name,) in connection.execute("select distinct table_name from ledger.wholes").fetchall()}
        # so few years bring no period of rewards, and no promotion to look back on
        assert held <= tables and tables - held <= {"reward_linkage", "promotion_backtest"}, "a table that nobody holds"
        [(n, changed)] = connection.execute(
            """
            select count(*), count(*) filter (
                was.n is distinct from now.n or was.status <> now.status or abs(was.numerator - now.numerator) > 1e-9
            )
            from ledger.metric_values as was
            inner join metric_values as now using (metric, convention_id, period_end, segment_kind, segment_id)
            where was.edition = 1 and was.sensitivity_class <> 'open'
                and was.attribute is not distinct from now.attribute
                and was.group_value is not distinct from now.group_value
            """
        ).fetchall()
    assert n > 1000 and changed == 0


def test_retention_keeps_the_newest_releases_only(year: Year) -> None:
    """The policy of this home keeps two."""
    assert set(year.kept[2]) == {manifest["release_id"] for manifest in year.manifests[1:]}
    assert not year.releases[0].exists()
    assert year.releases[1].exists()


def test_what_was_known_then_is_shown_as_it_was(year: Year) -> None:
    first, _, then = year.manifests
    assert then["as_known_at"] is not None
    assert then["as_of"] == first["as_of"]
    assert [entry["sha256"] for entry in then["inputs"]] == [entry["sha256"] for entry in first["inputs"]]
    assert n_moved(year.cells[0], year.cells[2]) == 0
    assert n_moved(year.cells[0], year.cells[1][: len(year.cells[0])]) > 0, "a month more does move cells"


def test_contracts_read_back_as_they_were_known_then(year: Year) -> None:
    """Terms that a later export told anew, and versions that it amended, stand as the earlier release had them."""
    first, second, then = year.contracts
    assert then == first
    anew = {kind for contract, kind, item in first if second[contract, kind, item] != first[contract, kind, item]}
    assert {"milestone", "version"} <= anew, "nothing was amended: nothing is shown"
    assert second.keys() > first.keys(), "a version or a term came later"


def test_a_home_can_be_moved_with_everything_it_writes(published: Shop, year: Year) -> None:
    """Runs of the copy left nothing in the home that it was copied from."""
    newest = max(path.stat().st_mtime_ns for path in published.home.dagster.rglob("*.db*"))
    assert newest < year.releases[1].stat().st_mtime_ns
    assert str(published.home.root) not in (year.shop.home.dagster / "dagster.yaml").read_text()


def test_timings_and_the_outcome_as_json_are_for_machines(year: Year, published: Shop, tmp_path: Path) -> None:
    assert "publishing" in published.runs[0].output and "peak MB" in published.runs[0].output
    quiet = year.shop.run("query", "select count(*) as n from metric_values", "--audience", "leadership", "--format", "json")
    [row] = json.loads(quiet.output)
    assert row["n"] == manifest_of(year.shop.home)["tables"]["leadership"]["metric_values"]
    assert shutil.which("fairlead") is None or year.shop.run("status").exit_code == 0
