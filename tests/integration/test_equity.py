"""Representation and its walk, progression, opportunity and perception: what a release of a small company must hold.

Here: what needs a release, or a build of its own. Not here: the statistics (unit tests of `people_stats`), planted truths
(`test_truths`), suppression of every table of cells (`test_refresh`).
"""

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from ingest.build_file import read_parameters, write_build_file
from ingest.inputs import project_folder
from ingest.pseudonyms import open_pseudonyms
from ingest.raw_store import open_raw_store
from orchestration.warehouse import Warehouse

from .conftest import Shop

COMPARED = ("equity_progression", "equity_opportunity", "equity_perception")
STATES = {None, "gap", "no_gap_above", "insufficient"}


@pytest.fixture(scope="module")
def people(published: Shop) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.home.current / "people.duckdb"), read_only=True) as connection:
        yield connection


def test_groups_of_a_segment_are_everybody_who_works_there(people: duckdb.DuckDBPyConnection) -> None:
    segments = people.execute(
        """
        with segments as (
            select period_end, segment_kind, segment_id, attribute, any_value(n) as n, sum(n_members) as members,
                sum(share) as share
            from equity_representation group by all
        )
        select segments.segment_kind, segments.n, segments.members, segments.share, cells.value
        from segments
        left join metric_values as cells
            on cells.metric = 'headcount' and segments.period_end = cells.period_end
                and segments.segment_kind = cells.segment_kind and segments.segment_id = cells.segment_id
        """
    ).fetchall()
    assert {kind for kind, *_ in segments} == {"company", "org_unit", "level", "function"}
    for kind, n, members, share, headcount in segments:
        assert n == members and share == pytest.approx(1)
        assert headcount == n or kind == "function"


def test_every_walk_ends_where_the_next_begins_and_explains_the_change(people: duckdb.DuckDBPyConnection) -> None:
    walks = people.execute(
        """
        select period_kind, segment_kind, opening_members, closing_members, sum(flow_members), closing_share - opening_share,
            sum(share_effect), max(abs(residual)),
            lag(closing_members) over (
                partition by period_kind, segment_kind, segment_id, attribute, group_value order by period_end
            )
        from equity_representation_walk
        where status = 'ok'
        group by period_kind, period_end, segment_kind, segment_id, attribute, group_value, opening_members, closing_members,
            opening_share, closing_share
        """
    ).fetchall()
    assert {kind for _, kind, *_ in walks} == {"company", "org_unit", "level", "function"}
    assert sum(change != 0 for *_, change, _, _, _ in walks) > 50
    for _, kind, opening, closing, flow, change, effect, residual, before in walks:
        assert (opening + flow, residual) == (closing, 0)
        assert effect == pytest.approx(change, abs=1e-12)
        # a small segment may be divided in one quarter and not in another; the company always is
        assert before in (opening, None) or kind != "company"
    [(flows,)] = people.execute("select list(distinct flow) from equity_representation_walk").fetchall()
    assert {"hire", "exit", "promotion_in", "promotion_out", "transfer_in", "transfer_out"} <= set(flows)


@pytest.mark.parametrize("table", COMPARED)
def test_a_comparison_is_with_a_disclosed_group_that_is_large_enough(people: duckdb.DuckDBPyConnection, table: str) -> None:
    rows = people.execute(
        f"select group_value, reference_group, reference_n, p_value, q_value, n_tests, verdict from {table} "
        "where status = 'ok'"
    ).fetchall()
    assert {verdict for *_, verdict in rows} <= STATES and any(verdict for *_, verdict in rows)
    for group, reference, reference_n, p_value, q_value, n_tests, verdict in rows:
        assert reference != "undisclosed" and (reference_n is None or reference_n >= 30)
        # two groups of one and the same amount have no spread to test by: that is not to know
        assert (verdict is None or group != reference) and (p_value is not None or verdict in (None, "insufficient"))
        if p_value is not None:
            assert q_value >= p_value - 1e-12 and n_tests >= 1
            assert verdict != "gap" or q_value <= 0.05


def test_no_curve_is_told_of_months_with_fewer_than_five_at_risk(people: duckdb.DuckDBPyConnection) -> None:
    rows = people.execute("select n, incidence_12, incidence_12_low, incidence_12_high from equity_progression").fetchall()
    assert any(share is not None for _, share, *_ in rows)
    for n, share, low, high in rows:
        assert share is None or (n >= 5 and low <= share <= high)


def test_an_attribute_and_an_intersection_are_a_seed_row_each(copy_home: Callable[[Path], Shop], tmp_path: Path) -> None:
    """Disability is declared in the exports and no attribute of the shipped seed: in a copy it becomes one."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    home = copy_home(tmp_path / "home").home
    project = shutil.copytree(project_folder(), tmp_path / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    seed = project / "seeds" / "equity_attributes.csv"
    assert "disability" not in seed.read_text()
    with seed.open("a") as handle:
        handle.write("disability,Disability,disability\nboth,Disability by gender,disability;gender\n")
    with open_raw_store(home.raw) as raw:
        parameters = read_parameters(raw, home.read_configuration(), None)
        write_build_file(home, raw, open_pseudonyms(home), parameters)
    warehouse = Warehouse(home)
    warehouse.build_environment()
    arguments = [argument.replace(str(project_folder()), str(project)) for argument in warehouse.dbt_arguments()]
    try:
        result = dbtRunner().invoke(
            ["--quiet", "--log-level-file", "none", "build", *arguments, "--resource-type", "seed",
             "--resource-type", "model", "--select", "+equity_representation_walk", "+equity_progression"]
        )  # fmt: skip
    finally:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
        gc.collect()
    assert result.success, result
    with duckdb.connect(str(warehouse.build), read_only=True) as connection:
        for table in ("equity_representation_walk", "equity_progression"):
            found = dict(
                connection.execute(
                    f"select attribute, list(distinct group_value) from marts.{table} group by all"
                ).fetchall()
            )
            assert "undisclosed" in found["disability"] and len(found["disability"]) == 3, table
            assert "undisclosed" in found["both"] and any(" / " in group for group in found["both"]), table
            assert {"gender", "ethnicity", "age_band", "gender_x_ethnicity"} <= found.keys()
