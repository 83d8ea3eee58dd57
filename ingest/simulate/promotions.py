"""Promotion: two panels a year in each division, and what their decisions change a month later.

Here: who is eligible, who is put forward, what panels decide. Growth carries both steps; nothing else does but, in the
biased division, the planted odds. Not here: the panels' export (`talentsuite`).
"""

import numpy as np

from ingest.simulate.draws import happens, sigmoid
from ingest.simulate.framework import MONTHS_IN_LEVEL
from ingest.simulate.specification import NEVER, Array, Month
from ingest.simulate.vocabulary import HIGHEST, PROMOTION, WOMAN
from ingest.simulate.world import World

PANEL_MONTHS = (3, 9)
# Log odds of being put forward, and of being promoted, at average growth.
PUT_FORWARD, PUT_FORWARD_BY_GROWTH, PUT_FORWARD_BY_LEVEL = -1.65, 1.1, -0.2
PROMOTED, PROMOTED_BY_GROWTH = -1.15, 0.9
# A new level asks for more: what was growth before is partly expected now.
NEW_BAR = 0.6
SHARE_TOLD_LATE = 0.12


def hold_panels(world: World, month: Month) -> None:
    """Put people forward and decide, in the months of panels."""
    if month.number not in PANEL_MONTHS:
        return
    rng, people, organisation = world.streams["panels"], world.people, world.organisation
    ids = people.at_work()
    level, units = people.level[ids], people.unit[ids]
    months_in_level = (month.last - people.level_since[ids]) / 30.4
    # Leads stay below the lead above; everybody else can become a Director.
    top = np.where(organisation.is_head(ids, units), organisation.nominal[organisation.parent[units]], 6)
    eligible = (
        (people.exit[ids] == NEVER)
        & (level < np.minimum(top, HIGHEST - 1))
        & (months_in_level >= np.r_[0, MONTHS_IN_LEVEL][level])
        & ~np.isin(ids, world.irremovable)
    )
    ids = ids[eligible]
    odds = PUT_FORWARD + PUT_FORWARD_BY_GROWTH * people.growth[ids] + PUT_FORWARD_BY_LEVEL * (people.level[ids] - 2)
    ids = ids[happens(rng, sigmoid(odds), len(ids))]

    growth, is_woman, is_biased = people.growth[ids], people.gender[ids] == WOMAN, world.is_biased(ids)
    bias = np.log(world.effects.panel_odds) * (is_woman & is_biased)
    promote = happens(rng, sigmoid(PROMOTED + PROMOTED_BY_GROWTH * growth + bias), len(ids))
    decline = happens(rng, 0.3, len(ids)) & ~promote
    world.tallies.add("panel_biased", is_woman[is_biased].astype(int), promote[is_biased])
    world.tallies.add("panel_others", is_woman[~is_biased].astype(int), promote[~is_biased])
    world.to_promote = ids[promote]
    world.decisions.add(
        person=ids,
        division=organisation.division[people.unit[ids]],
        level=people.level[ids] + 1,
        track=people.track[ids],
        decision=np.where(promote, 0, np.where(decline, 2, 1)),
    )


def take_effect(world: World, month: Month, events: Array) -> Array:
    """Promote those whom the last panels chose; where the new level has no place in their unit, they move up.

    A few promotions are entered into the HRIS months after the day on which they took effect.
    """
    rng, people, organisation = world.streams["promotions"], world.people, world.organisation
    ids = world.to_promote[people.active[world.to_promote]]
    world.to_promote = np.empty(0, np.int64)
    people.level[ids] += 1
    people.level_since[ids] = month.first
    people.growth[ids] -= NEW_BAR
    events[ids] = PROMOTION
    units = people.unit[ids]
    for _ in range(int(organisation.depth.max())):
        small = ~organisation.is_head(ids, units) & (people.level[ids] > organisation.nominal[units])
        units = np.where(small, organisation.parent[units], units)
    people.unit[ids] = units
    late = ids[happens(rng, SHARE_TOLD_LATE, len(ids))]
    last = world.specification.months - 1
    people.held_until[late] = np.minimum(month.index + rng.integers(0, 3, len(late)), last - 1)
    world.happenings["promotions"] += len(ids)
    world.happenings["promotions_told_late"] += int((people.held_until[late] >= month.index).sum())
    return ids
