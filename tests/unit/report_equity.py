"""Rows of a small release on equity, in which every table, every verdict and every flag occurs.

Not here: any promise (`test_report_equity`).
"""

import datetime as dt
from typing import Any

from .report_commitments import Hidden

Rows = dict[str, list[dict[str, Any]]]
IN_UNIT = {"segment_kind": "org_unit", "segment_id": "u2"}
NUMBERS = {
    "selection": (
        *("n", "selected", "rate", "reference_n", "reference_selected", "reference_rate", "impact_ratio", "ratio_low"),
        *("ratio_high", "q_value", "n_tests", "shortfall", "smallest_detectable_ratio", "stratified_ratio"),
        *("stratified_low", "stratified_high"),
    ),
    "opportunity": (
        *("n", "total", "value", "reference_n", "reference_value", "impact_ratio", "difference", "ci_low", "ci_high"),
        *("q_value", "n_tests", "shortfall", "smallest_detectable_ratio", "smallest_detectable_difference"),
        *("stratified_difference", "stratified_low", "stratified_high"),
    ),
    "progression": (
        *("n", "n_promoted", "n_exited", "median_months", "reference_n", "reference_median_months", "hazard_ratio"),
        *("ci_low", "ci_high", "smallest_detectable_ratio"),
        *(f"incidence_{months}{end}" for months in (12, 24, 36) for end in ("", "_low", "_high")),
    ),
    "perception": ("n", "mean", "reference_n", "reference_mean", "difference", "ci_low", "ci_high", "stratified_difference"),
    "pay": ("n", "value", "reference_n", "reference_value", "gap_percent", "ci_low", "ci_high", "smallest_detectable_gap"),
    "adjusted": ("n", "reference_n", "raw_gap_percent", "gap_percent", "ci_low", "ci_high"),
    "share": ("n", "n_members", "share", "ci_low", "ci_high"),
    "walk": (
        *("n_opening", "opening_members", "opening_share", "n_closing", "closing_members", "closing_share", "n"),
        *("n_members", "share_effect"),
    ),
}


def rows_of_equity(now: dt.date, before: dt.date, planted: int) -> Rows:
    """One company's comparisons, shares and walks; hidden rows hold `planted`."""
    hidden = Hidden(planted)
    return {
        "equity_selection": [
            comparison(now, "female", "gap"),
            comparison(now, "nonbinary", "insufficient", ratio_low=0.5, ratio_high=1.2),
            comparison(now, "undisclosed", "no_gap_above", ratio_low=0.88, ratio_high=None, impact_ratio=1.1),
            hidden(comparison(now, "hidden_group", "gap"), NUMBERS["selection"]),
            comparison(now, "asian", "insufficient", attribute="ethnicity", ratio_low=0.6, ratio_high=0.99, q_value=0.2),
            comparison(now, "female", "gap", selection="stretch_work", stratified_verdict="insufficient")
            | {"stratified_ratio": 1.07, "stratified_low": 0.74, "stratified_high": 1.51, "reverses": True},
            comparison(now, "female", "gap", **IN_UNIT, n=300),
            comparison(now, "female", "gap", selection_window="cycle", period_end=before),
            comparison(now, "old_wave", "gap", period_end=before),
        ],
        "equity_opportunity": [
            offer(now, "stretch", "taken", "female"),
            offer(now, "stretch", "offered", "offered_twice"),
            offer(now, "learning", "hours", "female", verdict="gap", is_material=False, difference=-1.2, value=9.5)
            | {"reference_value": 10.7, "total": 4987.5, "n": 525, "ci_low": -2.0, "ci_high": -0.5, "shortfall": None}
            | {"flips_with_one_decision": None, "stratified_difference": -1.1},
            hidden(offer(now, "feedback", "received", "male"), NUMBERS["opportunity"]),
        ],
        "equity_progression": [
            stay(now, "male", reference_group="male", verdict=None, n=1708, n_promoted=299, median_months=76)
            | {"hazard_ratio": None, "ci_low": None, "ci_high": None},
            stay(now, "female"),
            stay(now, "nonbinary", verdict="no_gap_above", ci_low=0.85, ci_high=1.2, median_months=None, incidence_36=None),
            hidden(stay(now, "hidden_group"), NUMBERS["progression"]),
        ],
        "equity_perception": [
            seen(now, "engagement_index", "female"),
            seen(now, "score_360", "female", verdict="insufficient", ci_high=-0.01, q_value=0.3),
            seen(now, "score_360", "female", rater_group_value="male", verdict="gap", is_material=True, is_reversed=True),
            hidden(seen(now, "score_360", "nonbinary"), NUMBERS["perception"]),
        ],
        "equity_pay_gap": [
            paid(now, "female"),
            paid(now, "male", n=1016, value=24.49, reference_group=None, gap_percent=None, ci_low=None, ci_high=None)
            | {"verdict": None, "is_material": None},
            paid(now, "nonbinary", verdict="insufficient", gap_percent=3.1, ci_low=-6.2, ci_high=11.6),
            paid(now, "undisclosed", verdict="no_gap_above", gap_percent=0.1, ci_low=-3.9, ci_high=3.5),
            hidden(paid(now, "hidden_group"), NUMBERS["pay"]),
            paid(now, "women", law="uk", segment_kind="legal_entity", legal_entity="Tern Ltd", country="GB"),
            *(
                paid(now, group, statistic=f"quarter_{quarter}", convention_id="remainder", value=share, verdict=None)
                for quarter in (1, 2)
                for group, share in (("female", 0.4), ("male", 0.6))
            ),
            hidden(paid(now, "female", statistic="quarter_3", convention_id="remainder"), NUMBERS["pay"]),
            paid(now, "male", statistic="quarter_3", convention_id="remainder", value=0.6, verdict=None),
        ],
        "equity_pay_gap_adjusted": [
            equal(now, "female", "country", None, is_default=False, gap_percent=4.2, ci_low=2.2, ci_high=6.2),
            equal(now, "female", "country + level", "level"),
            equal(now, "nonbinary", "country", None, is_default=False, verdict="insufficient"),
            hidden(equal(now, "nonbinary", "country + level", "level"), NUMBERS["adjusted"]),
        ],
        "equity_representation": [
            *(
                share(day, group, value)
                for group, value in (("female", 0.4), ("male", 0.6), ("nobody_here", 0.0))
                for day in (before, now)
            ),
            *(share(now, group, 0.4, segment_kind="level", segment_id="1") for group in ("female", "male")),
            hidden(share(now, "female", 0.4, segment_kind="level", segment_id="2"), NUMBERS["share"]),
            share(now, "female", 0.4, segment_kind="org_unit", segment_id="u1"),
            hidden(share(now, "female", 0.4, **IN_UNIT), NUMBERS["share"]),
        ],
        "equity_representation_walk": [
            walk(now, "female", "hire", 0.0026, 145, 303),
            walk(now, "female", "exit", -0.0007, 122, 262),
            walk(now, "male", "hire", -0.0032, 141, 303),
            hidden(walk(now, "male", "exit", 0.001, 1, 262), NUMBERS["walk"]),
            walk(now, "female", "promotion_in", 0.01, 20, 30, segment_kind="level", segment_id="3"),
        ],
    }


def comparison(now: dt.date, group: str, verdict: str | None, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"selection": "promotion", "selection_window": "four_cycles", "period_end": now}
    known |= {"segment_kind": "company", "segment_id": "*", "attribute": "gender", "group_value": group, "verdict": verdict}
    numbers: dict[str, Any] = {"n": 647, "selected": 21, "rate": 21 / 647, "reference_n": 747, "reference_selected": 54}
    numbers |= {"reference_rate": 54 / 747, "impact_ratio": 0.45, "ratio_low": 0.28, "ratio_high": 0.73, "q_value": 0.012}
    numbers |= {"n_tests": 12, "shortfall": 17, "smallest_detectable_ratio": 0.72}
    numbers |= {"stratified_ratio": 0.62, "stratified_low": 0.41, "stratified_high": 0.95, "stratified_verdict": "gap"}
    flags = {"is_below_four_fifths": True, "is_material": True, "flips_with_one_decision": False, "is_default": True}
    return known | {"status": "ok", "reference_group": "male", "reverses": False} | numbers | flags | more


def offer(now: dt.date, opportunity: str, measure: str, group: str, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"opportunity": opportunity, "measure": measure, "opportunity_window": "four_half_years"}
    known |= {"period_end": now, "segment_kind": "company", "segment_id": "company", "attribute": "gender"}
    numbers = {"group_value": group, "n": 168, "total": 131, "value": 131 / 168, "reference_n": 192, "reference_value": 0.78}
    numbers |= {"impact_ratio": 0.998, "difference": -0.001, "ci_low": 0.89, "ci_high": 1.11, "q_value": 0.9, "n_tests": 34}
    numbers |= {"stratified_difference": -0.04, "stratified_low": -0.1, "stratified_high": 0.02}
    flags = {"verdict": "no_gap_above", "is_material": False, "flips_with_one_decision": False, "is_reversed": False}
    return known | {"reference_group": "male", "status": "ok"} | numbers | flags | more


def stay(now: dt.date, group: str, **more: Any) -> dict[str, Any]:
    known = {"period_end": now, "segment_kind": "company", "segment_id": "company", "attribute": "gender"}
    numbers = {"group_value": group, "n": 1521, "n_promoted": 225, "n_exited": 320, "median_months": 98}
    for months, value in ((12, 0.01), (24, 0.07), (36, 0.15)):
        numbers |= {
            f"incidence_{months}": value,
            f"incidence_{months}_low": value / 2,
            f"incidence_{months}_high": value * 2,
        }
    numbers |= {"reference_group": "male", "reference_n": 1708, "reference_median_months": 76, "hazard_ratio": 0.78}
    numbers |= {"ci_low": 0.65, "ci_high": 0.93, "q_value": 0.013, "n_tests": 2, "smallest_detectable_ratio": 0.77}
    return known | numbers | {"verdict": "gap", "is_material": True, "flips_with_one_decision": True, "status": "ok"} | more


def seen(now: dt.date, measure: str, group: str, **more: Any) -> dict[str, Any]:
    known = {"measure": measure, "rater_group_value": "*", "period_end": now, "segment_kind": "company"}
    known |= {"segment_id": "company", "attribute": "gender", "group_value": group}
    numbers = {"n": 757, "mean": 3.82, "reference_group": "male", "reference_n": 792, "reference_mean": 3.85}
    numbers |= {"difference": -0.03, "ci_low": -0.09, "ci_high": 0.03, "q_value": 0.4, "n_tests": 5}
    numbers |= {"smallest_detectable_difference": 0.09, "stratified_difference": 0.02}
    return known | numbers | {"is_reversed": False, "verdict": "no_gap_above", "is_material": False, "status": "ok"} | more


def paid(now: dt.date, group: str, **more: Any) -> dict[str, Any]:
    known = {"law": "company", "snapshot_date": now, "segment_kind": "company", "legal_entity": "all", "country": "all"}
    known |= {"worker_category": "all", "currency": "EUR", "pay_element": "hourly_pay", "statistic": "mean"}
    known |= {"attribute": "gender", "group_value": group, "convention_id": "all"}
    numbers = {"n": 971, "value": 23.53, "reference_group": "male", "reference_n": 1016, "reference_value": 24.49}
    numbers |= {"gap_percent": 3.9, "ci_low": 1.3, "ci_high": 6.6, "q_value": 0.01, "n_tests": 3}
    return known | numbers | {"smallest_detectable_gap": 3.9, "verdict": "gap", "is_material": False, "status": "ok"} | more


def equal(now: dt.date, group: str, controls: str, biased: str | None, **more: Any) -> dict[str, Any]:
    known = {"snapshot_date": now, "segment_kind": "company", "attribute": "gender", "group_value": group}
    known |= {"controls": controls, "biased_controls": biased, "method": "ols_hc3", "is_default": True, "status": "ok"}
    numbers = {"n": 971, "reference_group": "male", "reference_n": 1016, "raw_gap_percent": 4.4, "gap_percent": 1.5}
    return known | numbers | {"ci_low": 0.8, "ci_high": 2.1, "verdict": "gap", "is_material": False} | more


def share(day: dt.date, group: str, value: float, **more: Any) -> dict[str, Any]:
    known = {"period_end": day, "segment_kind": "company", "segment_id": "company", "attribute": "gender"}
    known |= {"group_value": group, "convention_id": "usual", "status": "ok", "n": 200, "n_members": int(value * 200)}
    return known | {"share": value, "ci_low": max(value - 0.05, 0), "ci_high": value + 0.05} | more


def walk(now: dt.date, group: str, flow: str, effect: float, members: int, moves: int, **more: Any) -> dict[str, Any]:
    known = {"period_kind": "year", "period_start": dt.date(now.year, 1, 1), "period_end": now, "flow": flow, "status": "ok"}
    known |= {"segment_kind": "company", "segment_id": "company", "attribute": "gender", "group_value": group}
    opening = {"n_opening": 2081, "opening_members": 958, "opening_share": 0.46035}
    closing = {"n_closing": 2122, "closing_members": 981, "closing_share": 0.46225}
    return known | opening | closing | {"n": moves, "n_members": members, "share_effect": effect} | more
