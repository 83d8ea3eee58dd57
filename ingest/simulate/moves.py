"""Changes that are dated on the first of a month: reorganisation, promotion, appointment, moves, working time.

Here: who moves where. Not here: joining and leaving (`careers`) and who is promoted (`promotions`).
"""

import numpy as np

from ingest.simulate.draws import happens, monthly
from ingest.simulate.jobs import INTERNAL, UNSET, assign_managers, hire, note_fills
from ingest.simulate.pay import set_pay
from ingest.simulate.promotions import take_effect
from ingest.simulate.specification import NEVER, Array, Month
from ingest.simulate.vocabulary import (
    APPOINTMENT,
    DEMOTION,
    HOURS_CHANGE,
    LATERAL,
    PEOPLE_LEAD,
    REORGANISATION,
    SPECIALISMS,
    TRANSFER,
)
from ingest.simulate.world import World

REORGANISATION_MONTH = 7
REORGANISED_SHARE, SHARE_TRANSFERRED = 0.06, 0.15
SHARE_OF_HEADS_FILLED_A_MONTH = 0.5
SHARE_FILLED_INTERNALLY = 0.6
LOWEST_LEAD = 4
YEARLY_LATERAL, HIGHEST_LATERAL, SHARE_CHANGING_FAMILY = 0.05, 4, 0.1
SHARE_MOVING_FAR = 0.35
YEARLY_DEMOTION = 0.004
YEARLY_HOURS_CHANGE, LESS_THAN_FULL_TIME = 0.015, 0.8


def begin_month(world: World, month: Month) -> None:
    """Everything that is dated on the first of the month; one row of job history for whoever it concerns."""
    events = np.full(world.people.capacity, UNSET)
    if month.number == REORGANISATION_MONTH:
        _reorganise(world, month, events)
    promoted = take_effect(world, month, events)
    rescheduled = _change_hours(world, events)
    _appoint(world, month, promoted, events)
    _move(world, month, events)
    demoted = _demote(world, month, events)
    assign_managers(world, events, month.first)
    set_pay(world, promoted, month.first, "Promotion")
    set_pay(world, rescheduled, month.first, "Working Time")
    set_pay(world, demoted, month.first, "Demotion")


def open_places(world: World, rng: np.random.Generator) -> Array:
    """Teams with room, once a place, in random order."""
    people, organisation = world.people, world.organisation
    members = np.bincount(people.unit[people.at_work()], minlength=organisation.n) - (organisation.head >= 0)
    missing = np.maximum(organisation.wanted[organisation.teams] - members[organisation.teams], 0)
    return rng.permutation(np.repeat(organisation.teams, missing))


def _movable(world: World) -> Array:
    """Who may move: employed, not on notice, no lead and not one of those who never move."""
    people = world.people
    ids = people.at_work()
    free = (people.exit[ids] == NEVER) & ~world.organisation.is_head(ids, people.unit[ids])
    return np.asarray(ids[free & ~np.isin(ids, world.irremovable)])


def _reorganise(world: World, month: Month, events: Array) -> None:
    """Put some departments under another parent, and move some of their people elsewhere."""
    rng, organisation, people = world.streams["reorganisation"], world.organisation, world.people
    siblings = np.bincount(organisation.parent, minlength=organisation.n)
    free = organisation.departments[organisation.side[organisation.departments] == 0]
    free = free[siblings[organisation.parent[free]] > 2]
    n = min(len(free), max(1, round(REORGANISED_SHARE * len(organisation.departments))))
    chosen = np.sort(rng.choice(free, n, replace=False)) if n else free
    # One department of a parent at most: none is left empty.
    chosen = chosen[np.unique(organisation.parent[chosen], return_index=True)[1]]
    parents = np.unique(organisation.parent[organisation.departments])
    steps = rng.integers(1, len(parents), len(chosen))
    position = np.searchsorted(parents, organisation.parent[chosen])
    organisation.reorganise(chosen, parents[(position + steps) % len(parents)], month.first)

    movable = _movable(world)
    inside = np.isin(organisation.parent[people.unit[movable]], chosen)
    moved = movable[inside & happens(rng, SHARE_TRANSFERRED, len(movable))]
    targets = organisation.teams[organisation.side[organisation.teams] == 0]
    people.unit[moved] = rng.choice(targets, len(moved))
    events[moved] = TRANSFER
    heads = organisation.head[chosen]
    events[heads[heads >= 0]] = REORGANISATION


def _appoint(world: World, month: Month, promoted: Array, events: Array) -> None:
    """Fill part of the vacant leads: with people promoted to that level today, peers of that level, or from outside."""
    rng, organisation, people = world.streams["appointments"], world.organisation, world.people
    vacant = np.flatnonzero(organisation.head < 0)
    vacant = vacant[happens(rng, SHARE_OF_HEADS_FILLED_A_MONTH, len(vacant))]
    ready = np.r_[promoted, rng.permutation(np.setdiff1d(_movable(world), promoted))]
    ready = ready[people.level[ready] >= LOWEST_LEAD]
    level, division = people.level[ready], organisation.division[people.unit[ready]]
    places = list(zip(organisation.nominal[vacant].tolist(), organisation.division[vacant].tolist(), strict=True))
    # Candidates by level and division, the first choice last.
    pools = {place: ready[(level == place[0]) & (division == place[1])][::-1].tolist() for place in dict.fromkeys(places)}
    chosen = [
        pools[place].pop() if pools[place] and luck < SHARE_FILLED_INTERNALLY else -1
        for place, luck in zip(places, rng.random(len(places)), strict=True)
    ]
    ids = np.array(chosen, np.int64)
    _lead(world, vacant[ids >= 0], ids[ids >= 0], month.first, events)
    # The rest waits for the next month, for a panel, or for somebody from outside.
    units = vacant[(ids < 0) & happens(rng, 1 - SHARE_FILLED_INTERNALLY, len(vacant))]
    hire(world, units, organisation.nominal[units], np.full(len(units), month.first), is_head=True)


def _lead(world: World, units: Array, ids: Array, day: int, events: Array) -> None:
    """Let people of the company lead units from a day on; what they led before falls vacant."""
    people, organisation = world.people, world.organisation
    left = people.unit[ids][organisation.is_head(ids, people.unit[ids])]
    organisation.vacate(left, np.full(len(left), day))
    people.unit[ids], people.track[ids] = units, PEOPLE_LEAD
    organisation.appoint(units, ids, day, INTERNAL)
    events[ids] = np.where(events[ids] == UNSET, APPOINTMENT, events[ids])
    note_fills(world, ids, np.full(len(ids), day), INTERNAL, is_lead=True)


def _move(world: World, month: Month, events: Array) -> None:
    """Lateral moves into open places, mostly within the division; a few change family with it."""
    rng, people, organisation = world.streams["moves"], world.people, world.organisation
    movable = _movable(world)
    movable = movable[(events[movable] == UNSET) & (people.level[movable] <= HIGHEST_LATERAL)]
    # About half of those who would move find no place near enough.
    movers = movable[happens(rng, 2 * monthly(YEARLY_LATERAL), len(movable))]
    places = open_places(world, rng)
    n = min(len(movers), len(places))
    movers, places = movers[:n], places[:n]
    is_near = organisation.division[people.unit[movers]] == organisation.division[places]
    goes = (is_near | happens(rng, SHARE_MOVING_FAR, n)) & (people.unit[movers] != places)
    movers, places = movers[goes], places[goes]
    people.unit[movers] = places
    people.specialism[movers] = (people.specialism[movers] + 1) % len(SPECIALISMS)
    changes = happens(rng, SHARE_CHANGING_FAMILY, len(movers))
    people.family[movers] = np.where(changes, organisation.family[places], people.family[movers])
    events[movers] = LATERAL
    note_fills(world, movers, np.full(len(movers), month.first), INTERNAL, is_lead=False)


def _demote(world: World, month: Month, events: Array) -> Array:
    people = world.people
    ids = _movable(world)
    ids = ids[(people.level[ids] >= 2) & (events[ids] == UNSET)]
    ids = ids[happens(world.streams["demotions"], monthly(YEARLY_DEMOTION), len(ids))]
    people.level[ids] -= 1
    people.level_since[ids] = month.first
    events[ids] = DEMOTION
    return np.asarray(ids)


def _change_hours(world: World, events: Array) -> Array:
    rng, people = world.streams["hours"], world.people
    ids = people.at_work()
    ids = ids[happens(rng, monthly(YEARLY_HOURS_CHANGE), len(ids)) & (events[ids] == UNSET)]
    people.fte[ids] = np.where(people.fte[ids] < 1, 1.0, LESS_THAN_FULL_TIME)
    events[ids] = HOURS_CHANGE
    return np.asarray(ids)
