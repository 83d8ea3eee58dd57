"""What is planted is in the exports where `truth.json` says, acts on what happens, and is absent without effects.

Here: estimates from the exports alone, read back by `exports_of`. Not here: the warehouse's own verdicts.
"""

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.exports_of import Exports, number_of


def effect(exports: Exports, name: str, measure: str) -> dict[str, Any]:
    return next(one for one in exports.truth["effects"] if (one["name"], one["measure"]) == (name, measure))


def pay_gaps(exports: Exports) -> dict[str, float]:
    """Share by which women are paid less, by family: least squares on level, country and tenure, on the last day."""
    keys = ["Employee_ID", "Effective_Date", "Sequence"]
    pay = exports.csv("corehr", "pay_changes").unique(subset=keys, keep="last", maintain_order=True).sort(keys)
    pay = pay.group_by("Employee_ID", maintain_order=True).last()
    pay = pay.select(pl.col("Employee_ID").alias("worker"), pl.col("Amount").cast(pl.Float64))
    last = exports.month_ends[-1]
    jobs = exports.jobs_on(last).join(pay, on="worker").filter(pl.col("Gender").is_in(["F", "M"]))
    gaps = {}
    for (family,), frame in jobs.partition_by("family", as_dict=True).items():
        tenure = frame.select((pl.lit(last) - pl.col("Hire_Date")).dt.total_days() / 365.25).to_series().to_numpy()
        dummies = frame.select(pl.col("level").cast(pl.String), "country").to_dummies(drop_first=True).to_numpy()
        woman = (frame["Gender"] == "F").to_numpy()
        design = np.column_stack([np.ones(frame.height), woman, np.minimum(tenure, 12), dummies]).astype(float)
        log_pay = np.log((frame["Amount"] / frame["fte"] * 100).to_numpy())
        gaps[str(family)] = 1 - float(np.exp(np.linalg.lstsq(design, log_pay, rcond=None)[0][1]))
    return gaps


def test_women_of_one_family_are_paid_less_and_of_no_other(company: Exports, plain: Exports) -> None:
    truth = effect(company, "pay_gap", "base_pay")
    family, gaps = truth["where"]["job_family"], pay_gaps(company)
    assert 0.055 < gaps.pop(family) < 0.105
    assert all(abs(gap) < 0.03 for gap in gaps.values()), gaps
    assert all(abs(gap) < 0.03 for gap in pay_gaps(plain).values())
    assert truth["size"] == 0.08 and abs(truth["estimate"] - 0.08) < 0.02 and truth["power"] > 0.99


def odds_ratio(yes: pl.Series, group: pl.Series) -> float:
    """Odds of yes in the group over the odds of everybody else."""
    a, b = yes.filter(group).sum(), (~yes.filter(group)).sum()
    c, d = yes.filter(~group).sum(), (~yes.filter(~group)).sum()
    return (a / b) / (c / d)


def panel_odds(exports: Exports) -> dict[str, float]:
    """Women's odds of promotion over everybody else's, before the panels of the biased division and all others."""
    decisions = exports.records("panels", "decision").join(
        exports.records("panels", "panel").select("panel", "unit"), on="panel"
    )
    people = exports.workers.unique("worker").select(
        pl.col("worker").map_elements(number_of, return_dtype=pl.String).alias("employee"), "Gender"
    )
    decisions = decisions.join(people, on="employee").filter(pl.col("Gender") != "Not Declared")
    promoted, woman = decisions["decision"] == "Promote", decisions["Gender"] == "F"
    here = decisions["unit"] == "OU00001"
    return {"here": odds_ratio(promoted.filter(here), woman.filter(here)),
            "elsewhere": odds_ratio(promoted.filter(~here), woman.filter(~here))}  # fmt: skip


def test_one_division_s_panels_halve_the_odds_of_women(company: Exports, plain: Exports) -> None:
    truth = effect(company, "biased_committee", "promotion")
    assert truth["where"] == {"org_unit_id": "OU00001"}
    with_effect, without = panel_odds(company), panel_odds(plain)
    assert 0.3 < with_effect["here"] < 0.75
    assert 0.7 < with_effect["elsewhere"] < 1.35
    assert 0.65 < without["here"] < 1.55
    assert 0.7 < without["elsewhere"] < 1.35
    assert truth["power"] > 0.7


def test_what_panels_decide_is_what_happens(company: Exports) -> None:
    """The bias sits in the decisions from which careers follow, not in a file painted afterwards."""
    decided = company.records("panels", "decision").filter(pl.col("decision") == "Promote")
    decided = decided.filter(pl.col("told") < company.month_ends[-1])
    promised = {(one["employee"], one["told"] + dt.timedelta(days=1), one["to_level"]) for one in decided.to_dicts()}
    promoted = company.jobs.filter((pl.col("event") == "Promote Employee") & (pl.col("day") > company.month_ends[0]))
    happened = {(number_of(one["worker"]), one["day"], one["level"]) for one in promoted.to_dicts()}
    assert happened <= promised
    # Whoever left in the weeks between was not promoted any more.
    assert len(promised - happened) < 0.03 * len(promised)


def stretch_ratio(exports: Exports) -> float:
    """Stretch offers to Black people over those to everybody else, a head."""
    offers = exports.records("opportunities", "assignment").filter(pl.col("activity") == "stretch").unique("id")
    people = exports.workers.unique("worker").select(
        pl.col("worker").map_elements(number_of, return_dtype=pl.String).alias("employee"), "Ethnicity"
    )
    people = people.filter(pl.col("Ethnicity") != "Prefer Not to Say")
    offered = people.join(offers.group_by("employee").len(), on="employee", how="left").with_columns(
        pl.col("len").fill_null(0)
    )
    black = offered["Ethnicity"] == "Black"
    return float(offered["len"].filter(black).mean() / offered["len"].filter(~black).mean())


def test_one_group_is_offered_half_the_stretch_work(company: Exports, plain: Exports) -> None:
    truth = effect(company, "unequal_stretch", "stretch_offers")
    assert truth["group"] == {"attribute": "ethnicity", "value": "black"}
    assert 0.35 < stretch_ratio(company) < 0.68
    assert 0.75 < stretch_ratio(plain) < 1.3
    assert truth["power"] > 0.95


def below(exports: Exports, leader: str, day: dt.date) -> tuple[list[str], list[str]]:
    """Who reports to a leader directly, and everybody below them."""
    jobs = exports.jobs_on(day)
    direct = jobs.filter(pl.col("manager") == leader)["worker"].to_list()
    everybody, newest = list(direct), direct
    while newest:
        newest = jobs.filter(pl.col("manager").is_in(newest))["worker"].to_list()
        everybody += newest
    return direct, everybody


LEADERS = ("excellent_leader", "poor_leader")
# The planted leaders are the same people with and without effects: the first of two departments.


def leader_of(company: Exports, name: str) -> str:
    return str(effect(company, name, "engagement")["where"]["worker_id"])


@pytest.mark.parametrize("name", LEADERS)
def test_the_planted_leaders_stay_with_enough_people(company: Exports, name: str) -> None:
    for day in company.month_ends:
        direct, everybody = below(company, leader_of(company, name), day)
        assert len(direct) >= 8 and len(everybody) >= 40, day


def leader_figures(exports: Exports, leader: str) -> dict[str, tuple[float, float]]:
    """Figures of the people below a leader, and of everybody else."""
    per_wave = []
    for day in sorted(set(exports.answers["told"])):
        _, people = below(exports, leader, day)
        index = pl.mean_horizontal([f"Q{number}" for number in range(1, 6)])
        wave = exports.answers.filter(pl.col("told") == day).with_columns(index.alias("index"))
        per_wave.append(wave.with_columns(pl.col("worker").is_in(people).alias("below")))
    answers = pl.concat(per_wave)
    checkins = exports.csv("talentsuite", "checkins", separator=";").with_columns(pl.col("Held On").str.slice(0, 7))
    pairs = {(number, month) for number, month in checkins.select("Employee No", "Held On").iter_rows()}
    met: dict[bool, list[bool]] = {True: [], False: []}
    for day in exports.month_ends:
        people = set(below(exports, leader, day)[1])
        for worker in exports.jobs_on(day)["worker"]:
            met[worker in people].append((number_of(worker), f"{day:%Y-%m}") in pairs)
    figures = {
        name: tuple(float(answers.filter(pl.col("below") == side)[column].mean()) for side in (True, False))
        for name, column in (("engagement", "index"), ("coaching", "Q7"), ("recommend", "Q6"))
    }
    return figures | {"checkins": (float(np.mean(met[True])), float(np.mean(met[False])))}


@pytest.mark.parametrize(("name", "sign", "cadence"), [("excellent_leader", 1, 1.3), ("poor_leader", -1, 0.4)])
def test_a_planted_leader_s_people_differ_and_without_effects_do_not(
    company: Exports, plain: Exports, name: str, sign: int, cadence: float
) -> None:
    leader = leader_of(company, name)
    figures = leader_figures(company, leader)
    for measure, least in (("engagement", 0.45), ("coaching", 0.45), ("recommend", 0.9)):
        here, elsewhere = figures[measure]
        assert sign * (here - elsewhere) > least, measure
    here, elsewhere = figures["checkins"]
    assert abs(here / elsewhere / cadence - 1) < 0.1
    for measure, (here, elsewhere) in leader_figures(plain, leader).items():
        assert abs(here - elsewhere) < (0.35 if measure == "recommend" else 0.2), measure


def test_people_stay_with_the_excellent_and_leave_the_poor(company: Exports) -> None:
    """Exits by choice of each leader's department, over those of everybody else, a head."""
    units = {name: str(effect(company, name, "exits")["where"]["org_unit_id"]) for name in LEADERS}
    tree = company.csv("corehr", "org_units").filter(pl.col("told") == pl.col("told").max())
    last = company.jobs.group_by("worker", maintain_order=True).last()
    ever = company.workers.unique("worker", keep="last").join(last.select("worker", "unit"), on="worker")
    left = (ever["Termination_Category"] == "Voluntary").fill_null(False)
    shares = {}
    for name, unit in units.items():
        inside = tree.filter((pl.col("Superior_Organization") == unit) | (pl.col("Organization_ID") == unit))
        here = ever["unit"].is_in(inside["Organization_ID"].implode())
        shares[name] = left.filter(here).mean() / left.filter(~here).mean()
    assert shares["excellent_leader"] < 0.7
    assert shares["poor_leader"] > 1.4


def test_reports_rate_the_planted_leaders_apart(company: Exports, plain: Exports) -> None:
    def mean_by_reports(exports: Exports, leader: str) -> float:
        ratings = pl.concat(pl.read_parquet(path) for path in exports.files("rate360", "ratings"))
        mine = ratings.join(exports.workers_by_mail, left_on="subject_email", right_on="mail")
        return float(mine.filter((pl.col("worker") == leader) & (pl.col("evaluator_is") == "Team member"))["score"].mean())

    excellent, poor = (leader_of(company, name) for name in LEADERS)
    assert mean_by_reports(company, excellent) > 4.0
    assert mean_by_reports(company, poor) < 3.3
    assert all(3.3 < mean_by_reports(plain, leader) < 4.0 for leader in (excellent, poor))


def test_truth_lists_every_effect_with_its_size_power_and_estimate(company: Exports, plain: Exports) -> None:
    listed = company.truth["effects"]
    assert {one["name"] for one in listed} == {"pay_gap", "biased_committee", *LEADERS, "unequal_stretch", "programme"}
    for one in listed:
        assert one["n"]["exposed"] > 0 and one["n"]["others"] > 0
        assert 0 < one["power"] <= 1
        # Where it can hardly be missed, the estimate lies on the side of the size; a ratio or a difference.
        neutral = 1 if "ratio" in one["scale"] else 0
        assert one["power"] < 0.8 or (one["estimate"] - neutral) * (one["size"] - neutral) > 0, one
    assert sum(one["power"] > 0.8 for one in listed) >= 14
    assert plain.truth["effects"] == []


def test_without_effects_the_headlines_stay_as_they_are(company: Exports, plain: Exports) -> None:
    def headlines(exports: Exports) -> dict[str, float]:
        left = exports.workers.filter(pl.col("Termination_Date") <= exports.month_ends[-1])
        promoted = exports.jobs.filter((pl.col("event") == "Promote Employee") & (pl.col("day") > exports.month_ends[0]))
        return {
            "headcount": float(exports.jobs_on(exports.month_ends[-1]).height),
            "left": float(left.height),
            "promoted": float(promoted.height),
            "engagement": float(exports.answers.select(pl.mean_horizontal("Q1", "Q3", "Q4").mean()).item()),
            "checkins": float(exports.csv("talentsuite", "checkins", separator=";").height),
            "enrolments": float(exports.transcript().height),
        }

    with_effects, without = headlines(company), headlines(plain)
    for name, value in with_effects.items():
        assert abs(value / without[name] - 1) < (0.12 if name in ("left", "promoted") else 0.03), name
