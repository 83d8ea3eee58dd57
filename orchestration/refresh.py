"""One refresh from the command line: decide whether there is anything to do, run Dagster's job in process, sum up.

Here: the decision, the run, the outcome. Dagster, dbt and Great Expectations are imported only once there is work.
"""

import datetime as dt
import gc
import logging
import os
from dataclasses import dataclass, field
from typing import Any

from ingest.build_file import read_parameters
from ingest.column_map import read_column_map
from ingest.home import Home
from ingest.inputs import read_inputs
from ingest.landing import Ingest, utc_now
from ingest.landing_files import landing_files
from ingest.loads import LoadRow, read_loads
from ingest.pseudonyms import open_pseudonyms
from ingest.raw_store import open_raw_store
from orchestration.access_log import prune_looks
from orchestration.editions import Edition, is_due
from orchestration.erasure import Standing, finish_erasures
from orchestration.progress import Progress, Stage
from orchestration.publication import Release, read_current

DAGSTER_YAML = """\
telemetry:
  enabled: false
event_log_storage:
  module: orchestration.event_log
  class: SqliteEventLog
  config: {base_dir: {env: DAGSTER_HOME}}
"""


# the run's events are in Dagster's store; on the terminal the stages are enough
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class Outcome:
    """How a refresh ended: `published`, `nothing_new`, `held` or `failed`."""

    status: str
    release: Release | None = None
    reason: str = ""
    files: dict[str, int] = field(default_factory=dict)
    rejected: list[tuple[str, str]] = field(default_factory=list)
    n_rows: int = 0
    n_quarantined: int = 0
    held: list[LoadRow] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    erasures: Standing = field(default_factory=Standing)


def check(home: Home) -> None:
    """What the owner must put right before a run can mean anything: ConfigurationError says what, and where."""
    configuration = home.read_configuration()
    open_pseudonyms(home)
    for source in configuration.sources.values():
        read_column_map(source.map, home)
    landing_files(home, configuration)


def nothing_to_do(home: Home, as_known_at: dt.datetime | None) -> Release | None:
    """The current release where it already says all that there is to say; None where there is work."""
    current = read_current(home)
    if current is None or not home.raw.exists():
        return None
    configuration = home.read_configuration()
    with open_raw_store(home.raw, read_only=True) as raw:
        if Ingest(home, configuration, raw, open_pseudonyms(home)).new_files():
            return None
        if read_loads(raw, "status = 'pending'"):
            return None
        inputs = read_inputs(raw, configuration, as_known_at)
        if inputs.digest != current.manifest["inputs_digest"]:
            return None
        # corrections that waited for a batch are news once it is due
        edition, rhythm = Edition.of(current.manifest), configuration.policy.leadership_changes
        as_of = read_parameters(raw, configuration, as_known_at).as_of
        is_late = edition is None or edition.inputs_digest != inputs.digest
        return None if is_late and is_due(edition, rhythm, as_of, utc_now(), as_known_at) else current


def run_refresh(home: Home, as_known_at: dt.datetime | None, progress: Progress) -> Outcome:
    """Refresh the home, holding its lock. AlreadyRunning where another process does."""
    with home.lock():
        home.prepare()
        check(home)
        finish_erasures(home)
        prune_looks(home, home.read_configuration().policy.retention.days_of_looks, utc_now())
        current = nothing_to_do(home, as_known_at)
        if current is not None:
            with open_raw_store(home.raw, read_only=True) as raw:
                held = read_loads(raw, "status = 'held'")
            outcome = Outcome("nothing_new", release=current, held=held)
        else:
            outcome = _run_job(home, as_known_at, progress)
        outcome.erasures = finish_erasures(home)
        return outcome


def _run_job(home: Home, as_known_at: dt.datetime | None, progress: Progress) -> Outcome:
    # what is imported and parsed stays until the end: no looking through it for garbage again and again
    gc.disable()
    with progress.stage("starting (imports)"):
        prepare_dagster(home)
        import dagster as dg

        from orchestration.definitions import build_definitions
        from orchestration.warehouse import Warehouse

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    warehouse = Warehouse(home, as_known_at, progress, lock_is_held=True)
    with progress.stage("starting (dbt project)"):
        definitions = build_definitions(warehouse)
    gc.set_threshold(100_000)
    gc.enable()
    job = definitions.resolve_job_def("refresh")
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False, run_config=QUIET)
    return _outcome(warehouse, result)


def prepare_dagster(home: Home) -> None:
    """Dagster's own folder below the home, telemetry off, and the environment that points at it."""
    home.dagster.mkdir(mode=0o700, parents=True, exist_ok=True)
    configuration = home.dagster / "dagster.yaml"
    if not configuration.exists():
        configuration.write_text(DAGSTER_YAML)
    os.environ |= {"DAGSTER_HOME": str(home.dagster.resolve()), "DAGSTER_DISABLE_TELEMETRY": "yes"}


def _outcome(warehouse: Any, result: Any) -> Outcome:
    files: dict[str, int] = {}
    for file in warehouse.outcomes:
        files[file.status] = files.get(file.status, 0) + 1
    outcome = Outcome(
        status="published" if result.success else "failed",
        release=warehouse.release,
        files=files,
        rejected=[(file.name, file.reason or "") for file in warehouse.outcomes if file.status == "rejected"],
        n_rows=sum(file.n_rows for file in warehouse.outcomes),
        n_quarantined=sum(file.n_quarantined for file in warehouse.outcomes),
        held=warehouse.held,
        stages=warehouse.progress.stages,
    )
    outcome.findings = [f.sentence() for verdict in warehouse.verdicts.values() for f in verdict.findings]
    if outcome.findings and not result.success:
        outcome.status = "held"
    elif not result.success:
        outcome.reason = "; ".join(_failure(event) for event in result.all_events if event.is_step_failure)
    return outcome


def _failure(event: Any) -> str:
    failure = event.event_specific_data
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    description = failure.user_failure_data.description if failure.user_failure_data else None
    return f"{event.step_key}: {description or (error.message.strip() if error else 'failed')}"
