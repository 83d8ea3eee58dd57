"""Dagster sees the whole line: every table an asset that says what it is, gates that block, and somebody who is told."""

import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
import yaml
from dbt.contracts.graph.manifest import Manifest

from ingest.contracts import CONTRACTS
from ingest.home import Home
from orchestration import dbt_runner
from orchestration.assets.raw import GATE_1, ON_TIME, TABLES, asset_key
from orchestration.definitions import build_definitions
from orchestration.jobs import build_sensor
from orchestration.refresh import QUIET, prepare_dagster
from orchestration.warehouse import Warehouse

from .conftest import LAST_MONTHS, Shop


@pytest.fixture(scope="module")
def shop(copy_home: Callable[[Path], Shop], tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return copy_home(tmp_path_factory.mktemp("dagster") / "home")


@pytest.fixture(scope="module")
def definitions(shop: Shop) -> dg.Definitions:
    return build_definitions(Warehouse(shop.home))


@pytest.fixture(scope="module")
def manifest(shop: Shop) -> dict[str, Any]:
    return dbt_runner.parse_project(Warehouse(shop.home)).document


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> dict[dg.AssetKey, dg.AssetSpec]:
    return {spec.key: spec for spec in definitions.resolve_all_asset_specs()}


def columns_of(spec: dg.AssetSpec) -> list[dg.TableColumn]:
    schema = spec.metadata.get("dagster/column_schema")
    return list(getattr(schema, "schema", schema).columns) if schema is not None else []


def test_there_is_an_asset_for_every_extract_model_and_the_release(
    specs: dict[dg.AssetKey, dg.AssetSpec], manifest: dict[str, Any]
) -> None:
    names = {key.path[-1] for key in specs}
    assert {asset_key(table) for table in CONTRACTS.values() if not table.is_identity} <= set(specs)
    assert {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "model"} <= names
    assert dg.AssetKey(["release"]) in specs


def test_every_asset_has_owner_group_and_description(specs: dict[dg.AssetKey, dg.AssetSpec]) -> None:
    assert len(specs) > 100
    # what dbt reads and no asset fills is the run's own bookkeeping, known to Dagster by name alone
    made = [spec for spec in specs.values() if spec.key.path[0] not in ("ledger", "run", "identity")]
    assert len(made) > 100
    for missing in ("owners", "group_name", "description"):
        assert [spec.key.to_user_string() for spec in made if not getattr(spec, missing)] == [], missing


def test_extracts_and_models_carry_their_columns(specs: dict[dg.AssetKey, dg.AssetSpec], manifest: dict[str, Any]) -> None:
    for table in TABLES.values():
        columns = {column.name: column for column in columns_of(specs[asset_key(table)])}
        assert set(columns) == {column.name for column in table.columns}
        assert all(column.tags["sensitivity"] for column in columns.values()), table.full_name
    by_name = {key.path[-1]: spec for key, spec in specs.items() if "dbt" in spec.kinds}
    documented = {
        node["name"]: set(node["columns"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["columns"]
    }
    assert len(documented) > 20
    differing = [name for name, columns in documented.items() if {c.name for c in columns_of(by_name[name])} != columns]
    assert differing == []


def test_every_gate_is_a_check_that_blocks(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = {(key.asset_key.to_user_string(), key.name): graph.get_check_spec(key) for key in graph.asset_check_keys}
    gates = {place: spec for place, spec in checks.items() if place[1].startswith("gate_")}
    assert {name for _, name in gates} == {GATE_1, "gate_2_marts", "gate_3_release"}
    assert {table for table, name in gates if name == GATE_1} == {"/".join(asset_key(t).path) for t in TABLES.values()}
    assert all(spec.blocking for spec in gates.values())
    assert sum(name == ON_TIME for _, name in checks) == len(TABLES)
    assert not any(spec.blocking for (_, name), spec in checks.items() if name == ON_TIME)


def test_the_job_holds_every_asset_and_check_in_one_process(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("refresh")
    assert job.executor_def.name == "in_process"
    graph = definitions.resolve_asset_graph()
    assert job.asset_layer.executable_asset_keys == graph.executable_asset_keys
    assert {key.name for key in job.asset_layer.asset_graph.asset_check_keys} >= {GATE_1, "gate_2_marts", "gate_3_release"}


def test_the_release_has_a_freshness_policy(specs: dict[dg.AssetKey, dg.AssetSpec]) -> None:
    assert specs[dg.AssetKey(["release"])].freshness_policy is not None


def test_the_nightly_schedule_follows_the_policy(definitions: dg.Definitions, shop: Shop) -> None:
    schedule = definitions.resolve_schedule_def("nightly")
    assert schedule.cron_schedule == shop.home.read_configuration().policy.nightly
    assert schedule.job_name == "refresh"


def test_the_sensor_asks_for_one_run_of_new_files_and_skips_otherwise(
    copy_home: Callable[[Path], Shop], tmp_path: Path
) -> None:
    shop = copy_home(tmp_path / "home")
    sensor = build_sensor(shop.home)
    asked = [sensor.evaluate_tick(dg.build_sensor_context()) for _ in range(1)]
    shop.land(LAST_MONTHS[0], only="workers")
    asked += [sensor.evaluate_tick(dg.build_sensor_context()) for _ in range(2)]
    shop.land(LAST_MONTHS[0], only="job_changes")
    asked += [sensor.evaluate_tick(dg.build_sensor_context())]
    assert [len(tick.run_requests or []) for tick in asked] == [0, 1, 1, 1]
    assert "nothing new" in (asked[0].skip_message or "")
    keys = [tick.run_requests[0].run_key for tick in asked[1:] if tick.run_requests]
    assert keys[0] == keys[1], "the same files are one run, however often they are seen"
    assert keys[2] != keys[0]


@contextmanager
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A server on this machine that keeps what is posted to it."""
    heard: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/told", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Broken(Warehouse):
    """A warehouse whose first step fails as an engine does that meets a value which it cannot convert."""

    def ingest(self) -> list[str]:
        raise duckdb.ConversionException("Could not convert string 'Marigold Fennimore' to INT32")


def test_a_failure_is_logged_and_told_without_a_value(shop: Shop) -> None:
    configured, heard_by_run = shop.home.sources_file.read_text(), []
    with listener() as (address, heard):
        for webhook in (None, address):
            content = yaml.safe_load(configured)
            content["policy"]["webhook"] = webhook
            shop.home.sources_file.write_text(yaml.safe_dump(content))
            prepare_dagster(shop.home)
            job = build_definitions(Broken(shop.home)).resolve_job_def("refresh")
            with dg.DagsterInstance.get() as instance:
                result = job.execute_in_process(instance=instance, raise_on_error=False, run_config=QUIET)
                logged = [entry.user_message for entry in instance.all_logs(result.run_id) if entry.level >= 40]
            assert not result.success
            assert sum("refresh failed at ingest" in message for message in logged) == 1
            heard_by_run.append(len(heard))
    shop.home.sources_file.write_text(configured)
    assert heard_by_run == [0, 1], "only where a webhook is declared"
    told = json.loads(heard[0])
    assert set(told) == {"text", "run_id"}
    assert told["run_id"] == result.run_id
    assert told["text"].startswith("refresh failed at ingest: ConversionException: ")
    assert "Could not convert string … to INT32" in told["text"]
    stored = [path.read_bytes() for path in shop.home.dagster.rglob("*") if path.is_file()]
    assert sum(b"Fennimore" in content for content in [*stored, *heard, *map(str.encode, logged)]) == 0


def test_a_source_that_fell_silent_is_told_by_its_cadence(published: Shop) -> None:
    """The company's exports end in the past; a monthly source is late by now, and was not on the day after."""
    import datetime as dt

    from ingest.cadence import silent_sources
    from ingest.raw_store import open_raw_store

    with open_raw_store(published.home.raw, read_only=True) as raw:
        late = silent_sources(raw, dt.datetime(2026, 1, 15))
        on_time = silent_sources(raw, dt.datetime(2025, 11, 1))
    assert late["hris.workers"] == ["corehr is declared monthly and exported last on 2025-10-31"]
    assert "hris.workers" not in on_time and "talent.checkins" not in on_time


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_fairlead_ui_serves_the_warehouse(shop: Shop, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "ui.log"
    command = [sys.executable, "-m", "orchestration.cli", "--home", str(shop.home.root), "ui", "--port", str(port)]
    with open(log, "wb") as handle:
        process = subprocess.Popen(
            command, stdout=handle, stderr=handle, start_new_session=True, env=os.environ, cwd=Path(__file__).parents[2]
        )
    try:
        answer = ask(port, "{ assetNodes { groupName } jobs: repositoriesOrError { __typename } }", process, log)
        assert len(answer["data"]["assetNodes"]) > 100
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def ask(port: int, query: str, process: subprocess.Popen[bytes], log: Path) -> dict[str, Any]:
    """Dagster's answer to a query once its page is there; fails with its log where that takes too long."""
    base, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(base, timeout=10) as page:
                assert page.status == 200 and b"<html" in page.read()
            body = json.dumps({"query": query}).encode()
            request = urllib.request.Request(f"{base}/graphql", body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=60) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    pytest.fail(f"Dagster did not come up: {log.read_text()[-2000:]}")


def test_what_one_home_parsed_another_does_not_parse_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    parses: list[Path] = []
    parse = dbt_runner._parse

    def counted(warehouse: Warehouse) -> Manifest:
        parses.append(warehouse.home.root)
        if len(parses) == 1:
            return parse(warehouse)
        target = warehouse.home.builds / "dbt" / "manifest.json"
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(first.document))
        return first.manifest

    monkeypatch.setattr(dbt_runner, "_parse", counted)
    first, second = (dbt_runner.parse_project(Warehouse(Home(tmp_path / name))) for name in "ab")
    assert len(parses) == 1
    assert first.document == second.document
    assert set(first.manifest.nodes) == set(second.manifest.nodes)
    # another version of the code is parsed anew, and only its own parse is kept
    monkeypatch.setattr(dbt_runner, "code_version", lambda: "another")
    dbt_runner.parse_project(Warehouse(Home(tmp_path / "c")))
    assert len(parses) == 2
    assert {path.name.split("-")[2] for path in dbt_runner.cache_folder().iterdir()} == {"another"}
    # and so is the same code in another folder, whose seeds are read from there
    monkeypatch.setattr(dbt_runner, "project_folder", lambda: tmp_path / "copy")
    dbt_runner.parse_project(Warehouse(Home(tmp_path / "d")))
    assert len(parses) == 3
