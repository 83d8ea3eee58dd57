"""Rows of a small release on contracts, goals, pipeline and growth, in which every status and every verdict occurs.

Not here: any promise (`test_report_commitments`).
"""

import datetime as dt
from typing import Any

from .report_tables import PROGRESS_COUNTS

Rows = dict[str, list[dict[str, Any]]]
BANDS = ("low", "medium", "high")
NUMBERS = {
    "goal": ("baseline_value", "target_value", "path_value", "n", "value", "ci_low", "ci_high", "share_of_change"),
    "share": ("n", "total", "share", "ci_low", "ci_high"),
}


def rows_of_commitments(now: dt.date, planted: int, leader_key: str) -> Rows:
    """One company's goals, contracts, benches, boxes, reviews, effects, links and paths; hidden rows hold `planted`."""
    hidden = Hidden(planted)
    in_unit = {"segment_kind": "org_unit", "segment_id": "u2"}
    return {
        "target_progress": [
            goal(
                now, "g1", period_end=dt.date(2025, 9, 30), path_value=0.275, value=0.26, is_last=False, progress="at_risk"
            ),
            goal(now, "g1"),
            goal(now, "g2", metric="cycle_time", target_change=None, is_asserted=True, n=None, ci_low=None, ci_high=None)
            | {"baseline_value": 40, "target_value": 30, "path_value": 30, "value": 28, "progress": "met", "is_clear": None},
            goal(now, "g3", status="no_baseline"),
            hidden(goal(now, "g4", **in_unit), NUMBERS["goal"]),
            goal(now, "g5", segment_kind="org_unit", segment_id="u1", progress="met", is_clear=False),
            goal(now, "g6", segment_kind="leader_direct", segment_id=leader_key),
            goal(now, "old", due_date=dt.date(2024, 6, 30), metric="long_gone"),
        ],
        "contract_progress": [
            progress(now),
            progress(dt.date(2025, 9, 30)),
            progress(now, segment_kind="org_unit", segment_id="u1"),
            hidden(progress(now, **in_unit), PROGRESS_COUNTS),
        ],
        "succession_bench": [
            *(bench(now, depth, n) for depth, n in (("0", 10), ("1", 20), ("2", 5), ("3+", 5))),
            *(bench(now, depth, 10, position_kind="leadership") for depth in ("0", "1", "2")),
            hidden(bench(now, "3+", 9, position_kind="leadership"), NUMBERS["share"]),
            bench(now, None, 15, counted="incumbents", attribute="gender", group_value="female"),
            hidden(bench(now, None, 9, counted="successors", attribute="gender", group_value="female"), NUMBERS["share"]),
        ],
        "nine_box": [
            *(box(now, performance, potential) for performance in BANDS for potential in BANDS[1:]),
            *(hidden(box(now, performance, "low"), NUMBERS["share"]) for performance in BANDS),
            box(now, "high", "high", "low", "medium"),
            box(now, None, None, "low", "medium", became="left"),
            hidden(box(now, "low", "low", "low", "medium"), NUMBERS["share"]),
        ],
        "development_review": [
            review(now),
            review(now, track="people_lead", n_milestones_due=0, n_milestones_on_time=0),
            review(now, segment_kind="org_unit", segment_id="u1", plan_coverage_change=-0.03),
            hidden(review(now, **in_unit), [name for name in review(now) if name.startswith(("n_", "plan_", "on_"))]),
        ],
        "learning_effect": [
            effect(now, "Leading"),
            effect(now, "Circle", ci_low=0.01, verdict="insufficient", q_value=0.2),
            effect(now, "Steps", effect=0.02, ci_low=-0.05, ci_high=0.09, verdict="no_effect_above"),
            effect(
                now, "mentoring", programme_kind="mentoring", outcome="retention", unit="share", effect=-0.04, ci_high=-0.01
            ),
            effect(now, "Leading", period_kind="year", verdict="insufficient", ci_low=-0.4),
            hidden(effect(now, "Few"), ["n_participants", "n_comparison", "effect", "ci_low", "ci_high"]),
            effect(now, "Nobody", status="no_population"),
        ],
        "reward_linkage": [
            link(now, "bonus"),
            link(now, "raise", coefficient=-0.2, ci_low=-0.3, ci_high=-0.1, verdict="inverse"),
            link(now, "recognition", coefficient=-0.1, ci_low=-0.2, ci_high=-0.0012, q_value=0.3, verdict="insufficient"),
            link(now, "promotion", model="logistic", coefficient=0.01, ci_low=-0.1, ci_high=0.1, verdict="none_above")
            | {"n_rewarded": 30},
            link(now, "bonus", attribute="gender", group_value="female"),
            hidden(link(now, "bonus", attribute="gender", group_value="male"), ["n", "coefficient", "ci_low", "ci_high"]),
        ],
        "career_paths": [
            path(2, 3),
            path(3, 3, to_track="people_lead", to_family="Design", kind="lateral"),
            hidden(path(4, 5), ["n_moves", "n_people", "median_months"]),
        ],
    }


class Hidden:
    """Rows whose numbers no reader may see; they hold digits that stand nowhere else."""

    def __init__(self, planted: int) -> None:
        self.planted = planted

    def __call__(self, row: dict[str, Any], numbers: Any) -> dict[str, Any]:
        return row | dict.fromkeys(numbers, self.planted) | {"status": "suppressed"}


def goal(now: dt.date, goal_id: str, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"goal_id": goal_id, "metric": "turnover", "convention_id": "usual", "segment_kind": "company"}
    known |= {"segment_id": "company", "baseline_date": "2025-06-30", "due_date": now, "target_change": 0.3, "is_last": True}
    known |= {"period_end": now, "measured_on": more.get("period_end", now), "status": "ok", "is_asserted": False}
    known |= {"baseline_value": 0.25, "target_value": 0.325, "path_value": 0.325, "n": 900, "value": 0.271}
    return known | {"ci_low": 0.25, "ci_high": 0.29, "share_of_change": 0.28, "progress": "missed", "is_clear": True} | more


def progress(period_end: dt.date, **more: Any) -> dict[str, Any]:
    counts = {name: place + 20 for place, name in enumerate(PROGRESS_COUNTS)}
    place = {"segment_kind": "company", "segment_id": "company", "period_end": period_end, "status": "ok"}
    return counts | place | {"n_indicators_met": 30, "n_indicators_met_asserted": 12, "n_missed_with_cause": 0} | more


def bench(now: dt.date, depth: str | None, n: int, **more: Any) -> dict[str, Any]:
    known = {"segment_kind": "company", "position_kind": "critical", "counted": "positions", "bench_depth": depth}
    numbers = {"n": n, "total": 40, "share": n / 40, "ci_low": n / 50, "ci_high": n / 30}
    return known | {"period_end": now, "status": "ok"} | numbers | more


def box(
    now: dt.date,
    performance: str | None,
    potential: str | None,
    from_performance: str | None = None,
    from_potential: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    known = {"segment_kind": "company", "cycle_id": "Cycle 2", "period_end": now, "status": "ok", "became": "rated"}
    known["view_of"] = "movement" if from_performance else "standing"
    places = {"from_cycle_id": "Cycle 1" if from_performance else None, "from_performance": from_performance}
    places |= {"from_potential": from_potential, "performance": performance, "potential": potential}
    return known | places | {"n": 30, "total": 120, "share": 0.25, "ci_low": 0.18, "ci_high": 0.33} | more


def review(now: dt.date, **more: Any) -> dict[str, Any]:
    known = {"period_end": now, "segment_kind": "company", "segment_id": "company", "track": "*", "status": "ok"}
    counts = {"n_people": 200, "n_with_plan": 80, "n_due": 50, "n_met_on_time": 20, "n_met_late": 10, "n_overdue": 20}
    counts |= {"n_milestones_due": 12, "n_milestones_on_time": 9, "n_began_programme": 7, "n_began_mentoring": 6}
    changes = {"plan_coverage_change": 0.02, "on_time_rate_change": 0.0, "n_began_programme_change": 3}
    return known | counts | changes | {"plan_age_months": 4.5} | more


def effect(now: dt.date, programme: str, **more: Any) -> dict[str, Any]:
    known = {"programme": programme, "programme_kind": "programme", "outcome": "score_360", "unit": "score"}
    known |= {"period_kind": "history", "period_start": "2023-01-01", "period_end": now, "status": "ok"}
    numbers = {"n_participants": 32, "n_comparison": 111, "effect": 0.43, "ci_low": 0.26, "ci_high": 0.6, "q_value": 0.0001}
    return known | numbers | {"n_tests": 18, "smallest_detectable_effect": 0.23, "verdict": "effect"} | more


def link(now: dt.date, reward: str, **more: Any) -> dict[str, Any]:
    known = {"reward": reward, "sign_of_growth": "score_360", "attribute": "*", "group_value": "*", "period_end": now}
    numbers = {"n": 370, "coefficient": 0.107, "ci_low": 0.038, "ci_high": 0.176, "q_value": 0.016, "n_tests": 20}
    return known | {"model": "least_squares", "status": "ok", "verdict": "linked"} | numbers | more


def path(from_level: int, to_level: int, **more: Any) -> dict[str, Any]:
    known = {"kind": "promotion", "from_level": from_level, "from_track": "technical", "from_family": "Product"}
    known |= {"to_level": to_level, "to_track": "technical", "to_family": "Product", "status": "ok"}
    return known | {"n_moves": 36, "n_people": 35, "median_months": 33} | more
