"""A refresh killed at any moment leaves the last release or the new one, whole, and the next refresh needs no hand.

`FAIRLEAD_KILLS` says how many moments, spread over the measured length of a whole run: 1 by default, 10 and more for the
long form, which must then have hit four stages at least.
"""

import os
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.home import Home

from .conftest import MonthLater, Shop, begin_refresh, bytes_of, cells_of, manifest_of, n_moved

KILLS = int(os.environ.get("FAIRLEAD_KILLS", "1"))
LONG_FORM, STAGES_OF_THE_LONG_FORM = 10, 4
# A run that ended before its kill was quicker than the one that was measured: the same point again, so much earlier.
EARLIER, ATTEMPTS = 0.8, 3
# Several points may fall into one stage; which were hit is remembered for the whole form.
STAGES_HIT: list[str] = []


@dataclass
class Undisturbed:
    """A home ready for a night with a month of new files, and that night's run as nothing disturbed it."""

    ready: Shop
    before: str
    after: Path
    cells: list[tuple[Any, ...]]
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(published: Shop, month_later: MonthLater) -> Undisturbed:
    after = month_later.done.home.current.resolve()
    before = published.home.current.resolve().name
    return Undisturbed(month_later.ready, before, after, cells_of(after), month_later.seconds)


@pytest.fixture
def night(undisturbed: Undisturbed, tmp_path: Path) -> Iterator[Callable[[], Home]]:
    """Copies of the home that is ready for its night, removed afterwards."""
    made: list[Path] = []

    def copy() -> Home:
        made.append(tmp_path / f"home-{len(made)}")
        shutil.copytree(undisturbed.ready.home.root, made[-1], symlinks=True)
        return Home(made[-1])

    yield copy
    for root in made:
        shutil.rmtree(root)


def stage_of(log: str) -> str:
    """The stage that a run had begun last, by what it wrote."""
    begun = [line.partition(" ...")[0].partition(" (")[0] for line in log.splitlines() if line.endswith(" ...")]
    return begun[-1] if begun else "before any stage"


def killed(night: Callable[[], Home], undisturbed: Undisturbed, share: float, log: Path) -> tuple[Home, str]:
    """A home whose refresh was killed at `share` of a run's length, and the stage that it was in."""
    for attempt in range(ATTEMPTS):
        home = night()
        process = begin_refresh(home, log)
        try:
            process.wait(timeout=undisturbed.seconds * share * EARLIER**attempt)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            if process.wait(timeout=30) == -signal.SIGKILL:
                return home, stage_of(log.read_text())
    pytest.fail(f"{ATTEMPTS} runs ended before they could be killed; a run took {undisturbed.seconds:.1f} s when measured")


def assert_whole(home: Home) -> str:
    """The current release is all there: its files are those of its manifest, its tables can be read; gives its name."""
    release, manifest = home.current.resolve(), manifest_of(home)
    assert release.name == manifest["release_id"]
    found = {name: digest for name, digest in bytes_of(release).items() if name != "manifest.json"}
    assert found == {name: entry["sha256"] for name, entry in manifest["files"].items()}
    for audience, tables in manifest["tables"].items():
        with duckdb.connect(str(release / f"{audience}.duckdb"), read_only=True) as connection:
            for table, rows in tables.items():
                assert connection.execute(f"select count(*) from {table}").fetchall() == [(rows,)]
    return release.name


@pytest.mark.parametrize("point", range(KILLS))
def test_a_killed_refresh_leaves_a_whole_release_and_the_next_one_heals(
    undisturbed: Undisturbed, night: Callable[[], Home], tmp_path: Path, point: int
) -> None:
    home, stage = killed(night, undisturbed, (point + 1) / (KILLS + 1), tmp_path / "killed.log")
    STAGES_HIT.append(stage)
    left = assert_whole(home)
    if left != undisturbed.before:
        assert n_moved(cells_of(home.current.resolve()), undisturbed.cells) == 0, "the new release, complete"
        assert stage == "publishing"
    again = begin_refresh(home, tmp_path / "again.log")
    assert again.wait(timeout=300) == 0, (tmp_path / "again.log").read_text()
    healed = assert_whole(home)
    assert healed != undisturbed.before
    assert n_moved(cells_of(home.current.resolve()), undisturbed.cells) == 0
    # what the killed run left behind is gone: no half release, no build file
    assert [path.name for path in home.published.iterdir() if path.name.startswith(".")] == []
    assert [path.name for path in home.builds.glob("build.duckdb*")] == []


def test_the_undisturbed_run_publishes_the_month(undisturbed: Undisturbed) -> None:
    assert undisturbed.after.name != undisturbed.before
    assert undisturbed.seconds > 1


@pytest.mark.skipif(KILLS < LONG_FORM, reason=f"FAIRLEAD_KILLS is {KILLS}; stages are counted from {LONG_FORM} kills on")
def test_the_kills_hit_enough_different_stages() -> None:
    print("killed in:", ", ".join(f"{stage} ({n})" for stage, n in Counter(STAGES_HIT).items()))
    assert len(STAGES_HIT) == KILLS
    assert len(set(STAGES_HIT)) >= STAGES_OF_THE_LONG_FORM, STAGES_HIT
