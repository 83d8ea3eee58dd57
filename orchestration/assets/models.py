"""dbt models: one asset a model, built in process from accepted loads.

Here: the translation of dbt's nodes into assets, and the op that builds them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.dbt_manifest_asset_selection import DbtManifestAssetSelection  # noqa: F401  part of the public surface

from orchestration.assets.raw import OWNER
from orchestration.dbt_runner import Project, run_dbt
from orchestration.faults import values_left_out
from orchestration.warehouse import Warehouse


class Translator(DagsterDbtTranslator):
    """Groups by layer and area, owners from the dbt group."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """`core_people`, `metrics_span`: the folder of the model; seeds stand together."""
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return "_".join(dbt_resource_props["fqn"][1:-1][:2])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str] | None:
        """Everything is owned by the team that owns the warehouse."""
        return [OWNER]


def build_models(project: Project) -> dg.AssetsDefinition:
    """The asset definition over all of dbt's models, seeds and snapshots of the parsed project."""

    @dbt_assets(
        manifest=project.document,
        name="dbt",
        dagster_dbt_translator=Translator(settings=DagsterDbtTranslatorSettings(enable_asset_checks=True)),
    )
    def models(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> Iterator[Any]:
        """dbt build into the fresh build file: models and data tests."""
        n_nodes = sum(node["resource_type"] in ("model", "seed", "test") for node in project.document["nodes"].values())
        with warehouse.progress.stage("dbt: models and tests", n_nodes), values_left_out():
            yield from run_dbt(context, warehouse, project, [])

    return models
