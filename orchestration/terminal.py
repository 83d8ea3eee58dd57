"""What the command line prints: progress, outcomes, loads, status. Plain words, no value of any person."""

import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from ingest.home import Home
from ingest.inputs import read_inputs
from ingest.landing import has_new_files
from ingest.loads import read_load, read_loads
from ingest.raw_store import open_raw_store
from orchestration import progress
from orchestration.erasure import Forgotten, Standing, read_standing
from orchestration.publication import read_current
from orchestration.refresh import Outcome

console = Console(stderr=True, highlight=False)
out = Console(highlight=False)


class DrawnProgress(progress.Progress):
    """Stages as lines: a bar where the number of steps is known, a spinner where not."""

    def __init__(self) -> None:
        super().__init__()
        self._bars = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description:<26}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._task: TaskID | None = None

    def began(self, name: str, total: int | None) -> None:
        """Draw the stage."""
        self._bars.start()
        self._task = self._bars.add_task(name, total=total)

    def step(self, what: str = "") -> None:
        """Advance the stage's bar."""
        if self._task is not None:
            self._bars.advance(self._task)

    def ended(self, name: str) -> None:
        """Fill the stage's bar."""
        if self._task is not None:
            task = self._bars.tasks[-1]
            self._bars.update(self._task, total=task.completed or 1, completed=task.completed or 1)
        self._bars.stop()
        # what was drawn stays; the next stage draws itself only
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None


class WrittenProgress(progress.Progress):
    """Stages as lines of a log, written as they happen: for cron, pipes and whoever asks later where a run stopped."""

    def began(self, name: str, total: int | None) -> None:
        """Name the stage."""
        click.echo(f"{name} ..." if total is None else f"{name} ({total}) ...", err=True)

    def ended(self, name: str) -> None:
        """Name it again, with its seconds."""
        click.echo(f"{name}: {self.stages[-1].wall:.1f} s", err=True)


def print_outcome(home: Home, outcome: Outcome, seconds: float, *, timings: bool) -> None:
    """What was published, what was held and why, and what to do next."""
    if timings:
        _print_timings(outcome, seconds)
    for name, reason in outcome.rejected:
        out.print(f"[yellow]rejected[/] {name}: {reason}", soft_wrap=True)
    if outcome.files:
        words = {"pending": "new", "seen": "known already", "unfinished": "still being written, left for the next run"}
        counts = ", ".join(f"{count} {words.get(status, status)}" for status, count in sorted(outcome.files.items()))
        out.print(f"read {sum(outcome.files.values())} files ({counts}), {outcome.n_rows:,} rows, "
                  f"{outcome.n_quarantined:,} quarantined", soft_wrap=True)  # fmt: skip
    match outcome.status:
        case "published" if outcome.release:
            manifest = outcome.release.manifest
            cells = sum(manifest["tables"]["leadership"].values())
            out.print(f"[green]published[/] {outcome.release.release_id} as of {manifest['as_of']} in {seconds:.1f} s: "
                      f"{cells:,} rows for leadership", soft_wrap=True)  # fmt: skip
            if manifest["as_known_at"]:
                out.print(f"It shows what was known at {manifest['as_known_at']}; a plain refresh shows today again.")
            out.print(f"report: {home.current / 'report' / 'index.html'}", soft_wrap=True)
        case "nothing_new" if outcome.release:
            out.print(f"nothing new: {outcome.release.release_id} stands ({seconds:.1f} s)")
        case "held":
            out.print("[red]held by a gate[/]: nothing was published, the last release stands")
            for sentence in outcome.findings:
                out.print(f"  {sentence}", soft_wrap=True)
        case _:
            out.print(f"[red]failed[/]: {outcome.reason}", soft_wrap=True)
    print_standing(outcome.erasures)
    for load in outcome.held:
        out.print(f"load {load.load_seq} ({load.file}) is held. `fairlead loads show {load.load_seq}` says why; "
                  f"`accept` or `reject` it with a reason.", soft_wrap=True)  # fmt: skip


def _print_timings(outcome: Outcome, seconds: float) -> None:
    table = Table(title=f"refresh: {seconds:.1f} s", title_justify="left")
    table.add_column("stage")
    for name in ("wall s", "cpu s", "peak MB"):
        table.add_column(name, justify="right")
    for stage in outcome.stages:
        table.add_row(stage.name, f"{stage.wall:.1f}", f"{stage.cpu:.1f}", f"{stage.peak_mb:,.0f}")
    table.add_row("all", f"{seconds:.1f}", "", f"{max((stage.peak_mb for stage in outcome.stages), default=0):,.0f}")
    out.print(table)


def print_status(home: Home) -> None:
    """Current release, loads by status, files that wait."""
    current = read_current(home)
    if current is None:
        out.print("nothing is published yet")
    else:
        manifest = current.manifest
        out.print(
            f"current release {current.release_id}, as of {manifest['as_of']}, published {manifest['published_at']}",
            soft_wrap=True,
        )
        kept = sorted(path.name for path in home.published.glob("[!.]*") if path.is_dir() and not path.is_symlink())
        out.print(f"releases kept: {', '.join(kept)}", soft_wrap=True)
    if home.raw.exists():
        with open_raw_store(home.raw, read_only=True) as raw:
            counts = raw.execute("select status, count(*) from ledger.loads group by 1 order by 1").fetchall()
            held = read_loads(raw, "status = 'held'")
            digest = read_inputs(raw, home.read_configuration(), None).digest
            standing, _, _ = read_standing(raw, home)
        out.print("loads: " + ", ".join(f"{count} {name}" for name, count in counts))
        for load in held:
            out.print(f"[yellow]held[/] load {load.load_seq} ({load.file}): {load.reason}", soft_wrap=True)
        print_standing(standing)
        if current is not None and digest != current.manifest["inputs_digest"]:
            out.print("accepted loads, policy or code have changed since: `fairlead refresh` builds with them")
    if has_new_files(home):
        out.print("new files wait in landing: `fairlead refresh` reads them")


def print_forgotten(forgotten: Forgotten, *, dry_run: bool) -> None:
    """What forgetting people took: counts by table, and the landing files that their owner has to delete. Nobody's name."""
    if forgotten.n_known_before:
        out.print(f"{forgotten.n_known_before} of {forgotten.n_people} had been erased before")
    rows, mentions = sum(forgotten.n_rows.values()), sum(forgotten.n_mentions.values())
    n_people = forgotten.n_people - forgotten.n_known_before
    verb, whom = "would erase" if dry_run else "erased", "person" if n_people == 1 else "people"
    out.print(f"{verb} {n_people} {whom}: {rows:,} rows, {mentions:,} mentions in rows about others", soft_wrap=True)
    _print_rows(("table", "rows"), sorted(forgotten.n_rows.items()))
    _print_rows(("mentioned in", "emptied"), sorted(forgotten.n_mentions.items()))
    if dry_run:
        _print_files(forgotten.files)
    else:
        print_standing(forgotten.standing, every_file=True)


def print_standing(standing: Standing, *, every_file: bool = False) -> None:
    """How many erasures are complete, and which landing files keep the others from it. Nothing where there was none."""
    if standing.n_complete:
        out.print(f"erasures: {standing.n_complete} complete")
    if standing.incomplete:
        out.print(
            f"[yellow]erasures: {len(standing.incomplete)} incomplete[/]: {len(standing.files)} landing files still hold "
            "erased people. Landing is its owner's: delete them, or have them exported again; `fairlead forget` lists them",
            soft_wrap=True,
        )
        if every_file:
            _print_files(standing.files)


def _print_files(names: list[str]) -> None:
    for name in names:
        out.print(f"  landing/{name}", soft_wrap=True, markup=False)


def print_loads(home: Home, *, show_all: bool) -> None:
    """Loads as a table; by default those that a person may want to decide on."""
    where = "true" if show_all else "status in ('pending', 'held', 'rejected') and superseded_at is null"
    with open_raw_store(home.raw, read_only=True) as raw:
        rows = read_loads(raw, where)
    if not rows:
        out.print("no load needs a decision; `fairlead loads --all` lists the accepted ones")
        return
    table = Table()
    for name in ("load", "file", "status", "exported", "reason"):
        table.add_column(name, overflow="fold")
    for load in rows:
        exported = f"{load.exported_at:%Y-%m-%d}" if load.exported_at else ""
        table.add_row(str(load.load_seq), load.file, load.status, exported, load.reason or "")
    out.print(table)


def print_load(home: Home, load_seq: int) -> None:
    """One load: what it brought, what was quarantined, what the gate found, who decided what."""
    with open_raw_store(home.raw, read_only=True) as raw:
        load = read_load(raw, load_seq)
        tables = raw.execute(
            """
            select table_name, n_read, n_valid, n_quarantined, n_duplicates, n_erased, n_inserted, n_updated, n_deleted,
                n_ends_withheld
            from ledger.load_tables where load_seq = ? order by 1
            """,
            [load_seq],
        ).fetchall()
        reasons = raw.execute(
            """
            select table_name, coalesce(column_name, ''), reason, coalesce(max(shape), ''), count(*), min(row_no)
            from ledger.quarantine where load_seq = ? group by 1, 2, 3 order by 5 desc
            """,
            [load_seq],
        ).fetchall()
        findings = raw.execute("select observed from ledger.findings where load_seq = ?", [load_seq]).fetchall()
        decisions = raw.execute(
            "select decided_at, decision, decided_by, reason from ledger.decisions where load_seq = ? order by 1",
            [load_seq],
        ).fetchall()
    out.print(f"load {load.load_seq}: {load.file}, {load.status}" + (f": {load.reason}" if load.reason else ""))
    out.print(f"exported {load.exported_at}, received {load.received_at}, base {load.base_seq or 'none'}")
    counts = ("read", "valid", "quarantined", "doubled", "erased", "new", "changed", "ended", "ends withheld")
    _print_rows(("table", *counts), tables)
    _print_rows(("table", "column", "reason", "shape", "rows", "first row"), reasons)
    for (sentence,) in findings:
        out.print(f"finding: {sentence}", soft_wrap=True)
    for decided_at, decision, by, reason in decisions:
        out.print(f"{decided_at:%Y-%m-%d %H:%M} {decision} by {by}: {reason}", soft_wrap=True)


def _print_rows(names: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    if rows:
        table = Table()
        for name in names:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(str(value) for value in row))
        out.print(table)


def simulate_with_progress(home: Home, employees: int, months: int, seed: int, *, effects: bool) -> None:
    """Simulate a company into the home and say what was written."""
    from ingest.simulate import Specification, simulate

    started = time.perf_counter()
    drawn = DrawnProgress()
    with drawn.stage("simulating a company"):
        summary = simulate(home, Specification(employees, months, seed, effects))
    landing: Path = home.landing
    click.echo(
        f"wrote {summary.n_files} files for {employees:,} people and {months} months into {landing} "
        f"in {time.perf_counter() - started:.1f} s"
    )
