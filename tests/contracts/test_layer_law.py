"""The law of layers, held over the manifest with no list of exceptions: nobody reads upward or skips a layer."""

from typing import Any

import pytest

# layer -> layers that it may read
LAW = {
    "staging": {"source", "staging"},
    "core": {"seed", "staging", "core"},
    "metrics": {"seed", "staging", "core", "metrics"},
    "marts": {"seed", "staging", "core", "metrics", "marts"},
    "release": {"marts"},
}
# staging of these is bookkeeping of the run itself, which every layer may ask for
BOOKKEEPING = {"ledger", "run"}


def layer(node: dict[str, Any]) -> str:
    return node["resource_type"] if node["resource_type"] in ("source", "seed") else node["fqn"][1]


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def test_nobody_reads_upward_or_skips_a_layer(manifest: dict[str, Any]) -> None:
    everything = manifest["nodes"] | manifest["sources"]
    broken = [
        f"{node['name']} ({layer(node)}) reads {everything[parent]['name']} ({layer(everything[parent])})"
        for node in models(manifest)
        for parent in node["depends_on"]["nodes"]
        if layer(everything[parent]) not in LAW[layer(node)]
    ]
    assert not broken, "\n".join(broken)


def test_only_core_turns_staging_of_people_into_facts(manifest: dict[str, Any]) -> None:
    """Metrics and marts read staged rows only to count them or to look up what is no person: items, units, framework."""
    allowed = {
        "stg_survey__survey_items", "stg_hris__org_units", "stg_talent__ladder_criteria",
        "stg_talent__competencies", "stg_talent__competency_behaviours", "stg_talent__activity_competencies",
        "stg_talent__item_competencies",
        # counts already, by kind of identifier
        "stg_identity__matches",
    }  # fmt: skip
    everything = manifest["nodes"] | manifest["sources"]
    broken = [
        f"{node['name']} reads {parent['name']}"
        for node in models(manifest)
        if layer(node) in ("metrics", "marts")
        for parent in (everything[name] for name in node["depends_on"]["nodes"])
        if layer(parent) == "staging" and parent["fqn"][2] not in BOOKKEEPING and parent["name"] not in allowed
    ]
    assert not broken, "\n".join(broken)


def test_staging_reads_each_table_of_its_own_domain(manifest: dict[str, Any]) -> None:
    for node in models(manifest):
        if layer(node) == "staging" and node["name"].startswith("stg_") and "__" in node["name"]:
            domain = node["name"].removeprefix("stg_").split("__")[0]
            assert node["fqn"][2] == domain, node["name"]


@pytest.mark.parametrize("name", ["staging", "core", "metrics"])
def test_person_grain_layers_are_private_to_their_group(manifest: dict[str, Any], name: str) -> None:
    for node in models(manifest):
        if layer(node) == name:
            assert (node["config"]["group"], node["config"]["access"]) == ("people", "private"), node["name"]


def test_marts_have_enforced_contracts(manifest: dict[str, Any]) -> None:
    for node in models(manifest):
        if layer(node) == "marts":
            assert node["contract"]["enforced"], node["name"]
            assert all(column["data_type"] for column in node["columns"].values()), node["name"]


def test_release_models_only_hand_out_marts_under_their_names(manifest: dict[str, Any]) -> None:
    for node in models(manifest):
        if layer(node) == "release":
            audience, name = node["name"].split("__", 1)
            assert (node["schema"], node["alias"]) == (audience, name)


def test_no_release_model_names_a_column_that_only_builds_may_hold(manifest: dict[str, Any]) -> None:
    for node in models(manifest):
        if layer(node) == "release":
            for word in ("respondent_token", "rater_token", "value_token", "worker_id", "n_people,"):
                assert word not in node["raw_code"], f"{node['name']}: {word}"


def test_nothing_that_judges_a_person_s_readiness_knows_their_groups(manifest: dict[str, Any]) -> None:
    """Protected attributes are inputs of audits alone."""
    protected = {"model.fairlead.worker_groups", "model.fairlead.stg_hris__worker_attributes"}
    for name in ("readiness_bands", "missed_opportunities", "promotion_outcomes"):
        found, waiting = set(), [f"model.fairlead.{name}"]
        while waiting:
            node = manifest["nodes"].get(waiting.pop(), {"depends_on": {"nodes": []}})
            new = set(node["depends_on"].get("nodes", [])) - found
            found |= new
            waiting += new
        assert "model.fairlead.worker_months" in found
        assert not protected & found, name
