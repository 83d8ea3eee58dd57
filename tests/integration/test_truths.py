"""What is planted in the simulated company is what the release shows, and a company with nothing planted shows nothing.

Here: the warehouse's own numbers against `truth.json`, which only tests read. Shown by: selection of promotions (the
biased committee), opportunity (stretch work), pay gaps at equal work, leader indicators and the effect of a programme.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.contracts.talent import LADDER_RULES
from ingest.home import Home
from ingest.pseudonyms import open_pseudonyms
from ingest.simulate import Specification, simulate
from ingest.simulate.truth import FILE

from .conftest import Shop

# planted measure -> the indicator that shows it
SHOWN_BY = {
    "engagement": "engagement_index",
    "enps": "enps",
    "checkins": "checkin_cadence",
    "learning": "learning_hours_per_fte",
    "exits": "voluntary_turnover",
}
SURE = 0.99
EVERYDAY = "family in ('development', 'expectations', 'own_growth') or metric like '%:%' or metric like 'self_other%'"
# By the head of twelve month ends: a company younger than that has none.
YEARLY = (
    "programme_seats_offered", "feedback_notes_given", "feedback_notes_received", "recognitions_received",
    "people_advancing",
)  # fmt: skip
# What two hundred people have too little of for ten leaders; the full-size company is held to these as well.
SCARCE = (
    "moves_as_aimed", "mentees_across_departments", "mentoring_satisfaction", "sponsored_high_potentials",
    "programme_seats_completed", "assignments_debriefed", "self_other_gap_flagged", "activity_mix:coaching",
    "activity_mix:rotation", "activity_mix:shadowing",
)  # fmt: skip
# What the development multiplier of the planted leaders acts on, in their people's lives.
DEVELOPED = ("plan_items_on_time", "recognition_for_development", "budget_used", "reviews_with_competencies")
FULL_SIZE = {"employees": 2000, "months": 36}


def truths(home: Home) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((home.root / FILE).read_text())["effects"]
    return found


def leader_verdicts(home: Home, effect: dict[str, Any], audience: str) -> tuple[int, int, int, float]:
    """Of one leader and measure: periods shown, surely above the peers, surely below them; and the mean difference."""
    key = open_pseudonyms(home).token(effect["where"]["worker_id"])
    with duckdb.connect(str(home.current / f"{audience}.duckdb"), read_only=True) as connection:
        [found] = connection.execute(
            """
            select
                count(difference_from_peers), count(*) filter (difference_low > 0), count(*) filter (difference_high < 0),
                coalesce(avg(difference_from_peers), 0)
            from leader_indicators
            where leader_key = ? and metric = ? and is_default and scope = 'organisation_below'
            """,
            [key, SHOWN_BY[effect["measure"]]],
        ).fetchall()
    return found  # type: ignore[return-value]


def assert_leaders_stand_out(home: Home, audience: str) -> int:
    """Each leader effect that is surely there is seen on its side, and never surely on the other; gives their number.

    Of leadership those that it is shown: an organisation may be hidden for what it would tell of a small one beside it.
    """
    checked = 0
    for effect in truths(home):
        if effect["name"] not in ("excellent_leader", "poor_leader") or effect["measure"] not in SHOWN_BY:
            continue
        if effect["power"] is None or effect["power"] < SURE:
            continue
        rises = effect["size"] > (1 if effect["scale"] == "ratio of rates" else 0)
        periods, above, below, difference = leader_verdicts(home, effect, audience)
        if audience == "leadership" and periods == 0:
            continue
        seen, contrary = (above, below) if rises else (below, above)
        place = f"{effect['name']}, {effect['measure']}"
        assert periods > 0, place
        assert (difference > 0) == rises, place
        assert contrary == 0, place
        # answers and talks are many enough in every period; learning is seen over all of them
        if effect["measure"] in ("engagement", "checkins"):
            assert seen >= periods / 2, place
        checked += 1
    return checked


def committee(home: Home) -> dict[str, Any]:
    """Women before the biased committee, over the pooled window, in the default convention."""
    [effect] = [one for one in truths(home) if one["name"] == "biased_committee"] or [None]
    unit = effect["where"]["org_unit_id"] if effect else "OU00001"
    with duckdb.connect(str(home.current / "leadership.duckdb"), read_only=True) as connection:
        [row] = connection.execute(
            """
            select impact_ratio, p_value, q_value, verdict, status, reference_group from equity_selection
            where selection = 'promotion' and is_default and selection_window = 'four_cycles'
                and segment_kind = 'org_unit' and segment_id = ? and attribute = 'gender' and group_value = 'female'
            """,
            [unit],
        ).fetchall()
    names = ("impact_ratio", "p_value", "q_value", "verdict", "status", "reference_group")
    return {**dict(zip(names, row, strict=True)), "power": effect["power"] if effect else 0.0}


def effects_of(home: Home) -> list[dict[str, Any]]:
    """Every effect over the whole history, as leadership is handed it."""
    with duckdb.connect(str(home.current / "leadership.duckdb"), read_only=True) as connection:
        relation = connection.execute("select * from learning_effect where period_kind = 'history'")
        names = [column[0] for column in relation.description or []]
        return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]


def assert_the_programme_is_found(home: Home) -> None:
    """The effect of the one programme that has one, on the one outcome that it has it on; the interval holds its size."""
    [planted] = [one for one in truths(home) if one["name"] == "programme"]
    found = [one for one in effects_of(home) if one["verdict"] == "effect"]
    assert [(one["programme"], one["outcome"]) for one in found] == [(planted["where"]["programme"], planted["measure"])]
    assert found[0]["ci_low"] <= planted["estimate"] <= found[0]["ci_high"]


def assert_no_programme_has_an_effect(home: Home) -> None:
    found = effects_of(home)
    assert sum(one["status"] == "ok" for one in found) >= 12
    assert [one for one in found if one["verdict"] == "effect"] == []
    assert sum(one["p_value"] <= 0.05 for one in found if one["p_value"] is not None) <= 3


def silent_indicators(home: Home, leaders: int) -> dict[str, tuple[int, int]]:
    """Everyday indicators with a value for fewer leaders than asked, or with one value for all: leaders and values."""
    with duckdb.connect(str(home.current / "people.duckdb"), read_only=True) as connection:
        found = connection.execute(
            f"""
            select metric, convention_id, count(distinct leader_key), count(distinct value)
            from metric_conventions
            left join (select * from leader_indicators where value is not null) using (metric, convention_id)
            where {EVERYDAY}
            group by all
            """
        ).fetchall()
    assert len(found) > 50
    return {f"{metric}, {convention}": (n, values) for metric, convention, n, values in found if n < leaders or values < 2}


def developed(home: Home, worker_id: str) -> dict[str, float]:
    """The mean over quarters of what a leader's whole organisation does for development."""
    key = open_pseudonyms(home).token(worker_id)
    with duckdb.connect(str(home.current / "people.duckdb"), read_only=True) as connection:
        return dict(
            connection.execute(
                f"""
                select metric, avg(value) from leader_indicators
                where leader_key = ? and scope = 'organisation_below' and is_default and metric in {DEVELOPED}
                group by metric
                """,
                [key],
            ).fetchall()
        )


def planted_leaders(home: Home) -> dict[str, str]:
    return {effect["name"]: effect["where"]["worker_id"] for effect in truths(home) if "worker_id" in effect["where"]}


def test_everyday_indicators_have_values_that_differ_for_ten_leaders(published: Shop) -> None:
    silent = silent_indicators(published.home, 10)
    assert {name.split(",")[0] for name in silent} <= {*YEARLY, *SCARCE}, silent


def test_what_leaders_do_for_development_shows_in_their_organisation(published: Shop) -> None:
    leaders = planted_leaders(published.home)
    excellent, poor = (developed(published.home, leaders[name]) for name in ("excellent_leader", "poor_leader"))
    assert excellent.keys() == poor.keys() == set(DEVELOPED)
    assert {name: (excellent[name], poor[name]) for name in DEVELOPED if excellent[name] <= poor[name]} == {}


def test_the_planted_leaders_stand_out_in_a_small_company(published: Shop) -> None:
    assert assert_leaders_stand_out(published.home, "people") >= 4
    assert assert_leaders_stand_out(published.home, "leadership") >= 2


def test_the_biased_committee_shows_where_there_are_people_enough(published: Shop) -> None:
    found = committee(published.home)
    if found["power"] < 0.8:
        pytest.skip(f"one planted truth is not looked for: its power is {found['power']:.2f} in a company of 200")
    assert found["p_value"] <= 0.05


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Home]:
    """The full-size company, with its effects and without; each made and refreshed once."""
    made: dict[bool, Home] = {}

    def make(effects: bool) -> Home:
        if effects not in made:
            home = Home(tmp_path_factory.mktemp("truths") / "home")
            simulate(home, Specification(**FULL_SIZE, seed=1, effects=effects))
            run = Shop(home, Path()).run("refresh")
            assert run.exit_code == 0, run.output
            made[effects] = home
        return made[effects]

    return make


@pytest.mark.long
def test_the_planted_leaders_stand_out(companies: Callable[[bool], Home]) -> None:
    for audience in ("people", "leadership"):
        assert assert_leaders_stand_out(companies(True), audience) >= 6


# what leaders are told of keeping and bringing on people, and of how many of them at least
PIPELINE = ("regretted_turnover", "cohort_retention", "high_potential_retention", "advancement", "promotion_rate")
FEWEST_LEADERS = 10


@pytest.mark.long
def test_leaders_differ_in_whom_they_keep_and_bring_on(companies: Callable[[bool], Home]) -> None:
    with duckdb.connect(str(companies(True).current / "people.duckdb"), read_only=True) as connection:
        told = connection.execute(
            f"""
            select metric, convention_id, count(distinct leader_key), count(distinct value)
            from leader_indicators where metric in {PIPELINE} and status = 'ok' group by all
            """
        ).fetchall()
        [(cells, wrong)] = connection.execute(
            """
            select count(*), count(*) filter (advanced_or_exported <> promoted_within + exported or promoted_within < 0)
            from (
                pivot (from leader_indicators where metric = 'advancement' and status = 'ok') on convention_id
                using max(numerator) group by leader_key, scope, period_end
            )
            """
        ).fetchall()
        moved = connection.execute("select count(*) from nine_box where view_of = 'movement' and n > 0").fetchone()
    assert {metric for metric, *_ in told} == set(PIPELINE)
    for metric, convention, leaders, values in told:
        assert leaders >= FEWEST_LEADERS and values > 5, (metric, convention)
    assert cells > 100 and wrong == 0
    assert moved and moved[0] > 100


@pytest.mark.long
def test_every_everyday_indicator_has_values_that_differ_for_ten_leaders(companies: Callable[[bool], Home]) -> None:
    assert silent_indicators(companies(True), 10) == {}


@pytest.mark.long
def test_where_nothing_is_planted_the_same_leaders_do_alike(companies: Callable[[bool], Home]) -> None:
    leaders = planted_leaders(companies(True))
    gaps = []
    for effects in (True, False):
        excellent, poor = (developed(companies(effects), leaders[name]) for name in ("excellent_leader", "poor_leader"))
        gaps.append({name: excellent[name] - poor[name] for name in DEVELOPED})
    assert all(gaps[0][name] > 2 * abs(gaps[1][name]) for name in DEVELOPED), gaps


@pytest.mark.long
def test_the_biased_committee_is_found(companies: Callable[[bool], Home]) -> None:
    found = committee(companies(True))
    assert found["power"] > 0.8
    assert (found["status"], found["reference_group"]) == ("ok", "male")
    assert found["impact_ratio"] < 0.8
    assert found["p_value"] <= 0.05


@pytest.mark.long
def test_where_nothing_is_planted_next_to_nothing_is_called_a_gap(companies: Callable[[bool], Home]) -> None:
    home = companies(False)
    assert truths(home) == []
    with duckdb.connect(str(home.current / "people.duckdb"), read_only=True) as connection:
        [(gaps, by_chance, compared)] = connection.execute(
            """
            select
                count(*) filter (verdict = 'gap'), count(*) filter (p_value <= .05),
                count(*) filter (p_value is not null)
            from equity_selection
            where is_default and attribute in ('gender', 'ethnicity', 'disability')
            """
        ).fetchall()
    assert compared > 300
    assert by_chance <= 0.08 * compared
    assert gaps <= 0.01 * compared
    assert committee(home)["verdict"] != "gap"


def panel_gaps(home: Home) -> tuple[list[str], int]:
    """Units in which panels promote women less by verdict, and how many comparisons of panels there are in all."""
    with duckdb.connect(str(home.current / "leadership.duckdb"), read_only=True) as connection:
        compared = connection.execute(
            """
            select segment_kind, segment_id, attribute, group_value, verdict, impact_ratio, stratified_ratio
            from promotion_audit where audit_of = 'panel_decision' and verdict is not null
            """
        ).fetchall()
    found = [
        unit
        for kind, unit, attribute, group, verdict, ratio, within in compared
        if (kind, attribute, group) == ("org_unit", "gender", "female")
        and verdict == "gap"
        and max(ratio, within or 1) < 0.8
    ]
    return found, len(compared)


@pytest.mark.long
def test_the_audit_names_the_panels_of_the_biased_committee_and_no_others(companies: Callable[[bool], Home]) -> None:
    [planted] = [effect for effect in truths(companies(True)) if effect["name"] == "biased_committee"]
    found, n_compared = panel_gaps(companies(True))
    assert found == [planted["where"]["org_unit_id"]]
    assert n_compared > 20


@pytest.mark.long
def test_where_nothing_is_planted_the_audit_of_promotion_names_no_panel_and_no_criterion(
    companies: Callable[[bool], Home],
) -> None:
    home = companies(False)
    assert panel_gaps(home)[0] == []
    with duckdb.connect(str(home.current / "people.duckdb"), read_only=True) as connection:
        [(gaps, by_chance, compared)] = connection.execute(
            """
            select count(*) filter (verdict = 'gap'), count(*) filter (p_value <= .05), count(p_value)
            from promotion_audit
            where attribute in ('gender', 'ethnicity') and audit_of in ('band', 'criterion', 'panel_decision', 'put_forward')
            """
        ).fetchall()
    assert compared > 100
    assert by_chance <= 0.12 * compared and gaps <= 0.03 * compared, (gaps, by_chance, compared)


@pytest.mark.long
def test_in_the_demo_every_kind_of_criterion_is_met_by_somebody_and_failed_by_somebody(
    companies: Callable[[bool], Home],
) -> None:
    with duckdb.connect(str(companies(True).current / "people.duckdb"), read_only=True) as connection:
        found = connection.execute(
            """
            select rule, list_sort(list(distinct criterion_status = 'met')) from promotion_criteria
            where knowledge = 'current' group by rule
            """
        ).fetchall()
    assert dict(found) == {rule: [False, True] for rule in LADDER_RULES}


def family_gaps(home: Home) -> dict[str, tuple[str, float, float, float]]:
    """Women's adjusted gap in every job family as leadership reads it: verdict, gap and interval."""
    with duckdb.connect(str(home.current / "leadership.duckdb"), read_only=True) as connection:
        found = connection.execute(
            """
            select segment_id, verdict, gap_percent, ci_low, ci_high from equity_pay_gap_adjusted
            where is_default and segment_kind = 'job_family' and attribute = 'gender' and group_value = 'female'
            """
        ).fetchall()
    return {family: row for family, *row in found}  # type: ignore[misc]


@pytest.mark.long
def test_the_planted_pay_gap_is_found_in_its_family_and_in_no_other(companies: Callable[[bool], Home]) -> None:
    [planted] = [one for one in truths(companies(True)) if one["name"] == "pay_gap"]
    found = family_gaps(companies(True))
    assert [family for family, (verdict, *_) in found.items() if verdict == "gap"] == [planted["where"]["job_family"]]
    _, _, low, high = found[planted["where"]["job_family"]]
    assert low <= 100 * planted["size"] <= high


@pytest.mark.long
def test_where_nothing_is_planted_no_family_has_a_pay_gap(companies: Callable[[bool], Home]) -> None:
    found = family_gaps(companies(False))
    assert len(found) == 6
    assert [family for family, (verdict, *_) in found.items() if verdict == "gap"] == []


@pytest.mark.long
def test_a_programme_that_works_is_found_and_no_other(companies: Callable[[bool], Home]) -> None:
    assert_the_programme_is_found(companies(True))


@pytest.mark.long
def test_where_nothing_is_planted_no_programme_works(companies: Callable[[bool], Home]) -> None:
    assert_no_programme_has_an_effect(companies(False))


POOLED = "opportunity_window = 'four_half_years' and segment_kind = 'company'"


@pytest.mark.long
def test_unequal_stretch_work_is_found_in_offers_of_stretch_work_and_nowhere_else(companies: Callable[[bool], Home]) -> None:
    [planted] = [effect for effect in truths(companies(True)) if effect["name"] == "unequal_stretch"]
    with duckdb.connect(str(companies(True).current / "leadership.duckdb"), read_only=True) as connection:
        found = connection.execute(
            f"""
            select opportunity, measure, impact_ratio, ci_low, ci_high, stratified_high, is_reversed, flips_with_one_decision
            from equity_opportunity where {POOLED} and attribute = ? and group_value = ? and verdict = 'gap'
            """,
            [planted["group"]["attribute"], planted["group"]["value"]],
        ).fetchall()
    [(opportunity, measure, ratio, low, high, stratified_high, is_reversed, flips)] = found
    assert (opportunity, measure) == ("stretch", "offered")
    assert ratio < 0.8 and low <= planted["size"] <= high
    assert stratified_high < 0 and not is_reversed and not flips


@pytest.mark.long
def test_where_nothing_is_planted_groups_have_the_same_opportunities_and_progress(
    companies: Callable[[bool], Home],
) -> None:
    with duckdb.connect(str(companies(False).current / "people.duckdb"), read_only=True) as connection:
        found = connection.execute(
            f"select verdict, p_value from equity_opportunity where {POOLED} and attribute = 'ethnicity'"
            " and opportunity = 'stretch' and measure = 'offered' and group_value = 'black'"
        ).fetchall()
        assert found and all(verdict != "gap" for verdict, _ in found)
        for table, part in (
            ("equity_opportunity", "segment_kind = 'company'"), ("equity_progression", "true"), ("equity_perception", "true")
        ):  # fmt: skip
            [(gaps, by_chance, compared)] = connection.execute(
                f"""
                select count(*) filter (verdict = 'gap'), count(*) filter (p_value <= .05), count(p_value)
                from {table} where {part} and attribute in ('gender', 'ethnicity')
                """
            ).fetchall()
            assert compared > 20, table
            assert by_chance <= 0.12 * compared and gaps <= 0.03 * compared, (table, gaps, by_chance, compared)
