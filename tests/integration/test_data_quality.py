"""What no parser can see: each class seeded once in files that parse, found once, and told with what to do next.

One home is refreshed for all tests. Its files are small enough that no band of a gate closes around them; the clean
company beside it is the simulated one.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from ingest.home import Home
from orchestration.cli import main

from ..conftest import Workshop
from .conftest import Shop

STAMP = {"file_name": r"(\d{4}-\d{2}-\d{2})"}
JUNE, END = "2024-06-30", "2024-12-31"
WORKERS = [f"w{n:02d}" for n in range(1, 41)]


def by_login(column: str) -> dict[str, str]:
    return {"from": column, "by": "login"}


def identifiers(kind: str) -> dict[str, Any]:
    return {"worker_id": "person", "kind": {"constant": kind}, "value": kind, "valid_from": "since", "valid_to": "until"}


def same(*columns: str) -> dict[str, str]:
    return {column: column for column in columns}


# feed -> the table that it fills, and its columns there
FEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "workers": ("hris.workers", same("worker_id", "hire_date", "original_hire_date", "exit_date")),
    "logins": ("hris.identifiers", identifiers("login")),
    "aliases": ("hris.identifiers", identifiers("alias")),
    "jobs": (
        "hris.job_assignments",
        same("worker_id", "assignment_id", "valid_from", "valid_to", "org_unit_id", "manager_id", "weekly_hours"),
    ),
    "units": ("hris.org_units", same("org_unit_id", "parent_id")),
    "pay": (
        "hris.compensation",
        {
            **same("worker_id", "amount", "currency", "valid_from"),
            "component": {"constant": "base"},
            "per": {"constant": "year"},
        },
    ),
    "rates": ("hris.fx_rates", same("from_currency", "to_currency", "rate_date", "rate")),
    "attributes": ("hris.worker_attributes", same("worker_id", "attribute", "value")),
    "waves": ("survey.surveys", same("survey_id", "closed_date")),
    "items": ("survey.survey_items", same("survey_id", "item_id", "scale_min", "scale_max", "direction")),
    "answers": ("survey.survey_answers", {**same("survey_id", "item_id", "answer"), "respondent_id": by_login("login")}),
    "cycles": ("feedback360.feedback_cycles", same("cycle_id", "scale_min", "scale_max", "closed_date")),
    "ratings": (
        "feedback360.feedback_ratings",
        {**same("cycle_id", "ratee_id", "item_id", "relationship", "score"), "rater_id": by_login("rater")},
    ),
    "courses": (
        "lms.learning_records",
        {
            **same("record_id", "course_id", "hours", "started_at", "completed_at"),
            "worker_id": by_login("login"),
            "status": {"constant": "completed"},
        },
    ),
    "contracts": ("talent.contracts", same("contract_id", "version", "leader_id", "valid_from", "valid_to")),
    "indicators": (
        "talent.contract_indicators",
        {
            **same("contract_id", "indicator_id", "metric", "scope_kind", "baseline_value", "target_change", "due_date"),
            "data_source": {"constant": "warehouse"},
        },
    ),
    "amendments": ("talent.contract_amendments", same("contract_id", "amendment_id", "approved_at")),
    "milestones": ("talent.contract_milestones", same("contract_id", "milestone_id", "due_date", "met_at")),
    "targets": (
        "talent.targets",
        same("target_id", "metric", "scope_kind", "baseline_value", "baseline_date", "target_change", "due_date"),
    ),
    "reviews": (
        "hris.performance_reviews",
        same("review_id", "worker_id", "cycle_id", "reviewed_date", "rating", "reviewer_id"),
    ),
    "panels": ("talent.panels", same("panel_id", "cycle_id", "held_date")),
    "members": ("talent.panel_members", same("panel_id", "member_id")),
    "decisions": ("talent.panel_decisions", same("panel_id", "candidate_id", "decision")),
    "ladder": (
        "talent.ladder_criteria",
        {
            **same("level", "track", "criterion_id", "valid_from", "rule", "threshold", "lead_months", "requirement"),
            "competency_id": "competency",
        },
    ),
}
MAP = {
    "feeds": {
        name: {
            "recognise": {"file": f"{name}_*"},
            "exported_at": STAMP,
            "mode": "snapshot" if name == "workers" else "changes",
            "tables": [{"table": table, "columns": columns}],
        }
        for name, (table, columns) in FEEDS.items()
    }
}


def csv(header: str, rows: list[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


def spell(worker: str, hired: str = "2015-01-01", original: str = "", left: str = "") -> str:
    return f"{worker},{hired},{original},{left}"


def job(worker: str, unit: str = "team", manager: str = "w01", **more: Any) -> str:
    one = {"assignment": 1, "since": "2015-01-01", "until": "", "hours": 40} | more
    return f"{worker},{one['assignment']},{one['since']},{one['until']},{unit},{manager},{one['hours']}"


def jobs() -> list[str]:
    """Everybody under w01, but for those with a defect."""
    own = {
        "w01": job("w01", unit="top", manager=""),
        "w02": job("w02", manager="old02"),
        "w03": job("w03", manager="w40"),
        "w04": job("w04", manager="w39"),
        "w05": job("w05", manager="w06"),
        "w06": job("w06", manager="w05"),
        "w07": job("w07", unit="nowhere"),
        "w08": job("w08", hours=150),
        "w13": job("w13", unit="bare", manager=""),
        "w38": job("w38", until="2018-01-01"),
        "w40": job("w40", since="2020-01-01"),
    }
    plain = [own.get(worker, job(worker)) for worker in WORKERS]
    return [
        *plain,
        job("w09", assignment=2, since="2016-01-01", until="2016-06-01"),
        job("w10", since="2030-01-01", unit="top"),
        job("w38", assignment=2, since="2019-01-01", until="2019-02-01"),
    ]


def answers() -> list[str]:
    """Three waves of thirty people: the second one's mean is the first's mirrored, the third repeats the second."""
    high, low = [5, 4, 4], [1, 2, 2]
    asked = {"spring": high, "summer": low, "copy": low}
    told = [f"{wave},q1,{scores[n % 3]},l{n:02d}" for wave, scores in asked.items() for n in range(1, 31)]
    return [*told, "spring,q2,9,l01", "spring,q2,3,l02"]


def seed(shop: Workshop) -> None:
    """The defects, a class a line."""
    workers = [
        *(spell(worker) for worker in WORKERS[:36]),
        spell("w37", "2017-01-01", original="2015-06-01"),
        spell("w38", "2015-01-01", left="2018-01-01"),
        spell("w39", "2015-01-01", left="2024-03-01"),
        spell("w40", "2020-01-01"),
        spell("w36", "2018-01-01"),
        spell("w41", "2032-01-01"),
    ]
    leaving = {f"w{n}" for n in range(20, 31)}
    later = [one if one[:3] not in leaving else spell(one[:3], left="2024-12-01") for one in workers]
    header = "worker_id,hire_date,original_hire_date,exit_date"
    units = ["top,", "team,top", "lost,gone", "ring,loop", "loop,ring", "bare,top"]
    land: Callable[[str, str], Path] = lambda name, text: shop.land("hr", name, text)  # noqa: E731
    land(f"workers_{JUNE}.csv", csv(header, workers))
    land(f"workers_{END}.csv", csv(header, later))
    logins = [f"{worker},l{worker[1:]},1900-01-01," for worker in WORKERS]
    logins += ["w11,passed,2015-01-01,2020-01-01", "w12,passed,2020-01-01,2024-01-01"]
    logins += ["w11,shared,1900-01-01,", "w12,shared,1900-01-01,"]
    land(f"logins_{JUNE}.csv", csv("person,login,since,until", logins))
    land(f"aliases_{JUNE}.csv", csv("person,alias,since,until", ["w02,old02,1900-01-01,"]))
    told = "worker_id,assignment_id,valid_from,valid_to,org_unit_id,manager_id,weekly_hours"
    land(f"jobs_{JUNE}.csv", csv(told, jobs()))
    land(f"jobs_{END}.csv", csv(told, [job("w14", since="2024-01-15"), job("w15", since="2024-12-01")]))
    land(f"units_{JUNE}.csv", csv("org_unit_id,parent_id", units))
    pay = [f"{worker},50000,EUR,2015-01-01" for worker in WORKERS]
    land(
        f"pay_{JUNE}.csv",
        csv("worker_id,amount,currency,valid_from", [*pay[:-2], "w39,1,USD,2015-01-01", "w40,1,ZZZ,2020-01-01"]),
    )
    land(f"pay_{END}.csv", csv("worker_id,amount,currency,valid_from", ["w14,1,EUR,2024-01-15", "w15,1,EUR,2029-01-01"]))
    land(f"rates_{JUNE}.csv", csv("from_currency,to_currency,rate_date,rate", ["USD,EUR,2024-01-01,0.9"]))
    made_of = ["w01,gender,female", "w02,gender,", "w03,gender,", "w04,gender,male"]
    land(
        f"attributes_{JUNE}.csv",
        csv("worker_id,attribute,value", [*made_of, *(f"{one},gender,male" for one in WORKERS[4:])]),
    )
    land(f"waves_{JUNE}.csv", csv("survey_id,closed_date", ["spring,2024-03-31", "summer,2024-05-31", "copy,2024-06-15"]))
    items = ["spring,q1,1,5,1", "summer,q1,1,5,1", "copy,q1,1,5,1", "spring,q2,1,5,1", "summer,q2,1,7,1", "copy,q2,1,7,-1"]
    land(f"items_{JUNE}.csv", csv("survey_id,item_id,scale_min,scale_max,direction", items))
    land(f"answers_{JUNE}.csv", csv("survey_id,item_id,answer,login", answers()))
    land(f"cycles_{JUNE}.csv", csv("cycle_id,scale_min,scale_max,closed_date", ["k,1,5,2024-06-01"]))
    ratings = ["k,w01,l02,i,peer,5", "k,w01,l03,i,peer,6", "k,w01,l01,i,peer,4", "k,w02,l02,i,self,4"]
    land(f"ratings_{JUNE}.csv", csv("cycle_id,ratee_id,rater,item_id,relationship,score", ratings))
    courses = [
        "r1,c,2,2024-02-01,2024-02-02,l01",
        "r2,c,900,2024-02-01,2024-02-02,l02",
        "r3,c,2,2024-02-03,2024-02-02,l03",
        "r4,c,2,2017-02-01,2017-02-02,passed",
        "r5,c,2,2024-02-01,2024-02-02,passed",
        "r6,c,2,2024-02-01,2024-02-02,shared",
        "r7,c,2,2024-12-01,2025-01-02,l02",
        *(f"s{n},c,2,2024-02-01,2024-02-02,nobody{n}" for n in range(6)),
    ]
    land(f"courses_{JUNE}.csv", csv("record_id,course_id,hours,started_at,completed_at,login", courses))
    land(
        f"contracts_{JUNE}.csv", csv("contract_id,version,leader_id,valid_from,valid_to", ["k,1,w02,2024-01-01,2025-01-01"])
    )
    indicators = [
        "k,fine,turnover,team,,0.1,2024-12-31",
        "k,luck,luck,team,,0.1,2024-12-31",
        "k,endless,turnover,team,,,2024-12-31",
        "k,nothing,turnover,team,0,0.1,2024-12-31",
        "k,back,turnover,team,0.1,0.1,2024-01-01",
    ]
    told = "contract_id,indicator_id,metric,scope_kind,baseline_value,target_change,due_date"
    land(f"indicators_{JUNE}.csv", csv(told, indicators))
    land(f"amendments_{JUNE}.csv", csv("contract_id,amendment_id,approved_at", ["k,a,2023-12-31", "k,b,2024-02-01"]))
    milestones = ["k,early,2024-03-31,2023-12-31", "k,fine,2024-03-31,2024-03-31"]
    land(f"milestones_{JUNE}.csv", csv("contract_id,milestone_id,due_date,met_at", milestones))
    targets = [
        "fine,turnover,company,0.1,2023-12-31,0.1,2024-12-31",
        "luck,luck,company,0.1,2023-12-31,0.1,2024-12-31",
        "nowhere,turnover,galaxy,0.1,2023-12-31,0.1,2024-12-31",
        "nothing,turnover,company,0,2023-12-31,0.1,2024-12-31",
        "back,turnover,company,0.1,2024-12-31,0.1,2024-06-30",
    ]
    told = "target_id,metric,scope_kind,baseline_value,baseline_date,target_change,due_date"
    land(f"targets_{JUNE}.csv", csv(told, targets))
    ladder = [
        "2,technical,waited,2015-01-01,months_in_level,,12,6,required",
        "3,technical,waited,2015-01-01,months_in_level,,12,6,required",
        "3,technical,seen,2015-01-01,competency_360,,3,6,required",
        "3,technical,mentored,2015-01-01,mentoring_given,,1,6,required",
        "5,technical,rated,2015-01-01,rating,,3,6,required",
    ]
    told = "level,track,criterion_id,valid_from,rule,competency,threshold,lead_months,requirement"
    land(f"ladder_{JUNE}.csv", csv(told, ladder))
    reviews = ["own,w02,c,2024-03-01,4,w02", "fine,w03,c,2024-03-01,4,w02", "ahead,w04,c,2025-01-01,4,w02"]
    land(f"reviews_{JUNE}.csv", csv("review_id,worker_id,cycle_id,reviewed_date,rating,reviewer_id", reviews))
    land(f"panels_{JUNE}.csv", csv("panel_id,cycle_id,held_date", ["p,c,2024-03-01"]))
    land(f"members_{JUNE}.csv", csv("panel_id,member_id", ["p,w04", "p,w05"]))
    land(f"decisions_{JUNE}.csv", csv("panel_id,candidate_id,decision", ["p,w04,defer", "p,w06,defer"]))


# check -> how many rows of the seeded files it must find, and in which table
SEEDED = {
    ("employment_overlaps", "hris.workers"): 1,
    ("earlier_employment_not_told", "hris.workers"): 1,
    ("leavers_in_masses", "hris.workers"): 11,
    ("dated_far_ahead", "hris.workers"): 1,
    ("dated_far_ahead", "hris.job_assignments"): 1,
    ("dated_far_ahead", "hris.compensation"): 1,
    ("told_long_after", "hris.job_assignments"): 1,
    ("told_long_after", "hris.compensation"): 1,
    ("manages_oneself", "hris.job_assignments"): 1,
    ("manager_not_employed", "hris.job_assignments"): 1,
    ("manager_has_left", "hris.job_assignments"): 1,
    ("managers_in_a_loop", "hris.job_assignments"): 2,
    ("two_primary_jobs", "hris.job_assignments"): 1,
    ("job_outside_employment", "hris.job_assignments"): 1,
    ("hours_beyond_reason", "hris.job_assignments"): 1,
    ("unit_unknown", "hris.job_assignments"): 1,
    ("unit_above_unknown", "hris.org_units"): 1,
    ("units_in_a_loop", "hris.org_units"): 2,
    ("unit_without_a_head", "hris.org_units"): 1,
    ("currency_without_a_rate", "hris.compensation"): 1,
    ("answer_off_scale", "survey.survey_answers"): 1,
    ("scale_changed", "survey.survey_items"): 1,
    ("direction_changed", "survey.survey_items"): 1,
    ("scale_maybe_flipped", "survey.survey_items"): 1,
    ("waves_alike", "survey.surveys"): 2,
    ("score_off_scale", "feedback360.feedback_ratings"): 1,
    ("rates_oneself_as_another", "feedback360.feedback_ratings"): 1,
    ("completed_before_begun", "lms.learning_records"): 1,
    ("hours_beyond_reason", "lms.learning_records"): 1,
    ("metric_unknown", "talent.targets"): 1,
    ("metric_unknown", "talent.contract_indicators"): 1,
    ("goal_incomplete", "talent.targets"): 1,
    ("goal_incomplete", "talent.contract_indicators"): 1,
    ("change_of_nothing", "talent.targets"): 1,
    ("change_of_nothing", "talent.contract_indicators"): 1,
    ("due_before_baseline", "talent.targets"): 1,
    ("due_before_baseline", "talent.contract_indicators"): 1,
    ("amended_before_agreed", "talent.contract_amendments"): 1,
    ("met_before_set", "talent.contract_milestones"): 1,
    ("ladder_of_tenure_alone", "talent.ladder_criteria"): 1,
    ("criterion_without_competency", "talent.ladder_criteria"): 1,
    ("criterion_without_evidence", "talent.ladder_criteria"): 1,
    ("ladder_step_missing", "talent.ladder_criteria"): 1,
    ("attests_oneself", "hris.performance_reviews"): 1,
    ("attests_oneself", "talent.panel_members"): 1,
    ("evidence_dated_ahead", "hris.performance_reviews"): 1,
    ("evidence_dated_ahead", "lms.learning_records"): 1,
}


@pytest.fixture(scope="module")
def defects(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with every defect, refreshed once."""
    shop = Workshop(
        tmp_path_factory.mktemp("quality") / "home",
        {"hr": {"map": "m", "owner": "people-office", "cadence": "monthly"}, "bad": {"map": "m", "owner": "nobody"}},
        {"m": MAP},
    )
    seed(shop)
    shop.land("bad", f"strange_{JUNE}.csv", "what,is,this\n1,2,3\n")
    result = CliRunner().invoke(main, ["--home", str(shop.home.root), "refresh"])
    assert result.exit_code == 0, result.output
    return shop.home


def rows(home: Home, query: str, audience: str = "people") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.current / f"{audience}.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_every_seeded_defect_is_found_in_its_table_and_nothing_else(defects: Home) -> None:
    found = {
        (check, table): n
        for check, table, n in rows(defects, "select check_id, table_name, n_rows from data_quality_findings")
    }
    assert found == SEEDED


def test_every_check_of_the_catalogue_is_seeded_here_but_one() -> None:
    """A self rating by another person is what the contract refuses; only identifiers of two kinds let one through."""
    import csv as csv_module

    from ingest.inputs import project_folder

    with open(project_folder() / "seeds" / "quality_checks.csv", newline="") as handle:
        checks = {(row["check_id"], row["table_name"]) for row in csv_module.DictReader(handle)}
    assert checks - set(SEEDED) == {("self_rating_by_another", "feedback360.feedback_ratings")}


def test_a_goal_that_cannot_be_followed_says_why_and_has_no_number(defects: Home) -> None:
    """Neither a division by zero nor a zero: a status, and no verdict."""
    query = "select split_part(goal_id, '/', -1), status, progress, value from target_progress where is_last"
    told = {(name, status): (progress, value) for name, status, progress, value in rows(defects, query)}
    broken = {"luck": "unknown_metric", "nowhere": "unknown_scope", "nothing": "zero_baseline",
              "back": "due_before_baseline", "endless": "no_target"}  # fmt: skip
    assert {name: status for name, status in told if name in broken} == broken
    assert {told[one] for one in told if one[0] in broken} == {(None, None)}
    [(status,)] = rows(defects, "select milestone_status from fct_contract_milestone where milestone_id = 'early'")
    assert status == "met_before_set"
    query = (
        "select sum(n_milestones_due), sum(n_milestones_met_on_time) from contract_progress where segment_kind = 'company'"
    )
    assert rows(defects, query) == [(1, 1)]
    assert rows(defects, "select n_amendments, n_amendments_too_early from leadership_contracts") == [(1, 1)]


def test_a_finding_says_which_rows_of_which_load_and_what_to_do(defects: Home) -> None:
    [(sentence, owner, numbers, load_seq, next_step, severity)] = rows(
        defects,
        "select sentence, owner, row_numbers, last_load_seq, next_step, severity from data_quality_findings "
        "where check_id = 'manager_not_employed'",
    )
    assert sentence == "1 row of hr/job_assignments: the manager is not a worker on that date"
    assert (owner, severity) == ("people-office", "severe")
    assert next_step.startswith("Name the manager of that time")
    written = csv("header", jobs()).splitlines()
    assert written[int(numbers) - 1].startswith("w03,")
    with duckdb.connect(str(defects.raw), read_only=True) as raw:
        [(file,)] = raw.execute("select file from ledger.loads where load_seq = ?", [load_seq]).fetchall()
    assert file == f"hr/jobs_{JUNE}.csv"


def test_leadership_gets_no_row_number_and_no_small_count(defects: Home) -> None:
    told = rows(defects, "select check_id, n_rows, sentence, is_few from data_quality_findings", "leadership")
    assert len(told) == len(SEEDED)
    for check, n_rows, sentence, is_few in told:
        assert is_few == (n_rows is None) == sentence.startswith("A few rows of"), check
        assert n_rows is None or n_rows >= 5
    columns = rows(
        defects, "select column_name from duckdb_columns() where table_name = 'data_quality_findings'", "leadership"
    )
    assert ("row_numbers",) not in columns and ("last_load_seq",) in columns


def test_a_column_of_special_category_is_in_no_measure_of_leadership(defects: Home) -> None:
    query = "select count(*) from {} where table_name = 'hris.worker_attributes' and column_name = 'value'"
    for table in ("data_quality", "data_quality_trend"):
        assert rows(defects, query.format(table))[0][0] > 0, table
        assert rows(defects, query.format(table), "leadership") == [(0,)], table
    page = (defects.current / "report" / "index.html").read_text()
    assert "worker attributes: value" not in page


def test_identifiers_are_matched_in_time_or_counted_and_never_guessed(defects: Home) -> None:
    [counts] = rows(
        defects,
        "select n_rows, n_rows_matched, n_rows_ambiguous, n_rows_outside_validity, n_rows_unknown, n_identifiers_unknown, "
        "n_identifiers_matched from identity_match where table_name = 'lms.learning_records' and kind = 'login'",
    )
    # l01, l02, l03 and the login of 2017 mean somebody; the same login in 2024 nobody any more
    assert counts == (13, 5, 1, 1, 6, 6, 4)
    resolved = rows(defects, "select record_id from fct_learning_record order by 1")
    assert [record for (record,) in resolved] == ["r1", "r2", "r3", "r4", "r7"]


def test_a_file_that_no_feed_reads_and_every_acceptance_are_in_the_history(defects: Home) -> None:
    query = "select source, measure, reason, sum(n_rows) from data_quality where measure like 'files_%' group by all"
    told = {(source, measure, reason): n for source, measure, reason, n in rows(defects, query)}
    assert told[("bad", "files_rejected", "reader")] == 1
    assert told[("hr", "files_accepted", "gate")] == len(list((defects.landing / "hr").iterdir()))


def test_the_page_says_what_to_do_in_words(defects: Home) -> None:
    page = (defects.current / "report" / "index.html").read_text()
    quality = re.search(r'<section id="quality".*?</section>', page, re.DOTALL)
    assert quality
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", quality.group()))
    assert "11 rows of hr/workers: so many people leave by one file" in text
    assert "6 of 12 references" not in text, "one beside it is small, and the difference would tell it"
    assert "A few rows of hr/job_assignments: the manager is not a worker on that date. Name the manager" in text
    assert "for people-office" in text
    assert not re.search(r"\b(None|nan|inf)\b", text)
    assert sum(worker in text for worker in WORKERS) == 0


def test_a_clean_company_has_no_severe_finding(published: Shop) -> None:
    found = rows(published.home, "select check_id, severity, n_rows, n_of from data_quality_findings")
    assert [one for one in found if one[1] == "severe"] == []
    assert all(n <= 0.02 * of for _, _, n, of in found)
    late = rows(published.home, "select feed from data_quality where measure = 'days_since_export' and status = 'overdue'")
    assert late == []
    told, matched = rows(published.home, "select sum(n_rows), sum(n_rows_matched) from identity_match")[0]
    assert told > 10_000 and matched > 0.99 * told
