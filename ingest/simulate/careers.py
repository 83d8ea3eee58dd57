"""What happens to people month by month: joining, leaving, being away, taking another name, growing.

Here: the order of a month's events, and those that are dated on any day. Not here: those of the first of the month
(`moves`), promotion (`promotions`) and pay (`pay`). A month runs in the order of its days, so that no row of anybody's
job history is dated before the one it follows: exits of the first day, changes dated on it, later exits, joiners.
"""

import numpy as np

from ingest.simulate.draws import codes, days_in, happens, monthly, sigmoid
from ingest.simulate.jobs import hire, leave, start
from ingest.simulate.moves import begin_month, open_places
from ingest.simulate.specification import NEVER, Array, Month, first_of_month
from ingest.simulate.vocabulary import EXIT_REASONS, REHIRE, VOLUNTARY_REASONS
from ingest.simulate.world import World

GROWTH_A_YEAR = 0.02
YEARLY_VOLUNTARY, YEARLY_INVOLUNTARY = 0.092, 0.034
VOLUNTARY_BY_MOOD, INVOLUNTARY_BY_GROWTH = -0.25, -0.3
# Newcomers leave sooner than others.
NEWCOMER_DAYS, OF_NEWCOMERS, OF_OTHERS = 730, 1.35, 0.85
SHARE_LEAVING_ON_THE_FIRST, MOST_MONTHS_OF_NOTICE = 0.6, 3
YEARLY_RENAME, SHARE_KEEPING_LOGIN = 0.012, 0.3
YEARLY_LEAVE, LEAVE_SHARES, LEAVE_DAYS, MOST_MONTHS_AWAY = 0.045, (0.4, 0.5, 0.1), (30, 270), 8
# Every half-year growth keeps this share of itself; the rest is new.
GROWTH_KEPT = 0.85
SHARE_REHIRED, DAYS_BEFORE_REHIRE, HIGHEST_REHIRED = 0.04, 180, 4
HIRED_LEVELS = (0.36, 0.36, 0.22, 0.06)


def take_over(world: World, month: Month) -> None:
    """Find some of the founded company's people away and some on notice, as in any other month."""
    people = world.people
    for back in range(MOST_MONTHS_AWAY, 0, -1):
        before = month.earlier(back)
        _go_away(world, before)
        if back <= MOST_MONTHS_OF_NOTICE:
            _give_notice(world, before)
    # Whoever would have left before the history begins is not of the company that it begins with.
    stays = people.at_work()
    stays = stays[people.exit[stays] <= month.first]
    people.exit[stays] = people.notice[stays] = NEVER
    people.exit_reason[stays], people.is_regretted[stays] = -1, False


def begin(world: World, month: Month) -> None:
    """The first day of a month."""
    if month.number in (1, 7):
        _grow(world)
    leave(world, month.first)
    begin_month(world, month)


def live_through(world: World, month: Month) -> None:
    """The other days of a month."""
    leave(world, month.last)
    _join(world, month)
    _rename(world, month)
    _go_away(world, month)
    _give_notice(world, month)


def make_average(world: World) -> None:
    """Hold the planted leaders at average growth and leading, so that what is planted is all that sets them apart."""
    planted = np.array(list(world.leaders.values()))
    world.people.growth[planted] = world.people.leading[planted] = 0.0


def _grow(world: World) -> None:
    people = world.people
    fresh = world.streams["growth"].standard_normal(people.n)
    people.growth[: people.n] = GROWTH_KEPT * people.growth[: people.n] + np.sqrt(1 - GROWTH_KEPT**2) * fresh
    make_average(world)


def _join(world: World, month: Month) -> None:
    """Fill open places up to the headcount that the company wants this month."""
    rng, people, organisation = world.streams["hires"], world.people, world.organisation
    wanted = world.specification.employees * (1 + GROWTH_A_YEAR) ** ((month.index + 1) / 12)
    n = max(0, round(wanted) - len(people.at_work()))
    places = open_places(world, rng)
    if len(places) < n:
        grown = rng.choice(organisation.teams, n - len(places))
        np.add.at(organisation.wanted, grown, 1)
        places = np.r_[places, grown]
    everybody = people.everybody()
    long_gone = ~people.active[everybody] & (people.exit[everybody] < month.first - DAYS_BEFORE_REHIRE)
    by_choice = people.exit_reason[everybody] < len(VOLUNTARY_REASONS)
    leavers = everybody[long_gone & by_choice & ~people.is_rehire[everybody]]
    n_back = min(len(leavers), rng.binomial(n, SHARE_REHIRED))
    _rehire(world, month, rng.choice(leavers, n_back, replace=False), places[:n_back])
    n_new = min(n - n_back, people.capacity - people.n)
    levels = 1 + codes(rng, HIRED_LEVELS, n_new)
    hire(world, places[n_back : n_back + n_new], levels, days_in(rng, month, n_new), is_head=False)


def _rehire(world: World, month: Month, ids: Array, places: Array) -> None:
    """A second spell of people who left by choice some time ago, under the same id."""
    people = world.people
    world.former_spells.add(**people.spells(ids))
    days = days_in(world.streams["hires"], month, len(ids))
    people.active[ids], people.is_rehire[ids] = True, True
    people.hired[ids] = people.level_since[ids] = days
    people.exit[ids] = people.notice[ids] = NEVER
    people.exit_reason[ids], people.is_regretted[ids] = -1, False
    people.level[ids] = np.minimum(people.level[ids], HIGHEST_REHIRED)
    people.unit[ids] = places
    world.happenings["rehires"] += len(ids)
    start(world, ids, days, REHIRE)


def _rename(world: World, month: Month) -> None:
    """A few people take another last name, and with it another address; not every system follows."""
    rng, people = world.streams["renames"], world.people
    ids = people.at_work()
    ids = ids[happens(rng, monthly(YEARLY_RENAME), len(ids)) & (people.renamed_on[ids] == NEVER)]
    people.renamed_on[ids] = days_in(rng, month, len(ids), people.hired[ids])
    world.directory.rename(ids, happens(rng, SHARE_KEEPING_LOGIN, len(ids)), rng)
    world.happenings["renames"] += len(ids)


def _stays(world: World, ids: Array) -> Array:
    """Who has neither given notice nor is one of those who never leave or move."""
    return np.asarray((world.people.exit[ids] == NEVER) & ~np.isin(ids, world.irremovable))


def _go_away(world: World, month: Month) -> None:
    """Leaves of absence, of a month to nine."""
    rng, people = world.streams["leaves"], world.people
    ids = people.at_work()
    is_back = people.leave_until[ids] <= month.first
    ids = ids[is_back & _stays(world, ids) & happens(rng, monthly(YEARLY_LEAVE), len(ids))]
    people.leave_from[ids] = days_in(rng, month, len(ids), people.hired[ids])
    people.leave_until[ids] = people.leave_from[ids] + rng.integers(*LEAVE_DAYS, len(ids))
    kind = codes(rng, LEAVE_SHARES, len(ids))
    world.leaves.add(person=ids, kind=kind, begins=people.leave_from[ids], ends=people.leave_until[ids])


def _give_notice(world: World, month: Month) -> None:
    """Decide who leaves, by choice or not; the employment ends in one of the next three months."""
    rng, people = world.streams["exits"], world.people
    ids = people.at_work()
    ids = ids[(people.leave_until[ids] <= month.first) & _stays(world, ids)]
    sides = world.sides(ids)
    is_new = people.hired[ids] > month.first - NEWCOMER_DAYS
    rate = YEARLY_VOLUNTARY * np.exp(VOLUNTARY_BY_MOOD * people.mood[ids]) * np.where(is_new, OF_NEWCOMERS, OF_OTHERS)
    goes = happens(rng, rate / 12 * world.effects.exits[sides], len(ids))
    rate = YEARLY_INVOLUNTARY * np.exp(INVOLUNTARY_BY_GROWTH * people.growth[ids])
    is_dismissed = happens(rng, rate / 12, len(ids)) & ~goes
    world.tallies.add("exits", sides, goes)
    n_voluntary = len(VOLUNTARY_REASONS)
    for gone, first, end in ((ids[goes], 0, n_voluntary), (ids[is_dismissed], n_voluntary, len(EXIT_REASONS))):
        n = len(gone)
        people.notice[gone] = days_in(rng, month, n, people.hired[gone])
        ahead = np.array([first_of_month(month.year, month.number, later) for later in range(1, MOST_MONTHS_OF_NOTICE + 1)])
        day = ahead[rng.integers(0, MOST_MONTHS_OF_NOTICE, n)]
        people.exit[gone] = np.where(happens(rng, SHARE_LEAVING_ON_THE_FIRST, n), day, day + rng.integers(1, 27, n))
        people.exit_reason[gone] = rng.integers(first, end, n)
        people.is_regretted[gone] = happens(rng, sigmoid(people.growth[gone]), n) & (first == 0)
