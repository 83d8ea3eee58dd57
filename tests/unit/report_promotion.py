"""Rows of a small release on promotion, in which every band, status, verdict and part of the audit occurs.

Not here: any promise (`test_report_promotion`).
"""

import datetime as dt
from typing import Any

Rows = dict[str, list[dict[str, Any]]]
CALIBRATION_NUMBERS = ("n", "total", "share", "ci_low", "ci_high")
BANDS = {"ready_now": 40, "within_6_months": 20, "within_18_months": 30, "developing": 310}
AUDIT_NUMBERS = (
    "n", "selected", "rate", "reference_n", "reference_selected", "reference_rate", "impact_ratio", "ratio_low",
    "ratio_high", "q_value", "n_tests", "shortfall", "smallest_detectable_ratio",
)  # fmt: skip


def rows_of_promotion(now: dt.date, planted: int) -> Rows:
    """One company's bands, criteria, cases, offers, audit and back-test; hidden rows hold `planted`."""

    def hidden(row: dict[str, Any], numbers: Any) -> dict[str, Any]:
        return row | dict.fromkeys(numbers, planted) | {"status": "suppressed"}

    year_before, two_before = dt.date(now.year - 1, 12, 31), dt.date(now.year - 2, 12, 31)
    of_band = list(BANDS.items())
    return {
        "promotion_calibration": [
            *(standing("band", band, n, 400) for band, n in of_band),
            *(standing("band", band, n, 400, segment_kind="org_unit", segment_id="u1") for band, n in of_band),
            *(
                hidden(standing("band", band, n, 9, segment_kind="level", segment_id="1"), CALIBRATION_NUMBERS)
                for band, n in of_band
            ),
            *(
                standing("criterion", status, n, 100, segment_kind="step", segment_id="technical 2", item="a")
                for status, n in (("met", 60), ("not_met", 30), ("no_evidence", 10))
            ),
            *(
                hidden(
                    standing("criterion", status, 1, 9, segment_kind="step", segment_id="technical 2", item="b"),
                    CALIBRATION_NUMBERS,
                )
                for status in ("met", "not_met", "no_evidence")
            ),
            *(
                standing("case", case, n, 100, segment_kind="step", segment_id="technical 2")
                for case, n in (
                    ("developing | met: none | not met: a | no evidence: b;c", 90),
                    ("ready_now | met: a;b | not met: none | no evidence: c", 7),
                )
            ),
        ],
        "promotion_opportunity": [
            missed("mentor"),
            missed("mentor", segment_kind="org_unit", segment_id="u2", n=20),
            hidden(missed("mentor", segment_kind="level", segment_id="1"), ("n", "n_never_offered", "share")),
            missed("mentor", attribute="gender", group_value="female", n=40),
        ],
        "promotion_audit": [
            audited(
                "band", "ready_now", "female", verdict="gap", rate=0.05, impact_ratio=0.25, ratio_high=0.6, shortfall=22
            ),
            audited("band", "ready_now", "male", verdict=None, impact_ratio=None),
            audited("panel_decision", "panel_decision", "female", verdict="no_gap_above", ratio_low=0.85),
            hidden(audited("panel_decision", "panel_decision", "nonbinary"), AUDIT_NUMBERS),
            audited("criterion", "a", "female", verdict="gap", impact_ratio=0.5, shortfall=18, screens_out=True),
            hidden(audited("criterion", "b", "female", verdict="gap", screens_out=True), AUDIT_NUMBERS),
            audited("criterion", "c", "female", verdict="gap", impact_ratio=0.7, screens_out=False),
            audited("time_waited", "in_level", "female", verdict="insufficient", reference_selected=None),
            audited("opportunity", "mentor", "on leave in the year", attribute="leave", verdict="insufficient"),
            audited("put_forward", "put_forward", "female", verdict="gap", segment_kind="org_unit", segment_id="u2"),
        ],
        "promotion_backtest": [
            *(outcome(two_before, band, n) for band, n in (*of_band, ("all", 400))),
            *(hidden(outcome(year_before, band, n), ("n", "n_promoted", "conversion_rate")) for band, n in of_band[:1]),
            outcome(two_before, "all", 200, segment_kind="level", segment_id="1"),
            outcome(two_before, "ready_now", 30, attribute="gender", group_value="female", verdict="gap", impact_ratio=0.4),
            outcome(two_before, "ready_now", 40, attribute="gender", group_value="male", verdict=None),
        ],
    }


def standing(told_of: str, result: str, n: int, total: int, **more: Any) -> dict[str, Any]:
    place = {"segment_kind": "company", "segment_id": "company", "item": "all", "status": "ok"}
    numbers = {"n": n, "total": total, "share": n / total, "ci_low": n / total / 2, "ci_high": min(1.0, 2 * n / total)}
    return {"told_of": told_of, "result": result} | place | numbers | more


def missed(opportunity: str, **more: Any) -> dict[str, Any]:
    place = {"segment_kind": "company", "segment_id": "company", "attribute": "all", "group_value": "all", "status": "ok"}
    numbers = {"n": 90, "n_never_offered": 15, "share": 1 / 6, "ci_low": 0.1, "ci_high": 0.26}
    return {"opportunity": opportunity} | place | numbers | more


def audited(audit_of: str, item: str, group: str, **more: Any) -> dict[str, Any]:
    place = {"segment_kind": "company", "segment_id": "company", "attribute": "gender", "group_value": group, "status": "ok"}
    numbers = {"n": 150, "selected": 30, "rate": 0.2, "reference_group": "male", "reference_n": 160, "reference_rate": 0.25}
    numbers |= {"reference_selected": 40, "impact_ratio": 0.8, "ratio_low": 0.2, "ratio_high": 1.2, "q_value": 0.01}
    numbers |= {"n_tests": 9, "smallest_detectable_ratio": 0.6, "flips_with_one_decision": False, "shortfall": 0}
    return {"audit_of": audit_of, "item": item, "verdict": "insufficient", "screens_out": False} | place | numbers | more


def outcome(as_of: dt.date, band: str, n: int, **more: Any) -> dict[str, Any]:
    place = {"segment_kind": "company", "segment_id": "company", "attribute": "all", "group_value": "all", "status": "ok"}
    place |= {"as_of": as_of, "knowledge": "history_as_corrected", "band": band}
    numbers: dict[str, Any] = {"n": n, "n_promoted": 10, "n_known": n, "n_good": 8, "n_promoted_known": 10}
    for share, value in (("conversion", 0.25), ("good", 0.8), ("incidence_12", 0.24)):
        name = share if share == "incidence_12" else f"{share}_rate"
        numbers |= {name: value, f"{share}_low": value - 0.1, f"{share}_high": value + 0.1}
    if band == "ready_now":
        numbers |= {"n_false_ready": 2, "false_ready_rate": 0.2, "false_ready_low": 0.06, "false_ready_high": 0.51}
    if band == "all":
        numbers |= {"n_never_ready": 6, "never_ready_rate": 0.6, "never_ready_low": 0.31, "never_ready_high": 0.83}
    times = {
        "median_months": 31.0,
        "naive_mean_months_biased": 7.5,
        "reference_group": "male",
        "n_tests": 2,
        "q_value": 0.01,
    }
    return place | numbers | times | more
