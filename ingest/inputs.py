"""What a release is a function of, as one digest: a night with nothing new ends before anything heavy is imported.

Here: loads in force, policy, migrations, code. Not here: deciding what to do about a difference (orchestration).
"""

import datetime as dt
import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.build_file import FOREVER
from ingest.home import Configuration

PACKAGES = ("ingest", "expectations", "orchestration")
SOURCE_SUFFIXES = {".py", ".sql", ".yml", ".yaml", ".csv", ".md", ".html", ".css", ".js"}


@dataclass(frozen=True)
class Inputs:
    """The loads a build would read, and a digest over them, the policy, the migrations and the code."""

    loads: list[int]
    code_version: str
    digest: str


def project_folder() -> Path:
    """The dbt project's folder, beside the packages."""
    spec = importlib.util.find_spec("ingest")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the package ingest has no folder")
    return Path(spec.origin).parents[1] / "dbt_project"


def code_version() -> str:
    """Hash over every source file that takes part in a build."""
    root = project_folder().parent
    digest = hashlib.sha256()
    for package in (*PACKAGES, "dbt_project"):
        for path in sorted((root / package).rglob("*")):
            inside = path.relative_to(root).as_posix()
            if path.suffix in SOURCE_SUFFIXES and "/target/" not in inside and "/logs/" not in inside:
                digest.update(inside.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def read_inputs(raw: duckdb.DuckDBPyConnection, configuration: Configuration, as_known_at: dt.datetime | None) -> Inputs:
    """The loads in force as known at `as_known_at` (None: now), and the digest of everything that a build reads."""
    known_at = as_known_at or FOREVER
    loads = [
        load_seq
        for (load_seq,) in raw.execute(
            """
            select load_seq from ledger.loads
            where status in ('accepted', 'superseded') and loaded_at <= ?
                and (superseded_at is null or superseded_at > ?)
            order by 1
            """,
            [known_at, known_at],
        ).fetchall()
    ]
    version = code_version()
    policy = configuration.policy.model_dump(mode="json")
    migrations = {new: one.model_dump(mode="json") for new, one in configuration.continuations.items()}
    text = json.dumps([loads, str(as_known_at), policy, migrations, version], sort_keys=True)
    return Inputs(loads, version, hashlib.sha256(text.encode()).hexdigest())
