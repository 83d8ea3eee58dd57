"""What is written in two places says the same in both: contracts and dbt sources, catalogue and models."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from ingest.column_map import SHIPPED, ColumnRule, FeedMap, Latest, TableMap, Unpivot
from ingest.conditions import Condition
from ingest.contracts import CONTRACTS
from ingest.contracts.dbt_sources import TARGET, sources_text
from ingest.contracts.talent import ACTIVITY_TYPES
from ingest.raw_store import LOG_COLUMNS
from ingest.readers import ReadOptions

from ..conftest import REPOSITORY


def test_dbt_sources_are_those_of_the_contracts() -> None:
    assert TARGET.read_text() == sources_text(), "run `python -m ingest.contracts.dbt_sources`"


def test_every_contract_table_is_staged_and_nothing_else(manifest: dict[str, Any]) -> None:
    domains = {table.domain for table in CONTRACTS.values()}
    staged = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "staging" and node["fqn"][2] in domains
    }
    assert staged == {f"stg_{t.domain}__{t.name}" for t in CONTRACTS.values() if not t.is_identity}


@pytest.mark.parametrize("name", sorted(name for name, table in CONTRACTS.items() if not table.is_identity))
def test_staging_carries_every_column_of_its_contract(project: Path, name: str) -> None:
    table = CONTRACTS[name]
    sql = (project / "models" / "staging" / table.domain / f"stg_{table.domain}__{table.name}.sql").read_text()
    for column in table.columns:
        carried = f"in_force.{column.name}" in sql
        resolved = f"join_person('{column.name.removesuffix('_id')}', 'in_force.{column.name}'" in sql
        assert resolved if column.kind == "person" else carried, f"{name}.{column.name}"
    key = ", ".join(f"'{column}'" for column in table.keys)
    assert f"[{key}]" in sql, "the key of the rows in force is the contract's"


def test_every_column_says_what_it_is_and_how_sensitive() -> None:
    for table in CONTRACTS.values():
        assert table.keys, f"{table.full_name} has no key"
        assert table.description.endswith("."), f"{table.full_name} has no grain"
        for column in table.columns:
            assert len(column.description) > 3, f"{table.full_name}.{column.name}"
            assert column.sensitivity in ("none", "personal", "special_category", "free_text")


def test_identifiers_in_clear_stand_in_identity_tables_only() -> None:
    assert [name for name, table in CONTRACTS.items() if table.is_identity] == ["hris.identifiers"]
    for table in CONTRACTS.values():
        assert not {name for name, _ in LOG_COLUMNS} & {column.name for column in table.columns}, table.full_name


def catalogue(project: Path) -> list[dict[str, str]]:
    with open(project / "seeds" / "metric_catalogue.csv", newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_input_column_of_a_metric_is_in_a_contract(project: Path) -> None:
    missing = []
    for row in catalogue(project):
        assert row["input_columns"], row["metric"]
        for name in row["input_columns"].split(";"):
            table, column = name.rsplit(".", 1)
            if table not in CONTRACTS or column not in {spec.name for spec in CONTRACTS[table].columns}:
                missing.append(f"{row['metric']}: {name}")
    assert not missing


def test_every_requirement_of_a_metric_is_a_table_or_a_column(project: Path) -> None:
    for row in catalogue(project):
        for name in row["requires"].split("|"):
            table = ".".join(name.split(".")[:2])
            assert table in CONTRACTS, f"{row['metric']}: {name}"
            if name.count(".") == 2:
                spec = CONTRACTS[table].column(name.split(".")[2])
                assert not spec.is_key, f"{row['metric']}: {name} is a key and always filled"


def test_each_metric_has_one_default_convention_and_a_source(project: Path) -> None:
    defaults: dict[str, int] = {}
    for row in catalogue(project):
        defaults[row["metric"]] = defaults.get(row["metric"], 0) + int(row["is_default"])
        assert row["source"] and row["fixed_by"] in ("law", "standard", "vendor", "project"), row["metric"]
        assert row["interval"] in ("none", "wilson", "garwood", "t", "ratio", "clustered", "order"), row["metric"]
    assert set(defaults.values()) == {1}, defaults


def test_each_metric_says_in_words_what_it_tells(project: Path) -> None:
    for row in catalogue(project):
        assert len(row["says"] or "") > 15 and row["says"].endswith("."), f"{row['metric']}, {row['convention_id']}: `says`"


def test_the_dictionary_in_the_docs_is_the_catalogue() -> None:
    from orchestration.report.dbt_docs import TARGET as OVERVIEW
    from orchestration.report.dbt_docs import overview_text

    assert OVERVIEW.read_text() == overview_text(), "run `python -m orchestration.report.dbt_docs`"


def test_each_metric_made_of_answers_names_its_items(project: Path) -> None:
    """Without them nobody would notice that it is made of other items, or of the same ones on another scale."""
    answers = ("survey.survey_answers.answer", "feedback360.feedback_ratings.score")
    group = re.compile(r"survey|feedback360|survey\.(index_name|theme)=\w+")
    for row in catalogue(project):
        named = [item for item in (row["items"] or "").split(";") if item]
        assert bool(named) == any(name in row["input_columns"].split(";") for name in answers), f"{row['metric']}: `items`"
        assert all(group.fullmatch(item) for item in named), f"{row['metric']}: `items`"


def test_every_metric_of_the_catalogue_is_measured_and_unit_tested(manifest: dict[str, Any], project: Path) -> None:
    union = (project / "models/metrics/inference/measured_cells.sql").read_text()
    listed = set(re.findall(r"'(\w+)'", union.split("-%}")[0]))
    measuring = [
        node["raw_code"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "metric_cells(" in node["raw_code"]
    ]
    # a family shares a model and names its metrics there; that each has its cells is a test of every build
    named = {name for code in measuring for name in re.findall(r"'([\w:{}]+)'", code)}
    asked = {
        name
        for code in measuring
        for first in re.findall(r"metric_cells\(\s*(\[[^\]]*\]|'[^']*')", code)
        for name in re.findall(r"'([^']+)'", first)
    }
    in_catalogue = {row["metric"] for row in catalogue(project)}
    assert in_catalogue <= named, in_catalogue - named
    assert asked <= in_catalogue, asked - in_catalogue
    tested = {test["model"] for test in manifest["unit_tests"].values()}
    assert listed <= tested, listed - tested


def test_items_that_metrics_are_divided_by_are_those_of_the_contracts(project: Path) -> None:
    conventions = (project / "models/metrics/index/conventions.sql").read_text()
    fixed = {kind: set(re.findall(r"'(\w+)'", names)) for kind, names in re.findall(r"'(\w+)': \[([^\]]*)\]", conventions)}
    kinds = CONTRACTS["talent.checkins"].column("kind").description.split("One of: ")[1].rstrip(".").split(", ")
    assert fixed["checkin_kind"] == set(kinds)
    # these three are no type of activity of their own: a mix has them in the denominator, as `other`, or not at all
    beside = {"mentoring", "sponsorship", "other"}
    assert fixed["activity_type"] == set(ACTIVITY_TYPES) - beside
    for model in ("metrics/development/activity_mix", "core/development/learning_facts"):
        text = (project / "models" / f"{model}.sql").read_text().split("with\n")[0]
        assert fixed["activity_type"] <= set(re.findall(r"'(\w+)'", text)), model


def test_matches_count_every_column_that_names_a_person(project: Path) -> None:
    macro = (project / "macros" / "person_references.sql").read_text()
    listed = {
        f"{domain}.{table}": set(re.findall(r"'(\w+)'", columns))
        for domain, table, columns in re.findall(r"\('(\w+)', '(\w+)', \[([^\]]*)\]\)", macro)
    }
    persons = {name: set(table.persons) for name, table in CONTRACTS.items() if table.persons and not table.is_identity}
    assert listed == persons


def test_a_feed_is_late_by_the_days_by_which_a_run_warns(project: Path) -> None:
    from ingest.cadence import DAYS_BETWEEN

    macro = (project / "macros" / "quality.sql").read_text()
    days = re.findall(r"'(\w+)': (\d+)", macro.split("macro cadence_days")[1].split("endmacro")[0])
    assert {name: int(n_days) for name, n_days in days} == DAYS_BETWEEN


def test_every_check_is_in_the_catalogue_once_and_the_other_way_round(project: Path) -> None:
    called = {
        call
        for path in (project / "models" / "core" / "quality").glob("suspect_*.sql")
        for call in re.findall(r"suspects\('(\w+)', '([\w.]+)'", path.read_text())
    }
    with open(project / "seeds" / "quality_checks.csv", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert sorted(called) == sorted((row["check_id"], row["table_name"]) for row in rows)
    for row in rows:
        assert row["severity"] in ("severe", "warning", "hint"), row["check_id"]
        assert row["column_name"] in {spec.name for spec in CONTRACTS[row["table_name"]].columns}, row["check_id"]
        assert len(row["statement"]) > 15 and len(row["next_step"]) > 15, row["check_id"]


def test_every_model_describes_its_grain(manifest: dict[str, Any]) -> None:
    silent = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] != "release" and not node["description"].strip()
    ]
    assert not silent


def test_no_sql_model_is_longer_than_can_be_read(project: Path) -> None:
    long = {path.name: n for path in (project / "models").rglob("*.sql") if (n := len(path.read_text().splitlines())) > 150}
    assert not long


def test_shipped_maps_fill_tables_of_all_five_domains() -> None:
    from ingest.column_map import read_column_map

    filled = {table for path in SHIPPED.glob("*.yml") for table in read_column_map(path.stem).tables}
    assert {name.split(".")[0] for name in filled} == {"hris", "lms", "survey", "feedback360", "talent"}


def test_thresholds_stand_beside_their_reasons() -> None:
    from expectations.gate import HERE, read_suite

    for path in (HERE / "suites").glob("*.yml"):
        for measure, checks in read_suite(path.stem).items():
            for check in checks:
                assert len(check["reason"]) > 20, f"{path.stem}.{measure}.{check['name']}"


def test_the_page_on_column_maps_names_every_map_and_every_key() -> None:
    page = (REPOSITORY / "docs" / "column-maps.md").read_text()
    maps = {path.stem for path in SHIPPED.glob("*.yml")}
    assert maps == set(re.findall(r"`([a-z0-9_]+)`", page.split("## A feed")[0])) - {"snapshot", "changes"}
    models = (FeedMap, TableMap, ColumnRule, Condition, Latest, Unpivot, ReadOptions)
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    assert {key for key in keys if not re.search(rf"\b{key}\b", page)} == set()
