"""The page on growth: what became of plans, programmes and mentoring; whether it shows; whether rewards follow; ways taken.

Here: records into lines and their words. A verdict is the release's own and its words say no more. Reading is in
`growth_records`, markup in `growth.html.j2`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from orchestration.report import charts, rendering, sections, wording
from orchestration.report.grouping import grouped
from orchestration.report.growth_records import Effect, Growth, Linkage, Path, Review
from orchestration.report.reading import SHOWN, Contents

PLANS = ("plan_coverage", "plan_age", "plan_items_on_time", "people_advancing", "assignments_debriefed")
PARTICIPATION = (
    "programme_seats_offered",
    "programme_seats_taken",
    "programme_seats_completed",
    "learning_hours_per_fte",
    "protected_hours_used",
    "budget_used",
)
MENTORING = (
    "mentoring_participation",
    "mentoring_acceptance",
    "mentoring_satisfaction",
    "active_mentees",
    "mentees_across_departments",
    "sponsored_high_potentials",
)
OPENNESS = (
    "criteria_known",
    "psychological_safety",
    "fairness_favourable",
    "posting_views",
    "posting_applications",
    "internal_fill_rate",
)
OUTCOMES = {
    "score_360": "360 score by others",
    "rating": "Performance rating",
    "team_checkins": "Check-ins held with reports",
    "promotion": "Promoted",
    "retention": "Still employed",
}
REWARDS = {"raise": "Raises of base pay", "bonus": "Bonuses", "recognition": "Recognition", "promotion": "Promotions"}
SIGNS = {
    "milestones_met": "Milestones met",
    "score_360": "360 score by others",
    "team_checkins": "Check-ins with the team",
    "team_retention": "Retention of the team",
    "team_uplift": "Uplift of the team",
}
# the release's verdict -> the mark beside it; an effect and a link may point either way
MARKS = {
    "effect": "found",
    "linked": "found",
    "inverse": "found",
    "no_effect_above": "no_gap_above",
    "none_above": "no_gap_above",
    "insufficient": "insufficient",
}
UNITS = {"score": "points of the score", "share": "points of percent"}


@dataclass(frozen=True)
class Estimate:
    """One estimate with its interval, its n and its verdict; or the status in their place."""

    title: str
    status: str
    period: str = ""
    n: str = ""
    value: str = ""
    interval: str = ""
    strip: Markup = charts.NOTHING
    mark: str = ""
    verdict: str = ""
    detectable: str = ""


def page(growth: Growth, contents: Contents, facts: dict[str, Any]) -> str:
    """Growth as one HTML page."""
    reviews = {one.segment_id: one for one in growth.reviews if one.segment_kind == "org_unit"}
    company = [one for one in growth.reviews if one.segment_kind == "company"]
    overall = [one for one in growth.links if one.attribute == "*"]
    return rendering.rendered(
        "growth.html.j2",
        "Growth",
        facts,
        period=wording.day(company[0].period_end) if company else "",
        tracks=[(_track(one), 0 if one.track == "*" else 1, _review(one)) for one in company],
        departments=[
            (unit.name, unit.depth, _review(reviews[unit.unit_id])) for unit in contents.units if unit.unit_id in reviews
        ],
        plans=sections.figures(contents, PLANS),
        participation=sections.figures(contents, PARTICIPATION),
        mentoring=sections.figures(contents, MENTORING),
        openness=sections.figures(contents, OPENNESS),
        units=sections.units(contents, "Growth"),
        effects=_effects([one for one in growth.effects if one.period_kind == "history"]),
        yearly=_effects([one for one in growth.effects if one.period_kind != "history"]),
        effect_sentences=[
            words for one in growth.effects if one.period_kind == "history" and (words := effect_sentence(one))
        ],
        effects_told=_told([one for one in growth.effects if one.period_kind == "history"], "comparison"),
        links=_links(overall),
        links_period=wording.day(overall[0].period_end) if overall else "",
        links_told=_told(overall, "association"),
        groups=_groups([one for one in growth.links if one.attribute != "*"]),
        paths=[
            (f"{family}, {wording.plain(track)}", [(_path(one), one) for one in members])
            for (family, track), members in grouped(growth.paths, lambda one: (one.from_family, one.from_track))
        ],
        n_paths_hidden=growth.n_paths_hidden,
    )


def _track(one: Review) -> str:
    return "Company" if one.track == "*" else wording.plain(one.track).capitalize()


def _review(one: Review) -> dict[str, Any]:
    """The numbers of a line of the review; only its status where it is not shown."""
    if one.status not in SHOWN or one.n_people is None:
        return {"status": one.status if one.status not in SHOWN else "insufficient", "is_shown": False}
    return {
        "status": one.status,
        "is_shown": True,
        "of": one,
        "plan_change": wording.signed(one.plan_coverage_change, "share"),
        "on_time_change": wording.signed(one.on_time_rate_change, "share"),
        "programme_change": "" if one.n_began_programme_change is None else _whole(one.n_began_programme_change),
        "age": "" if one.plan_age_months is None else wording.amount(one.plan_age_months, "", 1),
    }


def _whole(change: int) -> str:
    return f"+{wording.count(change)}" if change > 0 else wording.count(change)


def effect_words(one: Effect) -> str:
    """An effect's verdict in the few words of a table."""
    if one.verdict == "effect":
        return "more than people like them" if (one.effect or 0) > 0 else "less than people like them"
    if one.verdict == "no_effect_above":
        return "excluded: an effect beyond 0.3 standard deviations"
    return f"cannot tell{_remark(one)}"


def effect_sentence(one: Effect) -> str:
    """An effect that was found, in a sentence; '' for every other verdict."""
    if one.status not in SHOWN or one.verdict != "effect" or one.effect is None:
        return ""
    unit = UNITS.get(one.unit, wording.plain(one.unit))
    title = wording.lower(OUTCOMES.get(one.outcome, wording.plain(one.outcome)))
    verb = "differed afterwards" if one.outcome == "retention" else "changed"
    than = "from" if one.outcome == "retention" else "more than"
    return (
        f"{_programme(one)}, {title}: {wording.counted(one.n_participants or 0, 'person')} who took part {verb} by "
        f"{wording.signed(one.effect, one.unit)} {unit} {than} {wording.count(one.n_comparison or 0)} like them (interval "
        f"{wording.signed_between(one.ci_low, one.ci_high, one.unit)}). It holds among "
        f"{wording.counted(one.n_tests or 1, 'comparison')} (q {wording.q_value(one.q_value)})."
    )


def link_words(one: Linkage) -> str:
    """A link's verdict in the few words of a table; it never says which follows from which."""
    if one.verdict == "none_above":
        limit = "odds of 1.2" if one.model == "logistic" else "0.1 standard deviations"
        return f"excluded: a link beyond {limit}"
    found = {"linked": "go together", "inverse": "go against each other"}
    return found.get(one.verdict or "", f"cannot tell{_remark(one)}")


def _remark(one: Effect | Linkage) -> str:
    """Why an undecided estimate is not what its interval alone may look like."""
    if one.ci_low is None or one.ci_high is None or one.ci_low <= 0 <= one.ci_high:
        return ""
    return f", apart on its own but not among {wording.count(one.n_tests or 1)} (q {wording.q_value(one.q_value)})"


def _programme(one: Effect) -> str:
    return "Having a mentor" if one.programme_kind == "mentoring" else one.programme


def _effects(effects: Sequence[Effect]) -> list[tuple[str, str, list[Estimate]]]:
    """(outcome, unit, programmes): estimates of one outcome share an axis."""
    tables = []
    for (outcome, unit), members in grouped(effects, lambda one: (one.outcome, one.unit)):
        reach = _reach((one.ci_low, one.ci_high) for one in members)
        lines = []
        for one in members:
            period = f"{one.period_start.year}" if one.period_kind == "year" else ""
            if one.status not in SHOWN or one.effect is None or one.ci_low is None or one.ci_high is None:
                lines.append(Estimate(_programme(one), one.status if one.status not in SHOWN else "insufficient", period))
                continue
            mark = MARKS.get(one.verdict or "", "insufficient")
            value, interval = wording.signed(one.effect, unit), wording.signed_between(one.ci_low, one.ci_high, unit)
            n = f"{wording.count(one.n_participants or 0)} and {wording.count(one.n_comparison or 0)}"
            told = f"{_programme(one)}: {value} ({interval}; n {n}), {effect_words(one)}."
            strip = charts.estimate_strip(one.effect, one.ci_low, one.ci_high, reach, mark, told)
            least = one.smallest_detectable_effect
            detectable = "" if least is None else wording.signed(least, unit).lstrip("+")
            lines.append(
                Estimate(_programme(one), one.status, period, n, value, interval, strip, mark, effect_words(one), detectable)
            )
        tables.append(
            (OUTCOMES.get(outcome, wording.plain(outcome).capitalize()), UNITS.get(unit, wording.plain(unit)), lines)
        )
    return tables


def _links(links: Sequence[Linkage]) -> list[tuple[str, str, list[Estimate]]]:
    """(reward, unit, signs of growth): amounts in standard deviations, promotions as odds."""
    tables = []
    for (reward, model), members in grouped(links, lambda one: (one.reward, one.model)):
        reach = _reach((one.ci_low, one.ci_high) for one in members)
        lines = [_link(one, SIGNS.get(one.sign_of_growth, wording.plain(one.sign_of_growth)), reach) for one in members]
        unit = "multiples of the odds" if model == "logistic" else "standard deviations"
        tables.append((REWARDS.get(reward, wording.plain(reward).capitalize()), unit, lines))
    return tables


def _link(one: Linkage, title: str, reach: float) -> Estimate:
    if one.status not in SHOWN or one.coefficient is None or one.ci_low is None or one.ci_high is None:
        return Estimate(title, one.status if one.status not in SHOWN else "insufficient")
    if one.model == "logistic":
        value = _odds(one.coefficient)
        interval = f"{_odds(one.ci_low)} to {_odds(one.ci_high)}"
    else:
        value = wording.signed(one.coefficient, "deviations")
        interval = wording.signed_between(one.ci_low, one.ci_high, "deviations")
    n = wording.count(one.n or 0)
    if one.n_rewarded is not None:
        n = f"{wording.count(one.n_rewarded)} of {n}"
    mark = MARKS.get(one.verdict or "", "insufficient")
    strip = charts.estimate_strip(
        one.coefficient, one.ci_low, one.ci_high, reach, mark, f"{title}: {value} ({interval}; n {n}), {link_words(one)}."
    )
    return Estimate(title, one.status, "", n, value, interval, strip, mark, link_words(one))


def _odds(log_odds: float) -> str:
    return f"{math.exp(log_odds):,.2f}"


def _reach(intervals: Any) -> float:
    """How far an axis goes to either side of zero, so that every interval of a table lies on it."""
    ends = [abs(end) for pair in intervals for end in pair if end is not None]
    return max(ends, default=1.0) or 1.0


def _told(rows: Sequence[Effect] | Sequence[Linkage], noun: str) -> str:
    """How many estimates of a table ended in which verdict."""
    marks = [MARKS.get(one.verdict or "", "insufficient") for one in rows if one.status in SHOWN]
    if not marks:
        return ""
    words = [
        f"{wording.count(marks.count('found'))} found",
        f"{wording.count(marks.count('no_gap_above'))} excluded beyond a bound",
        f"{wording.count(marks.count('insufficient'))} where the numbers cannot tell",
    ]
    return f"Of {wording.counted(len(marks), noun)}: {wording.listed(words)}."


def _groups(links: Sequence[Linkage]) -> list[tuple[str, str, list[tuple[str, Estimate]]]]:
    """(attribute, how many ended how, those found): the rest are in the release's table."""
    tables = []
    for attribute, members in grouped(links, lambda one: one.attribute):
        found = [one for one in members if one.status in SHOWN and MARKS.get(one.verdict or "") == "found"]
        reach = _reach((one.ci_low, one.ci_high) for one in found)
        n_hidden = sum(one.status == "suppressed" for one in members)
        told = _told(members, "association") or "No association could be formed."
        lines = [
            (
                wording.plain(one.group_value),
                _link(one, f"{REWARDS.get(one.reward, wording.plain(one.reward))}: {_sign(one)}", reach),
            )
            for one in found
        ]
        tables.append(
            (wording.attribute_title(attribute), f"{told}{f' {wording.count(n_hidden)} hidden.' if n_hidden else ''}", lines)
        )
    return sorted(tables, key=lambda table: (wording.TIMES in table[0], table[0]))


def _sign(one: Linkage) -> str:
    return wording.lower(SIGNS.get(one.sign_of_growth, wording.plain(one.sign_of_growth)))


def _path(one: Path) -> str:
    """Where a path led, naming only what changed beside the level."""
    parts = [
        f"level {one.from_level} to {one.to_level}" if one.from_level != one.to_level else f"within level {one.to_level}"
    ]
    if one.to_track != one.from_track:
        parts.append(f"to {wording.plain(one.to_track)}")
    if one.to_family != one.from_family:
        parts.append(f"to {one.to_family}")
    return ", ".join(parts)
