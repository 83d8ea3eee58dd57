"""talentsuite's leadership contracts: what each lead above a level commits to for a year, and what came of it.

Here: expectations, activities, indicators, milestones, amendments and escalations, exported quarterly as records of one
JSON document. Not here: development plans of everybody else (`opportunities`).
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from ingest.simulate.draws import happens, rank_within, sigmoid
from ingest.simulate.everyday import SOURCE
from ingest.simulate.exports import dates
from ingest.simulate.framework import ACTIVITY_TYPES, LEADERSHIP_IDS
from ingest.simulate.names import labels
from ingest.simulate.specification import NEVER, Array, Month, month_number, month_starts
from ingest.simulate.telling import Cases, Column
from ingest.simulate.vocabulary import CURRENCIES
from ingest.simulate.world import Present, World

FROM_LEVEL = 5
MONTHS, N_OF_EACH = 12, 3
CADENCE_DAYS, AMENDED_CADENCE_DAYS = 30, 21
CAUSES, REMEDIES = ("overload", "dependency", "scope", "budget"), ("new_date", "more_support", "smaller_scope")
CHANGES, REASONS = ("deadline", "target", "activity", "owner"), ("reorganisation", "priorities", "resources")
# Log odds at average growth, and what a unit of growth adds.
MET_ON_TIME, MET_BY_GROWTH = 0.9, 0.8
DONE, DONE_BY_GROWTH = 0.6, 0.6
SHARE_AMENDED, SHARE_RESOLVED = 0.25, 0.8
# Of the milestones that are missed.
SHARE_MET_LATE, SHARE_BLOCKED, SHARE_ESCALATED = 0.5, 0.4, 0.7


class Indicator(NamedTuple):
    """A success indicator that contracts name."""

    metric: str
    source: str
    baseline: float
    target: float


INDICATORS = (
    Indicator("engagement_index", "warehouse", 3.8, 4.0),
    Indicator("checkin_cadence", "warehouse", 0.55, 0.7),
    Indicator("recovery_plans_on_time", "external", 0.6, 0.8),
    Indicator("regretted_exits", "warehouse", 0.05, 0.03),
)


class Agreed(NamedTuple):
    """The contracts that one quarter's first export tells of; `month` is the one in which each begins."""

    person: Array
    contract: pl.Series
    leader: pl.Series
    month: Array

    def parts(self, n_each: int, initial: str) -> tuple[Array, dict[str, Array | pl.Series]]:
        """Which contract each of `n_each` parts belongs to, and the columns that name the part."""
        of = np.repeat(np.arange(len(self.person)), n_each)
        number = pl.Series(rank_within(of) + 1).cast(pl.String)
        contract = self.contract.gather(of)
        return of, {
            "person": self.person[of],
            "contract": contract,
            "leader": self.leader.gather(of),
            "id": contract + f"-{initial}" + number,
            "since": month_starts(self.month)[of],
        }


class LeadershipContracts:
    """A contract for each lead above the level, a year long, from the first quarter on in which they are one."""

    def __init__(self) -> None:
        self._runs_until: Array = np.empty(0, np.int64)
        self._records = {
            "contract": Cases(("valid_from", "valid_to"), owner="person"),
            "expectation": Cases(("since",), owner="person"),
            "activity": Cases(("since", "completed"), owner="person"),
            "indicator": Cases(("since",), owner="person"),
            "milestone": Cases(("since", "met", "missed"), owner="person"),
            "amendment": Cases(("approved",), owner="person"),
            "escalation": Cases(("raised", "resolved"), owner="person"),
        }

    def run(self, world: World, present: Present) -> None:
        """Agree contracts in the first month of a quarter; export what is new at its end."""
        month = present.month
        if month.number % 3 == 1 or month.index == 0:
            self._agree(world, month, present)
        if month.closes_quarter:
            told = [_told(record, cases, world, month) for record, cases in self._records.items()]
            world.landing.json(SOURCE, "contracts", month, told)

    def _agree(self, world: World, month: Month, present: Present) -> None:
        """A contract for whoever is entitled and has none; the first month finds most of them under way."""
        people, rng = world.people, world.streams["contracts"]
        if not len(self._runs_until):
            self._runs_until = np.zeros(people.capacity, np.int64)
        entitled = present.is_lead & (people.level[present.ids] >= FROM_LEVEL) & (present.manager >= 0)
        ids = present.ids[entitled & ~present.is_on_leave]
        ids = ids[self._runs_until[ids] <= month.first]
        now = month_number(month.first)
        begun = now - 3 * rng.integers(0, 4, len(ids)) * (month.index == 0)
        begun = np.where(people.hired[ids] > month_starts(begun), now, begun)
        self._runs_until[ids] = month_starts(begun + MONTHS)
        leader = world.directory.numbers(ids)
        contract = "LC-" + leader + "-" + dates(month_starts(begun)).dt.to_string("%Y%m")
        agreed = Agreed(ids, contract, leader, begun)
        self._sign(world, agreed)
        self._expect(world, agreed)
        self._set_milestones(world, agreed)

    def _sign(self, world: World, agreed: Agreed) -> None:
        """Contracts and, for some, an amendment that makes a second version."""
        rng, n = world.streams["contracts"], len(agreed.person)
        approver = world.directory.numbers(world.people.manager[agreed.person])
        begins, ends = month_starts(agreed.month), month_starts(agreed.month + MONTHS)
        is_amended = happens(rng, SHARE_AMENDED, n)
        amended = np.where(is_amended, begins + rng.integers(20, 350, n), NEVER)
        self._records["contract"].add(
            person=agreed.person, contract=agreed.contract, leader=agreed.leader, approver=approver, version=1,
            valid_from=begins, valid_to=np.minimum(amended, ends), cadence=CADENCE_DAYS,
        )  # fmt: skip
        which = np.flatnonzero(is_amended)
        day, contract = amended[which], agreed.contract.gather(which)
        again: dict[str, Column] = {
            "person": agreed.person[which],
            "contract": contract,
            "leader": agreed.leader.gather(which),
        }
        self._records["contract"].add(
            **again, approver=approver.gather(which), version=2, valid_from=day, valid_to=ends[which],
            cadence=AMENDED_CADENCE_DAYS,
        )  # fmt: skip
        self._records["amendment"].add(
            **again, approver=approver.gather(which), id=contract + "-V2", version=2, approved=day,
            changed=labels(CHANGES, rng.integers(0, len(CHANGES), len(which))),
            reason=labels(REASONS, rng.integers(0, len(REASONS), len(which))),
        )  # fmt: skip

    def _expect(self, world: World, agreed: Agreed) -> None:
        """Behaviours expected, activities agreed, indicators of success."""
        rng, people, directory = world.streams["contracts"], world.people, world.directory
        of, part = agreed.parts(N_OF_EACH, "E")
        who, n = agreed.person[of], len(of)
        # Neighbours in the lists, so that no contract names one twice.
        choice = rng.integers(0, 12, len(agreed.person))[of] + rank_within(of)
        competency = labels(LEADERSHIP_IDS, choice % len(LEADERSHIP_IDS))
        level = pl.Series(people.level[who]).cast(pl.String)
        self._records["expectation"].add(**part, competency=competency, behaviour=competency + "-people_lead-" + level)

        _, part = agreed.parts(N_OF_EACH, "A")
        begins, ends = month_starts(agreed.month)[of], month_starts(agreed.month + MONTHS)[of]
        deadline = begins + rng.integers(30, 365, n)
        is_done = happens(rng, sigmoid(DONE + DONE_BY_GROWTH * people.growth[who]), n)
        completed = np.maximum(deadline + rng.integers(-25, 20, n), begins + 5)
        self._records["activity"].add(
            **part, activity=labels(ACTIVITY_TYPES, choice % len(ACTIVITY_TYPES)), deadline=dates(deadline),
            completed=np.where(is_done, completed, NEVER), support=directory.numbers(people.manager[who]),
            hours=4 * rng.integers(1, 7, n), budget=250 * rng.integers(0, 5, n),
            currency=labels(CURRENCIES, people.site[who]),
        )  # fmt: skip

        _, part = agreed.parts(N_OF_EACH, "I")
        which = choice % len(INDICATORS)
        self._records["indicator"].add(
            **part, metric=labels([one.metric for one in INDICATORS], which),
            data_source=labels([one.source for one in INDICATORS], which),
            baseline=np.array([one.baseline for one in INDICATORS])[which],
            target=np.array([one.target for one in INDICATORS])[which], due=dates(ends - 1),
        )  # fmt: skip

    def _set_milestones(self, world: World, agreed: Agreed) -> None:
        """One milestone at the end of each quarter of the contract; growth carries whether it is met in time."""
        rng, people = world.streams["milestones"], world.people
        of, part = agreed.parts(MONTHS // 3, "M")
        who, n = agreed.person[of], len(of)
        due = month_starts(agreed.month[of] + 3 * (rank_within(of) + 1)) - 1
        in_time = happens(rng, sigmoid(MET_ON_TIME + MET_BY_GROWTH * people.growth[who]), n)
        is_late = ~in_time & happens(rng, SHARE_MET_LATE, n)
        is_blocked = ~in_time & happens(rng, SHARE_BLOCKED, n)
        met = np.where(in_time, due - rng.integers(0, 20, n), np.where(is_late, due + rng.integers(5, 50, n), NEVER))
        self._records["milestone"].add(
            **part, due=dates(due), met=met, missed=np.where(in_time, NEVER, due + 1), blocked=is_blocked,
            cause=labels(CAUSES, rng.integers(0, len(CAUSES), n)),
            remedy=labels(REMEDIES, rng.integers(0, len(REMEDIES), n)),
        )  # fmt: skip
        which = np.flatnonzero(is_blocked & happens(rng, SHARE_ESCALATED, n))
        raised = due[which] + rng.integers(2, 15, len(which))
        resolved = raised + rng.integers(7, 60, len(which))
        milestone = pl.Series(part["id"]).gather(which)
        self._records["escalation"].add(
            person=who[which], contract=agreed.contract.gather(of[which]), leader=agreed.leader.gather(of[which]),
            id=milestone + "-X", milestone=milestone, raised=raised,
            resolved=np.where(happens(rng, SHARE_RESOLVED, len(which)), resolved, NEVER),
            reason=labels(CAUSES, rng.integers(0, len(CAUSES), len(which))),
        )  # fmt: skip


def _told(record: str, cases: Cases, world: World, month: Month) -> pl.DataFrame:
    """One kind of record with news; why a milestone was missed is known once it is."""
    told = cases.news(month.last, world.people.exit)
    if not told.height:
        return told
    if record == "milestone":
        is_missed = pl.col("missed").is_not_null()
        told = told.with_columns(
            pl.col("blocked") & is_missed & pl.col("met").is_null(),
            pl.when(is_missed).then(pl.col("cause", "remedy")),
        )
    return told.drop("person").with_columns(record=pl.lit(record))
