"""talentsuite's company-wide records: framework and ladder, promotion panels, internal postings, goals and measures.

Here: the exports of what concerns the company rather than one person's days. Not here: check-ins and notes
(`everyday`), offers and plans (`opportunities`), leadership contracts (`contracts`).
"""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from ingest.simulate.draws import codes, happens, rank_within
from ingest.simulate.everyday import SOURCE
from ingest.simulate.exports import dates
from ingest.simulate.framework import framework_frames, ladder_frame
from ingest.simulate.jobs import INTERNAL
from ingest.simulate.names import labels
from ingest.simulate.specification import Array, Month, date_of, day_of, first_of_month
from ingest.simulate.telling import Rows
from ingest.simulate.vocabulary import TRACKS
from ingest.simulate.world import Present, World

LADDER_SINCE = dt.date(2015, 1, 1)
PANEL_SIZE, PANEL_FROM_LEVEL = 5, 5
DECISIONS = ("Promote", "Defer", "Decline")
REASON, REASONS_AGAINST = "evidence_complete", ("evidence_missing", "no_vacancy", "below_standard")
POSTED_SHARE = 0.6


class Goal(NamedTuple):
    """A goal that is set again and again: for whom, of what, how much of a change, within how many months."""

    scope: str
    metric: str
    change: float
    months: int


TARGETS_ALONE = ("Id", "Baseline On", "Change")
GOALS = (
    Goal("company", "feedback_participation", 0.3, 6),
    Goal("company", "voluntary_turnover", -0.1, 12),
    Goal("division", "engagement_index", 0.03, 12),
    Goal("division", "feedback_participation", 0.3, 6),
    Goal("department", "checkin_cadence", 0.1, 12),
    Goal("department", "learning_hours_per_fte", 0.1, 6),
    Goal("leader", "checkin_cadence", 0.15, 6),
)
# Measure, usual value, direction in which it is better.
MEASURES = (
    ("cycle_time_days", 42.0, -1), ("time_to_surface_risk_days", 11.0, -1), ("recovery_plans_on_time", 0.64, 1),
    ("cross_functional_success", 0.7, 1), ("stakeholder_alignment", 3.6, 1), ("ethics_cases_closed", 0.9, 1),
)  # fmt: skip


class TalentSuite:
    """The suite's company-wide exports."""

    def __init__(self) -> None:
        self._postings = Rows()
        self._n_postings = 0

    def run(self, world: World, present: Present) -> None:
        """Framework and ladder once, panels when they met, postings and goals at the end of a quarter."""
        month = present.month
        if month.index == 0:
            world.landing.json(SOURCE, "framework", month, framework_frames(LADDER_SINCE))
            world.landing.excel(SOURCE, "ladder", month, ladder_frame(LADDER_SINCE), "Ladder")
        decisions = world.decisions.take()
        if decisions.height:
            world.landing.json(SOURCE, "panels", month, _panels(world, month, present, decisions))
        self._post(world, present)
        if month.closes_quarter:
            world.landing.csv(SOURCE, "postings", month, self._postings.take(), separator=";")
            world.landing.csv(SOURCE, "goals", month, _goals(world, month), separator=";")

    def _post(self, world: World, present: Present) -> None:
        """Postings of vacancies that were filled this month, with who applied; told once they are closed."""
        rng, people = world.streams["postings"], world.people
        filled = world.fills.take()
        if filled.height:
            is_posted = happens(rng, POSTED_SHARE, filled.height) | (filled["source"] == INTERNAL).to_numpy()
            filled = filled.filter(pl.Series(is_posted))
        if not filled.height:
            return
        n, person = filled.height, filled["person"].to_numpy()
        closed = filled["day"].to_numpy() - rng.integers(3, 20, n)
        posted = closed - rng.integers(14, 40, n)
        winners = np.flatnonzero(filled["source"].to_numpy() == INTERNAL)
        of = np.repeat(np.arange(n), rng.integers(0, 4, n))
        others = rng.choice(present.working, len(of))
        knew = (people.hired[others] < posted[of]) & (others != person[of])
        of, others = of[knew], others[knew]
        applications = pl.DataFrame(
            {
                "posting": np.r_[winners, of],
                "applicant": np.r_[person[winners], others],
                "outcome": np.r_[np.zeros(len(winners), int), 1 + codes(rng, (0.85, 0.15), len(of))],
                "waited": rng.integers(0, 14, len(winners) + len(of)),
            }
        ).unique(subset=["posting", "applicant"], keep="first", maintain_order=True)
        postings = pl.DataFrame(
            {
                "posting": np.arange(n),
                "Posting": "JP" + pl.Series(np.arange(self._n_postings, self._n_postings + n)).cast(pl.String),
                "Position": world.organisation.position_ids(filled["position"].to_numpy()),
                "Unit": world.organisation.unit_ids(filled["unit"].to_numpy()),
                "Level": filled["level"],
                "Posted": dates(posted),
                "Closed": dates(closed),
                "Views": rng.poisson(35, n),
            }
        )
        rows = postings.join(applications, on="posting", how="left", maintain_order="left_right")
        applied = rows["applicant"].is_not_null()
        outcome = rows["outcome"].fill_null(-1).to_numpy()
        columns = rows.select(postings.columns[1:]).to_dict() | {
            "Applicant No": world.directory.numbers(rows["applicant"].fill_null(-1).to_numpy()),
            "Applied": rows["Posted"] + rows["waited"] * dt.timedelta(days=1),
            "Decided": rows["Closed"].set(~applied, None),
            "Outcome": labels(("Hired", "Rejected", "Withdrawn"), outcome),
        }
        self._postings.add(**columns)
        self._n_postings += n


def _panels(world: World, month: Month, present: Present, decisions: pl.DataFrame) -> list[pl.DataFrame]:
    """Panels, their members and their decisions as records of three kinds."""
    rng, people, organisation = world.streams["panel_members"], world.people, world.organisation
    divisions = np.unique(decisions["division"].to_numpy())
    panel_of = f"PP-{month.year}-{1 if month.number < 6 else 2}-" + organisation.unit_ids(np.arange(organisation.n))
    held = date_of(month.first + 17).isoformat()
    panels = pl.DataFrame(
        {
            "record": "panel", "panel": panel_of.gather(divisions), "cycle": f"{month.year}-{month.number:02}",
            "held": held, "unit": organisation.unit_ids(divisions),
        }
    )  # fmt: skip
    senior = present.working[people.level[present.working] >= PANEL_FROM_LEVEL]
    home = organisation.division[people.unit[senior]]
    members = [rng.permutation(senior[home == division])[:PANEL_SIZE] for division in divisions]
    of = np.repeat(divisions, [len(some) for some in members])
    seats = pl.DataFrame(
        {
            "record": "member", "panel": panel_of.gather(of),
            "employee": world.directory.numbers(np.concatenate(members)),
            "role": labels(("chair", "member"), np.minimum(rank_within(of), 1)),
        }
    )  # fmt: skip
    decision = decisions["decision"].to_numpy()
    n = len(decision)
    votes_for = np.where(decision == 0, rng.integers(3, PANEL_SIZE + 1, n), rng.integers(0, 3, n))
    reason = np.where(decision == 0, 0, 1 + rng.integers(0, len(REASONS_AGAINST), n))
    decided = pl.DataFrame(
        {
            "record": "decision", "panel": panel_of.gather(decisions["division"].to_numpy()),
            "employee": world.directory.numbers(decisions["person"].to_numpy()),
            "to_level": decisions["level"].cast(pl.Int64), "to_track": labels(TRACKS, decisions["track"].to_numpy()),
            "decision": labels(DECISIONS, decision), "votes_for": votes_for, "votes_against": PANEL_SIZE - votes_for,
            "override": happens(rng, 0.02, n), "reason": labels((REASON, *REASONS_AGAINST), reason),
        }
    )  # fmt: skip
    return [panels, seats, decided]


def _goals(world: World, month: Month) -> pl.DataFrame:
    """The targets that begin with the quarter, and its external measures by division."""
    divisions = np.flatnonzero(world.organisation.kind == 1)
    owners = world.organisation.leads()
    starts = first_of_month(month.year, (month.number - 1) // 3 * 3 + 1)
    measures = _measures(world, month, divisions, owners[divisions], starts)
    goals = pl.concat([measures, *_targets(world, divisions, owners, date_of(starts))], how="diagonal")
    # a report has its columns in quarters without a target, too
    return goals.with_columns(pl.lit(None, pl.String).alias(name) for name in TARGETS_ALONE if name not in goals.columns)


def _measures(world: World, month: Month, divisions: Array, owners: Array, starts: int) -> pl.DataFrame:
    rng = world.streams["measures"]
    which, of = np.tile(np.arange(len(MEASURES)), len(divisions)), np.repeat(np.arange(len(divisions)), len(MEASURES))
    names, levels, directions = (np.array(column) for column in zip(*MEASURES, strict=True))
    value = levels[which] * np.exp(0.06 * rng.standard_normal(len(which)))
    return pl.DataFrame(
        {
            "Kind": "measure",
            "Metric": names[which],
            "Scope": "org_unit",
            "Scope Id": world.organisation.unit_ids(divisions[of]),
            "From": date_of(starts),
            "Until": date_of(month.last + 1),
            "Value": np.round(value, 3),
            "Direction": directions[which],
            "Source": "typed in",
            "Owner No": world.directory.numbers(owners[of]),
        }
    )


def _targets(world: World, divisions: Array, owners: Array, starts: dt.date) -> Iterator[pl.DataFrame]:
    """Goals of the quarter that begins then: each is set again when its months are over, by whoever leads the unit."""
    organisation = world.organisation
    units = {"company": np.array([0]), "division": divisions, "department": organisation.departments, "leader": divisions}
    for number, goal in enumerate(GOALS):
        if (starts.month - 1) % goal.months:
            continue
        of, begins = units[goal.scope], day_of(starts)
        unit = organisation.unit_ids(of)
        has_unit = goal.scope in ("division", "department")
        yield pl.DataFrame(
            {
                "Kind": "target",
                "Id": f"T{starts:%Y%m}-{number}-" + unit,
                "Metric": goal.metric,
                "Scope": goal.scope,
                "Scope Id": unit if has_unit else pl.Series([None] * len(of), dtype=pl.String),
                "Baseline On": date_of(begins - 1),
                "Change": goal.change,
                "Until": date_of(first_of_month(starts.year, starts.month, goal.months) - 1),
                "Owner No": world.directory.numbers(owners[of]),
            }
        )
