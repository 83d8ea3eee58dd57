"""The company as it stands when the history begins: who works where, since when, and the first rows of their history.

Here: the first month's population. Not here: anybody who joins later (`careers`).
"""

import numpy as np

from ingest.simulate.careers import make_average
from ingest.simulate.draws import codes, happens
from ingest.simulate.jobs import record, settle
from ingest.simulate.pay import REVIEW_MONTH, set_pay
from ingest.simulate.specification import Array, Month, first_of_month
from ingest.simulate.vocabulary import MANAGER_CHANGE, NEW_HIRE, PEOPLE_LEAD, PROMOTION
from ingest.simulate.world import World

MEMBER_LEVELS = (0.24, 0.34, 0.31, 0.11)
SHARE_OF_STAFF = 0.03
SHARE_OF_LEADS_ABOVE = 0.3
MEAN_DAYS_IN_LEVEL, MOST_DAYS_IN_LEVEL = 800.0, 3650
SHARE_HIRED_INTO_LEVEL = 0.45
SHARE_REHIRED_BEFORE = 0.04


def found(world: World, month: Month) -> None:
    """Employ the first people, each with a lead above and a history behind."""
    people, organisation, rng = world.people, world.organisation, world.streams["founding"]
    units, levels, n_heads = _places(world, rng)
    n = len(units)
    in_level = np.minimum(rng.exponential(MEAN_DAYS_IN_LEVEL, n), MOST_DAYS_IN_LEVEL).astype(np.int64) + 30
    since = month.first - in_level
    before = np.where(happens(rng, SHARE_HIRED_INTO_LEVEL, n) | (levels == 1), 0, rng.integers(300, 500, n) * levels)
    ids = settle(world, units, levels, since - before)
    people.level_since[ids] = since
    people.is_rehire[ids] = happens(rng, SHARE_REHIRED_BEFORE, n)
    people.first_hired[ids] -= np.where(people.is_rehire[ids], rng.integers(700, 2000, n), 0)
    heads = ids[:n_heads]
    people.track[heads] = PEOPLE_LEAD
    organisation.found(heads, since[:n_heads])
    make_average(world)

    manager = organisation.managers(ids, units)
    people.manager[ids] = manager
    joined = np.where(manager >= 0, people.hired[manager], 0)
    people.manager_since[ids] = np.maximum(since, joined)
    # A lead who joined later than the person took up the job is the second lead of that job; the first is not known.
    came_later = joined > since
    event = np.where(people.hired[ids] == since, NEW_HIRE, PROMOTION)
    record(world, ids, since, event, manager=np.where(came_later, -1, manager))
    record(world, ids[came_later], joined[came_later], MANAGER_CHANGE)
    last_review = first_of_month(month.year - (month.number <= REVIEW_MONTH), REVIEW_MONTH)
    set_pay(world, ids, np.maximum(since, last_review), "Annual Review")


def _places(world: World, rng: np.random.Generator) -> tuple[Array, Array, int]:
    """Unit and level of every first job, the heads' first, in the order of their units."""
    organisation, n = world.organisation, world.specification.employees
    above = organisation.nominal[organisation.parent]
    higher = happens(rng, SHARE_OF_LEADS_ABOVE, organisation.n) & (organisation.nominal < np.minimum(above, 7))
    head_levels = organisation.nominal + higher

    n_staff = round(SHARE_OF_STAFF * n)
    staff = organisation.departments[np.arange(n_staff) % len(organisation.departments)]
    staff_levels = np.where(organisation.nominal[staff] >= 6, 5 + happens(rng, 0.3, n_staff), 5)

    n_members = n - organisation.n - n_staff
    members = organisation.teams[np.arange(n_members) % len(organisation.teams)]
    # A third of the places moves to another team, so that spans differ.
    moved = happens(rng, 0.33, n_members)
    members = np.where(moved, rng.choice(organisation.teams, n_members), members)
    organisation.wanted += np.bincount(members, minlength=organisation.n)
    units = np.concatenate([np.arange(organisation.n), staff, members])
    levels = np.concatenate([head_levels, staff_levels, 1 + codes(rng, MEMBER_LEVELS, n_members)])
    return units, levels, organisation.n
