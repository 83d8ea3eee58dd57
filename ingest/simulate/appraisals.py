"""corehr's yearly reports: performance reviews with competency ratings, and succession nominations.

Here: how people are rated and named, and the two reports. Not here: the monthly reports (`corehr`).
"""

import numpy as np
import polars as pl

from ingest.simulate.corehr import SOURCE
from ingest.simulate.draws import answers, days_in, happens
from ingest.simulate.exports import dates
from ingest.simulate.framework import LEADERSHIP_IDS
from ingest.simulate.names import labels
from ingest.simulate.specification import NEVER, Array, Month
from ingest.simulate.world import Present, World

REVIEW_MONTH, SUCCESSION_MONTH = 2, 12
REVIEWED_AFTER = 90
SHARE_WITH_COMPETENCIES, MOST_WITH_COMPETENCIES = 0.7, 0.95
READINESS = ("Ready Now", "Ready in 1 Year", "Ready in 3 Years", "Emergency Only")
MOST_CANDIDATES = 4


class Appraisals:
    """Writes the yearly reports in their months."""

    def run(self, world: World, present: Present) -> None:
        """The review report in February, the succession report in December."""
        month = present.month
        if month.number == REVIEW_MONTH:
            world.landing.csv(SOURCE, "performance", month, _reviews(world, month, present))
        if month.number == SUCCESSION_MONTH:
            world.landing.csv(SOURCE, "succession", month, _nominations(world, month, present))


def _reviews(world: World, month: Month, present: Present) -> pl.DataFrame:
    """One row a person reviewed; competencies stand beside the rating, and are empty where nobody rated them."""
    rng, people, directory = world.streams["reviews"], world.people, world.directory
    ids = present.working
    ids = ids[(people.hired[ids] < month.first - REVIEWED_AFTER) & (people.manager[ids] >= 0)]
    n = len(ids)
    growth = people.growth[ids]
    # Managers differ a little in how kindly they rate; that is the rater's, not the team's.
    leniency = 0.2 * people.leading[people.manager[ids]]
    overall = answers(3.25 + 0.5 * growth + leniency + 0.5 * rng.standard_normal(n), 1, 5)
    potential = answers(2 + 0.45 * growth + 0.5 * rng.standard_normal(n), 1, 3)
    is_rated = happens(rng, np.minimum(SHARE_WITH_COMPETENCIES * world.conduct(ids), MOST_WITH_COMPETENCIES), n)
    competencies = {}
    for name in LEADERSHIP_IDS:
        score = answers(3.2 + 0.5 * growth + leniency + 0.6 * rng.standard_normal(n), 1, 5)
        competencies[f"Competency_{name}"] = pl.Series(score).set(pl.Series(~is_rated), None)
    number = directory.numbers(ids)
    return pl.DataFrame(
        {
            "Review_ID": f"R{month.year}-" + number,
            "Employee_ID": directory.employee_ids(ids),
            "Review_Cycle": f"{month.year - 1} Annual",
            "Completed_On": dates(days_in(rng, month, n, people.manager_since[ids])),
            "Overall_Rating": overall,
            "Potential": labels(("", "Low", "Medium", "High"), potential),
            "Reviewer_ID": directory.employee_ids(people.manager[ids]),
            "Last_Check_In": dates(np.where(people.last_checkin[ids] < month.first, people.last_checkin[ids], NEVER)),
            **competencies,
        }
    )


def _nominations(world: World, month: Month, present: Present) -> pl.DataFrame:
    """Candidates for critical lead positions, out of the next two levels below in the same division."""
    rng, people, organisation = world.streams["succession"], world.people, world.organisation
    filled = np.flatnonzero(organisation.is_critical & (organisation.head >= 0))
    positions = np.repeat(filled, rng.integers(0, MOST_CANDIDATES + 1, len(filled)))
    candidates = _candidates(world, present, positions, rng)
    kept = candidates >= 0
    chosen = pl.DataFrame({"unit": positions[kept], "person": candidates[kept]}).unique(maintain_order=True)
    unit, person = chosen["unit"].to_numpy(), chosen["person"].to_numpy()
    gap = organisation.nominal[unit] - people.level[person]
    readiness = answers(1.2 + 0.6 * (gap - 1) - 0.6 * people.growth[person] + 0.4 * rng.standard_normal(len(unit)), 0, 2)
    readiness = np.where(happens(rng, 0.08, len(unit)), 3, readiness)
    directory = world.directory
    return pl.DataFrame(
        {
            "Position_ID": organisation.position_ids(unit),
            "Candidate_ID": directory.employee_ids(person),
            "Nominated_On": dates(np.full(len(unit), month.first + 9)),
            "Readiness": labels(READINESS, readiness),
            "Nominated_By": directory.employee_ids(organisation.leads()[organisation.parent[unit]]),
        }
    )


def _candidates(world: World, present: Present, positions: Array, rng: np.random.Generator) -> Array:
    """For each position somebody of the division one or two levels below it, growth preferred; -1 where nobody is."""
    people, organisation = world.people, world.organisation
    ids = present.working[people.growth[present.working] > 0]
    key = organisation.division[people.unit[ids]] * 16 + people.level[ids]
    order = np.lexsort((-people.growth[ids], key))
    ids, key = ids[order], key[order]
    division = organisation.division[positions]
    low = np.searchsorted(key, division * 16 + organisation.nominal[positions] - 2)
    high = np.searchsorted(key, division * 16 + organisation.nominal[positions])
    # The same promising few are named again and again: one in five is thought of for half of the places.
    pick = low + (rng.random(len(positions)) ** 2.3 * (high - low)).astype(np.int64)
    return np.where(high > low, ids[np.minimum(pick, max(len(ids) - 1, 0))], -1)
