"""Running sums of what was generated, by measure and side: the stuff of `truth.json`'s estimates.

Here: counts, sums and squares in constant memory. Not here: what they say (`truth`).
"""

from dataclasses import dataclass

import numpy as np

from ingest.simulate.specification import Array

N_SIDES = 3


@dataclass
class Tally:
    """Number, sum and sum of squares of values, one entry a side."""

    n: Array
    total: Array
    squares: Array

    @property
    def mean(self) -> Array:
        """Means by side; NaN where there is nothing."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.total / self.n)

    @property
    def deviation(self) -> float:
        """Standard deviation within sides, pooled."""
        within = float(np.nansum(self.squares - np.nan_to_num(self.mean) * self.total))
        return float(np.sqrt(within / max(self.n.sum() - N_SIDES, 1)))


class Tallies:
    """Tallies by measure."""

    def __init__(self) -> None:
        self._by_measure: dict[str, Tally] = {}

    def __getitem__(self, measure: str) -> Tally:
        return self._by_measure.setdefault(measure, Tally(np.zeros(N_SIDES), np.zeros(N_SIDES), np.zeros(N_SIDES)))

    def add(self, measure: str, sides: Array, values: Array) -> None:
        """Values, each on its side."""
        tally = self[measure]
        weights = values.astype(float)
        tally.n += np.bincount(sides, minlength=N_SIDES)
        tally.total += np.bincount(sides, weights, minlength=N_SIDES)
        tally.squares += np.bincount(sides, weights**2, minlength=N_SIDES)
