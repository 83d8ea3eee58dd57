"""A file larger than memory is read within a fixed bound, and its rows are all there; and how fast, beside polars alone.

`FAIRLEAD_LARGE_GB` says how large: 0.1 in the suite, 10 in the long form (`make large`). The bound is for the whole process,
its imports with it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from ingest.home import Home

GIGABYTES = float(os.environ.get("FAIRLEAD_LARGE_GB", "0.1"))
LARGEST_MEMORY_MB = 1_500
PEOPLE, ROWS_AT_A_TIME = 50_000, 500_000
COLUMNS = {
    "record_id": "record", "worker_id": {"from": "login", "by": "email"}, "course_id": "course", "status": "status",
    "enrolled_at": "enrolled", "completed_at": "completed", "hours": "hours", "score": "score",
}  # fmt: skip
MAP = {
    "name": "records",
    "description": "a learning system's export",
    "feeds": {"records": {"mode": "changes", "tables": [{"table": "lms.learning_records", "columns": COLUMNS}]}},
}
READ = """
import json, resource, sys, time
from pathlib import Path
from ingest.home import Home
from ingest.landing import Ingest
from ingest.pseudonyms import open_pseudonyms
from ingest.raw_store import open_raw_store
home = Home(Path(sys.argv[1]))
pseudonyms, started = open_pseudonyms(home), time.perf_counter()
with open_raw_store(home.raw) as raw:
    ingest = Ingest(home, home.read_configuration(), raw, pseudonyms)
    [outcome] = ingest.ingest(ingest.new_files())
print(json.dumps({
    "status": outcome.status, "rows": outcome.n_rows, "quarantined": outcome.n_quarantined,
    "seconds": time.perf_counter() - started, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""
BARE = """
import json, sys, time
import polars as pl
started = time.perf_counter()
rows = pl.scan_csv(sys.argv[1]).collect().height
print(json.dumps({"rows": rows, "seconds": time.perf_counter() - started}))
"""


def measured(script: str, argument: Path, folder: Path) -> dict[str, Any]:
    """What a script prints, run in a process of its own: from a file, as DuckDB draws progress for a `-c` script."""
    file = folder / "script.py"
    file.write_text(script)
    run = subprocess.run([sys.executable, str(file), str(argument)], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def rows(first: int) -> pl.DataFrame:
    """The next learning records; one of a thousand has no readable day."""
    number = pl.int_range(first, first + ROWS_AT_A_TIME)
    day = (14_000 + number % 6_000).cast(pl.Date)
    return pl.select(
        record="R" + number.cast(pl.String),
        login="person." + (number * 7_919 % PEOPLE).cast(pl.String) + "@example.org",
        course=(number % 400).cast(pl.String) + "-course",
        enrolled=pl.when(number % 1_000 == 0).then(pl.lit("one day")).otherwise(day.cast(pl.String)),
        completed=day + pl.duration(days=20),
        status=pl.when(number % 5 > 0).then(pl.lit("completed")).otherwise(pl.lit("failed")),
        hours=(number % 400) / 10,
        score=(number % 1_000) / 10,
        note=pl.lit("what nobody reads"),
    )


@pytest.fixture
def large(tmp_path: Path) -> Iterator[tuple[Home, Path, int]]:
    """A home with one large file of learning records, the file and its rows."""
    home = Home(tmp_path / "home")
    home.prepare()
    (home.root / "maps").mkdir()
    (home.root / "maps" / "records.yml").write_text(yaml.safe_dump(MAP))
    home.sources_file.write_text(yaml.safe_dump({"sources": {"lms": {"map": "records"}}}))
    path = home.landing / "lms" / "records.csv"
    path.parent.mkdir()
    n_rows = 0
    with open(path, "wb") as handle:
        while handle.tell() < GIGABYTES * 1e9:
            rows(n_rows).write_csv(handle, include_header=n_rows == 0)
            n_rows += ROWS_AT_A_TIME
    yield home, path, n_rows
    path.unlink()


def test_a_large_file_is_read_within_a_fixed_bound_of_memory(large: tuple[Home, Path, int], tmp_path: Path) -> None:
    home, path, n_rows = large
    n_bytes = path.stat().st_size
    found = measured(READ, home.root, tmp_path)
    assert found["status"] == "pending" and found["quarantined"] == n_rows // 1_000
    assert found["rows"] == n_rows - n_rows // 1_000
    assert found["peak_mb"] < LARGEST_MEMORY_MB
    bare = measured(BARE, path, tmp_path) if n_bytes < 2e9 else None
    print(
        f"\n{n_bytes / 1e9:.2f} GB, {n_rows:,} rows: {found['seconds']:.1f} s, {n_rows / found['seconds']:,.0f} rows/s, "
        f"{n_bytes / 1e6 / found['seconds']:.0f} MB/s, peak {found['peak_mb']:,.0f} MB"
        + (f"; polars alone {bare['seconds']:.1f} s, {found['seconds'] / bare['seconds']:.1f} times" if bare else "")
    )
