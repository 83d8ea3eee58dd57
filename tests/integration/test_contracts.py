"""Leadership performance contracts and goals: the marts against the files, and against the metrics that they name.

Here: what a published company shows. The cases worked by hand stand beside the models, in dbt's unit tests.
"""

import datetime as dt
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.home import Home

from .conftest import Shop

Record = dict[str, Any]
KINDS = ("milestone", "activity", "indicator", "expectation")


def rows(home: Home, query: str, audience: str = "people") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.current / f"{audience}.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def exports(home: Home) -> list[tuple[dt.date, list[Record]]]:
    """The contract exports in order, each with its day."""
    files = sorted((home.landing / "talentsuite").glob("contracts_*.json"))
    return [(dt.date.fromisoformat(path.stem.split("_")[1]), json.loads(path.read_text())["items"]) for path in files]


def state_on(home: Home, day: dt.date) -> dict[tuple[str, str], Record]:
    """The terms of all contracts as the exports until a day had told them."""
    said = [record for told_on, records in exports(home) if told_on <= day for record in records]
    return {(record["record"], record["id"]): record for record in said if record["record"] in KINDS}


@pytest.fixture(scope="module")
def home(published: Shop) -> Home:
    return published.home


def test_a_past_state_reads_back_after_an_amendment(home: Home) -> None:
    """On the day of every export, terms are what the files until then said; some of them read otherwise today."""
    today: dict[tuple[str, str], tuple[Any, ...]] = {}
    n_changed = 0
    for day, _ in reversed(exports(home)):
        query = f"""
            select item_kind, item_id, due_date, done_at::date, target_change::double, is_blocked, cause, remedy, metric
            from contract_terms where holds_from <= date '{day}' and (holds_to is null or holds_to > date '{day}')
        """
        told = {(kind, item): tuple(terms) for kind, item, *terms in rows(home, query)}
        files = state_on(home, day)
        expected = {}
        for key, record in files.items():
            due = record.get("due") or record.get("deadline")
            done = record.get("met") or record.get("completed")
            more = (record.get("change"), record.get("blocked"), record.get("cause"), record.get("remedy"))
            dates = (dt.date.fromisoformat(one) if one else None for one in (due, done))
            expected[key] = (*dates, *more, record.get("metric"))
        assert told == expected, day
        today = today or told
        n_changed += sum(told[key][0] != today[key][0] or told[key][2] != today[key][2] for key in told)
    assert n_changed > 0, "no deadline and no target was ever amended: nothing is shown"


def test_versions_follow_each_other_and_name_who_amended_what(home: Home) -> None:
    overlapping = """
        select count(*) from leadership_contracts one join leadership_contracts other using (contract_id)
        where one.version < other.version and coalesce(one.valid_to, date '9999-12-31') > other.valid_from
    """
    assert rows(home, overlapping) == [(0,)]
    amended = rows(home, "select amended_by_key, amended_at, changed from leadership_contracts where version > 1")
    assert amended and all(None not in one for one in amended)
    assert {changed for *_, changed in amended} <= {"deadline", "target", "activity", "owner"}


def test_milestones_of_the_company_are_those_of_the_files(home: Home) -> None:
    """Counted from the exports in plain Python; what a leaver's contract still asks for is due no more."""
    left = {
        item
        for (item,) in rows(home, "select milestone_id from fct_contract_milestone where milestone_status = 'leader_left'")
    }
    counted: dict[dt.date, Counter[str]] = defaultdict(Counter)
    for (kind, item), record in state_on(home, dt.date.max).items():
        if kind != "milestone" or item in left:
            continue
        due, met = (dt.date.fromisoformat(record[one]) if record[one] else None for one in ("due", "met"))
        assert due
        counts = counted[due]
        counts["due"] += 1
        counts["on_time"] += met is not None and met <= due
        counts["missed"] += met is None or met > due
    query = """
        select period_start, period_end, n_milestones_due, n_milestones_met_on_time, n_milestones_missed
        from contract_progress where segment_kind = 'company' order by period_end
    """
    found = rows(home, query)
    assert len(found) >= 3
    for start, end, *numbers in found:
        inside = [counts for due, counts in counted.items() if start <= due <= end]
        assert numbers == [sum(one[name] for one in inside) for name in ("due", "on_time", "missed")], end


def test_leaders_add_up_to_the_company_and_states_to_their_indicators(home: Home) -> None:
    sums = """
        select period_end, sum(n_leaders), sum(n_contracts), sum(n_milestones_due), sum(n_indicators), sum(n_indicators_met)
        from contract_progress where segment_kind = '{}' group by period_end order by period_end
    """
    of_leaders = rows(home, sums.format("leader"))
    assert of_leaders == rows(home, sums.format("company")) and of_leaders
    for suffix in ("", "_asserted"):
        states = " + ".join(
            f"n_indicators_{state}{suffix}" for state in ("met", "on_track", "at_risk", "missed", "not_judged")
        )
        assert rows(home, f"select count(*) from contract_progress where n_indicators{suffix} <> {states}") == [(0,)]


def test_four_in_five_indicators_are_measured_and_the_rest_say_that_they_are_asserted(home: Home) -> None:
    query = """
        select is_asserted, metric in (select metric from metric_conventions), count(*), count(progress)
        from target_progress where goal_kind = 'contract_indicator' and is_last group by all
    """
    told = {(asserted, known): (n, judged) for asserted, known, n, judged in rows(home, query)}
    assert set(told) == {(False, True), (True, False)}
    n_measured, n_asserted = told[False, True][0], told[True, False][0]
    assert n_measured >= 0.8 * (n_measured + n_asserted)
    assert all(judged > 0 for _, judged in told.values())


def test_a_goals_value_is_its_cells_value(home: Home) -> None:
    """Not typed in, not worked out a second time: to the last digit, with the cell's interval."""
    query = """
        with cells as (
            select metric, convention_id, segment_kind, segment_id, period_end, value, ci_low, ci_high, n from metric_values
            where attribute is null
            union all
            select metric, convention_id, if(scope = 'direct_reports', 'leader_direct', 'leader_org'), leader_key,
                period_end, value, ci_low, ci_high, n
            from leader_indicators
        )
        select goals.metric, (goals.value, goals.ci_low, goals.ci_high, goals.n)
            is not distinct from (cells.value, cells.ci_low, cells.ci_high, cells.n)
        from target_progress as goals
        left join cells on goals.metric = cells.metric and goals.convention_id = cells.convention_id
            and goals.segment_kind = cells.segment_kind and goals.segment_id = cells.segment_id
            and goals.measured_on = cells.period_end
        where goals.status = 'ok' and not goals.is_asserted
    """
    same = rows(home, query)
    assert len({metric for metric, _ in same}) >= 3
    assert all(equal for _, equal in same)


def test_the_goal_of_thirty_percent_in_six_months_is_judged_by_the_line_to_it(home: Home) -> None:
    """Worked out again from the metric's own cells, for the company's second half-year."""
    [(baseline_date, baseline, target, due, measured_on, path, value, low, high, progress, status)] = rows(
        home,
        "select baseline_date, baseline_value, target_value, due_date, measured_on, path_value, value, ci_low, ci_high, "
        "progress, status from target_progress where goal_kind = 'target' and metric = 'feedback_participation' "
        "and segment_kind = 'company' and is_baseline_measured and is_last",
    )
    cells = dict(
        rows(
            home,
            "select period_end, (value, ci_low, ci_high) from metric_values where metric = 'feedback_participation' "
            "and segment_kind = 'company' and status = 'ok'",
        )
    )
    assert (baseline_date, due) == (dt.date(2025, 6, 30), dt.date(2025, 12, 31)) and status == "ok"
    assert baseline == cells[baseline_date][0] and target == pytest.approx(1.3 * baseline, abs=1e-12)
    share = (measured_on - baseline_date).days / (due - baseline_date).days
    assert path == pytest.approx(baseline + share * 0.3 * baseline, abs=1e-12)
    assert (value, low, high) == cells[measured_on]
    assert progress == ("met" if value >= target else "at_risk" if high < path else "on_track")


def test_goals_stand_at_company_department_and_leader(home: Home) -> None:
    query = "select distinct segment_kind from target_progress where goal_kind = 'target' and status = 'ok'"
    assert {kind for (kind,) in rows(home, query)} >= {"company", "org_unit", "leader_direct"}
    verdicts = rows(home, "select progress, count(*) from target_progress where status = 'ok' group by 1")
    assert len(verdicts) >= 3 and None not in dict(verdicts)
    assert rows(home, "select count(*) from target_progress where status <> 'ok' and (value, progress) is not null "
                      "and coalesce(value::varchar, progress) is not null") == [(0,)]  # fmt: skip


def test_leadership_reads_goals_and_sums_and_no_single_contract(home: Home) -> None:
    tables = {name for (name,) in rows(home, "select table_name from duckdb_tables()", "leadership")}
    assert {"target_progress", "contract_progress"} <= tables
    assert not {"leadership_contracts", "contract_terms", "fct_contract_milestone"} & tables
    columns = "select column_name from duckdb_columns() where table_name = '{}'"
    told = {name for (name,) in rows(home, columns.format("target_progress"), "leadership")}
    assert not {"contract_id", "leader_key", "owner_key", "n_people"} & told
    assert rows(home, "select distinct goal_kind from target_progress", "leadership") == [("target",)]
    kinds = rows(home, "select distinct segment_kind from contract_progress order by 1", "leadership")
    assert kinds == [("company",), ("org_unit",)]
    assert rows(home, "select min(n_leaders) >= 5 from contract_progress where status = 'ok'", "leadership") == [(True,)]
    told_of_hidden = "count(coalesce(n_leaders, n_milestones_due, n_indicators))"
    hidden = f"select count(*), {told_of_hidden} from contract_progress where status = 'suppressed'"
    [(n_hidden, n_told)] = rows(home, hidden, "leadership")
    assert n_hidden > 0 and n_told == 0
    parquet = Path(home.current / "parquet")
    assert not list(parquet.glob("*contract_terms*"))
