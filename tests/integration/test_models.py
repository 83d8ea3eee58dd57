"""What the dbt models promise by themselves: their unit tests, and that DuckDB can run them at any size.

Here: one build of every model without a row. Not here: what they say of a company.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from orchestration.dbt_runner import parse_project
from orchestration.warehouse import Warehouse

from ..conftest import Workshop

MAP = {
    "feeds": {
        "people": {
            "recognise": {"columns": ["id", "hired"]},
            "tables": [{"table": "hris.workers", "columns": {"worker_id": "id", "hire_date": "hired"}}],
        }
    }
}


@dataclass
class Built:
    """A build of all models without a row: its file, the raw store that it read, dbt's folder, and what dbt said."""

    file: Path
    raw: Path
    folder: Path
    declared: set[str]
    unit_tests: dict[str, str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    with pytest.MonkeyPatch.context() as patch:
        # a refresh leaves unit tests out
        patch.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "")
        shop = Workshop(tmp_path_factory.mktemp("models"), {"hr": {"map": "m"}}, {"m": MAP})
        shop.land("hr", "people_2026-01-31.csv", "id,hired\nW-1,2020-01-01\n")
        shop.ingest()
        shop.accept()
        warehouse = Warehouse(shop.home)
        warehouse.ingest()
        manifest = parse_project(warehouse).manifest

        def dbt(*command: str) -> dict[str, str]:
            quiet = ["--quiet", "--no-use-colors", "--log-level-file", "none"]
            done = dbtRunner(manifest).invoke([*quiet, *command, *warehouse.dbt_arguments()])
            assert done.exception is None
            results: Any = done.result
            return {result.node.unique_id: str(result.status) for result in results.results}

        models = dbt("build", "--empty", "--resource-type", "model", "--resource-type", "seed")
        assert set(models.values()) == {"success"}
        unit_tests = dbt("test", "--select", "test_type:unit")
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    return Built(warehouse.build, shop.home.raw, shop.home.builds / "dbt", set(manifest.unit_tests), unit_tests)


def test_every_unit_test_passes(built: Built) -> None:
    assert built.declared
    assert built.unit_tests == dict.fromkeys(built.declared, "pass")


def test_no_stored_number_is_wider_than_64_bits(built: Built) -> None:
    """DuckDB's sums of integers have 128 bits, and columns of 128 bits are read some forty times slower."""
    with duckdb.connect(str(built.file), read_only=True) as build:
        wide = build.execute(
            """
            select schema_name, table_name, column_name, data_type from duckdb_columns()
            where data_type = 'HUGEINT' or try_cast(regexp_extract(data_type, 'DECIMAL.(\\d+)', 1) as integer) > 18
            """
        ).fetchall()
    assert wide == []


def test_no_join_on_an_equality_compares_each_row_with_each(built: Built) -> None:
    """An outer join whose condition also asks something of its own side alone is no hash join to DuckDB."""
    slow = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.file}' as build (read_only); attach '{built.raw}' as raw_store (read_only)")
        connection.execute("use build")
        for model in sorted((built.folder / "compiled").glob("*/models/**/*.sql")):
            (plan,) = json.loads(connection.execute(f"explain (format json) {model.read_text()}").fetchall()[0][1])
            conditions = [str(join["extra_info"]) for join in _joins(plan)]
            if found := [condition for condition in conditions if re.search(r"\w+ = \w+", condition)]:
                slow[model.stem] = found
    assert slow == {}


def _joins(plan: dict[str, Any]) -> list[dict[str, Any]]:
    is_slow = plan["name"].strip() == "BLOCKWISE_NL_JOIN" and plan["extra_info"]["Join Type"] in ("LEFT", "RIGHT", "FULL")
    own = [plan] if is_slow else []
    return own + [join for child in plan["children"] for join in _joins(child)]
