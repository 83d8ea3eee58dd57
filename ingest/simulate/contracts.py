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
    """A success indicator that contracts name, and the relative change agreed.

    What the warehouse measures has no baseline here: it is whatever was measured when the contract began.
    """

    metric: str
    change: float
    source: str = "warehouse"
    baseline: float = np.nan


INDICATORS = (
    Indicator("engagement_index", 0.03),
    Indicator("checkin_cadence", 0.15),
    Indicator("learning_hours_per_fte", 0.2),
    Indicator("feedback_participation", 0.3),
    Indicator("voluntary_turnover", -0.2),
    Indicator("response_rate", 0.05),
    Indicator("engagement_favourable", 0.05),
    Indicator("recovery_plans_on_time", 0.2, "external", 0.62),
)
# What an amendment leaves of a change agreed, and by how many days it moves a deadline.
TARGET_KEPT, DAYS_GRANTED = 0.6, 30


class Agreed(NamedTuple):
    """The contracts that one quarter's first export tells of; `month` is the one in which each begins."""

    person: Array
    contract: pl.Series
    leader: pl.Series
    month: Array
    # When an amendment takes effect, or NEVER, and what it changes, as a position in CHANGES.
    amended: Array
    change: Array

    def changed(self, what: str, of: Array) -> Array:
        """The day from which a contract's parts have other terms; NEVER where its amendment is about something else."""
        return np.where(self.change == CHANGES.index(what), self.amended, NEVER)[of]

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
        self._n = 0
        self._records = {
            "contract": Cases(("valid_from", "valid_to"), owner="person"),
            "expectation": Cases(("since",), owner="person"),
            "activity": Cases(("since", "changed", "completed"), owner="person"),
            "indicator": Cases(("since", "changed"), owner="person"),
            "milestone": Cases(("since", "changed", "met", "missed"), owner="person"),
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
        n = len(ids)
        contract = "LC" + pl.Series(np.arange(self._n, self._n + n)).cast(pl.String)
        self._n += n
        is_amended = happens(rng, SHARE_AMENDED, n)
        amended = np.where(is_amended, month_starts(begun) + rng.integers(20, 350, n), NEVER)
        agreed = Agreed(ids, contract, leader, begun, amended, rng.integers(0, len(CHANGES), n))
        self._sign(world, agreed)
        self._expect(world, agreed)
        leads_leads = np.isin(ids, present.manager[present.is_lead])
        self._aim(world, agreed, np.where(leads_leads, 1, 0))
        self._set_milestones(world, agreed)

    def _sign(self, world: World, agreed: Agreed) -> None:
        """Contracts and, for some, an amendment that makes a second version."""
        rng = world.streams["contracts"]
        approver = world.directory.numbers(world.people.manager[agreed.person])
        begins, ends = month_starts(agreed.month), month_starts(agreed.month + MONTHS)
        self._records["contract"].add(
            person=agreed.person, contract=agreed.contract, leader=agreed.leader, owner=agreed.leader,
            approver=approver, version=1, valid_from=begins, valid_to=np.minimum(agreed.amended, ends),
            cadence=CADENCE_DAYS,
        )  # fmt: skip
        which = np.flatnonzero(agreed.amended < NEVER)
        day, contract, change = agreed.amended[which], agreed.contract.gather(which), agreed.change[which]
        passes = pl.Series(change == CHANGES.index("owner"))
        owner = approver.gather(which).zip_with(passes, agreed.leader.gather(which))
        again: dict[str, Column] = {
            "person": agreed.person[which],
            "contract": contract,
            "leader": agreed.leader.gather(which),
        }
        self._records["contract"].add(
            **again, owner=owner, approver=approver.gather(which), version=2, valid_from=day, valid_to=ends[which],
            cadence=AMENDED_CADENCE_DAYS,
        )  # fmt: skip
        self._records["amendment"].add(
            **again, approver=approver.gather(which), id=contract + "-V2", version=2, approved=day,
            changed=labels(CHANGES, change),
            reason=labels(REASONS, rng.integers(0, len(REASONS), len(which))),
        )  # fmt: skip

    def _expect(self, world: World, agreed: Agreed) -> None:
        """Behaviours expected and activities agreed."""
        rng, people, directory = world.streams["contracts"], world.people, world.directory
        of, part = agreed.parts(N_OF_EACH, "E")
        who, n = agreed.person[of], len(of)
        # Neighbours in the lists, so that no contract names one twice.
        choice = rng.integers(0, 12, len(agreed.person))[of] + rank_within(of)
        competency = labels(LEADERSHIP_IDS, choice % len(LEADERSHIP_IDS))
        level = pl.Series(people.level[who]).cast(pl.String)
        self._records["expectation"].add(**part, competency=competency, behaviour=competency + "-people_lead-" + level)

        _, part = agreed.parts(N_OF_EACH, "A")
        begins = month_starts(agreed.month)[of]
        first = begins + rng.integers(30, 365, n)
        changed = agreed.changed("activity", of)
        changed = np.where(first > changed + DAYS_GRANTED, changed, NEVER)
        deadline = first + np.where(changed < NEVER, DAYS_GRANTED, 0)
        is_done = happens(rng, sigmoid(DONE + DONE_BY_GROWTH * people.growth[who]), n)
        completed = np.maximum(deadline + rng.integers(-25, 20, n), begins + 5)
        self._records["activity"].add(
            **part, activity=labels(ACTIVITY_TYPES, choice % len(ACTIVITY_TYPES)), changed=changed,
            deadline_first=dates(first), deadline=dates(deadline),
            completed=np.where(is_done, completed, NEVER), support=directory.numbers(people.manager[who]),
            hours=4 * rng.integers(1, 7, n), budget=250 * rng.integers(0, 5, n),
            currency=labels(CURRENCIES, people.site[who]),
        )  # fmt: skip

    def _aim(self, world: World, agreed: Agreed, scope: Array) -> None:
        """Indicators of success: of the team, or of everybody below whoever leads leads; a typed-in one of the division."""
        rng, organisation = world.streams["indicators"], world.organisation
        of, part = agreed.parts(N_OF_EACH, "I")
        which = (rng.integers(0, len(INDICATORS), len(agreed.person))[of] + rank_within(of)) % len(INDICATORS)
        metrics, changes, sources, baselines = (list(column) for column in zip(
            *((one.metric, one.change, one.source, one.baseline) for one in INDICATORS), strict=True
        ))  # fmt: skip
        is_external = pl.Series(np.array([source == "external" for source in sources])[which])
        division = organisation.unit_ids(organisation.division[world.people.unit[agreed.person[of]]])
        change = np.array(changes)[which]
        self._records["indicator"].add(
            **part, metric=labels(metrics, which), data_source=labels(sources, which),
            scope=labels(("team", "organisation"), scope[of]).set(is_external, "unit"),
            scope_id=division.set(~is_external, None), changed=agreed.changed("target", of),
            baseline=pl.Series(np.array(baselines)[which], nan_to_null=True),
            change_first=change, change=np.round(change * np.where(agreed.changed("target", of) < NEVER, TARGET_KEPT, 1), 3),
            due=dates(month_starts(agreed.month + MONTHS)[of] - 1),
        )  # fmt: skip

    def _set_milestones(self, world: World, agreed: Agreed) -> None:
        """One milestone at the end of each quarter of the contract; growth carries whether it is met in time."""
        rng, people = world.streams["milestones"], world.people
        of, part = agreed.parts(MONTHS // 3, "M")
        who, n = agreed.person[of], len(of)
        first = month_starts(agreed.month[of] + 3 * (rank_within(of) + 1)) - 1
        changed = agreed.changed("deadline", of)
        changed = np.where(first > changed + DAYS_GRANTED, changed, NEVER)
        due = first + np.where(changed < NEVER, DAYS_GRANTED, 0)
        in_time = happens(rng, sigmoid(MET_ON_TIME + MET_BY_GROWTH * people.growth[who]), n)
        is_late = ~in_time & happens(rng, SHARE_MET_LATE, n)
        is_blocked = ~in_time & happens(rng, SHARE_BLOCKED, n)
        met = np.where(in_time, due - rng.integers(0, 20, n), np.where(is_late, due + rng.integers(5, 50, n), NEVER))
        self._records["milestone"].add(
            **part, changed=changed, due_first=dates(first), due=dates(due), met=met,
            missed=np.where(in_time, NEVER, due + 1), blocked=is_blocked,
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
    """One kind of record with news: terms as they stand that day, and why a milestone was missed once it is."""
    told = cases.news(month.last, world.people.exit)
    if not told.height:
        return told
    # `deadline_first` is what `deadline` says until the amendment takes effect
    terms = [column for column in told.columns if column.endswith("_first")]
    told = told.with_columns(
        pl.when(pl.col("changed").is_null())
        .then(term)
        .otherwise(term.removesuffix("_first"))
        .alias(term.removesuffix("_first"))
        for term in terms
    ).drop(*terms, *(["changed"] if terms else []))
    if record == "milestone":
        is_missed = pl.col("missed").is_not_null()
        told = told.with_columns(
            pl.col("blocked") & is_missed & pl.col("met").is_null(),
            pl.when(is_missed).then(pl.col("cause", "remedy")),
        )
    return told.drop("person").with_columns(record=pl.lit(record))
