"""What is told when: rows collected until they are exported, told late, wrong at first, or told again as things go on.

Here: the three ways in which rows wait for an export. Not here: files (`exports`) and what the rows mean (the systems).
"""

import numpy as np
import polars as pl

from ingest.simulate.specification import NEVER, Array, Month

# A column of rows to come: one value a row, or one for all rows.
Column = Array | pl.Series | float | str


class Rows:
    """Rows of one kind, collected column by column until they are taken."""

    def __init__(self) -> None:
        self._frames: list[pl.DataFrame] = []

    def add(self, **columns: Column) -> None:
        """Rows given as columns, at least one of them an array; single values stand in every row."""
        self._frames.append(pl.DataFrame(columns))

    def frame(self) -> pl.DataFrame:
        """All rows so far; without columns where none was ever added."""
        return pl.concat(self._frames, how="vertical_relaxed") if self._frames else pl.DataFrame()

    def take(self) -> pl.DataFrame:
        """All rows so far, and none left."""
        frame = self.frame()
        self._frames = [frame.clear()] if frame.width else []
        return frame


class ChangeFeed:
    """Changes on their way into an export: some are told months late, a few are wrong at first and corrected later.

    A corrected row keeps its key, so a later batch overwrites the wrong one. Rows have `person` and `day`; several of
    one person and day are numbered in the order in which they were added.
    """

    def __init__(self, rng: np.random.Generator, wrong: pl.Expr, share_wrong: float) -> None:
        self.rows = Rows()
        self.n_corrected = 0
        self._rng = rng
        self._wrong = wrong
        self._share_wrong = share_wrong
        self._kept = pl.DataFrame()

    def told_in(self, month: Month, held_until: Array) -> pl.DataFrame:
        """The rows of a month's batch; `held_until` has, by person, the last month that does not tell of them."""
        sequence = pl.int_range(pl.len()).over("person", "day")
        new = self.rows.take().with_columns(sequence=sequence, is_correction=False)
        frame = pl.concat([self._kept, new]) if self._kept.width else new
        held = pl.Series(held_until[frame["person"].to_numpy()] >= month.index)
        late, told = frame.filter(held), frame.filter(~held)
        if month.is_final:
            self._kept = late
            return told
        is_wrong = pl.Series(self._rng.random(told.height) < self._share_wrong) & ~told["is_correction"]
        corrections = told.filter(is_wrong).with_columns(is_correction=pl.lit(True))
        self._kept = pl.concat([late, corrections])
        self.n_corrected += corrections.height
        return pl.concat([told.filter(~is_wrong), told.filter(is_wrong).with_columns(self._wrong)])


class Cases:
    """Things with a life, such as an enrolment: told when they begin and again at every later stage.

    A row has one column a stage, with its day or NEVER. What lies ahead of an export stays blank in it, and what would
    come after its owner has left never happens.
    """

    def __init__(self, stages: tuple[str, ...], owner: str) -> None:
        self._stages = stages
        self._owner = owner
        self._open: list[pl.DataFrame] = []
        self._told_until = -1

    def add(self, **columns: Column) -> None:
        """Cases that begin, in the stages that they will reach."""
        frame = pl.DataFrame(columns)
        if frame.height:
            self._open.append(frame)

    def news(self, until: int, exits: Array) -> pl.DataFrame:
        """Cases that reached a stage since the last export, as far as they are known on day `until`."""
        if not self._open:
            return pl.DataFrame()
        frame = pl.concat(self._open, how="vertical_relaxed")
        gone = pl.Series("gone", exits[frame[self._owner].to_numpy()])
        frame = frame.with_columns(
            pl.when(pl.col(stage) < gone).then(pl.col(stage)).otherwise(NEVER).alias(stage) for stage in self._stages
        )
        reached = pl.any_horizontal(
            pl.col(stage).is_between(self._told_until, until, closed="right") for stage in self._stages
        )
        ahead = pl.any_horizontal(pl.col(stage).is_between(until, NEVER, closed="none") for stage in self._stages)
        told = frame.filter(reached).with_columns(
            pl.when(pl.col(stage) <= until).then(pl.col(stage)).cast(pl.Int32).cast(pl.Date).alias(stage)
            for stage in self._stages
        )
        self._open = [frame.filter(ahead)]
        self._told_until = until
        return told
