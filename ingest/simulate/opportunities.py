"""talentsuite's opportunities and plans: mentors, sponsors, development assignments, and personal development plans.

Here: what is offered to whom, who takes it up, and the quarterly exports (JSON, CSV with semicolons). Not here: courses
and programmes (`learnhub`), leadership contracts (`contracts`).
"""

import numpy as np
import polars as pl

from ingest.simulate.draws import Groups, codes, days_in, happens, rank_within
from ingest.simulate.effects import OTHERS
from ingest.simulate.everyday import SOURCE
from ingest.simulate.exports import dates
from ingest.simulate.framework import ACTIVITY_TYPES, COMPETENCY_IDS, LADDER
from ingest.simulate.names import labels
from ingest.simulate.specification import NEVER, Array, Month
from ingest.simulate.telling import Cases, Column
from ingest.simulate.vocabulary import BLACK, HIGHEST, TRACKS
from ingest.simulate.world import Present, World

YEARLY_STRETCH, YEARLY_OTHER = 0.11, 0.06
OTHER_KINDS = ("rotation", "shadowing", "simulation", "peer_circle", "coaching", "micro_credential")
YEARLY_MENTORED, YEARLY_SPONSORED, BY_LEADS = 0.2, 0.1, 6.0
MENTORS_FROM, SPONSORS_FROM, SPONSORED_FROM, SPONSORED_GROWTH = 3, 6, 3, 0.5
ASSIGNMENT_DAYS, RELATION_DAYS = (60, 200), (150, 400)
# Accepted, declined, left without an answer.
ANSWER_SHARES = (0.76, 0.19, 0.05)
STAGES = ("offered", "accepted", "declined", "starts", "ends", "debriefed")
SHARE_DEBRIEFED, MOST_DEBRIEFED = 0.6, 0.95
OUTCOMES, OUTCOME_SHARES = ("met", "partly_met", "stopped"), (0.62, 0.26, 0.12)
YEARLY_PLANNING = 0.55
SHARE_ASPIRING, MOST_ASPIRING = 0.7, 0.95
INTERESTS = ("lead_people", "deepen_craft", "change_field", "work_abroad")
PLAN_STAGES, SHARE_STALLED = ("created", "completed", "closed"), 0.6
OBSTACLES = ("no_time", "no_budget", "priorities_changed", "no_support")


class Opportunities:
    """Offers and plans, exported at the end of each quarter with whatever became of them."""

    def __init__(self) -> None:
        self._offers = {record: Cases(STAGES, owner="person") for record in ("mentoring", "sponsoring", "assignment")}
        self._plans = Cases((*PLAN_STAGES, "stalled"), owner="person")
        self._n = 0

    def run(self, world: World, present: Present) -> None:
        """One month of offers and plans, and at the end of a quarter their exports."""
        month = present.month
        self._offer_assignments(world, month, present)
        self._offer_company(world, month, present)
        self._plan(world, month, present)
        if month.closes_quarter:
            exits = world.people.exit
            told = [_told(record, cases.news(month.last, exits)) for record, cases in self._offers.items()]
            world.landing.json(SOURCE, "opportunities", month, told)
            plans = self._plans.news(month.last, exits)
            if plans.height:
                is_stalled = pl.col("stalled").is_not_null() & pl.col("completed").is_null()
                plans = plans.with_columns(pl.when(is_stalled).then(pl.col("Obstacle")).alias("Obstacle"))
                plans = plans.drop("person", "stalled").rename({name: name.capitalize() for name in PLAN_STAGES})
                world.landing.csv(SOURCE, "plans", month, plans, separator=";")

    def _ids(self, prefix: str, n: int) -> pl.Series:
        self._n += n
        return prefix + pl.Series(np.arange(self._n - n, self._n)).cast(pl.String)

    def _offer_assignments(self, world: World, month: Month, present: Present) -> None:
        """Stretch work and other assignments; stretch work reaches one group less often, where that is planted."""
        rng, people, effects = world.streams["assignments"], world.people, world.effects
        is_working = ~present.is_on_leave
        ids, sides = present.ids[is_working], present.sides[is_working]
        is_group = people.ethnicity[ids] == BLACK
        rate = YEARLY_STRETCH * effects.development[sides] * np.where(is_group, effects.stretch_rate, 1.0)
        is_stretched = happens(rng, rate / 12, len(ids))
        is_other = happens(rng, YEARLY_OTHER / 12 * effects.development[sides], len(ids))
        # The leaders' people are left out of the group's tally, and the group out of the leaders'.
        plain = sides == OTHERS
        world.tallies.add("stretch", is_group[plain].astype(int), is_stretched[plain])
        world.tallies.add("stretch_by_leader", sides[~is_group], is_stretched[~is_group])
        who = np.r_[ids[is_stretched], ids[is_other]]
        n, n_stretched = len(who), int(is_stretched.sum())
        kind = np.r_[np.full(n_stretched, len(OTHER_KINDS)), rng.integers(0, len(OTHER_KINDS), n - n_stretched)]
        self._offers["assignment"].add(
            person=who,
            id=self._ids("DA", n),
            employee=world.directory.numbers(who),
            partner=world.directory.numbers(people.manager[who]),
            **_life(
                rng,
                month,
                people.manager_since[who],
                ASSIGNMENT_DAYS,
                np.minimum(SHARE_DEBRIEFED * effects.development[world.sides(who)], MOST_DEBRIEFED),
            ),
            activity=labels((*OTHER_KINDS, "stretch"), kind),
            role=labels(("Member", "Lead"), happens(rng, 0.45, n)),
            across=happens(rng, 0.4, n),
            critical=happens(rng, 0.2, n) & (kind == len(OTHER_KINDS)),
        )

    def _offer_company(self, world: World, month: Month, present: Present) -> None:
        """Mentors for anybody, sponsors for those who grow fastest; neither is the person's own manager."""
        rng, people = world.streams["mentors"], world.people
        level, growth = people.level[present.ids], people.growth[present.ids]
        free = ~present.is_on_leave
        is_mentored = free & happens(rng, YEARLY_MENTORED / 12, len(free))
        is_promising = free & (level >= SPONSORED_FROM) & (growth > SPONSORED_GROWTH)
        is_sponsored = is_promising & happens(rng, YEARLY_SPONSORED / 12, len(free))
        for record, chosen, from_level in (
            ("mentoring", is_mentored, MENTORS_FROM), ("sponsoring", is_sponsored, SPONSORS_FROM)
        ):  # fmt: skip
            who = present.ids[chosen]
            able = free & (level >= from_level)
            inclined = np.where(present.is_lead[able], BY_LEADS, 1.0) * world.conduct(present.ids[able])
            partner = rng.choice(present.ids[able], len(who), p=inclined / inclined.sum())
            apart = (partner != who) & (partner != people.manager[who])
            who, partner = who[apart], partner[apart]
            not_before = np.maximum(people.manager_since[who], people.hired[partner])
            self._offers[record].add(
                person=who,
                id=self._ids(record[0].upper() + "N", len(who)),
                employee=world.directory.numbers(who),
                partner=world.directory.numbers(partner),
                **_life(rng, month, not_before, RELATION_DAYS, np.zeros(len(who))),
            )

    def _plan(self, world: World, month: Month, present: Present) -> None:
        """Development plans with one to four actions each, which aim at criteria of the next level's ladder.

        The first month knows of the plans of a whole year.
        """
        rng, people = world.streams["plans"], world.people
        months = 12 if month.index == 0 else 1
        yearly = YEARLY_PLANNING * world.conduct(present.working)
        ids = present.working[happens(rng, yearly / 12 * months, len(present.working))]
        n_plans = len(ids)
        plan, n_items = self._ids("PL", n_plans), rng.integers(1, 5, n_plans)
        earlier = rng.integers(0, months, n_plans) * 30
        created = np.maximum(days_in(rng, month, n_plans) - earlier, people.hired[ids])
        closed = created + rng.integers(300, 420, n_plans)
        interest, is_shared = rng.integers(0, len(INTERESTS), n_plans), happens(rng, 0.8, n_plans)
        target = np.where(happens(rng, 0.8, n_plans), people.track[ids], rng.integers(0, len(TRACKS), n_plans))
        # What somebody wants is asked of them, or not.
        asked = np.minimum(SHARE_ASPIRING * world.conduct(ids), MOST_ASPIRING)
        interest[~happens(rng, asked, n_plans)] = -1
        target[~happens(rng, asked, n_plans)] = -1
        of = np.repeat(np.arange(n_plans), n_items)
        who, n = ids[of], len(of)
        due = created[of] + rng.integers(60, 330, n)
        is_done = happens(rng, np.clip((0.6 + 0.1 * people.growth[who]) * world.conduct(who), 0.1, 0.95), n)
        done = np.maximum(due + rng.integers(-50, 40, n), created[of] + 1)
        plan, start = plan.gather(of), rng.integers(0, 1 << 20, n_plans)
        columns: dict[str, Column] = {
            "Plan": plan,
            "Employee No": world.directory.numbers(who),
            "Career Interest": labels(INTERESTS, interest[of]),
            "Target Track": labels(TRACKS, target[of]),
            "Shared": is_shared[of],
            "Action": plan + "-" + pl.Series(rank_within(of) + 1).cast(pl.String),
            "Activity": labels(ACTIVITY_TYPES, rng.integers(0, len(ACTIVITY_TYPES), n)),
            "Competency": labels(COMPETENCY_IDS, rng.integers(0, len(COMPETENCY_IDS), n)),
            "Criterion": _criteria(people.level[who] + 1, people.track[who], start[of] + rank_within(of)),
            "Due": dates(due),
            "Obstacle": labels(OBSTACLES, rng.integers(0, len(OBSTACLES), n)),
        }
        self._plans.add(
            person=who,
            created=created[of],
            completed=np.where(is_done, done, NEVER),
            stalled=np.where(is_done | happens(rng, 1 - SHARE_STALLED, n), NEVER, due + 10),
            closed=closed[of],
            **columns,
        )


def _life(
    rng: np.random.Generator, month: Month, not_before: Array, days: tuple[int, int], share_debriefed: Array
) -> dict[str, Array | pl.Series]:
    """When something offered is answered, begins, ends and is talked through, and what came of it."""
    n = len(not_before)
    offered = days_in(rng, month, n, not_before)
    answered = offered + rng.integers(1, 21, n)
    answer = codes(rng, ANSWER_SHARES, n)
    is_taken = answer == 0
    starts = answered + rng.integers(5, 30, n)
    ends = starts + rng.integers(*days, n)
    debriefed = ends + rng.integers(1, 25, n)
    return {
        "offered": offered,
        "accepted": np.where(is_taken, answered, NEVER),
        "declined": np.where(answer == 1, answered, NEVER),
        "starts": np.where(is_taken, starts, NEVER),
        "ends": np.where(is_taken, ends, NEVER),
        "debriefed": np.where(is_taken & happens(rng, share_debriefed, n), debriefed, NEVER),
        "satisfaction": rng.integers(2, 6, n),
        "outcome": labels(OUTCOMES, codes(rng, OUTCOME_SHARES, n)),
    }


def _told(record: str, told: pl.DataFrame) -> pl.DataFrame:
    """One kind of offer with news; satisfaction and outcome are known from its end on."""
    if not told.height:
        return told
    known = pl.when(pl.col("ends").is_not_null()).then(pl.col("satisfaction", "outcome"))
    return told.drop("person").with_columns(known, record=pl.lit(record))


_CRITERIA = [(level, track, name) for (level, track), named in LADDER.items() for name in named]
_BY_LADDER = Groups(
    np.arange(len(_CRITERIA)),
    np.array([level * len(TRACKS) + track for level, track, _ in _CRITERIA]),
    (HIGHEST + 2) * len(TRACKS),
)


def _criteria(level: Array, track: Array, step: Array) -> pl.Series:
    """The `step`-th criterion of each ladder, counted round; none where there is no ladder."""
    keys = level.astype(np.int64) * len(TRACKS) + track
    has_ladder = _BY_LADDER.sizes[keys] > 0
    some = np.where(has_ladder, keys, _BY_LADDER.keys[0])
    return labels([name for *_, name in _CRITERIA], np.where(has_ladder, _BY_LADDER.member(some, step), -1))
