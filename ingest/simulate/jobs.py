"""Jobs and who holds them: joining, leaving, reporting to somebody, and the job history that tells of it.

Here: the steps that several events share. Not here: which events happen, and when (`careers`, `moves`, `promotions`).
"""

import numpy as np

from ingest.simulate.draws import codes, happens
from ingest.simulate.pay import set_pay
from ingest.simulate.specification import Array
from ingest.simulate.vocabulary import FAMILIES, MANAGER_CHANGE, NEW_HIRE, PEOPLE_LEAD, SITE_SHARES
from ingest.simulate.world import World

SHARE_IN_TEAM_FAMILY, SHARE_AT_TEAM_SITE = 0.75, 0.85
# What stands in an array of events where nothing happened.
UNSET = -1
EXTERNAL, INTERNAL = 0, 1


def record(world: World, ids: Array, days: Array | int, event: Array | int, manager: Array | None = None) -> None:
    """Enter the jobs that people hold now into the job history, as of `days`."""
    people, organisation = world.people, world.organisation
    units = people.unit[ids]
    world.jobs.rows.add(
        person=ids,
        day=np.broadcast_to(days, len(ids)).astype(np.int32),
        event=np.broadcast_to(event, len(ids)).astype(np.int8),
        level=people.level[ids],
        track=people.track[ids],
        family=people.family[ids],
        specialism=people.specialism[ids],
        unit=units,
        position=np.where(organisation.is_head(ids, units), units, -1),
        manager=people.manager[ids] if manager is None else manager,
        site=people.site[ids],
        fte=people.fte[ids],
    )


def leave(world: World, day: int) -> None:
    """End the employment of everybody whose first day out has come; who reported to them reports to the lead above."""
    people, organisation = world.people, world.organisation
    at_work = people.at_work()
    gone = at_work[people.exit[at_work] <= day]
    people.active[gone] = False
    heads = gone[organisation.is_head(gone, people.unit[gone])]
    organisation.vacate(people.unit[heads], people.exit[heads])
    assign_managers(world, np.full(people.n, UNSET), day=None)


def assign_managers(world: World, events: Array, day: int | None) -> None:
    """Let everybody report to whom the units say, and record whoever has an event or another manager.

    Without `day`, the change is dated on the day on which the former manager left.
    """
    people = world.people
    ids = people.at_work()
    manager, before = world.organisation.managers(ids, people.unit[ids]), people.manager[ids]
    changed = (manager != before) | (events[ids] != UNSET)
    ids, manager, before = ids[changed], manager[changed], before[changed]
    if not len(ids):
        return
    since = people.exit[before] if day is None else np.full(len(ids), day)
    people.manager_since[ids] = np.where(manager != before, since, people.manager_since[ids])
    people.manager[ids] = manager
    record(world, ids, since, np.where(events[ids] == UNSET, MANAGER_CHANGE, events[ids]))


def settle(world: World, units: Array, levels: Array, days: Array) -> Array:
    """Draw new people, name them and put them into units; their positions."""
    rng, people, organisation = world.streams["people"], world.people, world.organisation
    n = len(units)
    is_usual = happens(rng, SHARE_IN_TEAM_FAMILY, n)
    family = np.where(is_usual, organisation.family[units], rng.integers(0, len(FAMILIES), n))
    ids = people.enter(family, levels, days, rng)
    people.unit[ids] = units
    is_near = happens(rng, SHARE_AT_TEAM_SITE, n)
    people.site[ids] = np.where(is_near, organisation.site[units], codes(rng, SITE_SHARES, n))
    world.directory.enter(n, world.streams["names"])
    return ids


def hire(world: World, units: Array, levels: Array, days: Array, *, is_head: bool) -> None:
    """Hire people from outside into units, as their leads (all on one day) or their members."""
    people = world.people
    ids = settle(world, units, levels, days)
    if is_head and len(ids):
        world.organisation.appoint(units, ids, int(days[0]), EXTERNAL)
        people.track[ids] = PEOPLE_LEAD
    note_fills(world, ids, days, EXTERNAL, is_lead=is_head)
    start(world, ids, days, NEW_HIRE)


def start(world: World, ids: Array, days: Array, event: int) -> None:
    """Begin people's employment in the units they are in: a manager, a first row of job history, pay."""
    people = world.people
    people.manager[ids] = world.organisation.managers(ids, people.unit[ids])
    people.manager_since[ids] = days
    record(world, ids, days, event)
    set_pay(world, ids, days, "Hire")


def note_fills(world: World, ids: Array, days: Array, source: int, *, is_lead: bool) -> None:
    """Enter who filled which place, for the postings."""
    units = world.people.unit[ids]
    world.fills.add(
        person=ids,
        unit=units,
        level=world.people.level[ids],
        day=days,
        source=source,
        position=np.where(is_lead, units, -1),
    )
