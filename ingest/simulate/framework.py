"""The competency framework: what is expected at each level, what measures it, and the ladder's criteria.

Here: the framework that is shipped (`ingest/framework`), what of the simulated company's instruments measures it, and its
ladder. Not here: who meets a criterion (the warehouse works that out), how it is written to files (`talentsuite`).
"""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ingest.simulate.vocabulary import HIGHEST, PEOPLE_LEAD, STRATEGY, TECHNICAL, TRACKS

SHIPPED = Path(__file__).parents[1] / "framework"

# The ids of `ingest/framework`; which of them are of leadership is there, too, and a test holds the two together.
COMPETENCY_IDS = ("direction", "coaching", "inclusion", "decisions", "craft", "collaboration")
LEADERSHIP_IDS = COMPETENCY_IDS[:4]

# 360: one item a competency. Reviews rate the leadership competencies. Survey items by theme stand in `pulse`.
FEEDBACK_ITEMS = tuple((f"FB{position}", name) for position, name in enumerate(COMPETENCY_IDS, start=1))
SURVEY_MEASURES = (("QID7", "coaching"), ("QID8", "coaching"), ("QID11", "inclusion"), ("QID12", "inclusion"))

ACTIVITY_TYPES = (
    "stretch", "rotation", "shadowing", "cohort", "simulation", "peer_circle", "micro_credential", "coaching",
    "mentoring", "sponsorship", "course",
)  # fmt: skip

# Months in a level before a panel looks at somebody, by level from the first on.
MONTHS_IN_LEVEL = (9, 12, 18, 24, 24, 30, 36, 36)


class Criterion(NamedTuple):
    """One criterion of the ladder; `k` of `m` cycles, `group` where one of several is enough."""

    rule: str
    threshold: float
    lead_months: int
    attester: str
    competency: str | None = None
    window: int | None = None
    k: int | None = None
    m: int | None = None
    group: str | None = None


def criteria(level: int, track: int) -> list[Criterion]:
    """What reaching `level` on a track takes. Tenure is always one of several, so it makes nobody ready alone."""
    chosen = [
        Criterion("months_in_level", MONTHS_IN_LEVEL[level - 2], 6, "system"),
        # Above standard once is enough at first; higher up, at standard most years.
        Criterion("rating", 4, 12, "manager", k=1, m=2) if level <= 3 else Criterion("rating", 3, 12, "manager", k=2, m=3),
    ]
    if track == PEOPLE_LEAD:
        chosen += [
            Criterion("competency_360", 3.5, 12, "raters", "coaching", k=1, m=2),
            Criterion("competency_360", 3.5, 12, "raters", "inclusion", k=1, m=2, group="voice"),
            Criterion("mentoring_given", 1, 6, "manager", window=24, group="voice"),
        ]
        if level >= 5:
            chosen.append(Criterion("team_uplift", 0, 18, "system", window=12, group="team"))
            chosen.append(Criterion("learning_hours", 24, 6, "system", window=12, group="team"))
        if level >= 6:
            chosen.append(Criterion("milestones_met", 3, 12, "system", window=24))
        return chosen
    competency = "craft" if track == TECHNICAL else "collaboration"
    chosen.append(Criterion("competency_review", 3, 12, "manager", "direction" if level <= 3 else "decisions", k=1, m=2))
    chosen.append(Criterion("learning_hours", 12 if level <= 3 else 18, 6, "system", window=12, group="growth"))
    chosen.append(Criterion("led_initiative", 1, 6, "panel", window=36, group="growth"))
    if level >= 4:
        chosen.append(Criterion("competency_360", 3.4, 12, "raters", competency, k=1, m=3, group="impact"))
        chosen.append(Criterion("mentoring_given", 1, 6, "manager", window=24, group="impact"))
        chosen.append(Criterion("competency_review", 4, 12, "manager", "direction", k=1, m=2, group="impact"))
    return chosen


LOWEST_BY_TRACK = {PEOPLE_LEAD: 4, TECHNICAL: 2, STRATEGY: 2}
LADDER = {
    (level, track): {f"{TRACKS[track][0].upper()}{level}-{number}": criterion
                     for number, criterion in enumerate(criteria(level, track), start=1)}
    for track, lowest in LOWEST_BY_TRACK.items()
    for level in range(lowest, HIGHEST)
}  # fmt: skip


def framework_frames(valid_from: dt.date) -> list[pl.DataFrame]:
    """The framework that is shipped, as records of four kinds: competency, behaviour, activity, item."""
    competencies = read_framework("competencies").select(
        competency="competency_id", name="name", meaning="description", leadership=pl.col("is_leadership") == "true"
    )
    behaviours = read_framework("behaviours").select(
        competency="competency_id",
        level=pl.col("level").cast(pl.Int64),
        track="track",
        behaviour="behaviour_id",
        text="behaviour",
        since=pl.lit(valid_from),
    )
    activities = read_framework("activities").select(activity="activity_type", competency="competency_id")
    measures = [("survey", *pair) for pair in SURVEY_MEASURES]
    measures += [("feedback360", *pair) for pair in FEEDBACK_ITEMS]
    measures += [("review", name, name) for name in LEADERSHIP_IDS]
    items = pl.DataFrame(measures, schema=["instrument", "item", "competency"], orient="row")
    frames = {"competency": competencies, "behaviour": behaviours, "activity": activities, "item": items}
    return [frame.with_columns(record=pl.lit(record)) for record, frame in frames.items()]


def read_framework(name: str) -> pl.DataFrame:
    """One file of the framework that is shipped, as text."""
    return pl.read_csv(SHIPPED / f"{name}.csv", infer_schema=False)


def ladder_frame(valid_from: object) -> pl.DataFrame:
    """The ladder's criteria, one row each, as a sheet of a workbook."""
    rows = [
        {
            "Level": level, "Track": TRACKS[track], "Criterion": name, "Valid from": valid_from, "Rule": one.rule,
            "Competency": one.competency, "Threshold": float(one.threshold), "Window (months)": one.window,
            "Lead (months)": one.lead_months, "k": one.k, "m": one.m,
            "Requirement": "one of" if one.group else "required", "Group": one.group, "Attested by": one.attester,
        }
        for (level, track), named in LADDER.items()
        for name, one in named.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)
