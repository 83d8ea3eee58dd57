"""The company that the exports tell of: a whole manager tree, plausible rates, a ladder that some meet and some miss.

Here: what every export together shows, read back by `exports_of`. Not here: what is planted (`test_simulate_effects`).
"""

import datetime as dt
from collections import Counter

import polars as pl

from ingest.contracts.talent import LADDER_RULES
from ingest.simulate import Summary
from ingest.simulate.framework import LADDER
from tests.exports_of import EMPLOYEES, MONTHS, THOUSAND_YEARS, Exports, number_of


def test_the_manager_tree_is_whole_in_every_month(company: Exports) -> None:
    for day in company.month_ends:
        jobs = company.jobs_on(day)
        assert jobs["day"].null_count() == 0, day
        assert jobs.filter(pl.col("manager").is_null())["level"].to_list() == [8], day
        with_manager = jobs.join(
            jobs.select("worker", "level"), left_on="manager", right_on="worker", how="left", suffix="_of"
        )
        reports = with_manager.filter(pl.col("manager").is_not_null())
        assert reports["level_of"].null_count() == 0, f"{day}: a manager who is not employed"
        assert (reports["level_of"] >= reports["level"]).all(), day
        assert set(heights(dict(zip(jobs["worker"], jobs["manager"], strict=True))).values()) <= set(range(8)), day


def heights(above: dict[str, str | None]) -> dict[str, int]:
    """Steps from each person up to the one who reports to nobody; more than there are levels where it is a circle."""
    steps = dict.fromkeys(above, 0)
    for worker, first in above.items():
        manager = first
        while manager is not None and steps[worker] <= 8:
            steps[worker], manager = steps[worker] + 1, above[manager]
    return steps


def test_job_history_never_goes_back_in_time_but_for_promotions_told_late(company: Exports) -> None:
    first = company.month_ends[0]
    rows = company.csv("corehr", "job_changes").with_columns(pl.col("Effective_Date").str.to_date().alias("day"))
    told = rows.filter(pl.col("told") > first)
    late = told.filter(pl.col("day") < pl.col("told").dt.month_start())
    promotions_late = late.filter(pl.col("Event_Reason") == "Promote Employee").height
    assert promotions_late >= company.truth["happenings"]["promotions_told_late"] > 20
    again = rows.filter(pl.struct("Employee_ID", "day", "Sequence").is_duplicated())
    assert again.height == 2 * company.truth["happenings"]["corrected_job_rows"]


def test_corrections_keep_the_key_and_change_the_value(company: Exports) -> None:
    pay = company.csv("corehr", "pay_changes").unique(maintain_order=True)
    keys = ["Employee_ID", "Effective_Date", "Sequence"]
    corrected = pay.filter(pl.struct(keys).is_duplicated())
    n = company.truth["happenings"]["corrected_pay_rows"]
    assert n > 3
    assert corrected.group_by(keys).agg(pl.col("Amount").n_unique(), pl.col("told").n_unique()).height == n
    assert (corrected.group_by(keys).agg(pl.col("Amount").n_unique())["Amount"] == 2).all()


def test_spans_levels_and_places_look_like_a_company(company: Exports) -> None:
    jobs = company.jobs_on(company.month_ends[-1])
    spans = jobs.drop_nulls("manager").group_by("manager").len()["len"]
    assert spans.is_between(5, 12).mean() > 0.8
    assert set(jobs["level"]) == set(range(1, 9))
    assert set(jobs["track"]) == {"people_lead", "technical", "strategy"}
    assert jobs["family"].n_unique() == 6
    assert set(jobs["country"]) == {"GB", "DE", "IE", "US"}
    assert 0.1 < (jobs["fte"] < 100).mean() < 0.2
    assert abs(jobs.height / (EMPLOYEES * 1.02**3) - 1) < 0.01
    leads = set(jobs.drop_nulls("manager")["manager"])
    assert set(jobs.filter(pl.col("worker").is_in(leads))["track"]) == {"people_lead"}


def test_leavers_stay_in_the_snapshots_and_some_come_back(company: Exports) -> None:
    seen: set[str] = set()
    for path in company.files("corehr", "workers"):
        now = set(pl.read_csv(path, columns=["Employee_ID"])["Employee_ID"])
        assert seen <= now
        seen = now
    spells = company.workers.group_by("worker").len()
    assert spells.filter(pl.col("len") == 2).height == company.truth["happenings"]["rehires"] > 5
    again = company.workers.filter((pl.col("Rehire") == "Yes") & (pl.col("Hire_Date") > company.month_ends[0]))
    assert again.height == company.truth["happenings"]["rehires"]


def test_attributes_are_declared_by_most_and_by_some_late(company: Exports) -> None:
    for column, unsaid in (("Gender", "Not Declared"), ("Ethnicity", "Prefer Not to Say")):
        assert 0.03 < (company.workers[column] == unsaid).mean() < 0.11
    said = company.answered.filter(pl.col("Category") == "Ethnicity")
    changed = said.join(said.group_by("worker").len().filter(pl.col("len") > 1), on="worker")
    assert changed["worker"].n_unique() > 5
    assert set(changed.group_by("worker").first()["Answer"]) == {"Prefer Not to Say"}
    assert "Prefer Not to Say" not in set(changed.group_by("worker").last()["Answer"])


def test_age_bands_follow_one_another_and_begin_on_a_first_of_the_month(company: Exports) -> None:
    bands = company.answered.filter(pl.col("Category") == "Age Band").with_columns(pl.col("Effective_Date").str.to_date())
    assert not bands.select(pl.struct("worker", "Effective_Date").is_duplicated().any()).item()
    assert bands["worker"].n_unique() == company.workers["worker"].n_unique()
    assert set(bands["Effective_Date"].dt.day()) == {1}
    order = ["Under 30", "30-39", "40-49", "50-59", "60 and Over"]
    ranked = bands.sort("Effective_Date").with_columns(rank=pl.col("Answer").replace_strict(order, range(5)))
    steps = ranked.select(pl.col("rank").diff().over("worker")).to_series().drop_nulls()
    assert set(steps) == {1}
    assert len(steps) > 100


def test_a_new_name_brings_a_new_address_that_some_systems_ignore(company: Exports) -> None:
    renamed = company.workers.drop_nulls("Previous_Email").unique("worker")
    assert renamed.height == company.truth["happenings"]["renames"] > 30
    logins = set(company.transcript()["Login"])
    assert 0 < len(logins & set(renamed["Previous_Email"])) < renamed.height


def test_the_company_reorganises_once_a_year(company: Exports) -> None:
    units = company.csv("corehr", "org_units").filter(pl.col("told") == pl.col("told").max())
    moved = units.filter(pl.col("Effective_Date") > str(company.month_ends[0]))
    assert set(moved["Effective_Date"]) == {"2023-07-01", "2024-07-01", "2025-07-01"}
    assert moved["Organization_Type"].unique().to_list() == ["Department"]


def test_yearly_rates_are_plausible(company: Exports) -> None:
    start = dt.date(2023, 1, 1)
    years = EMPLOYEES * MONTHS / 12 * 1.03
    left = company.workers.filter(pl.col("Termination_Date").is_between(start, dt.date(2025, 12, 31)))
    by_choice = left.filter(pl.col("Termination_Category") == "Voluntary").height / years
    assert 0.075 < by_choice < 0.105
    assert 0.02 < left.height / years - by_choice < 0.04
    promoted = company.jobs.filter((pl.col("event") == "Promote Employee") & (pl.col("day") > start)).height / years
    assert 0.07 < promoted < 0.1
    assert company.jobs.filter(pl.col("event") == "Demote Employee").height > 5


# Surveys, feedback, learning


def test_answers_are_plausible_and_items_stay_the_same(company: Exports) -> None:
    answers = company.answers
    answered = answers.filter(pl.col("EndDate").is_not_null())
    assert 0.74 < answered.height / answers.height < 0.8
    items = [f"Q{number}" for number in range(1, 15)]
    assert answers.filter(pl.col("EndDate").is_null()).select(pl.sum_horizontal(pl.col(items).count())).item() == 0
    left_open = sum(answered[item].null_count() for item in items) / answered.height / len(items)
    assert 0.05 < left_open < 0.07
    assert 3.7 < answered.select(pl.mean_horizontal([f"Q{number}" for number in range(1, 6)]).mean()).item() < 3.9
    recommend = answered["Q6"].drop_nulls()
    assert 10 < 100 * ((recommend >= 9).mean() - (recommend <= 6).mean()) < 20
    asked = company.csv("pulse", "questionnaire")
    by_wave = asked.group_by("survey_id").agg(pl.struct("item_id", "wording_hash", "keyed").sort().hash().sum())
    assert by_wave.height == 6
    assert by_wave.columns[1:] and by_wave[by_wave.columns[1]].n_unique() == 1
    assert asked.filter(pl.col("keyed") == "reverse")["item_id"].n_unique() == 1


def test_the_reverse_keyed_item_runs_against_the_others(company: Exports) -> None:
    pairs = company.answers.select("Q11", "Q12").drop_nulls()
    assert pairs.select(pl.corr("Q11", "Q12")).item() < -0.2


def test_ratings_learning_and_checkins_are_plausible(company: Exports, summary: Summary) -> None:
    ratings = pl.concat(pl.read_parquet(path) for path in company.files("rate360", "ratings"))
    assert 3.6 < ratings["score"].mean() < 3.8
    assert ratings["score"].is_between(1, 5).all()
    learned = company.transcript().filter(pl.col("Status") == "CMP")["Hours"].sum()
    assert 18 < learned / (THOUSAND_YEARS * 1000) < 25
    checkins = company.csv("talentsuite", "checkins", separator=";")
    months = checkins.select("Employee No", pl.col("Held On").str.slice(0, 7)).unique().height
    assert 0.53 < months / (EMPLOYEES * MONTHS * 1.03) < 0.62


def test_the_ladder_uses_every_rule_and_tenure_never_alone() -> None:
    assert {one.rule for named in LADDER.values() for one in named.values()} == set(LADDER_RULES)
    for named in LADDER.values():
        required = {one.rule for one in named.values() if one.group is None}
        assert required - {"months_in_level"}
        groups = Counter(one.group for one in named.values() if one.group)
        assert all(n > 1 for n in groups.values()), groups


def level_since(company: Exports, day: dt.date) -> pl.DataFrame:
    """Since when everybody has held the level that they hold on a day."""
    so_far = company.jobs.filter(pl.col("day") <= day)
    steps = so_far.filter(pl.col("level") != pl.col("level").shift(1).over("worker").fill_null(0))
    return steps.group_by("worker").agg(pl.col("day").max().alias("since"))


def measures(company: Exports) -> dict[tuple[str, str | None], pl.Series]:
    """What the ladder's rules measure, for those who could show it, straight from the exports."""
    last = company.month_ends[-1]
    reviews = company.csv("corehr", "performance").filter(pl.col("told") == pl.col("told").max())
    ratings = pl.concat(pl.read_parquet(path) for path in company.files("rate360", "ratings"))
    others = ratings.filter(pl.col("evaluator_is") != "Self").group_by("cycle_code", "subject_email", "competency")
    scores = others.agg(pl.col("score").mean()).partition_by("competency", as_dict=True)
    learned = company.transcript().filter(pl.col("Status") == "CMP")
    year = learned.filter(pl.col("Completed").str.to_date("%d.%m.%Y") > last - dt.timedelta(days=365))
    jobs = company.jobs_on(last)
    everybody = jobs.select(pl.col("worker").map_elements(number_of, return_dtype=pl.String))
    mentors = company.records("opportunities", "mentoring").filter(pl.col("accepted").is_not_null())
    led = company.records("opportunities", "assignment").filter(
        pl.col("accepted").is_not_null() & (pl.col("role") == "Lead") & (pl.col("across") | pl.col("critical"))
    )
    milestones = company.records("contracts", "milestone").filter(pl.col("met").is_not_null())
    teams = company.answers.join(company.jobs_on(last).select("worker", "manager"), on="worker")
    waves = teams.group_by("manager", "told").agg(pl.mean("Q1"), pl.len()).filter(pl.col("len") >= 5).sort("told")
    uplift = waves.group_by("manager", maintain_order=True).agg(pl.col("Q1").last() - pl.col("Q1").first())["Q1"]

    def count(frame: pl.DataFrame, column: str) -> pl.Series:
        counted = frame.group_by(column).len().rename({column: "worker"})
        return everybody.join(counted, on="worker", how="left")["len"].fill_null(0)

    found: dict[tuple[str, str | None], pl.Series] = {
        ("rating", None): reviews["Overall_Rating"].cast(pl.Int32),
        ("months_in_level", None): (last - jobs.join(level_since(company, last), on="worker")["since"]).dt.total_days()
        / 30.4,
        ("learning_hours", None): year.group_by("worker").agg(pl.col("Hours").sum())["Hours"],
        ("mentoring_given", None): count(mentors, "partner"),
        ("led_initiative", None): count(led, "employee"),
        ("milestones_met", None): milestones.unique("id").group_by("leader").len()["len"],
        ("team_uplift", None): uplift,
    }
    for (competency,), frame in scores.items():
        found["competency_360", str(competency)] = frame["score"]
    for name in ("direction", "decisions", "coaching", "inclusion"):
        found["competency_review", name] = reviews[f"Competency_{name}"].drop_nulls().cast(pl.Int32)
    return found


def test_every_criterion_is_met_by_some_and_missed_by_some(company: Exports) -> None:
    found = measures(company)
    for one in {one for named in LADDER.values() for one in named.values()}:
        met = (found[one.rule, one.competency] >= one.threshold).mean()
        assert 0.01 < met < 0.99, (one, met)


def test_those_who_are_promoted_were_rated_better_before(company: Exports) -> None:
    decisions = company.records("panels", "decision").filter(pl.col("told") >= dt.date(2025, 3, 1))
    reviews = company.csv("corehr", "performance").filter(pl.col("told") == dt.date(2025, 2, 28))
    reviews = reviews.select(
        pl.col("Employee_ID").map_elements(number_of, return_dtype=pl.String).alias("employee"),
        pl.col("Overall_Rating").cast(pl.Int32),
    )
    rated = decisions.join(reviews, on="employee")
    promoted = rated.filter(pl.col("decision") == "Promote")["Overall_Rating"].mean()
    assert promoted > rated.filter(pl.col("decision") != "Promote")["Overall_Rating"].mean() + 0.15
    assert promoted > reviews["Overall_Rating"].mean() + 0.3


def test_tenure_alone_promotes_nobody(company: Exports) -> None:
    start = company.month_ends[0]
    in_level = company.jobs_on(start).filter(pl.col("level") <= 3).join(level_since(company, start), on="worker")
    promoted = company.jobs.filter((pl.col("event") == "Promote Employee") & (pl.col("day") > start))["worker"]
    waited = (start - in_level["since"]).dt.total_days() / 365.25
    is_promoted = in_level["worker"].is_in(promoted.implode())
    long, usual = is_promoted.filter(waited > 4), is_promoted.filter(waited.is_between(1.5, 4))
    assert len(long) > 100
    # Two standard errors of a quarter of some two hundred people.
    assert abs(long.mean() - usual.mean()) < 0.08
