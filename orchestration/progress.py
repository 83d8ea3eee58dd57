"""What a run tells while it works: stages with a count, and what each cost.

Here: the `Progress` that every stage reports to, silent by default, drawn by the command line. Not here: what is done.
"""

import contextlib
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")


@dataclass
class Stage:
    """One stage of a run and its cost: seconds of wall and CPU time, peak memory in megabytes."""

    name: str
    wall: float = 0.0
    cpu: float = 0.0
    peak_mb: float = 0.0


@dataclass
class Progress:
    """Collects stages and their costs; subclasses draw them."""

    stages: list[Stage] = field(default_factory=list)

    @contextlib.contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[None]:
        """A stage of `total` steps, or of unknown length. Its peak is the stage's own where the system tells it."""
        stage = Stage(name)
        self.stages.append(stage)
        self.began(name, total)
        reset_peak()
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            stage.wall = time.perf_counter() - wall
            stage.cpu = time.process_time() - cpu
            stage.peak_mb = peak_mb()
            self.ended(name)

    def step(self, what: str = "") -> None:
        """One step of the current stage is done."""

    def began(self, name: str, total: int | None) -> None:
        """A stage began."""

    def ended(self, name: str) -> None:
        """A stage ended."""


def reset_peak() -> None:
    """Forget the process's peak memory so far, where the system allows it."""
    with contextlib.suppress(OSError):
        CLEAR_REFS.write_text("5")


def peak_mb() -> float:
    """Peak resident memory since the last reset, in megabytes."""
    with contextlib.suppress(OSError):
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
