"""Readiness for promotion as a release holds it, and one person's case as a page.

Here: cases judged again from their criteria and evidence, what a look at a case leaves behind, and that no attribute of a
group moves a case. Not here: hand-worked people of each band (dbt unit tests), planted committees (`test_truths`).
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from ingest.contracts.talent import LADDER_RULES
from ingest.pseudonyms import open_pseudonyms
from ingest.raw_store import open_raw_store
from orchestration import explain

from .conftest import LAST_MONTHS, Shop, build_models, manifest_of

CASE = "worker_key, as_of, knowledge, target_track"


@pytest.fixture(scope="module")
def people(published: Shop) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.home.current / "people.duckdb"), read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    result = connection.execute(query)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def band(criteria: list[dict[str, Any]]) -> str:
    """The band by the definition, criterion by criterion."""
    asked: dict[str, list[dict[str, Any]]] = {}
    for one in criteria:
        asked.setdefault(one["one_of_group"] or f"alone {one['criterion_id']}", []).append(one)
    if all(any(one["rule"] == "months_in_level" for one in some) for some in asked.values()):
        return "no_ladder"
    missing = [some for some in asked.values() if not any(one["criterion_status"] == "met" for one in some)]
    if not missing:
        return "ready_now"
    planned = [[one["lead_months"] for one in some if one["has_open_plan_item"]] for some in missing]
    if not all(planned):
        return "developing"
    longest = max(min(some) for some in planned)
    return "within_6_months" if longest <= 6 else "within_18_months" if longest <= 18 else "developing"


def test_every_band_is_what_its_criteria_say(people: duckdb.DuckDBPyConnection) -> None:
    cases = {tuple(one[name] for name in CASE.split(", ")): one for one in rows(people, "select * from promotion_readiness")}
    criteria: dict[tuple[Any, ...], list[dict[str, Any]]] = {key: [] for key in cases}
    for one in rows(people, "select * from promotion_criteria"):
        criteria[tuple(one[name] for name in CASE.split(", "))].append(one)
    assert len(cases) > 150
    assert {key for key, one in cases.items() if one["band"] != band(criteria[key])} == set()
    assert {one["band"] for one in cases.values()} >= {"ready_now", "within_18_months", "developing"}
    assert {one["is_track_change"] for one in cases.values()} == {True, False}
    for key, one in cases.items():
        assert one["n_criteria"] == len(criteria[key])
        assert (one["ready_since"] is not None) == (one["band"] == "ready_now")
        assert one["ready_since"] is None or one["ready_since"] <= one["as_of"]


def test_every_criterion_is_met_by_evidence_that_adds_up_or_not_at_all(people: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        people,
        f"""
        select any_value(criteria.criterion_status) as status, any_value(criteria.measure) as measure,
            any_value(criteria.needed) as needed, any_value(criteria.met_on) as met_on, any_value(criteria.as_of) as as_of,
            coalesce(sum(evidence.counts), 0) as counted, count(evidence.counts) as n,
            bool_and(evidence.load_seq is not null or evidence.rule = 'months_in_level') as has_load,
            bool_and(evidence.observed_on <= evidence.as_of) as is_past
        from promotion_criteria as criteria left join promotion_evidence as evidence using ({CASE}, criterion_id)
        group by {CASE}, criterion_id
        """,
    )
    assert {one["status"] for one in found} == {"met", "not_met", "no_evidence"}
    for one in found:
        assert one["measure"] == pytest.approx(one["counted"])
        assert one["status"] == ("no_evidence" if not one["n"] else "met" if one["counted"] >= one["needed"] else "not_met")
        assert (one["met_on"] is not None) == (one["status"] == "met")
        assert one["met_on"] is None or one["met_on"] <= one["as_of"]
        assert not one["n"] or (one["has_load"] and one["is_past"])


def test_every_kind_of_criterion_is_met_by_somebody_and_failed_by_somebody(people: duckdb.DuckDBPyConnection) -> None:
    """A team's uplift takes two waves a year apart, which twelve months do not hold: `test_readiness_by_hand` has it met."""
    found = dict(
        people.execute(
            """
            select rule, list_sort(list(distinct criterion_status = 'met')) from promotion_criteria
            where knowledge = 'current' group by rule
            """
        ).fetchall()
    )
    assert found == {rule: [False] if rule == "team_uplift" else [False, True] for rule in LADDER_RULES}


def test_a_step_leads_one_level_up_so_no_ladder_runs_in_a_circle(people: duckdb.DuckDBPyConnection) -> None:
    wrong = rows(
        people,
        """
        select worker_key from promotion_readiness as cases inner join fct_worker_month as months using (worker_key)
        where cases.knowledge = 'current' and months.month_end = (select max(month_end) from fct_worker_month)
            and cases.target_level <> months.level + 1
        """,
    )
    assert wrong == []


def test_the_audit_looks_at_every_decision_and_at_what_may_stand_for_an_attribute(people: duckdb.DuckDBPyConnection) -> None:
    audited = rows(
        people, "select audit_of, attribute, sum(n) as n from promotion_audit where segment_kind = 'company' group by all"
    )
    by = {(one["audit_of"], one["attribute"]) for one in audited if one["n"]}
    for audit_of in (
        "band", "criterion", "put_forward", "panel_decision", "panel_override", "panel_seat", "opportunity", "time_waited",
    ):  # fmt: skip
        assert (audit_of, "gender") in by, audit_of
    assert {("criterion", name) for name in ("working_time", "leave", "site")} <= by
    wrong = rows(people, "select * from promotion_audit where screens_out and (shortfall < 1 or verdict <> 'gap')")
    assert wrong == []


def test_calibration_counts_every_case_once_and_names_nobody(people: duckdb.DuckDBPyConnection) -> None:
    [(n_cases,)] = people.execute(
        "select count(*) from promotion_readiness where knowledge = 'current' and not is_track_change"
    ).fetchall()
    told = rows(people, "select told_of, segment_kind, sum(n) as n from promotion_calibration group by all")
    totals = {(one["told_of"], one["segment_kind"]): one["n"] for one in told}
    assert totals["band", "company"] == totals["band", "level"] == totals["case", "step"] == n_cases > 100
    [(met,)] = people.execute(
        f"""
        select count(*) from promotion_criteria inner join promotion_readiness using ({CASE})
        where knowledge = 'current' and not is_track_change and criterion_status = 'met'
        """
    ).fetchall()
    [(counted,)] = people.execute(
        "select sum(n) from promotion_calibration where told_of = 'criterion' and result = 'met'"
    ).fetchall()
    assert counted == met > 100
    keys = {key for (key,) in people.execute("select worker_key from dim_worker").fetchall()}
    words = " ".join(str(row) for row in people.execute("select * from promotion_calibration").fetchall())
    assert not any(key in words for key in keys)


def test_lacking_an_offer_is_counted_once_by_unit_and_by_group(people: duckdb.DuckDBPyConnection) -> None:
    told = rows(people, "select * from promotion_opportunity")
    assert {one["opportunity"] for one in told} == {"stretch_work", "mentor", "programme_seat"}
    assert {one["segment_kind"] for one in told} == {"company", "level", "org_unit", "leader_direct", "leader_org"}
    for opportunity in ("stretch_work", "mentor", "programme_seat"):
        by_group: dict[str, int] = {}
        for one in told:
            if (one["opportunity"], one["segment_kind"]) == (opportunity, "company"):
                by_group[one["attribute"]] = by_group.get(one["attribute"], 0) + one["n_never_offered"]
        assert by_group.keys() >= {"all", "gender"} and len(set(by_group.values())) == 1, by_group
    for one in told:
        assert 0 <= one["ci_low"] <= one["share"] <= one["ci_high"] <= 1


@pytest.fixture
def somebody(published: Shop, people: duckdb.DuckDBPyConnection) -> tuple[str, str, str]:
    """Key, id as the HRIS writes it, and name of a person with a case."""
    [(key,)] = people.execute("select min(worker_key) from promotion_readiness where band = 'within_18_months'").fetchall()
    with open_raw_store(published.home.raw, read_only=True) as raw:
        [(written,)] = raw.execute("select max(worker_id) from identity.identifiers where worker_key = ?", [key]).fetchall()
        [(name,)] = raw.execute(
            "select max_by(value, (valid_from, load_seq)) from identity.identifiers where worker_key = ? and kind = 'name'",
            [key],
        ).fetchall()
    assert open_pseudonyms(published.home).token(written) == key
    return key, written, name


def looks(shop: Shop) -> list[dict[str, str]]:
    log = shop.home.access_log
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return [line for line in lines if "worker_key" in line]


def test_a_look_at_a_case_shows_it_whole_and_leaves_a_line_that_names_nobody(
    published: Shop, people: duckdb.DuckDBPyConnection, somebody: tuple[str, str, str]
) -> None:
    key, written, name = somebody
    before = looks(published)
    run = published.run("explain", written)
    assert run.exit_code == 0, run.output
    assert run.output.splitlines()[0] == f"{name} ({key})"
    assert "within 18 months" in run.output and "Next steps on offer" in run.output
    for one in rows(people, f"select * from promotion_criteria where worker_key = '{key}'"):
        assert one["criterion_id"] in run.output
    gaps = rows(
        people,
        f"""
        select distinct activity_type from promotion_criteria inner join competency_activities using (competency_id)
        where worker_key = '{key}' and criterion_status <> 'met' and requirement = 'required'
        """,
    )
    assert all(one["activity_type"].replace("_", " ") in run.output for one in gaps)
    again = published.run("explain", key)
    assert again.output == run.output
    new = looks(published)[len(before) :]
    assert [one["worker_key"] for one in new] == [key, key]
    assert set(new[0]) == {"at", "who", "release", "worker_key"}
    assert new[0]["release"] == published.home.current.resolve().name
    log = published.home.access_log.read_text()
    assert written not in log and not any(part in log for part in name.replace(",", "").split())
    assert published.home.access_log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody-at-all"], "nobody is known by that key or id"),
        (["{id}", "--as-of", "2000-01-01"], "there is no case as of 2000-01-01; the release has 20"),
        (["{id}", "--as-of", "soon"], "does not match the format"),
        (["{id}", "--source", "moon"], "declares no source moon"),
    ],
)
def test_a_look_at_nobody_s_case_says_what_to_do_and_is_no_look(
    published: Shop, somebody: tuple[str, str, str], arguments: list[str], says: str
) -> None:
    before = looks(published)
    run = published.run("explain", *(one.format(id=somebody[1]) for one in arguments))
    assert run.exit_code == 2 and says in run.output, run.output
    assert "nobody-at-all" not in run.output
    assert looks(published) == before


def test_who_left_has_no_case(published: Shop, people: duckdb.DuckDBPyConnection) -> None:
    [(key,)] = people.execute("select min(worker_key) from dim_worker where not is_employed").fetchall()
    run = published.run("explain", key)
    assert run.exit_code == 2 and "no case as of" in run.output


def test_a_look_that_cannot_be_logged_is_not_given(
    published: Shop, somebody: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(explain, "write_look", refuse)
    run = published.run("explain", somebody[0])
    assert run.exit_code == 1 and somebody[2] not in run.output


def test_a_past_case_is_told_again_to_the_bit_whatever_came_since(
    published: Shop, people: duckdb.DuckDBPyConnection, copy_home: Callable[[Path], Shop], tmp_path: Path
) -> None:
    """Later months, and a ladder with other rules: from (rules, as of, as known at) the same rows as were published."""
    shop = copy_home(tmp_path / "home")
    known_at = max(dt.datetime.fromisoformat(str(one["loaded_at"])) for one in manifest_of(shop.home)["inputs"])
    for month in LAST_MONTHS:
        shop.land(month)
    ladder = max(shop.home.landing.glob("*/ladder_*"))
    frame = pl.read_excel(ladder).with_columns(pl.col("Threshold") + 1)
    frame.write_excel(ladder.with_name(f"ladder_{LAST_MONTHS[-1]}.xlsx"), worksheet="Ladder")
    before = shop.raw("select count(*) from ledger.loads where status = 'accepted'")
    tables = ("promotion_readiness", "promotion_criteria", "promotion_evidence")
    build = build_models(shop.home, *tables, as_known_at=known_at)
    assert shop.raw("select count(*) from ledger.loads where status = 'accepted'") > before
    assert len(shop.raw("select distinct load_seq from talent.ladder_criteria")) > 1
    with duckdb.connect(str(build), read_only=True) as again:
        for table in tables:
            query = f"select * from {{}}{table} order by all"
            published_rows = people.execute(query.format("")).fetchall()
            assert len(published_rows) > 150
            assert again.execute(query.format("marts.")).fetchall() == published_rows, table


def test_permuted_attributes_change_no_case(copy_home: Callable[[Path], Shop], tmp_path: Path) -> None:
    """Every declared attribute goes to somebody else; groups move, and not one case does."""
    shop = copy_home(tmp_path / "home")
    query = "select * from core.readiness_bands order by all"
    groups = "select worker_key, attribute, group_value from core.worker_groups order by all"
    told = []
    for permuted in (False, True):
        if permuted:
            with open_raw_store(shop.home.raw) as raw:
                raw.execute(
                    """
                    update hris.worker_attributes as told set value = other.value
                    from (
                        select rowid as row, lead(value, 7, first_value) over same as value
                        from (
                            select rowid, attribute, value,
                                first_value(value) over (partition by attribute order by rowid) as first_value
                            from hris.worker_attributes
                        ) window same as (partition by attribute order by rowid)
                    ) as other where told.rowid = other.row
                    """
                )
        build = build_models(shop.home, "readiness_bands", "worker_groups")
        with duckdb.connect(str(build), read_only=True) as connection:
            told.append((connection.execute(query).fetchall(), connection.execute(groups).fetchall()))
    assert len(told[0][0]) > 150
    assert told[0][0] == told[1][0]
    assert told[0][1] != told[1][1]
