"""The page on the framework: what is expected at each level and track, what develops and measures it, what a step takes.

Here: records into lines and their words. Not here: who shows or meets what; the page is about nobody. Reading is in
`framework_records`, markup in `framework.html.j2`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orchestration.report import rendering, wording
from orchestration.report.framework_records import Behaviour, Criterion, Framework, Item
from orchestration.report.grouping import grouped, natural, unique

INSTRUMENTS = {"survey": "survey", "feedback360": "360 feedback", "review": "review"}
ATTESTERS = {
    "system": "worked out from the records",
    "manager": "attested by the manager",
    "panel": "attested by the panel",
    "raters": "attested by those who give feedback",
}
# rules that must hold in k of the last m observations, and what these are
JUDGED = {
    "competency_360": "cycles of 360 feedback",
    "competency_review": "reviews",
    "rating": "reviews",
    "team_uplift": "measurements",
}
# a criterion that does not say how often must be met in two of three (DECISIONS: sustained, not once)
K, M = 2, 3


@dataclass(frozen=True)
class Step:
    """One level of one track: what is expected there, and what it takes to get there."""

    track: str
    level: int
    behaviours: list[tuple[str, list[str]]]
    criteria: list[dict[str, Any]]


def page(framework: Framework, facts: dict[str, Any]) -> str:
    """The framework as one HTML page."""
    day = rendering.day_of(facts)
    return rendering.rendered(
        "framework.html.j2",
        "Framework",
        facts,
        competencies=_competencies(framework),
        tracks=[
            (wording.plain(track).capitalize(), steps)
            for track, steps in grouped(_steps(framework, day), lambda step: step.track)
        ],
    )


def _competencies(framework: Framework) -> list[dict[str, Any]]:
    items = dict(grouped(framework.items, lambda one: one.competency_id))
    return [
        {
            "name": one.competency,
            "means": one.means or "",
            "is_leadership": bool(one.is_leadership),
            "develops": wording.listed([wording.plain(activity) for activity in one.activities]),
            "measures": _measures(items.get(one.competency_id, [])),
        }
        for one in framework.competencies
    ]


def _measures(items: Iterable[Item]) -> list[str]:
    lines = []
    for instrument, members in grouped(items, lambda one: one.instrument):
        name = INSTRUMENTS.get(instrument, wording.plain(instrument))
        for (since, is_anew), same in grouped(members, lambda one: (one.comparable_since, one.n_versions > 1)):
            ids = sorted((one.item_id for one in same), key=natural)
            items_named = f"{name}, {'item' if len(ids) == 1 else 'items'} {wording.listed(ids)}"
            line = name if instrument == "review" else items_named
            if since:
                line += f" (comparable since {wording.day(since)}{', asked otherwise before' if is_anew else ''})"
            lines.append(line)
    return lines


def _steps(framework: Framework, day: dt.date) -> list[Step]:
    behaviours = dict(grouped(framework.behaviours, lambda one: (one.track, one.level)))
    standing = [one for one in framework.criteria if one.valid_to is None or one.valid_to > day]
    criteria = dict(grouped(standing, lambda one: (one.track, one.level)))
    return [
        Step(
            track,
            level,
            [
                (competency, unique(_expected(one, day) for one in members))
                for competency, members in grouped(behaviours.get((track, level), []), lambda one: one.competency)
            ],
            _criteria(criteria.get((track, level), []), day),
        )
        for track, level in sorted({*behaviours, *criteria})
    ]


def _expected(one: Behaviour, day: dt.date) -> str:
    return f"{one.behaviour}{_from(one.valid_from, day)}"


def _criteria(criteria: Iterable[Criterion], day: dt.date) -> list[dict[str, Any]]:
    """Required criteria one by one, those of which one is enough together."""
    lines = []
    for group, members in grouped(criteria, lambda one: one.one_of_group if one.requirement == "one_of" else None):
        parts = [f"{criterion_words(one)}{_from(one.valid_from, day)}" for one in members]
        lines += [{"one_of": parts}] if group and len(parts) > 1 else [{"one_of": [part]} for part in parts]
    return lines


def criterion_words(one: Criterion) -> str:
    """A criterion as one sentence without its end: what counts, how much, how often, within which time, and who attests."""
    least = f"{one.threshold:g}"
    of = f" on {wording.lower(one.competency)}" if one.competency else ""
    words = {
        "months_in_level": f"{least} months in the level before",
        "competency_360": f"{least} or more from others{of}",
        "competency_review": f"a review of {least} or better{of}",
        "rating": f"a rating of {least} or better",
        "learning_hours": f"{least} hours of completed learning{of}",
        "mentoring_given": f"{wording.counted(one.threshold, 'mentorship')} given",
        "led_initiative": f"{wording.counted(one.threshold, 'initiative')} led, across functions or critical",
        "milestones_met": f"{wording.counted(one.threshold, 'milestone')} of the leadership contract met",
        "team_uplift": "a team that develops " + (f"{least} better than" if one.threshold else "no less than") + " others",
    }.get(one.rule, f"{wording.plain(one.rule)} {least}{of}")
    if one.rule in JUDGED:
        words += f", in {one.k or K} of the last {one.m or M} {JUDGED[one.rule]}"
    if one.window_months:
        words += f", within {one.window_months} months"
    if one.attester and one.rule != "months_in_level":
        words += f"; {ATTESTERS[one.attester]}"
    return words


def _from(valid_from: dt.date | None, day: dt.date) -> str:
    """What holds only from a later day on says so."""
    return f" (from {wording.day(valid_from)} on)" if valid_from and valid_from > day else ""
