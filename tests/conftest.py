"""What tests share: homes with keys of their own, and landing files written in a line."""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from ingest.home import Home
from ingest.landing import FileOutcome, Ingest
from ingest.loads import accept_loads, read_loads
from ingest.pseudonyms import Pseudonyms, open_pseudonyms
from ingest.raw_store import open_raw_store

REPOSITORY = Path(__file__).parents[1]
# A folder that lies beside the repository, or wherever FAIRLEAD_SHARED_DATA says.
SHARED_DATA = Path(os.environ.get("FAIRLEAD_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))


# A file's tests belong to one worker. These begin, the longest first and one that needs no published home beside one that
# waits for it, so that in the end no worker is left alone with a long file.
LONGEST_FIRST = (
    "test_kills", "test_models", "test_seeds", "test_truths", "test_bad_input", "test_refresh", "test_dagster", "test_gates",
    "test_privacy", "test_employees_sample_db", "test_adventureworks", "test_raw_store", "test_history", "test_simulate",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


@pytest.fixture(autouse=True)
def _own_keys(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEAD_KEYS", str(tmp_path_factory.getbasetemp() / "keys"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared real data sets are not here; set FAIRLEAD_SHARED_DATA to their folder")
    return SHARED_DATA


class Workshop:
    """A home that a test fills file by file, with a clock that it sets."""

    def __init__(self, root: Path, sources: dict[str, Any], maps: dict[str, Any] | None = None) -> None:
        self.home = Home(root)
        self.home.prepare()
        self.home.sources_file.write_text(yaml.safe_dump({"sources": sources}))
        for name, content in (maps or {}).items():
            (root / "maps").mkdir(exist_ok=True)
            (root / "maps" / f"{name}.yml").write_text(
                yaml.safe_dump({"name": name, "description": "a test's map", **content}, sort_keys=False)
            )
        self.pseudonyms: Pseudonyms = open_pseudonyms(self.home)
        self.now = dt.datetime(2026, 1, 1)
        self._kept: duckdb.DuckDBPyConnection | None = None

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """One connection for all that happens within: opening and closing is most of what a small step costs."""
        with self._opened() as self._kept:
            yield
        self._kept = None

    @contextmanager
    def _opened(self, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._kept:
            yield self._kept
            return
        with open_raw_store(self.home.raw, read_only=read_only) as raw:
            yield raw

    def land(self, source: str, name: str, content: str | bytes) -> Path:
        """Write a landing file."""
        path = self.home.landing / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, only: str | None = None) -> list[FileOutcome]:
        """Read what is new, or only the file of that name."""
        with self._opened() as raw:
            ingest = self._ingest(raw)
            files = [file for file in ingest.new_files() if only is None or file.path.name == only]
            return list(ingest.ingest(files))

    def accept(self, load_seqs: list[int] | None = None) -> list[int]:
        """Accept loads; all that wait where none is named."""
        self.now += dt.timedelta(hours=1)
        with self._opened() as raw:
            waiting = [load.load_seq for load in read_loads(raw, "status = 'pending'")]
            chosen = waiting if load_seqs is None else load_seqs
            return accept_loads(raw, chosen, "test", "because", self._ingest(raw).reread, self.now)

    def rows(self, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """A query on the raw store."""
        with self._opened(read_only=True) as raw:
            return raw.execute(query, parameters or []).fetchall()

    def _ingest(self, raw: duckdb.DuckDBPyConnection) -> Ingest:
        return Ingest(self.home, self.home.read_configuration(), raw, self.pseudonyms, clock=lambda: self.now)


@pytest.fixture
def workshop(tmp_path: Path) -> Callable[..., Workshop]:
    """Makes a home in the test's own folder."""

    def make(sources: dict[str, Any], maps: dict[str, Any] | None = None, name: str = "home") -> Workshop:
        return Workshop(tmp_path / name, sources, maps)

    return make


@pytest.fixture
def jsonl() -> Callable[[Path], list[Any]]:
    """Reads a file of JSON lines."""
    return lambda path: [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection in memory."""
    with duckdb.connect() as opened:
        yield opened
