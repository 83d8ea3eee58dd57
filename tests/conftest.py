"""What tests share: homes with keys of their own, and landing files written in a line."""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
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

    def land(self, source: str, name: str, content: str | bytes) -> Path:
        """Write a landing file."""
        path = self.home.landing / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, only: str | None = None) -> list[FileOutcome]:
        """Read what is new, or only the file of that name."""
        with open_raw_store(self.home.raw) as raw:
            ingest = self._ingest(raw)
            files = [file for file in ingest.new_files() if only is None or file.path.name == only]
            return list(ingest.ingest(files))

    def accept(self, load_seqs: list[int] | None = None) -> list[int]:
        """Accept loads; all that wait where none is named."""
        self.now += dt.timedelta(hours=1)
        with open_raw_store(self.home.raw) as raw:
            waiting = [load.load_seq for load in read_loads(raw, "status = 'pending'")]
            chosen = waiting if load_seqs is None else load_seqs
            return accept_loads(raw, chosen, "test", "because", self._ingest(raw).reread, self.now)

    def rows(self, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """A query on the raw store."""
        with open_raw_store(self.home.raw, read_only=True) as raw:
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
