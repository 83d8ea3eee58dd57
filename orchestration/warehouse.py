"""One run over one home: the steps of the line as methods, in their order, with what each learnt for the next.

Here: calling ingest, gates, dbt and publication one after the other. Not here: their rules, and when and by whom the
steps are called (`assets`, `jobs`, `cli`).
"""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from expectations import gate
from expectations.attacked import Handing
from ingest.build_file import BUILD_NAME, NothingAccepted, RunParameters, read_parameters, write_build_file
from ingest.cadence import silent_sources
from ingest.home import Home
from ingest.inputs import Inputs, project_folder, read_inputs
from ingest.landing import Clock, FileOutcome, Ingest, utc_now
from ingest.loads import LoadRow, accept_loads, hold_load, read_loads, settle_pending
from ingest.pseudonyms import open_pseudonyms
from ingest.raw_store import open_raw_store
from orchestration.editions import Edition, is_due, last_closed
from orchestration.erasure import finish_erasures
from orchestration.handed import (
    RESTATEMENTS,
    CellTable,
    Standing,
    adopt_release,
    open_ledger,
    tell_restatements,
    write_ledger,
)
from orchestration.progress import Progress
from orchestration.publication import Release, bounds, prune, publish, read_current
from orchestration.report import write_report
from orchestration.standing import let_stand


class Held(Exception):
    """A gate stopped the run; nothing was published and the last release stands."""


@dataclass
class Warehouse:
    """A run over one home, as the command line and Dagster's assets use it."""

    home: Home
    as_known_at: dt.datetime | None = None
    progress: Progress = field(default_factory=Progress)
    clock: Clock = utc_now
    # the command line takes the home's lock before anything heavy is imported; a run of Dagster's daemon takes it here
    lock_is_held: bool = False
    outcomes: list[FileOutcome] = field(default_factory=list)
    verdicts: dict[str, gate.Verdict] = field(default_factory=dict)
    accepted: list[int] = field(default_factory=list)
    held: list[LoadRow] = field(default_factory=list)
    silent: dict[str, list[str]] = field(default_factory=dict)
    inputs: Inputs | None = None
    parameters: RunParameters | None = None
    release: Release | None = None
    # what a new edition makes of earlier periods, and the tables that it is made of; None on nights without one
    standing: Standing | None = None
    cells: list[CellTable] = field(default_factory=list)
    _lock: ExitStack = field(default_factory=ExitStack)

    @property
    def build(self) -> Path:
        """The build file of the run in progress."""
        return self.home.builds / BUILD_NAME

    def hold_lock(self) -> None:
        """Take the home's lock until the process ends; AlreadyRunning where another process has it."""
        if not self.lock_is_held:
            self._lock.enter_context(self.home.lock())
            self.lock_is_held = True

    def ingest(self) -> list[str]:
        """Read what is new, judge what waits, accept or hold it; gives the canonical tables that changed.

        Held where gate 1 stops a load: what passed is accepted, what failed waits for a decision.
        """
        self.hold_lock()
        self.home.prepare()
        configuration = self.home.read_configuration()
        pseudonyms = open_pseudonyms(self.home)
        finish_erasures(self.home)
        with open_raw_store(self.home.raw) as raw:
            ingest = Ingest(self.home, configuration, raw, pseudonyms, self.clock)
            settle_pending(raw, ingest.reread, self.clock())
            files = ingest.new_files()
            with self.progress.stage("reading files", len(files)):
                for outcome in ingest.ingest(files):
                    self.outcomes.append(outcome)
                    self.progress.step(outcome.name)
            with self.progress.stage("gate 1: loads"):
                self._judge_loads(raw, ingest)
            self.silent = silent_sources(raw, self.clock())
            with self.progress.stage("build file"):
                self.parameters = read_parameters(raw, configuration, self.as_known_at)
                self.inputs = read_inputs(raw, configuration, self.as_known_at)
                write_build_file(self.home, raw, pseudonyms, self.parameters)
        return sorted({table for outcome in self.outcomes for table in outcome.tables})

    def _judge_loads(self, raw: duckdb.DuckDBPyConnection, ingest: Ingest) -> None:
        waiting = read_loads(raw, "status = 'pending'")
        if not waiting:
            return
        verdict = gate.judge_loads(raw, ingest.configuration.succession)
        self.verdicts["loads"] = verdict
        now = self.clock()
        failed = verdict.failed_loads()
        stopped_feeds = {load.feed_id for load in waiting if load.load_seq in failed}
        for load in waiting:
            for finding in failed.get(load.load_seq, []):
                raw.execute(
                    "insert into ledger.findings values (?, ?, ?, ?, ?)",
                    [load.load_seq, now, finding.suite, finding.expectation, finding.sentence()],
                )
            if load.load_seq in failed:
                hold_load(raw, load.load_seq, "; ".join(f.sentence() for f in failed[load.load_seq]), now)
        # what follows a held load of its feed was judged against it, and waits for the next run
        passed = [
            load.load_seq for load in waiting if load.feed_id not in stopped_feeds or _is_before(load, waiting, failed)
        ]
        self.accepted = accept_loads(raw, passed, "gate", "all expectations met", ingest.reread, now)
        if failed:
            self.held = [load for load in read_loads(raw, "status = 'held'") if load.load_seq in failed]
            raise Held(f"gate 1 held {len(failed)} of {len(waiting)} loads")

    def build_environment(self) -> None:
        """What dbt's profile reads from the environment."""
        os.environ |= {
            "FAIRLEAD_BUILD": str(self.build),
            "FAIRLEAD_RAW": str(self.home.raw),
            "FAIRLEAD_TEMP": str(self.home.builds / "spill"),
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        # dbt's own variable: unit tests have fixed inputs and prove code, not tonight's data (DECISIONS 31)
        os.environ.setdefault("DBT_EXCLUDE_RESOURCE_TYPES", "unit_test")

    def dbt_arguments(self) -> list[str]:
        """Where dbt finds its project and keeps its artifacts: below the home, never in the repository."""
        project = str(project_folder())
        target = str(self.home.builds / "dbt")
        return ["--project-dir", project, "--profiles-dir", project, "--target-path", target, "--log-path", target]

    def judge_marts(self) -> gate.Verdict:
        """Gate 2 on the build, against the last release."""
        current = read_current(self.home)
        # what was known another day is not what the next night is measured by
        comparable = current is not None and current.manifest.get("as_known_at") is None and self.as_known_at is None
        last = current.path / "people.duckdb" if current and comparable else None
        with self.progress.stage("gate 2: marts"), duckdb.connect(str(self.build), config=bounds(self.home)) as build:
            verdict = gate.judge_marts(build, last)
        self.verdicts["marts"] = verdict
        return verdict

    def judge_release(self, cells: Mapping[str, Mapping[str, Sequence[str]]]) -> gate.Verdict:
        """Gate 3 on what the build would hand out, beside all that was handed out before.

        `cells` tells of each table of leadership's its `keys` and `numbers`. Where no edition is due, leadership keeps what
        was judged when it was handed out.
        """
        inputs, parameters = self._read()
        current = read_current(self.home)
        last = Edition.of(current.manifest) if current else None
        policy = self.home.read_configuration().policy
        with self.progress.stage("gate 3: release"), duckdb.connect(str(self.build), config=bounds(self.home)) as build:
            if current is None or is_due(last, policy.leadership_changes, parameters.as_of, self.clock(), self.as_known_at):
                self.cells = [table for name in sorted(cells) if (table := CellTable.of(name, cells[name]))]
                if current is not None and last is None:
                    adopt_release(self.home, current.path / "leadership.duckdb", self.cells, current.manifest)
                open_ledger(build, self.home)
                closed = last_closed(parameters.as_of)
                self.standing = let_stand(build, self.cells, closed, inputs.code_version, policy.restate)
                keys = {table.name: table.keys for table in self.cells}
                handing = Handing(keys, inputs.code_version, self.standing.stands, self.standing.decided)
                verdict = gate.judge_release(build, handing)
            else:
                verdict = replace(gate.judge_release(build), figures=current.manifest["disclosure"])
        self.verdicts["release"] = verdict
        return verdict

    def publish(self, descriptions: dict[str, dict[str, str]]) -> Release:
        """Write the release, point `current` at it, prune, and remove the build, which holds what no release may."""
        inputs, parameters = self._read()
        configuration = self.home.read_configuration()
        with self.progress.stage("publishing"):
            now = self.clock()
            edition = self._enter_edition(now)
            facts: dict[str, Any] = {
                "company": configuration.policy.company,
                "as_of": parameters.as_of,
                "as_known_at": self.as_known_at,
                "code_version": inputs.code_version,
                "policy": configuration.policy.retention.model_dump(),
                "inputs_digest": inputs.digest,
                "edition": edition,
                "inputs": self._input_files(),
                "gates": {
                    name: {"expectations": verdict.n_expectations, "findings": len(verdict.findings)}
                    for name, verdict in self.verdicts.items()
                },
                "disclosure": self.verdicts["release"].figures if "release" in self.verdicts else {},
            }
            texts = descriptions | {"restatements": RESTATEMENTS}
            carried = read_current(self.home) if self.standing is None else None
            self.release = publish(self.home, self.build, facts, texts, write_report, now, carried)
            prune(self.home, configuration.policy.keep_releases)
            for leftover in self.home.builds.glob(f"{BUILD_NAME}*"):
                leftover.unlink()
        return self.release

    def _enter_edition(self, now: dt.datetime) -> dict[str, str]:
        """Enter into the ledger what leadership is about to get; gives the edition as the manifest tells it."""
        inputs, parameters = self._read()
        with duckdb.connect(str(self.build), config=bounds(self.home)) as build:
            open_ledger(build, self.home)
            if self.standing is not None:
                facts = (now, parameters.as_of, inputs.code_version, inputs.loads)
                write_ledger(build, self.cells, self.standing, facts)
            tell_restatements(build)
        current = read_current(self.home)
        if self.standing is None and current is not None:
            carried: dict[str, str] = current.manifest["edition"]
            return carried
        return Edition(parameters.as_of, now, inputs.digest).document() | (self.standing or Standing()).document()

    def _read(self) -> tuple[Inputs, RunParameters]:
        if self.inputs is None or self.parameters is None:
            raise NothingAccepted("the run has read no loads; start it from its first step.")
        return self.inputs, self.parameters

    def _input_files(self) -> list[dict[str, Any]]:
        with open_raw_store(self.home.raw, read_only=True) as raw:
            rows = raw.execute(
                """
                select load_seq, source, sha256, exported_at, loaded_at from ledger.loads
                semi join (select unnest(?::integer[]) as load_seq) using (load_seq) order by load_seq
                """,
                [self.inputs.loads if self.inputs else []],
            ).fetchall()
        names = ("load_seq", "source", "sha256", "exported_at", "loaded_at")
        return [dict(zip(names, row, strict=True)) for row in rows]


def _is_before(load: LoadRow, waiting: list[LoadRow], failed: dict[int, list[gate.Finding]]) -> bool:
    """Whether a load comes before the first failed one of its feed; `waiting` is in order of export."""
    for other in waiting:
        if other.feed_id == load.feed_id:
            if other.load_seq in failed:
                return False
            if other.load_seq == load.load_seq:
                return True
    return False
