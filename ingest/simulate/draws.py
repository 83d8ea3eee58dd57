"""Vectorised draws that several domains share: odds, days within a month, colleagues picked without a loop.

Here: pure functions of arrays and a stream. Not here: what is drawn and how often (the domains).
"""

from collections.abc import Sequence

import numpy as np

from ingest.simulate.specification import Array, Month


def sigmoid(log_odds: Array) -> Array:
    """Probabilities of log odds."""
    return 1.0 / (1.0 + np.exp(-log_odds))


def codes(rng: np.random.Generator, shares: Sequence[float], n: int) -> Array:
    """`n` codes 0, 1, ... drawn with the given shares."""
    edges = np.cumsum(shares)
    return np.searchsorted(edges / edges[-1], rng.random(n), side="right").astype(np.int8)


def happens(rng: np.random.Generator, probability: Array | float, n: int) -> Array:
    """`n` independent yes or no."""
    return rng.random(n) < probability


def monthly(yearly: float) -> float:
    """The chance in a month that adds up to a yearly one."""
    return float(1 - (1 - yearly) ** (1 / 12))


def days_in(rng: np.random.Generator, month: Month, n: int, not_before: Array | int = 0) -> Array:
    """`n` days of a month, none before `not_before`."""
    return np.maximum(rng.integers(month.first, month.last + 1, n), not_before)


def answers(latent: Array, low: int, high: int) -> Array:
    """Points of a scale for latent values."""
    return np.clip(np.rint(latent), low, high).astype(np.int16)


def rank_within(keys: Array) -> Array:
    """Position of each element among the equal ones, in order of appearance."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(keys) else np.empty(0, int)
    lengths = np.diff(np.r_[starts, len(keys)])
    ranks = np.empty(len(keys), np.int64)
    ranks[order] = np.arange(len(keys)) - np.repeat(starts, lengths)
    return ranks


class Groups:
    """Members by a whole-number key, for picking members of a group in one step."""

    def __init__(self, members: Array, keys: Array, n_keys: int) -> None:
        order = np.argsort(keys, kind="stable")
        self.keys = keys
        self.members = members[order]
        self.sizes = np.bincount(keys, minlength=n_keys)
        self.starts = np.cumsum(self.sizes) - self.sizes
        self.positions = np.empty(len(keys), np.int64)
        self.positions[order] = np.arange(len(keys)) - np.repeat(self.starts, self.sizes)

    def member(self, keys: Array, step: Array) -> Array:
        """The `step`-th member of each group, counted round; the groups must not be empty."""
        return np.asarray(self.members[self.starts[keys] + step % self.sizes[keys]])

    def colleague(self, which: Array, step: Array) -> Array:
        """For the members at `which` (positions in the arrays given), another of their group; -1 where alone.

        Steps 0, 1, ... up to the group's size less two give different colleagues.
        """
        keys = self.keys[which]
        others = self.sizes[keys] - 1
        step = self.positions[which] + 1 + step % np.maximum(others, 1)
        return np.where(others > 0, self.member(keys, step), -1)
