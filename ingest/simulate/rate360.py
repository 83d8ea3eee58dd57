"""rate360, the feedback tool: typed Parquet files, one row a request and one a rating; people by address.

Here: who is asked about whom once a year, and what they say. Not here: feedback notes between colleagues (`everyday`).
Leads take part every year, everybody else in turn.
"""

import datetime as dt

import numpy as np
import polars as pl

from ingest.simulate.draws import answers, happens
from ingest.simulate.exports import dates
from ingest.simulate.framework import FEEDBACK_ITEMS
from ingest.simulate.names import labels
from ingest.simulate.specification import NEVER, Array, Month
from ingest.simulate.world import Present, World

SOURCE = "rate360"
CYCLE_MONTH, EXPORT_MONTH = 6, 8
EVERY_YEARS = 9
PEERS, REPORTS = 3, 8
RELATIONSHIPS = ("Self", "Line manager", "Colleague", "Team member")
SELF, MANAGER, PEER, REPORT = range(4)
SHARE_ANSWERING = (0.95, 0.95, 0.82, 0.86)
SHARE_DECLINING = 0.4
STATUSES = ("Submitted", "Declined", "Not started")
DEVIATION = 0.85
MEAN, BY_GROWTH, BY_LEADING, BY_ITEM, BY_RATER = 3.68, 0.4, 0.25, 0.25, 0.25
SELF_REGARD, BY_SELF = 0.15, 0.5
SHARE_DEBRIEFED, MOST_DEBRIEFED = 0.7, 0.95
DEBRIEF_DAYS = (3, 45)
SHARE_MISFILED = 0.0006


class Rate360:
    """Runs the yearly cycle."""

    def __init__(self) -> None:
        self._cycle: tuple[pl.DataFrame, pl.DataFrame] | None = None

    def run(self, world: World, present: Present) -> None:
        """Ask and collect in June; export in August, when the leads have talked their results through."""
        month = present.month
        if month.number == CYCLE_MONTH:
            requests = _requests(world, month, present)
            self._cycle = requests, _ratings(world, month, requests)
        elif month.number == EXPORT_MONTH and self._cycle:
            requests, ratings = self._cycle
            world.landing.parquet(SOURCE, "requests", month, _told(world, month, requests))
            world.landing.parquet(SOURCE, "ratings", month, ratings)
            world.happenings["feedback_cycles"] += 1
            self._cycle = None


def _requests(world: World, month: Month, present: Present) -> pl.DataFrame:
    """Who is asked about whom: oneself, the manager, up to three colleagues, up to eight reports."""
    rng, people = world.streams["feedback360"], world.people
    which = np.flatnonzero(
        ~present.is_on_leave
        & (present.manager >= 0)
        & (present.is_lead | ((present.ids + month.year) % EVERY_YEARS == 0))
        & (people.hired[present.ids] < month.first)
    )
    ratees = present.ids[which]
    offset = rng.integers(0, 1 << 20, len(which))
    parts = [(ratees, ratees, SELF), (ratees, present.manager[which], MANAGER)]
    for step in range(PEERS):
        alone = present.teams.sizes[present.manager[which] + 1] - 1 <= step
        parts.append((ratees, np.where(alone, -1, present.teams.colleague(which, offset + step)), PEER))
    led = which[present.is_lead[which]]
    keys = present.ids[led] + 1
    start = rng.integers(0, 1 << 20, len(led))
    for step in range(REPORTS):
        few = present.teams.sizes[keys] <= step
        parts.append((present.ids[led], np.where(few, -1, present.teams.member(keys, start + step)), REPORT))

    ratee, rater = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    relation = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    away = np.zeros(people.n, bool)
    away[present.ids[present.is_on_leave]] = True
    kept = (rater >= 0) & ~away[rater]
    ratee, rater, relation = ratee[kept], rater[kept], relation[kept]
    n = len(ratee)
    answered = happens(rng, np.array(SHARE_ANSWERING)[relation], n)
    declined = ~answered & happens(rng, SHARE_DECLINING, n)
    is_lead = np.zeros(people.n, bool)
    is_lead[present.ids[led]] = True
    debriefed = month.last + rng.integers(*DEBRIEF_DAYS, people.n)
    share = np.minimum(SHARE_DEBRIEFED * world.conduct(np.arange(people.n)), MOST_DEBRIEFED)
    debriefed[~(is_lead & happens(rng, share, people.n))] = NEVER
    return pl.DataFrame(
        {
            "ratee": ratee, "rater": rater, "relation": relation,
            "status": np.where(answered, 0, np.where(declined, 1, 2)),
            "completed": np.where(answered, month.first + rng.integers(5, 27, n), NEVER),
            "debriefed": debriefed[ratee],
            # The tool keeps the addresses under which it asked.
            "subject_email": world.directory.mails(ratee), "evaluator_email": world.directory.mails(rater),
        }
    )  # fmt: skip


def _told(world: World, month: Month, requests: pl.DataFrame) -> pl.DataFrame:
    """Requests as known when they are exported."""
    cycle = dt.date(month.year, CYCLE_MONTH, 1)
    debriefed = requests["debriefed"].to_numpy()
    is_known = (debriefed <= month.last) & (debriefed < world.people.exit[requests["ratee"].to_numpy()])
    return pl.DataFrame(
        {
            "cycle_code": _cycle(month),
            "cycle_name": f"Feedback {month.year}",
            "cycle_opens": cycle,
            "cycle_last_day": dt.date(month.year, CYCLE_MONTH, 30),
            "subject_email": requests["subject_email"],
            "evaluator_email": requests["evaluator_email"],
            "evaluator_is": labels(RELATIONSHIPS, requests["relation"].to_numpy()),
            "state": labels(STATUSES, requests["status"].to_numpy()),
            "asked_on": cycle,
            "submitted_on": dates(requests["completed"].to_numpy()),
            "debriefed_on": dates(np.where(is_known, debriefed, NEVER)),
        }
    )


def _cycle(month: Month) -> str:
    return f"F360-{month.year}"


def _ratings(world: World, month: Month, requests: pl.DataFrame) -> pl.DataFrame:
    """One row an item of every answered request, a few of them filed under the wrong relationship."""
    rng, people = world.streams["ratings"], world.people
    given = requests.filter(pl.col("status") == 0)
    ratee, relation = given["ratee"].to_numpy(), given["relation"].to_numpy()
    n, n_items = len(ratee), len(FEEDBACK_ITEMS)
    side = world.own_sides(ratee) * (relation == REPORT)
    is_trained = (people.trained_from[ratee] <= month.last) & (relation != SELF)
    # How people see themselves lies apart from how others see them, by more than the mean.
    regard = SELF_REGARD + BY_SELF * world.streams["self_regard"].standard_normal(people.n)
    usual = (
        MEAN
        + BY_GROWTH * people.growth[ratee]
        + BY_LEADING * people.leading[ratee] * (relation == REPORT)
        + regard[ratee] * (relation == SELF)
        + DEVIATION * world.effects.climate[side]
    )
    standing = usual + BY_RATER * rng.standard_normal(n) + DEVIATION * world.effects.programme * is_trained
    items = BY_ITEM * rng.standard_normal((people.n, n_items))[ratee]
    scores = answers(standing[:, None] + items + 0.6 * rng.standard_normal((n, n_items)), 1, 5)
    reports = relation == REPORT
    world.tallies.add("feedback360", side[reports], scores[reports].mean(axis=1))
    world.tallies.add("feedback360_all", np.zeros(n, int), scores.mean(axis=1))
    _tally_programme(world, ratee[relation != SELF], (scores.mean(axis=1) - usual)[relation != SELF], month)

    names, competencies = zip(*FEEDBACK_ITEMS, strict=True)
    row, item = np.repeat(np.arange(n), n_items), np.tile(np.arange(n_items), n)
    frame = pl.DataFrame(
        {
            "cycle_code": _cycle(month),
            "subject_email": given["subject_email"].gather(row),
            "evaluator_email": given["evaluator_email"].gather(row),
            "evaluator_is": labels(RELATIONSHIPS, relation[row]),
            "question": labels(names, item),
            "competency": labels(competencies, item),
            "score": scores.reshape(-1),
        }
    )
    # Dirt: scores given to oneself that are filed as a colleague's.
    own = np.flatnonzero(relation[row] == SELF)
    misfiled = rng.permutation(own)[: rng.binomial(frame.height, SHARE_MISFILED)]
    file, table = f"{SOURCE}/ratings", "feedback360.feedback_ratings"
    world.dirt[file, table, "oneself rated as a colleague", "quarantined"] += len(misfiled)
    return frame.with_columns(frame["evaluator_is"].scatter(misfiled, RELATIONSHIPS[PEER]))


def _tally_programme(world: World, ratee: Array, surplus: Array, month: Month) -> None:
    """Mean surplus over the usual score of every ratee, on the side of those who took the programme and of the rest."""
    rated, of = np.unique(ratee, return_inverse=True)
    is_trained = world.people.trained_from[rated] <= month.last
    world.tallies.add("programme", is_trained.astype(int), np.bincount(of, surplus) / np.bincount(of))
