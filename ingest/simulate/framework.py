"""The competency framework: what is expected at each level, what measures it, and the ladder's criteria.

Here: constants and the frames made of them. Not here: who meets a criterion (the warehouse works that out) and how the
framework is written to files (`talentsuite`).
"""

from typing import NamedTuple

import polars as pl

from ingest.simulate.vocabulary import HIGHEST, PEOPLE_LEAD, STRATEGY, TECHNICAL, TRACKS

# Competency: id, name, what it means, whether it is one of leadership.
COMPETENCIES = (
    ("direction", "Setting direction", "Turns a goal into priorities that others can act on.", True),
    ("coaching", "Growing others", "Gives feedback and chances from which others learn.", True),
    ("inclusion", "Making it safe to speak", "Invites dissent and hears it out.", True),
    ("decisions", "Deciding", "Decides in time, with reasons that can be checked.", True),
    ("craft", "Mastery of the craft", "Does the work well and makes it better.", False),
    ("collaboration", "Working across teams", "Gets things done with people who report elsewhere.", False),
)
COMPETENCY_IDS = tuple(competency[0] for competency in COMPETENCIES)
LEADERSHIP_IDS = tuple(competency[0] for competency in COMPETENCIES if competency[3])

# 360: one item a competency. Reviews rate the leadership competencies. Survey items by theme stand in `pulse`.
FEEDBACK_ITEMS = tuple((f"FB{position}", name) for position, name in enumerate(COMPETENCY_IDS, start=1))
SURVEY_MEASURES = (("QID7", "coaching"), ("QID8", "coaching"), ("QID11", "inclusion"), ("QID12", "inclusion"))

ACTIVITY_DEVELOPS = (
    ("stretch", "direction"), ("stretch", "decisions"), ("rotation", "collaboration"), ("shadowing", "decisions"),
    ("cohort", "direction"), ("simulation", "decisions"), ("peer_circle", "inclusion"), ("micro_credential", "craft"),
    ("coaching", "coaching"), ("mentoring", "coaching"), ("sponsorship", "direction"), ("course", "craft"),
)  # fmt: skip
ACTIVITY_TYPES = tuple(dict.fromkeys(activity for activity, _ in ACTIVITY_DEVELOPS))

_SCOPE = ("own tasks", "own tasks", "a small project", "a team", "several teams", "a department", "a division",
          "the company")  # fmt: skip
_WAYS = dict(zip(TRACKS, ("through the people led", "through the work itself", "through plans and partners"), strict=True))

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


def framework_frames() -> list[pl.DataFrame]:
    """The framework as records of four kinds: competency, behaviour, activity, item."""
    competencies = pl.DataFrame(COMPETENCIES, schema=["competency", "name", "meaning", "leadership"], orient="row")
    behaviours = pl.DataFrame(
        [
            (
                name,
                level,
                track,
                f"{name}-{track}-{level}",
                f"{meaning.rstrip('.')}, for {_SCOPE[level - 1]}, {_WAYS[track]}.",
            )
            for name, _, meaning, _ in COMPETENCIES
            for track in TRACKS
            for level in range(1, HIGHEST + 1)
        ],
        schema=["competency", "level", "track", "behaviour", "text"],
        orient="row",
    )
    activities = pl.DataFrame(ACTIVITY_DEVELOPS, schema=["activity", "competency"], orient="row")
    measures = [("survey", *pair) for pair in SURVEY_MEASURES]
    measures += [("feedback360", *pair) for pair in FEEDBACK_ITEMS]
    measures += [("review", name, name) for name in LEADERSHIP_IDS]
    items = pl.DataFrame(measures, schema=["instrument", "item", "competency"], orient="row")
    frames = {"competency": competencies, "behaviour": behaviours, "activity": activities, "item": items}
    return [frame.with_columns(record=pl.lit(record)) for record, frame in frames.items()]


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
