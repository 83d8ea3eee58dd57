"""What the integration tests share: one small company, published once for all workers, and the command line as a function.

Here: homes. Nobody changes the published home: `copy_home` gives one of one's own. A file's tests share one home and
belong to one worker: `--dist loadfile`.
"""

import datetime as dt
import fcntl
import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from ingest.home import Home
from ingest.simulate import Specification, simulate
from orchestration.cli import main
from orchestration.warehouse import Warehouse

# Landing of the published home ends before the last two months, which tests land as they need them.
LAST_MONTHS = ("2025-11-30", "2025-12-31")
SPECIFICATION = Specification(employees=200, months=14)


@dataclass
class Run:
    """One command: how it ended, what it said, how long it took."""

    exit_code: int
    output: str
    seconds: float
    exception: BaseException | None = None


@dataclass
class Shop:
    """A home of a test's own, with files that wait to be landed and everything that was ever said about it."""

    home: Home
    waiting: Path
    runs: list[Run] = field(default_factory=list)

    def run(self, *arguments: str) -> Run:
        """`fairlead --home ... arguments`, in this process."""
        started = time.perf_counter()
        result = CliRunner().invoke(main, ["--home", str(self.home.root), *arguments])
        fault = result.exception if not isinstance(result.exception, SystemExit) else None
        self.runs.append(Run(result.exit_code, result.output, time.perf_counter() - started, fault))
        return self.runs[-1]

    def land(self, month: str, *, only: str = "*") -> list[Path]:
        """Land a month's files as they were exported."""
        found = sorted(self.waiting.glob(f"*/{only}_{month}.*"))
        landed = [Path(shutil.copy2(path, self.home.landing / path.parent.name / path.name)) for path in found]
        assert landed
        return landed

    def write(self, name: str, content: str) -> Path:
        """Write a landing file of the HRIS."""
        path = self.home.landing / "corehr" / name
        path.write_text(content)
        return path

    def export(self, name: str) -> list[str]:
        """The lines of an HRIS file that waits."""
        return (self.waiting / "corehr" / name).read_text().splitlines(keepends=True)

    def raw(self, query: str) -> list[tuple[Any, ...]]:
        """A query on the raw store."""
        with duckdb.connect(str(self.home.raw), read_only=True) as raw:
            return raw.execute(query).fetchall()


def manifest_of(home: Home) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((home.current / "manifest.json").read_text())
    return content


def bytes_of(folder: Path) -> dict[str, str]:
    """Every file below a folder and the hash of its bytes."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def cells_of(release: Path, audience: str = "people") -> list[tuple[Any, ...]]:
    """Every row of metric_values, in an order of their own."""
    with duckdb.connect(str(release / f"{audience}.duckdb"), read_only=True) as connection:
        return connection.execute("select * from metric_values order by all").fetchall()


def n_moved(before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]) -> int:
    """How many rows differ. Sums of floats depend on the order in which threads add, so those are compared to 1e-12."""
    return abs(len(before) - len(after)) + sum(
        any(
            not math.isclose(one, other, rel_tol=1e-12)
            if isinstance(one, float) and isinstance(other, float)
            else one != other
            for one, other in zip(row, again, strict=True)
        )
        for row, again in zip(before, after, strict=False)
    )


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold a lock that all workers of the run know."""
    with open(lock, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of the run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session", autouse=True)
def _shared_keys(shared_folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAIRLEAD_KEYS", str(shared_folder / "integration-keys"))
        # a run changes these; they must not outlive the tests
        patch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
        yield


@pytest.fixture(autouse=True)
def _own_keys(_shared_keys: None) -> None:
    """The homes of these tests share their keys across workers."""


@pytest.fixture(scope="session")
def published(shared_folder: Path) -> Shop:
    """A company of 200 people with twelve months published. Made once a run; nobody changes it."""
    root, waiting = shared_folder / "published-home", shared_folder / "waiting"
    shop = Shop(Home(root), waiting)
    said = shared_folder / "published.json"
    with one_at_a_time(shared_folder / "published.lock"):
        if not said.exists():
            simulate(shop.home, SPECIFICATION)
            hold_months_back(shop)
            configuration = yaml.safe_load(shop.home.sources_file.read_text())
            configuration["policy"]["keep_releases"] = 2
            shop.home.sources_file.write_text(yaml.safe_dump(configuration))
            run = shop.run("refresh", "--timings")
            assert run.exit_code == 0, run.output
            said.write_text(json.dumps([run.exit_code, run.output, run.seconds]))
    shop.runs = [Run(*json.loads(said.read_text()))]
    return shop


def hold_months_back(shop: Shop) -> None:
    for path in sorted(shop.home.landing.glob("*/*")):
        if path.stem.endswith(LAST_MONTHS):
            (shop.waiting / path.parent.name).mkdir(parents=True, exist_ok=True)
            path.rename(shop.waiting / path.parent.name / path.name)


def build_models(home: Home, *models: str, as_known_at: dt.datetime | None = None) -> Path:
    """Read what is landed and build these models with all that they read, as known then; gives the build file.

    For promises about what models make of files: a refresh builds five times as many, gates and publishes them.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    from orchestration.dbt_runner import parse_project

    warehouse = Warehouse(home, as_known_at)
    warehouse.ingest()
    manifest = parse_project(warehouse).manifest
    # a test that compares these models with others has nothing to compare
    selection = ["--indirect-selection", "buildable", "--select", *(f"+{model}" for model in models)]
    quiet = ["--quiet", "--no-use-colors", "--log-level-file", "none"]
    done = dbtRunner(manifest).invoke([*quiet, "build", *warehouse.dbt_arguments(), *selection])
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    assert done.success, done.exception
    return warehouse.build


@dataclass
class MonthLater:
    """A home ready for a night with a month of new files, and the same after that night, which took so many seconds."""

    ready: Shop
    done: Shop
    seconds: float


def begin_refresh(home: Home, log: Path) -> subprocess.Popen[bytes]:
    """`fairlead refresh` as the leader of a process group of its own."""
    command = [sys.executable, "-m", "orchestration.cli", "--home", str(home.root), "refresh"]
    with open(log, "wb") as handle:
        return subprocess.Popen(command, stdout=handle, stderr=handle, start_new_session=True, env=os.environ)


@pytest.fixture(scope="session")
def month_later(published: Shop, shared_folder: Path) -> MonthLater:
    """The published home and one more month, with another of contracts. Made once a run; nobody changes it."""
    ready, done = (Shop(Home(shared_folder / name), published.waiting) for name in ("ready-home", "later-home"))
    taken = shared_folder / "later.seconds"
    with one_at_a_time(shared_folder / "later.lock"):
        if not taken.exists():
            shutil.copytree(published.home.root, ready.home.root, symlinks=True)
            ready.land(LAST_MONTHS[0])
            ready.land(LAST_MONTHS[1], only="contracts")
            shutil.copytree(ready.home.root, done.home.root, symlinks=True)
            log, started = shared_folder / "later.log", time.perf_counter()
            assert begin_refresh(done.home, log).wait(timeout=600) == 0, log.read_text()
            taken.write_text(str(time.perf_counter() - started))
    return MonthLater(ready, done, float(taken.read_text()))


@pytest.fixture(scope="session")
def copy_home(published: Shop) -> Callable[[Path], Shop]:
    """Copies the published home, as an owner would move one."""

    def copy(root: Path) -> Shop:
        shutil.copytree(published.home.root, root, symlinks=True)
        return Shop(Home(root), published.waiting)

    return copy
