"""talentsuite's everyday records: check-ins between leads and their people, feedback notes, recognitions.

Here: how often people talk, and the monthly exports (CSV with semicolons, JSON); people by employee number. Not here:
what is offered to people (`opportunities`).
"""

import numpy as np
import polars as pl

from ingest.simulate.draws import codes, days_in, happens, sigmoid
from ingest.simulate.exports import dates
from ingest.simulate.names import labels
from ingest.simulate.specification import Array, Month
from ingest.simulate.world import Present, World

SOURCE = "talentsuite"
SHARE_OF_MONTHS, MOST_OF_MONTHS = 0.585, 0.95
BY_LEADING = 0.12
SHARE_SECOND = 0.1
CHECKIN_KINDS, CHECKIN_SHARES = ("1:1", "Coaching", "Career", "Contract"), (0.68, 0.19, 0.1, 0.03)
NOTES_A_YEAR, RECOGNITIONS_A_YEAR, SHARE_BY_MANAGER = 1.4, 0.8, 0.35
SHARE_UNKNOWN = 0.0002
UNKNOWN_NUMBERS = 9_000_000


class Everyday:
    """The monthly exports of conversations and notes."""

    def __init__(self) -> None:
        self._n_checkins = self._n_notes = 0

    def run(self, world: World, present: Present) -> None:
        """One month of check-ins, notes and recognitions."""
        month = present.month
        world.landing.csv(SOURCE, "checkins", month, self._checkins(world, month, present), separator=";")
        moments = [
            self._given(world, month, present, "note", NOTES_A_YEAR, ("Praise", "Advice", "Request")),
            self._given(world, month, present, "recognition", RECOGNITIONS_A_YEAR, ("result", "growth")),
        ]
        world.landing.json(SOURCE, "moments", month, moments)

    def _checkins(self, world: World, month: Month, present: Present) -> pl.DataFrame:
        rng, people = world.streams["checkins"], world.people
        is_met = ~present.is_on_leave & (present.manager >= 0)
        ids, manager, sides = present.ids[is_met], present.manager[is_met], present.sides[is_met]
        odds = np.log(SHARE_OF_MONTHS / (1 - SHARE_OF_MONTHS)) + BY_LEADING * people.leading[manager]
        share = np.minimum(sigmoid(odds) * world.effects.cadence[sides], MOST_OF_MONTHS)
        held = happens(rng, share, len(ids))
        world.tallies.add("checkins", sides, held)
        second = held & happens(rng, SHARE_SECOND, len(ids))
        who, whom = (np.r_[side[held], side[second]] for side in (ids, manager))
        n = len(who)
        day = days_in(rng, month, n, people.manager_since[who])
        people.last_checkin[who] = day
        numbers = world.directory.numbers(who)
        n_unknown = int(rng.binomial(n, SHARE_UNKNOWN))
        world.dirt["talentsuite/checkins", "talent.checkins", "a number that nobody has", "unresolved"] += n_unknown
        numbers = numbers.scatter(
            np.arange(n_unknown), pl.Series(UNKNOWN_NUMBERS + rng.integers(0, 1000, n_unknown)).cast(pl.String)
        )
        first = self._n_checkins
        self._n_checkins += n
        return pl.DataFrame(
            {
                "Id": "CI" + pl.Series(np.arange(first, first + n)).cast(pl.String),
                "Employee No": numbers,
                "Manager No": world.directory.numbers(whom),
                "Held On": dates(day),
                "Start": labels([f"{hour:02}:{minute}" for hour in range(8, 18) for minute in ("00", "30")],
                                rng.integers(0, 20, n)),
                "Type": labels(CHECKIN_KINDS, codes(rng, CHECKIN_SHARES, n)),
            }
        )  # fmt: skip

    def _given(
        self, world: World, month: Month, present: Present, record: str, yearly: float, kinds: tuple[str, ...]
    ) -> pl.DataFrame:
        """Notes or recognitions between colleagues of one team, one in three from the manager."""
        rng, people = world.streams[record], world.people
        monthly = yearly / 12 * world.conduct(present.ids)
        which = np.flatnonzero(happens(rng, monthly, len(present.ids)) & (present.manager >= 0))
        receiver = present.ids[which]
        colleague = present.teams.colleague(which, rng.integers(0, 1 << 20, len(which)))
        is_managers = happens(rng, SHARE_BY_MANAGER * world.conduct(present.manager[which]), len(which)) | (colleague < 0)
        giver = np.where(is_managers, present.manager[which], colleague)
        # The more is done for development, the more often the last of the kinds is meant.
        likeliest = np.minimum(world.conduct(giver) / len(kinds), 0.9)
        others = rng.integers(0, len(kinds) - 1, len(which))
        kind = np.where(happens(rng, likeliest, len(which)), len(kinds) - 1, others)
        not_before = np.maximum(people.hired[giver], people.manager_since[receiver])
        first, n = self._n_notes, len(which)
        self._n_notes += n
        return pl.DataFrame(
            {
                "record": record,
                "id": np.arange(first, first + n),
                "from": _whole(world, giver),
                "to": _whole(world, receiver),
                "on": dates(days_in(rng, month, n, not_before)).dt.to_string(),
                "kind": labels(kinds, kind),
            }
        )


def _whole(world: World, ids: Array) -> pl.Series:
    """Employee numbers as JSON writes them: without quotes."""
    return world.directory.numbers(ids).cast(pl.Int64)
