"""dbt in Dagster's own process: one parse, events translated as they happen.

Here: parsing once a version of the code, running dbtRunner and yielding what dagster-dbt makes of its events. Not here: the
models (dbt_project). The CLI resource of dagster-dbt starts dbt anew, parses twice and needs it on PATH: 14 s where this
takes 4 (DECISIONS 4).
"""

import gc
import hashlib
import json
import os
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.results import NodeStatus
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumaro_encoder, extended_mashumuro_decoder
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager
from google.protobuf.json_format import MessageToDict

from ingest.home import Home
from ingest.inputs import code_version, project_folder
from orchestration.faults import blanked
from orchestration.warehouse import Warehouse

RESULT_EVENTS = {"LogModelResult", "LogSeedResult", "LogTestResult"}
FAILED = {NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr}


class DbtFailed(Exception):
    """dbt did not build everything; names what failed, without a row of data."""


@dataclass(frozen=True)
class Project:
    """The dbt project as parsed once: dbt's own manifest for running, the same as JSON for everybody else."""

    manifest: Manifest
    document: dict[str, Any]


def parse_project(warehouse: Warehouse) -> Project:
    """The project, parsed where the code changed since this user's last time; DbtFailed says what does not parse.

    What dbt itself remembers of a parse lies in a home, though the project is the same in all, and names the folder of the
    code, though that may have moved.
    """
    warehouse.build_environment()
    place = hashlib.sha256(str(project_folder()).encode()).hexdigest()[:8]
    code = f"{place}-{code_version()}-{version('dbt-core')}-{version('dbt-duckdb')}"
    parsed, document = (cache_folder() / f"project-{code}.{kind}" for kind in ("msgpack", "json"))
    with suppress(FileNotFoundError):
        manifest = Manifest.from_msgpack(parsed.read_bytes(), decoder=extended_mashumuro_decoder)
        return Project(manifest, json.loads(document.read_bytes()))
    manifest = _parse(warehouse)
    text = (warehouse.home.builds / "dbt" / "manifest.json").read_bytes()
    # who cannot write there parses every night
    with suppress(OSError):
        _remember(parsed, manifest.to_msgpack(extended_mashumaro_encoder))
        _remember(document, text)
    return Project(manifest, json.loads(text))


def _parse(warehouse: Warehouse) -> Manifest:
    result = dbtRunner().invoke(["--quiet", "--no-use-colors", "parse", "--no-partial-parse", *warehouse.dbt_arguments()])
    if not isinstance(result.result, Manifest):
        raise DbtFailed(f"the dbt project does not parse: {result.exception}")
    return result.result


def cache_folder() -> Path:
    """Where a user's homes share what is the same for all of them: code that was read, nothing of a company."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fairlead"


def _remember(path: Path, content: bytes) -> None:
    """Write whole or not at all, and forget what other versions of this folder's code left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    place = path.name.split("-")[1]
    for older in path.parent.glob(f"project-{place}-*{path.suffix}"):
        older.unlink(missing_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.rename(path)


def descriptions(project: Project) -> dict[str, dict[str, str]]:
    """Table -> column -> description for everything that is released; '' holds the table's own."""
    nodes = project.document["nodes"].values()
    by_name = {node["name"]: node for node in nodes if node["resource_type"] == "model"}
    described = {}
    for node in by_name.values():
        if "/release/" in f"/{node['original_file_path']}":
            mart = by_name.get(node["alias"], node)
            texts = {"": mart["description"]}
            texts |= {name: column["description"] for name, column in mart["columns"].items()}
            described[node["alias"]] = texts
    return described


class Results(EventManager):
    """dbt's events, of which only results and what is wrong go anywhere: nine thousand messages a night cost seconds."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        told = level or e.level_tag()
        if type(e).__name__ in RESULT_EVENTS or told in (EventLevel.WARN, EventLevel.ERROR):
            super().fire_event(e, level, node, force_warn_or_error_handling)


def cells_of(project: Project) -> dict[str, dict[str, list[str]]]:
    """Table of cells that leadership is handed -> `keys` and `numbers`, its columns that say which cell and what of it."""
    nodes = project.document["nodes"].values()
    return {
        node["alias"]: node["config"]["meta"]
        for node in nodes
        if node["resource_type"] == "model" and node["fqn"][1:3] == ["release", "leadership"] and node["config"].get("meta")
    }


def run_dbt(context: Any, warehouse: Warehouse, project: Project, selection: list[str]) -> Iterator[Any]:
    """`dbt build` of a selection; yields Dagster events live. DbtFailed names the models and tests that failed."""
    warehouse.build_environment()
    arguments = ["--log-level", "none", "--log-level-file", "none", "build", *warehouse.dbt_arguments(), *selection]
    events: queue.SimpleQueue[dict[str, Any] | dbtRunnerResult | BaseException] = queue.SimpleQueue()

    def on_event(event: Any) -> None:
        if event.info.name in RESULT_EVENTS:
            events.put(_as_dict(event))

    def work() -> None:
        ctx_set_event_manager(Results())
        try:
            events.put(dbtRunner(manifest=project.manifest, callbacks=[on_event]).invoke(arguments))
        except BaseException as error:  # noqa: BLE001  handed to the caller's thread, which raises it
            events.put(error)
        finally:
            # dbt-duckdb keeps the build and the raw store open; a later step opens them for itself
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
            ctx_set_event_manager(EventManager())
            gc.collect()

    worker = threading.Thread(target=work, name="dbt", daemon=True)
    worker.start()
    while isinstance(event := events.get(), dict):
        warehouse.progress.step(event.get("data", {}).get("node_info", {}).get("node_name", ""))
        message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
        yield from message.to_default_asset_events(manifest=project.document, context=context)
    worker.join()
    if isinstance(event, BaseException):
        raise event
    if not event.success:
        raise dg.Failure(description=_failures(event))


def _as_dict(event: Any) -> dict[str, Any]:
    """A dbt event in the shape that dagster-dbt parses."""
    document: dict[str, Any] = MessageToDict(  # type: ignore[no-untyped-call]
        event, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return document


def _failures(result: dbtRunnerResult) -> str:
    """Names and messages of what failed. DuckDB quotes the value that it could not convert: quotes are blanked."""
    if result.exception is not None:
        return blanked(str(result.exception))
    failed = [run for run in getattr(result.result, "results", []) if run.status in FAILED]
    return "; ".join(f"{run.node.unique_id}: {blanked((run.message or '').strip())}" for run in failed)


if __name__ == "__main__":
    # what `make setup` does last: a first refresh then finds the project parsed
    with TemporaryDirectory() as nowhere:
        parse_project(Warehouse(Home(Path(nowhere))))
