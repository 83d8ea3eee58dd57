"""Everybody who was ever employed, as arrays with one entry a person.

Here: the state of people and how a new person is drawn. Not here: what happens to them (`careers`, `promotions`), what
they are paid (`pay`) and what they are called (`names`). Days are day numbers; NEVER means not (yet).
"""

import numpy as np

from ingest.simulate.draws import codes, happens
from ingest.simulate.specification import NEVER, Array
from ingest.simulate.vocabulary import ETHNICITY_SHARES, FAMILY_SHARE_OF_WOMEN, FAMILY_TRACK, SPECIALISMS

SHARE_NONBINARY = 0.01
SHARE_DISABLED = 0.07
# Women's share falls with every level above the second: a pipeline, not a gap among equals.
WOMEN_LOST_A_LEVEL = 0.015
SHARE_UNDECLARED = {"gender": 0.06, "ethnicity": 0.09, "disability": 0.08}
SHARE_DECLARING_LATE = 0.25
SHARE_PART_TIME = 0.15
PART_TIME = (0.5, 0.6, 0.8)


class People:
    """Arrays of a fixed capacity, of which the first `n` entries are in use."""

    def __init__(self, capacity: int) -> None:
        self.n = 0
        self.capacity = capacity
        # Who somebody is.
        self.gender = np.zeros(capacity, np.int8)
        self.ethnicity = np.zeros(capacity, np.int8)
        self.disability = np.zeros(capacity, np.int8)
        self.attributes = {"gender": self.gender, "ethnicity": self.ethnicity, "disability": self.disability}
        self.declared_on = {name: np.full(capacity, NEVER, np.int32) for name in self.attributes}
        self.birth = np.zeros(capacity, np.int32)
        # What nobody sees: growth shows in ratings, 360, learning and milestones, and carries promotion.
        self.growth = np.zeros(capacity)
        self.mood = np.zeros(capacity)
        self.leading = np.zeros(capacity)
        self.pay_residual = np.zeros(capacity)
        # The current spell of employment.
        self.active = np.zeros(capacity, bool)
        self.hired = np.full(capacity, NEVER, np.int32)
        self.first_hired = np.full(capacity, NEVER, np.int32)
        self.exit = np.full(capacity, NEVER, np.int32)
        self.notice = np.full(capacity, NEVER, np.int32)
        self.exit_reason = np.full(capacity, -1, np.int8)
        self.is_regretted = np.zeros(capacity, bool)
        self.is_rehire = np.zeros(capacity, bool)
        self.leave_from = np.full(capacity, NEVER, np.int32)
        self.leave_until = np.full(capacity, -1, np.int32)
        self.renamed_on = np.full(capacity, NEVER, np.int32)
        # The current job.
        self.level = np.zeros(capacity, np.int8)
        self.level_since = np.zeros(capacity, np.int32)
        self.track = np.zeros(capacity, np.int8)
        self.family = np.zeros(capacity, np.int8)
        self.specialism = np.zeros(capacity, np.int8)
        self.unit = np.zeros(capacity, np.int32)
        self.manager = np.full(capacity, -1, np.int32)
        self.manager_since = np.zeros(capacity, np.int32)
        self.site = np.zeros(capacity, np.int8)
        self.fte = np.ones(capacity)
        self.pay = np.zeros(capacity)
        # The last month's index whose export does not tell of this person's changes yet; -1 where none is held back.
        self.held_until = np.full(capacity, -1, np.int32)
        self.last_checkin = np.full(capacity, NEVER, np.int32)
        # The day on which the leadership programme that somebody took first ends.
        self.trained_from = np.full(capacity, NEVER, np.int32)

    def everybody(self) -> Array:
        """Positions of all who were ever employed."""
        return np.arange(self.n)

    def at_work(self) -> Array:
        """Positions of those employed now."""
        return np.flatnonzero(self.active[: self.n])

    def enter(self, family: Array, level: Array, hired: Array, rng: np.random.Generator) -> Array:
        """Draw as many new people as there are jobs given; their positions."""
        k = len(family)
        ids = np.arange(self.n, self.n + k)
        self.n += k
        share = np.array(FAMILY_SHARE_OF_WOMEN)[family] - WOMEN_LOST_A_LEVEL * (level - 2)
        luck = rng.random(k)
        self.gender[ids] = np.where(luck < share, 0, np.where(luck < 1 - SHARE_NONBINARY, 1, 2))
        self.ethnicity[ids] = codes(rng, ETHNICITY_SHARES, k)
        self.disability[ids] = happens(rng, SHARE_DISABLED, k)
        for name, share_undeclared in SHARE_UNDECLARED.items():
            late = np.where(happens(rng, SHARE_DECLARING_LATE, k), hired + rng.integers(60, 1500, k), NEVER)
            self.declared_on[name][ids] = np.where(happens(rng, share_undeclared, k), late, hired)
        age = 21.5 + rng.gamma(2.0, 4.2, k) + 1.3 * (level - 1)
        self.birth[ids] = hired - np.minimum(age, 62.0) * 365.25
        for trait in (self.growth, self.mood, self.leading, self.pay_residual):
            trait[ids] = rng.standard_normal(k)
        self.hired[ids] = self.first_hired[ids] = self.level_since[ids] = hired
        self.level[ids], self.family[ids] = level, family
        self.track[ids] = np.array(FAMILY_TRACK)[family]
        self.specialism[ids] = rng.integers(0, len(SPECIALISMS), k)
        part_time = happens(rng, SHARE_PART_TIME, k)
        self.fte[ids] = np.where(part_time, np.array(PART_TIME)[rng.integers(0, len(PART_TIME), k)], 1.0)
        self.active[ids] = True
        return ids

    def spells(self, ids: Array) -> dict[str, Array]:
        """Current or last spells of employment, by column."""
        columns: dict[str, Array] = {
            "hired": self.hired,
            "exit": self.exit,
            "notice": self.notice,
            "exit_reason": self.exit_reason,
            "is_regretted": self.is_regretted,
            "is_rehire": self.is_rehire,
        }
        return {"person": ids} | {name: column[ids] for name, column in columns.items()}

    def is_declared(self, attribute: str, day: int) -> Array:
        """Whether everybody who was ever employed has declared an attribute by a day."""
        return self.declared_on[attribute][: self.n] <= day
