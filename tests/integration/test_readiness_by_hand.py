"""A company of twelve people whose cases were worked out by hand: every criterion of every case, met and not, cell by cell.

Here: the whole way from files to cases. Not here: single models (dbt unit tests), the simulated company (`test_promotion`).
"""

from typing import Any

import duckdb
import pytest

from ingest.contracts.talent import LADDER_RULES

from ..conftest import Workshop
from .conftest import build_models

DAY = "2024-12-31"
STAMP = {"file_name": r"(\d{4}-\d{2}-\d{2})"}


def same(columns: str) -> dict[str, Any]:
    return {column: column for column in columns.split(",")}


# feed -> the table that it fills, and its columns, which are the file's
FEEDS: dict[str, tuple[str, str]] = {
    "workers": ("hris.workers", "worker_id,hire_date"),
    "jobs": ("hris.job_assignments", "worker_id,assignment_id,valid_from,level,track,manager_id,is_primary"),
    "leaves": ("hris.leaves", "worker_id,valid_from,valid_to,kind"),
    "reviews": ("hris.performance_reviews", "review_id,worker_id,cycle_id,reviewed_date,rating,reviewer_id"),
    "marks": ("hris.review_ratings", "review_id,competency_id,rating"),
    "courses": ("lms.learning_records", "record_id,worker_id,course_id,completed_at,status,hours"),
    "waves": ("survey.surveys", "survey_id,opened_date,closed_date,minimum"),
    "items": ("survey.survey_items", "survey_id,item_id,index_name,scale_min,scale_max,direction"),
    "answers": ("survey.survey_answers", "survey_id,respondent_id,item_id,answer"),
    "cycles": ("feedback360.feedback_cycles", "cycle_id,closed_date,minimum,scale_min,scale_max"),
    "scores": ("feedback360.feedback_ratings", "cycle_id,ratee_id,rater_id,item_id,relationship,competency_id,score"),
    "competencies": ("talent.competencies", "competency_id,name"),
    "ladder": (
        "talent.ladder_criteria",
        "level,track,criterion_id,valid_from,valid_to,rule,competency_id,threshold,window_months,lead_months,k,m,"
        "requirement,one_of_group,attester",
    ),
    "plans": ("talent.plans", "plan_id,worker_id,created_at,closed_at,target_track"),
    "actions": ("talent.plan_items", "plan_item_id,plan_id,criterion_id,completed_at"),
    "mentorships": ("talent.mentorships", "mentorship_id,mentee_id,mentor_id,offered_at,accepted_at"),
    "work": (
        "talent.assignments",
        "development_id,worker_id,kind,role,is_cross_functional,offered_at,accepted_at,start_date",
    ),
    "contracts": ("talent.contracts", "contract_id,version,leader_id,valid_from"),
    "milestones": ("talent.contract_milestones", "contract_id,milestone_id,due_date,met_at"),
}
MAP = {
    "feeds": {
        name: {
            "recognise": {"file": f"{name}_*"},
            "exported_at": STAMP,
            "mode": "snapshot" if name == "workers" else "changes",
            "tables": [{"table": table, "columns": same(columns)}],
        }
        for name, (table, columns) in FEEDS.items()
    }
}

# p02 leads p04 to p06, p03 leads p08 to p10; p07 has no manager, and p12 a second job on another track
ROWS: dict[str, list[str]] = {
    "workers": [f"p{n:02d},2020-01-01" for n in range(1, 13)],
    "jobs": [
        "p01,1,2020-01-01,5,lead,,true",
        "p02,1,2020-01-01,3,lead,p01,true",
        "p03,1,2020-01-01,2,lead,p01,true",
        "p03,1,2024-07-01,3,lead,p01,true",
        "p04,1,2020-01-01,0,technical,p02,true",
        "p04,1,2022-01-01,1,technical,p02,true",
        "p05,1,2020-01-01,0,technical,p02,true",
        "p05,1,2024-07-01,1,technical,p02,true",
        "p06,1,2020-01-01,0,technical,p02,true",
        "p06,1,2024-03-01,1,technical,p02,true",
        "p07,1,2020-01-01,1,technical,,true",
        "p08,1,2020-01-01,2,technical,p03,true",
        "p09,1,2020-01-01,2,technical,p03,true",
        "p10,1,2020-01-01,2,technical,p03,true",
        "p11,1,2020-01-01,1,waiting,p01,true",
        "p12,1,2020-01-01,1,technical,p01,true",
        "p12,2,2020-01-01,1,waiting,p01,false",
    ],
    # 61 days within the window of the mentorship that p10 gave
    "leaves": ["p10,2023-03-01,2023-05-01,parental"],
    "reviews": [
        "a1,p04,c23,2023-03-01,3,p02",
        "a2,p04,c24,2024-03-01,4,p02",
        "b1,p06,c24,2024-03-01,4,p02",
        "own,p07,c24,2024-03-01,5,p07",
        "d1,p08,c22,2022-03-01,,p03",
        "d2,p08,c23,2023-03-01,,p03",
        "d3,p08,c24,2024-03-01,,p03",
        "e1,p09,c21,2021-03-01,,p03",
        "e2,p09,c22,2022-03-01,,p03",
        "e3,p09,c23,2023-03-01,,p03",
        "e4,p09,c24,2024-03-01,,p03",
        "f1,p10,c23,2023-03-01,,p03",
        "f2,p10,c24,2024-03-01,,p03",
        "g1,p12,c23,2023-03-01,3,p01",
        "g2,p12,c24,2024-03-01,3,p01",
        "ahead,p12,c25,2025-01-10,5,p01",
    ],
    "marks": [
        *("d1,craft,3", "d2,craft,2", "d3,craft,3", "e1,craft,3", "e2,craft,2", "e3,craft,2", "e4,craft,2"),
        *("f1,craft,3", "f2,craft,3"),
    ],
    "courses": [
        "r1,p04,c,2024-02-10,completed,6",
        "r2,p04,c,2024-05-20,completed,6",
        "r3,p05,c,2024-03-10,completed,4",
        "r4,p05,c,2024-09-10,completed,5",
        "r5,p06,c,2023-11-30,completed,20",
        "r6,p07,c,2024-04-01,completed,9",
        "r7,p11,c,2024-04-01,completed,6",
        "r8,p11,c,2025-01-15,completed,9",
        "r9,p12,c,,failed,30",
    ],
    "waves": ["w23,2023-10-01,2023-10-31,3", "w24,2024-10-01,2024-10-31,3"],
    "items": [f"{wave},q1,engagement,1,5,1" for wave in ("w23", "w24")],
    "answers": [
        *(f"w23,{one},q1,3" for one in ("p04", "p05", "p06")),
        *(f"w24,{one},q1,4" for one in ("p04", "p05", "p06")),
        *(f"w23,{one},q1,4" for one in ("p08", "p09", "p10")),
        *(f"w24,{one},q1,3" for one in ("p08", "p09", "p10")),
    ],
    "cycles": ["f23,2023-06-30,3,1,5", "f24,2024-06-30,3,1,5"],
    "scores": [
        *(f"f23,p08,{one},i,peer,craft,3" for one in ("p04", "p05", "p06")),
        *(f"f24,p08,{one},i,peer,craft,4" for one in ("p04", "p05", "p06")),
        # two raters are not enough to be told of
        *(f"f24,p09,{one},i,peer,craft,5" for one in ("p04", "p05")),
        *(f"f24,p10,{one},i,peer,craft,{score}" for one, score in (("p04", 3), ("p05", 3), ("p06", 4.2))),
    ],
    "competencies": ["craft,Craft"],
    "ladder": [
        "2,technical,time,2019-01-01,,months_in_level,,12,,6,,,required,,system",
        "2,technical,rated,2019-01-01,,rating,,4,,12,1,2,required,,manager",
        # a newer version of a criterion takes over without the older one having been ended
        "2,technical,hours,2019-01-01,,learning_hours,,99,12,6,,,one_of,growth,system",
        "2,technical,hours,2023-01-01,,learning_hours,,10,12,6,,,one_of,growth,system",
        "2,technical,led,2019-01-01,,led_initiative,,1,36,6,,,one_of,growth,panel",
        "2,technical,ended,2019-01-01,2024-12-31,rating,,5,,1,,,required,,manager",
        "3,technical,seen,2019-01-01,,competency_360,craft,3.5,,12,1,2,required,,raters",
        "3,technical,judged,2019-01-01,,competency_review,craft,3,,12,,,required,,manager",
        "3,technical,mentor,2019-01-01,,mentoring_given,,1,24,6,,,required,,manager",
        "4,lead,uplift,2019-01-01,,team_uplift,,0,24,18,1,1,required,,system",
        "4,lead,kept,2019-01-01,,milestones_met,,2,24,12,,,required,,system",
        "4,lead,time,2019-01-01,,months_in_level,,12,,6,,,required,,system",
        "2,waiting,time,2019-01-01,,months_in_level,,12,,6,,,required,,system",
    ],
    "plans": ["n5,p05,2024-08-01,,", "n6,p06,2024-08-01,,", "n11,p11,2024-08-01,,technical"],
    "actions": ["i1,n5,time,", "i2,n5,rated,", "i3,n5,hours,", "i4,n6,time,", "i5,n11,rated,2024-12-01"],
    "mentorships": [
        "m8,p04,p08,2023-05-20,2023-06-01",
        "m9,p05,p09,2022-05-20,2022-06-01",
        "m10,p06,p10,2022-11-10,2022-11-15",
        "m12,p04,p12,2024-05-20,",
        # nobody mentors themselves: such a row is set aside
        "m13,p09,p09,2024-05-20,2024-06-01",
    ],
    "work": [
        "s6,p06,stretch,lead,true,2024-03-20,2024-04-01,2024-05-01",
        "s7,p07,stretch,member,true,2024-03-20,2024-04-01,2024-05-01",
        "s11,p11,stretch,lead,true,2024-03-20,,",
        "s12,p12,stretch,lead,true,2021-10-20,2021-11-01,2021-12-01",
    ],
    "contracts": ["k2,1,p02,2023-01-01", "k3,1,p03,2024-01-01"],
    "milestones": [
        "k2,x,2023-12-31,2023-12-15",
        "k2,y,2024-06-30,2024-07-15",
        "k3,x,2024-03-31,2023-12-20",
        "k3,y,2024-06-30,2024-06-01",
    ],
}

# person, track -> band, ready since; criteria: status, what was counted, what is needed, met on, how many have expired
CASES: dict[tuple[str, str], tuple[str, str | None, dict[str, tuple[str, float, float, str | None, int]]]] = {
    ("p02", "lead"): (
        "ready_now", "2024-10-31",
        {
            "uplift": ("met", 1, 1, "2024-10-31", 0),
            "kept": ("met", 2, 2, "2024-07-15", 0),
            "time": ("met", 59, 12, "2021-01-01", 0),
        },
    ),
    ("p03", "lead"): (
        "developing", None,
        {
            "uplift": ("not_met", 0, 1, None, 0),
            "kept": ("not_met", 1, 2, None, 0),
            "time": ("not_met", 5, 12, None, 0),
        },
    ),
    ("p04", "technical"): (
        "ready_now", "2024-05-20",
        {
            "time": ("met", 35, 12, "2023-01-01", 0),
            "rated": ("met", 1, 1, "2024-03-01", 0),
            "hours": ("met", 12, 10, "2024-05-20", 0),
            "led": ("no_evidence", 0, 1, None, 0),
        },
    ),
    ("p05", "technical"): (
        "within_18_months", None,
        {
            "time": ("not_met", 5, 12, None, 0),
            "rated": ("no_evidence", 0, 1, None, 0),
            "hours": ("not_met", 9, 10, None, 0),
            "led": ("no_evidence", 0, 1, None, 0),
        },
    ),
    ("p06", "technical"): (
        "within_6_months", None,
        {
            "time": ("not_met", 9, 12, None, 0),
            "rated": ("met", 1, 1, "2024-03-01", 0),
            "hours": ("no_evidence", 0, 10, None, 1),
            "led": ("met", 1, 1, "2024-05-01", 0),
        },
    ),
    ("p07", "technical"): (
        "developing", None,
        {
            "time": ("met", 59, 12, "2021-01-01", 0),
            "rated": ("no_evidence", 0, 1, None, 0),
            "hours": ("not_met", 9, 10, None, 0),
            "led": ("no_evidence", 0, 1, None, 0),
        },
    ),
    ("p08", "technical"): (
        "ready_now", "2024-06-30",
        {
            "seen": ("met", 1, 1, "2024-06-30", 0),
            "judged": ("met", 2, 2, "2024-03-01", 0),
            "mentor": ("met", 1, 1, "2023-06-01", 0),
        },
    ),
    ("p09", "technical"): (
        "developing", None,
        {
            "seen": ("no_evidence", 0, 1, None, 0),
            "judged": ("not_met", 0, 2, None, 0),
            "mentor": ("no_evidence", 0, 1, None, 1),
        },
    ),
    ("p10", "technical"): (
        "developing", None,
        {
            "seen": ("not_met", 0, 1, None, 0),
            "judged": ("met", 2, 2, "2024-03-01", 0),
            "mentor": ("met", 1, 1, "2022-11-15", 0),
        },
    ),
    ("p11", "waiting"): ("no_ladder", None, {"time": ("met", 59, 12, "2021-01-01", 0)}),
    ("p11", "technical"): (
        "developing", None,
        {
            "time": ("met", 59, 12, "2021-01-01", 0),
            "rated": ("no_evidence", 0, 1, None, 0),
            "hours": ("not_met", 6, 10, None, 0),
            "led": ("no_evidence", 0, 1, None, 0),
        },
    ),
    ("p12", "technical"): (
        "developing", None,
        {
            "time": ("met", 59, 12, "2021-01-01", 0),
            "rated": ("not_met", 0, 1, None, 0),
            "hours": ("no_evidence", 0, 10, None, 0),
            "led": ("no_evidence", 0, 1, None, 1),
        },
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Bands, criteria and evidence of the run's day, with the ids of the files in the place of keys."""
    shop = Workshop(tmp_path_factory.mktemp("twelve") / "home", {"hr": {"map": "hand"}}, {"hand": MAP})
    for feed, rows in ROWS.items():
        shop.land("hr", f"{feed}_{DAY}.csv", "\n".join([FEEDS[feed][1], *rows]) + "\n")
    build = build_models(shop.home, "promotion_readiness", "promotion_criteria", "promotion_evidence")
    names = {shop.pseudonyms.token(row.partition(",")[0]): row.partition(",")[0] for row in ROWS["workers"]}
    found = {}
    with duckdb.connect(str(build), read_only=True) as connection:
        for table in ("readiness", "criteria", "evidence"):
            result = connection.execute(f"select * from marts.promotion_{table} where knowledge = 'current'")
            columns = [column[0] for column in result.description or []]
            found[table] = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    for rows in found.values():
        for row in rows:
            row["worker"] = names[row["worker_key"]]
    return found


def day(value: Any) -> str | None:
    return None if value is None else str(value)


def test_every_case_is_the_one_worked_out_by_hand(told: dict[str, list[dict[str, Any]]]) -> None:
    found = {(one["worker"], one["target_track"]): (one["band"], day(one["ready_since"])) for one in told["readiness"]}
    assert found == {key: case[:2] for key, case in CASES.items()}
    assert {(one["worker"], one["target_track"]) for one in told["readiness"] if one["is_track_change"]} == {
        ("p11", "technical")
    }
    assert {one["worker"]: one["criteria_without_attester"] for one in told["readiness"]}["p07"] == "rated"


def test_every_criterion_of_every_case_is_the_one_worked_out_by_hand(told: dict[str, list[dict[str, Any]]]) -> None:
    found: dict[tuple[str, str], dict[str, Any]] = {key: {} for key in CASES}
    for one in told["criteria"]:
        cell = (one["criterion_status"], one["measure"], one["needed"], day(one["met_on"]), one["n_expired"])
        found[one["worker"], one["target_track"]][one["criterion_id"]] = cell
        assert one["missing"] == max(one["needed"] - one["measure"], 0)
    assert found == {key: case[2] for key, case in CASES.items()}


def test_every_kind_of_criterion_is_met_by_somebody_and_not_by_somebody(told: dict[str, list[dict[str, Any]]]) -> None:
    by_rule: dict[str, set[bool]] = {}
    for one in told["criteria"]:
        by_rule.setdefault(one["rule"], set()).add(one["criterion_status"] == "met")
    assert by_rule == {rule: {True, False} for rule in LADDER_RULES}


def test_nothing_of_a_later_day_and_no_word_of_one_s_own_is_evidence(told: dict[str, list[dict[str, Any]]]) -> None:
    assert all(day(one["observed_on"]) <= DAY for one in told["evidence"])  # type: ignore[operator]
    of_p07 = {one["rule"] for one in told["evidence"] if one["worker"] == "p07"}
    assert of_p07 == {"months_in_level", "learning_hours"}
    # leave extends the window by its days
    [mentored] = [one for one in told["evidence"] if one["worker"] == "p10" and one["rule"] == "mentoring_given"]
    assert day(mentored["expires_on"]) == "2025-01-15"
