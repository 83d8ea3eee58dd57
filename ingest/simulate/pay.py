"""Pay: what everybody's base pay follows from, when it changes, and yearly bonuses.

Here: the pay formula and its events. Not here: the export (`corehr`). Base pay depends on level, family, country,
tenure, growth and a person's own residual; in one family also, where planted, on being a woman.
"""

import numpy as np

from ingest.simulate.draws import happens
from ingest.simulate.specification import NEVER, Array, Month, date_of, day_of
from ingest.simulate.vocabulary import FULL_TIME_HOURS, PAY_LEVELS, PRODUCT, WOMAN
from ingest.simulate.world import World

GAP_FAMILY = PRODUCT
LOG_LEVEL = np.cumsum([0.0, np.log(34_000), 0.16, 0.17, 0.18, 0.20, 0.24, 0.32, 0.55])
LOG_FAMILY = np.array([0.10, -0.04, 0.07, 0.02, 0.05, -0.02])
LOG_TENURE_YEAR, MOST_TENURE_YEARS = 0.006, 12
LOG_GROWTH = 0.012
RESIDUAL, RESIDUAL_KEPT = 0.07, 0.98
YEARLY_RISE = 0.028
REVIEW_MONTH, BONUS_MONTH = 4, 3
BONUS_FROM_LEVEL, SHARE_WITH_BONUS, BONUS_DAY = 4, 0.93, 24
# Nobody is reviewed who joined in the last half-year.
REVIEWED_AFTER = 180
SHARE_REVIEWED = 0.82
WEEKS = 52


def full_time_pay(world: World, ids: Array, day: int) -> Array:
    """Yearly base pay of full time by the formula, in local money."""
    people = world.people
    years = np.clip((day - people.hired[ids]) / 365.25, 0, MOST_TENURE_YEARS)
    since = (day - day_of(world.specification.last_month)) / 365.25
    is_short = (people.gender[ids] == WOMAN) & (people.family[ids] == GAP_FAMILY)
    log = (
        LOG_LEVEL[people.level[ids]]
        + LOG_FAMILY[people.family[ids]]
        + np.log(PAY_LEVELS)[people.site[ids]]
        + LOG_TENURE_YEAR * years
        + LOG_GROWTH * people.growth[ids]
        + RESIDUAL * people.pay_residual[ids]
        + YEARLY_RISE * since
        + np.log1p(-world.effects.pay_gap) * is_short
    )
    return np.asarray(np.exp(log))


def set_pay(world: World, ids: Array, days: Array | int, reason: str) -> None:
    """Set base pay by the formula from days on, and enter it."""
    if not len(ids):
        return
    people = world.people
    people.pay[ids] = full_time_pay(world, ids, int(np.max(days)))
    world.pay.rows.add(
        person=ids,
        day=np.broadcast_to(days, len(ids)).astype(np.int32),
        amount=_rounded(people.pay[ids] * people.fte[ids]),
        site=people.site[ids],
        hours=np.round(people.fte[ids] * FULL_TIME_HOURS[people.site[ids]] * WEEKS, 1),
        reason=reason,
    )


def _rounded(amount: Array) -> Array:
    return np.asarray(np.rint(amount / 10) * 10)


def review_pay(world: World, month: Month) -> None:
    """The yearly review of base pay, and in the month before it the bonus for the last year."""
    rng, people = world.streams["pay"], world.people
    ids = people.at_work()
    ids = ids[people.exit[ids] == NEVER]
    if month.number == REVIEW_MONTH:
        ids = ids[(people.hired[ids] < month.first - REVIEWED_AFTER) & happens(rng, SHARE_REVIEWED, len(ids))]
        fresh = rng.standard_normal(len(ids))
        people.pay_residual[ids] = RESIDUAL_KEPT * people.pay_residual[ids] + np.sqrt(1 - RESIDUAL_KEPT**2) * fresh
        set_pay(world, ids, month.first, "Annual Review")
    elif month.number == BONUS_MONTH:
        new_year = day_of(date_of(month.first).replace(month=1))
        entitled = (people.level[ids] >= BONUS_FROM_LEVEL) & (people.hired[ids] < new_year)
        ids = ids[entitled & happens(rng, SHARE_WITH_BONUS, len(ids))]
        luck = 0.2 * (people.growth[ids] + rng.standard_normal(len(ids)))
        share = (0.03 + 0.012 * people.level[ids]) * np.exp(luck)
        amount = _rounded(people.pay[ids] * people.fte[ids] * share)
        world.bonuses.add(person=ids, day=month.first + BONUS_DAY, amount=amount, site=people.site[ids])
