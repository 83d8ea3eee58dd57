"""The command line: `fairlead --home DIR simulate | refresh | inspect | status | loads | forget | query | explain | pack |
packs | report | ui`.

Here: options, words and exit codes. Exit codes: 0 published or nothing new, 1 fault, 2 usage or configuration, 3 held
by a gate. Heavy imports happen inside the commands that need them.
"""

import datetime as dt
import getpass
import json
import sys
import time
from pathlib import Path
from typing import Any

import click

from ingest.home import AlreadyRunning, ConfigurationError, Home


class Commands(click.Group):
    """A group whose known errors end in one plain sentence and their exit code, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; ConfigurationError and AlreadyRunning exit with 2."""
        try:
            return super().invoke(ctx)
        except (ConfigurationError, AlreadyRunning) as error:
            click.secho(f"fairlead: {error}", fg="red", err=True)
            ctx.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="FAIRLEAD_HOME",
    default=Path("fairlead-home"),
    show_default=True,
    help="Folder of the warehouse.",
)
@click.version_option(package_name="fairlead")
@click.pass_context
def main(ctx: click.Context, home: Path) -> None:
    """Fairlead: people metrics that can be defended to the row, from the exports that HR systems already write."""
    ctx.obj = Home(home.resolve())


@main.command()
@click.option("--as-known-at", metavar="MOMENT", help="Build what was known then, e.g. 2026-01-31 or 2026-01-31T18:00.")
@click.option("--timings", is_flag=True, help="Show what each stage cost.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_obj
def refresh(home: Home, as_known_at: str | None, timings: bool, as_json: bool) -> None:
    """Read what is new in landing, gate it, build, and publish a release."""
    from orchestration.progress import Progress
    from orchestration.refresh import run_refresh
    from orchestration.terminal import DrawnProgress, WrittenProgress, print_outcome

    started = time.perf_counter()
    progress: Progress = DrawnProgress() if sys.stderr.isatty() else Progress() if as_json else WrittenProgress()
    outcome = run_refresh(home, parse_moment(as_known_at), progress)
    if as_json:
        click.echo(json.dumps(outcome_document(outcome, time.perf_counter() - started), default=str))
    else:
        print_outcome(home, outcome, time.perf_counter() - started, timings=timings)
    sys.exit({"published": 0, "nothing_new": 0, "held": 3}.get(outcome.status, 1))


def parse_moment(text: str | None) -> dt.datetime | None:
    """A date or moment of the command line as UTC; a bare date means its end, for all of that day was known by then."""
    if text is None:
        return None
    from ingest.landing import as_moment

    moment = as_moment(text, "--as-known-at")
    return moment + dt.timedelta(days=1) if len(text) == len("2026-01-31") else moment


def outcome_document(outcome: Any, seconds: float) -> dict[str, Any]:
    """A refresh's outcome for machines."""
    return {
        "status": outcome.status,
        "release": outcome.release.release_id if outcome.release else None,
        "seconds": round(seconds, 2),
        "files": outcome.files,
        "rows": outcome.n_rows,
        "quarantined": outcome.n_quarantined,
        "rejected": outcome.rejected,
        "held": [{"load_seq": load.load_seq, "file": load.file, "reason": load.reason} for load in outcome.held],
        "findings": outcome.findings,
        "reason": outcome.reason,
        "stages": [vars(stage) for stage in outcome.stages],
    }


@main.command("inspect")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--map", "map_name", help="Try this column map alone, and say why where it does not fit.")
@click.pass_obj
def inspect_file(home: Home, file: Path, map_name: str | None) -> None:
    """Say what a file looks like, which column map fits, what would be read, and draft a map where none does."""
    from orchestration.inspected import print_inspections

    sys.exit(print_inspections(home, file, map_name))


@main.command()
@click.pass_obj
def status(home: Home) -> None:
    """Say what is published, what is held, and what waits in landing."""
    from orchestration.terminal import print_status

    print_status(home)


@main.group(invoke_without_command=True)
@click.option("--all", "show_all", is_flag=True, help="Accepted and superseded loads too.")
@click.pass_context
def loads(ctx: click.Context, show_all: bool) -> None:
    """List loads that need a decision; `show`, `accept` or `reject` one."""
    if ctx.invoked_subcommand is None:
        from orchestration.terminal import print_loads

        print_loads(ctx.obj, show_all=show_all)


@loads.command("show")
@click.argument("load_seq", type=int)
@click.pass_obj
def show_load(home: Home, load_seq: int) -> None:
    """Show one load: tables, quarantine by reason, findings, decisions."""
    from orchestration.terminal import print_load

    print_load(home, load_seq)


def given_reason(_ctx: click.Context, _parameter: click.Parameter, reason: str) -> str:
    """A decision's reason; blanks are none."""
    if not reason.strip():
        raise click.BadParameter("say why; whoever reads the ledger later has only this to go by.")
    return reason.strip()


@loads.command("accept")
@click.argument("load_seq", type=int)
@click.option("--reason", required=True, callback=given_reason, help="Why; it is recorded with your name.")
@click.pass_obj
def accept_load(home: Home, load_seq: int, reason: str) -> None:
    """Accept a held or rejected load. The next refresh builds with it."""
    from orchestration.decisions import accept

    click.echo(accept(home, load_seq, getpass.getuser(), reason))


@loads.command("reject")
@click.argument("load_seq", type=int)
@click.option("--reason", required=True, callback=given_reason, help="Why; it is recorded with your name.")
@click.pass_obj
def reject_load(home: Home, load_seq: int, reason: str) -> None:
    """Reject a held or waiting load for good."""
    from orchestration.decisions import reject

    click.echo(reject(home, load_seq, getpass.getuser(), reason))


@main.command()
@click.argument("person", required=False)
@click.option("--reason", help="Why; it is recorded with your name, and must not name the person.")
@click.option("--source", help="The source whose id it is, where ids of several sources are apart.")
@click.option("--expired", is_flag=True, help="Erase the leavers whom policy.retention keeps no longer.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@click.pass_obj
def forget(home: Home, person: str | None, reason: str | None, source: str | None, expired: bool, dry_run: bool) -> None:
    """Erase PERSON, a worker key or an id as the HRIS writes it; without one, look which erasures are incomplete."""
    from orchestration.erasure import forget_expired, forget_person, look_again
    from orchestration.terminal import print_forgotten, print_standing

    if person is not None and expired:
        raise click.UsageError("give a person or --expired, not both.")
    if expired:
        print_forgotten(forget_expired(home, getpass.getuser(), dry_run=dry_run), dry_run=dry_run)
    elif person is None:
        print_standing(look_again(home), every_file=True)
    elif not dry_run and not (reason or "").strip():
        raise click.UsageError("--reason is needed: whoever reads the ledger later has only this to go by.")
    else:
        by, why = getpass.getuser(), (reason or "").strip()
        print_forgotten(forget_person(home, person, source, why, by, dry_run=dry_run), dry_run=dry_run)


@main.command()
@click.argument("sql")
@click.option("--audience", type=click.Choice(["people", "leadership", "regulator"]), default="people", show_default=True)
@click.option("--release", help="A release's id; the current one where not given.")
@click.option("--format", "style", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.pass_obj
def query(home: Home, sql: str, audience: str, release: str | None, style: str) -> None:
    """Run SQL on a release, read-only; the statement is logged."""
    from orchestration.query import run_query

    click.echo(run_query(home, sql, audience, release, style, getpass.getuser(), dt.datetime.now(dt.UTC)))


@main.command()
@click.argument("person")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The newest case of this day or before.")
@click.option("--source", help="The source whose id it is, where ids of several sources are apart.")
@click.pass_obj
def explain(home: Home, person: str, as_of: dt.datetime | None, source: str | None) -> None:
    """Print one person's case for promotion. PERSON is a worker key or an id as the HRIS writes it; the look is logged."""
    from orchestration.explain import explain as explained

    day = as_of.date() if as_of else None
    click.echo(explained(home, person, day, source, getpass.getuser(), dt.datetime.now(dt.UTC)))


@main.command()
@click.argument("leader")
@click.option("--source", help="The source whose id it is, where ids of several sources are apart.")
@click.option("--format", "style", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.pass_obj
def pack(home: Home, leader: str, source: str | None, style: str) -> None:
    """Print what LEADER may have: the indicators of their own people, period by period, as leadership is shown them."""
    from orchestration.leader_pack import leader_pack

    click.echo(leader_pack(home, leader, source, style, getpass.getuser(), dt.datetime.now(dt.UTC)))


@main.command()
@click.argument("pack", required=False)
@click.option("--release", help="A release's id; the current one where not given.")
@click.option("--format", "style", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.pass_obj
def packs(home: Home, pack: str | None, release: str | None, style: str) -> None:
    """Print the legal PACK with its conventions; without one, list the packs. Figures are exact: for a regulator alone."""
    from orchestration.query import pack_query, run_query

    now = dt.datetime.now(dt.UTC)
    click.echo(run_query(home, pack_query(pack), "regulator", release, style, getpass.getuser(), now))


@main.command()
@click.option("--open/--no-open", "open_it", default=True, help="Open it in the browser.")
@click.pass_obj
def report(home: Home, open_it: bool) -> None:
    """Open the current release's report."""
    from orchestration.publication import read_current

    current = read_current(home)
    if current is None:
        raise ConfigurationError("nothing is published yet; run `fairlead refresh`.")
    page = current.path / "report" / "index.html"
    click.echo(str(page))
    if open_it:
        click.launch(str(page))


@main.command()
@click.option("--employees", type=click.IntRange(200), default=2000, show_default=True)
@click.option("--months", type=click.IntRange(1, 240), default=36, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--without-effects", is_flag=True, help="The same company with no planted truths.")
@click.pass_obj
def simulate(home: Home, employees: int, months: int, seed: int, without_effects: bool) -> None:
    """Write the exports of a simulated company into landing."""
    from orchestration.terminal import simulate_with_progress

    simulate_with_progress(home, employees, months, seed, effects=not without_effects)


@main.command()
@click.option("--port", type=int, default=3000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.pass_obj
def ui(home: Home, port: int, host: str) -> None:
    """Open Dagster on this warehouse: assets, checks, runs, the nightly schedule and the landing sensor."""
    import os

    from orchestration.refresh import prepare_dagster

    home.prepare()
    prepare_dagster(home)
    os.environ["FAIRLEAD_HOME"] = str(home.root)
    arguments = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions", "-h", host, "-p", str(port)]
    os.execv(sys.executable, arguments)


if __name__ == "__main__":
    main()
