"""The simulated company as a whole: what careers change and what systems look at.

Here: the state that is passed around, the months' events, and who is at work at the end of a month. Not here: how any
of it changes.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from ingest.simulate.draws import Groups
from ingest.simulate.effects import LEADERS, OTHERS, Effects
from ingest.simulate.exports import Landing
from ingest.simulate.names import Directory
from ingest.simulate.organisation import Organisation
from ingest.simulate.people import People
from ingest.simulate.specification import Array, Month, Specification, Streams
from ingest.simulate.tallies import Tallies
from ingest.simulate.telling import ChangeFeed, Rows

# A row in about seven hundred is wrong at first.
SHARE_WRONG = 0.0015


@dataclass
class World:
    """Everything that one simulation holds in memory."""

    specification: Specification
    effects: Effects
    streams: Streams
    people: People
    organisation: Organisation
    directory: Directory
    landing: Landing
    jobs: ChangeFeed
    pay: ChangeFeed
    tallies: Tallies = field(default_factory=Tallies)
    # Employment spells that ended and were followed by another.
    former_spells: Rows = field(default_factory=Rows)
    leaves: Rows = field(default_factory=Rows)
    bonuses: Rows = field(default_factory=Rows)
    # The month's internal and external fills of vacancies, and its panels' decisions.
    fills: Rows = field(default_factory=Rows)
    decisions: Rows = field(default_factory=Rows)
    # Whose promotion takes effect on the first of the coming month.
    to_promote: Array = field(default_factory=lambda: np.empty(0, np.int64))
    # Planted dirt by (file, table, what, expected outcome), and happenings that tests look for.
    dirt: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    happenings: Counter[str] = field(default_factory=Counter)

    @cached_property
    def leaders(self) -> dict[str, int]:
        """The planted leaders, who stay in office throughout."""
        return {name: int(self.organisation.head[self.organisation.planted[side]]) for name, side in LEADERS.items()}

    @cached_property
    def irremovable(self) -> Array:
        """Who never leaves or moves: the planted leaders and the chief executive."""
        return np.array([*self.leaders.values(), int(self.organisation.head[0])])

    def sides(self, ids: Array) -> Array:
        """On which side of the leader effects each person is: below one of the two leaders, or neither."""
        sides = self.organisation.side[self.people.unit[ids]]
        return np.where(np.isin(ids, self.irremovable), OTHERS, sides)

    def own_sides(self, ids: Array) -> Array:
        """Which of the two leaders each person is, if any."""
        sides = np.full(len(ids), OTHERS)
        for name, side in LEADERS.items():
            sides[ids == self.leaders[name]] = side
        return sides

    def conduct(self, ids: Array) -> Array:
        """How much each does for development over everybody else: planted leaders in person as their people do."""
        own = self.own_sides(ids)
        return self.effects.development[np.where(own == OTHERS, self.sides(ids), own)]

    def is_biased(self, ids: Array) -> Array:
        """Whether each person comes before the panels of the biased division."""
        organisation = self.organisation
        return np.asarray(organisation.division[self.people.unit[ids]] == organisation.biased_division)


class Present:
    """Who is employed at the end of a month."""

    def __init__(self, world: World, month: Month) -> None:
        people = world.people
        self.month = month
        self.ids = people.at_work()
        self.is_on_leave = (people.leave_from[self.ids] <= month.last) & (people.leave_until[self.ids] > month.first)
        self.working = self.ids[~self.is_on_leave]
        self.manager = people.manager[self.ids]
        self.sides = world.sides(self.ids)
        # Colleagues are those who report to the same manager; the chief executive's group is the first.
        self.teams = Groups(self.ids, self.manager + 1, people.n + 1)
        self.is_lead = self.teams.sizes[self.ids + 1] > 0


def empty_company(specification: Specification, effects: Effects, landing: Landing) -> World:
    """A company with units and nobody in them."""
    streams = Streams(specification.seed)
    # Fifteen of a hundred join in a year; a quarter more leaves room for any seed.
    capacity = round(specification.employees * (1.1 + 0.20 * specification.months / 12)) + 200
    corrections = streams["corrections"]
    return World(
        specification,
        effects,
        streams,
        People(capacity),
        Organisation(specification, streams["organisation"]),
        Directory(),
        landing,
        jobs=ChangeFeed(corrections, (1.5 - pl.col("fte")).alias("fte"), SHARE_WRONG),
        pay=ChangeFeed(corrections, (pl.col("amount") * 1.1).alias("amount"), SHARE_WRONG),
    )
