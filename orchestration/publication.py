"""From a build file to a release that readers hold: fresh files, a manifest, and one pointer that moves at the end.

Here: what a release consists of and how it becomes current. Not here: what its tables say (dbt `models/release`), the
page (`orchestration.report`). A reader sees one whole release or the one before, never something between.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingest.files import sync
from ingest.home import Home

# Only leadership's tables are disclosure-controlled throughout; the files of the others open for their owner alone.
AUDIENCES = ("people", "leadership", "regulator")
Tables = dict[str, int]


@dataclass(frozen=True)
class Release:
    """A published release: its folder and what its manifest says."""

    path: Path
    manifest: dict[str, Any]

    @property
    def release_id(self) -> str:
        return str(self.manifest["release_id"])


def read_current(home: Home) -> Release | None:
    """The release that `current` points at; None before the first."""
    manifest = home.current / "manifest.json"
    if not manifest.exists():
        return None
    return Release(home.current.resolve(), json.loads(manifest.read_text()))


def publish(
    home: Home,
    build: Path,
    facts: dict[str, Any],
    descriptions: dict[str, dict[str, str]],
    write_report: Callable[[Path, dict[str, Any]], None],
    now: dt.datetime,
    carried: Release | None = None,
) -> Release:
    """Write a release beside the others and point `current` at it; gives it back.

    `facts` is what the run knows (inputs, parameters, gates); `descriptions` are table -> column -> text for comments,
    '' for the table itself; `write_report` is called with the release's folder once its data are there, and the facts.
    Of a `carried` release leadership's files stand as they are, byte for byte.
    """
    release_id = f"{now:%Y%m%dT%H%M%SZ}-{facts['inputs_digest'][:8]}"
    unfinished = home.published / f".unfinished-{release_id}"
    remove_unfinished(home)
    unfinished.mkdir(mode=0o700)
    written = [audience for audience in AUDIENCES if audience != "leadership" or carried is None]
    tables = _write_data(home, build, unfinished, written, descriptions)
    if carried is None:
        write_report(unfinished, {"release_id": release_id, **facts})
    else:
        _carry_over(carried, unfinished)
        tables["leadership"] = carried.manifest["tables"]["leadership"]
    files = {
        path.relative_to(unfinished).as_posix(): {"bytes": path.stat().st_size, "sha256": _sha256(path)}
        for path in sorted(unfinished.rglob("*"))
        if path.is_file()
    }
    manifest = {"release_id": release_id, "published_at": f"{now:%Y-%m-%dT%H:%M:%SZ}", **facts}
    manifest |= {"tables": tables, "files": files}
    (unfinished / "manifest.json").write_text(json.dumps(manifest, indent=1, default=str) + "\n")
    _sync(unfinished)
    final = home.published / release_id
    unfinished.rename(final)
    _point_current(home, release_id)
    return Release(final, manifest)


def remove_unfinished(home: Home) -> None:
    """Remove what a run that died while writing left behind; it was never current."""
    for leftover in home.published.glob(".unfinished-*"):
        shutil.rmtree(leftover)
    (home.published / ".current-next").unlink(missing_ok=True)


def prune(home: Home, keep: int) -> list[str]:
    """Remove all but the newest `keep` releases, never the current one; gives the names of those removed."""
    current = home.current.resolve().name
    releases = sorted(path.name for path in home.published.iterdir() if path.is_dir() and not path.is_symlink())
    releases = [name for name in releases if not name.startswith(".")]
    kept = {*releases[-keep:], current}
    gone = [name for name in releases if name not in kept]
    for name in gone:
        shutil.rmtree(home.published / name)
    return gone


def _write_data(
    home: Home, build: Path, folder: Path, audiences: list[str], descriptions: dict[str, dict[str, str]]
) -> dict[str, Tables]:
    """Each audience's views, table by table, into a fresh file, and leadership's as Parquet too; gives the rows of each.

    Never a copy of the build file: rows of dropped tables stay readable in its bytes (DECISIONS 4).
    """
    with duckdb.connect(config=bounds(home)) as connection, ThreadPoolExecutor(len(audiences)) as writers:
        connection.execute(f"attach '{_quoted(str(build))}' as build (read_only)")
        writing = {
            audience: writers.submit(_write_database, connection.cursor(), folder, audience, descriptions)
            for audience in audiences
        }
        return {audience: written.result() for audience, written in writing.items()}


def _write_database(
    connection: duckdb.DuckDBPyConnection, folder: Path, audience: str, descriptions: dict[str, dict[str, str]]
) -> Tables:
    path = folder / f"{audience}.duckdb"
    # what is not whole is never read, so it needs no log to recover from
    connection.execute(f"attach '{_quoted(str(path))}' as {audience} (recovery_mode no_wal_writes)")
    names = connection.execute(
        "select view_name from duckdb_views() where database_name = 'build' and schema_name = ? order by 1", [audience]
    ).fetchall()
    rows: Tables = {}
    connection.execute("begin")
    for (name,) in names:
        table = f"{audience}.main.{name}"
        connection.execute(f"create table {table} as select * from build.{audience}.{name}")
        (rows[name],) = connection.execute(f"select count(*) from {table}").fetchone() or (0,)
        for statement in _comments(connection, table, descriptions.get(name, {})):
            connection.execute(statement)
    connection.execute("commit")
    if audience == "leadership":
        (folder / "parquet").mkdir()
        for (name,) in names:
            target = _quoted(str(folder / "parquet" / name))
            connection.execute(f"copy leadership.main.{name} to '{target}.parquet' (format parquet, codec zstd)")
    connection.execute(f"detach {audience}")
    path.chmod(0o644 if audience == "leadership" else 0o600)
    return rows


def _carry_over(carried: Release, folder: Path) -> None:
    """Leadership's files as the last release has them: one file in two folders, for neither ever changes it."""
    for name in carried.manifest["files"]:
        if name == "leadership.duckdb" or name.startswith(("parquet/", "report/")):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(carried.path / name, target)


def _comments(connection: duckdb.DuckDBPyConnection, table: str, texts: dict[str, str]) -> Iterator[str]:
    columns = {name for name, *_ in connection.execute(f"describe {table}").fetchall()}
    for column, text in texts.items():
        if text and column == "":
            yield f"comment on table {table} is '{_quoted(text)}'"
        elif text and column in columns:
            yield f"comment on column {table}.{column} is '{_quoted(text)}'"


def bounds(home: Home) -> dict[str, str | bool | int | float | list[str]]:
    """How much memory DuckDB may take, as in the build (profiles.yml), and where the rest goes."""
    memory = os.environ.get("FAIRLEAD_MEMORY", "3GB")
    spill = str(home.builds / "spill")
    return {"autoinstall_known_extensions": "false", "memory_limit": memory, "temp_directory": spill}


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _sha256(path: Path) -> str:
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    """Force every file and folder to disk before anything may point at them."""
    for path in [*folder.rglob("*"), folder, folder.parent]:
        sync(path)


def _point_current(home: Home, release_id: str) -> None:
    """Swap the pointer by rename: it names the old release or the new one, at every moment."""
    upcoming = home.published / ".current-next"
    upcoming.unlink(missing_ok=True)
    upcoming.symlink_to(release_id)
    upcoming.rename(home.current)
    sync(home.published)
