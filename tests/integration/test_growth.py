"""Development and whether it pays: the released marts of a small company against its exports, and what they must not say.

Here: what needs a release. Not here: the estimators (`test_effects`, `test_linkage`), planted effects (`test_truths`).
"""

import csv
import datetime as dt
import itertools
from collections.abc import Iterator

import duckdb
import pytest

from ingest.pseudonyms import open_pseudonyms

from .conftest import Shop


@pytest.fixture(scope="module")
def leadership(published: Shop) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.home.current / "leadership.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def people(published: Shop) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.home.current / "people.duckdb"), read_only=True) as connection:
        yield connection


def planned_actions(shop: Shop) -> dict[str, dict[str, str]]:
    """Every action of a plan as it was last told, by plain reading of the exports."""
    actions: dict[str, dict[str, str]] = {}
    for path in sorted(shop.home.landing.glob("talentsuite/plans_*.csv")):
        with open(path, newline="", encoding="utf-8") as handle:
            actions |= {row["Action"]: row for row in csv.DictReader(handle, delimiter=";")}
    return actions


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None


def test_the_review_counts_what_the_exports_say(published: Shop, people: duckdb.DuckDBPyConnection) -> None:
    token = open_pseudonyms(published.home).token
    [(last,)] = people.execute("select max(period_end) from development_review").fetchall()
    first = last.replace(month=last.month - 2, day=1)
    employed = {
        key
        for (key,) in people.execute(
            "select worker_key from fct_worker_month where month_end = ? and is_employed_at_end", [last]
        ).fetchall()
    }
    with_plan, due, on_time = set(), 0, 0
    for row in planned_actions(published).values():
        key, created, closed = token(f"E{int(row['Employee No']):06}"), day(row["Created"]), day(row["Closed"])
        due_on, done = day(row["Due"]), day(row["Completed"])
        assert created and due_on
        if key in employed and created <= last and (closed is None or closed > last):
            with_plan.add(key)
        if key in employed and first <= due_on <= last:
            due += 1
            on_time += done is not None and done <= due_on
    [found] = people.execute(
        """
        select n_people, n_with_plan, n_due, n_met_on_time, n_met_on_time + n_met_late + n_overdue
        from development_review where segment_kind = 'company' and track = '*' and period_end = ?
        """,
        [last],
    ).fetchall()
    assert found == (len(employed), len(with_plan), due, on_time, due)
    assert 0 < on_time < due


def test_tracks_and_units_of_the_review_add_up(people: duckdb.DuckDBPyConnection) -> None:
    apart = people.execute(
        """
        select period_end, segment_kind, segment_id from development_review
        where segment_kind in ('company', 'org_unit')
        group by all
        having sum(n_people) filter (track = '*') <> sum(n_people) filter (track <> '*')
            or sum(n_due) filter (track = '*') <> sum(n_due) filter (track <> '*')
        """
    ).fetchall()
    assert apart == []


def test_a_change_is_that_from_the_quarter_before(people: duckdb.DuckDBPyConnection) -> None:
    rows = people.execute(
        """
        select plan_coverage, plan_coverage_change from development_review
        where segment_kind = 'company' and track = '*' order by period_end
        """
    ).fetchall()
    assert rows[0][1] is None and len(rows) >= 3
    for (before, _), (now, change) in itertools.pairwise(rows):
        assert change == pytest.approx(now - before)


# table -> its number of people, and numbers that a hidden row must not keep
NUMBERS = {
    "learning_effect": ("n_participants", "n_comparison", "participants_post_mean", "effect", "ci_low", "verdict"),
    "development_review": ("n_people", "n_with_plan", "n_due", "on_time_rate", "plan_coverage_change", "n_began_mentoring"),
    "career_paths": ("n_people", "n_moves", "median_months"),
    "reward_linkage": ("n", "n_rewarded", "coefficient", "ci_high", "q_value", "verdict"),
}


@pytest.mark.parametrize("table", NUMBERS)
def test_no_small_group_of_growth_leaves(leadership: duckdb.DuckDBPyConnection, table: str) -> None:
    rows = leadership.execute(
        f"select minimum, status, {', '.join(NUMBERS[table])} from {table} inner join minimums using (sensitivity_class)"
    ).fetchall()
    assert rows
    for minimum, status, n, *numbers in rows:
        assert n is None or n == 0 or n >= minimum
        assert status != "suppressed" or (n is None and not any(number is not None for number in numbers))
    if table in ("development_review", "career_paths"):
        assert "suppressed" in {status for _, status, *_ in rows}


def test_without_a_year_on_both_sides_no_effect_is_claimed(leadership: duckdb.DuckDBPyConnection) -> None:
    """Twelve months of history hold no programme with a year before and after: every one has its rows, and no number."""
    rows = leadership.execute(
        "select programme, outcome, status, effect, verdict from learning_effect where outcome in ('promotion', 'retention')"
    ).fetchall()
    assert {row[0] for row in rows} == {"Leading People", "First Steps", "Peer Circle", "mentoring"}
    assert len(rows) == 8
    assert all(status == "no_population" and effect is verdict is None for *_, status, effect, verdict in rows)


def test_protected_groups_are_split_in_the_audit_of_rewards_and_nowhere_else(people: duckdb.DuckDBPyConnection) -> None:
    holding = people.execute(
        """
        select table_name from duckdb_columns()
        where column_name in ('group_value', 'attribute')
            and table_name in ('learning_effect', 'development_review', 'career_paths', 'reward_linkage')
        group by all
        """
    ).fetchall()
    assert holding == [("reward_linkage",)]


@pytest.mark.parametrize(
    "metric",
    ["criteria_known", "psychological_safety", "fairness_favourable", "mentoring_participation"],
)
def test_leaders_have_the_indicators_of_openness_and_mentoring(people: duckdb.DuckDBPyConnection, metric: str) -> None:
    [(leaders, values)] = people.execute(
        "select count(distinct leader_key), count(distinct value) from leader_indicators where metric = ? and status = 'ok'",
        [metric],
    ).fetchall()
    assert leaders >= 10 and values >= 5


def test_postings_are_counted_as_they_closed(published: Shop, people: duckdb.DuckDBPyConnection) -> None:
    [(last,)] = people.execute("select max(period_end) from metric_values where metric = 'posting_views'").fetchall()
    since = last.replace(year=last.year - 1)
    postings, applications = {}, set()
    for path in sorted(published.home.landing.glob("talentsuite/postings_*.csv")):
        with open(path, newline="", encoding="utf-8") as handle:
            for row in csv.DictReader(handle, delimiter=";"):
                closed = day(row["Closed"])
                if closed and since < closed <= last:
                    postings[row["Posting"]] = int(row["Views"])
                    applications |= {(row["Posting"], row["Applicant No"])} if row["Applicant No"] else set()
    found = dict(
        people.execute(
            """
            select metric, [denominator, numerator] from metric_values
            where segment_kind = 'company' and period_end = ? and metric in ('posting_views', 'posting_applications')
            """,
            [last],
        ).fetchall()
    )
    assert found["posting_views"] == [len(postings), sum(postings.values())]
    assert found["posting_applications"] == [len(postings), len(applications)]
    assert postings and applications
