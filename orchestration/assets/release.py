"""The release: gates 2 and 3 as blocking checks on what it is made of, and the published files."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import dagster as dg

from expectations.gate import Verdict
from orchestration.assets.raw import OWNER
from orchestration.dbt_runner import Project, cells_of, descriptions
from orchestration.faults import values_left_out
from orchestration.publication import AUDIENCES
from orchestration.warehouse import Warehouse

MARTS = dg.AssetKey(["marts", "metric_values"])
RELEASED = dg.AssetKey(["leadership", "leadership__metric_values"])


def released_keys(models: dg.AssetsDefinition) -> list[dg.AssetKey]:
    """Assets of dbt's release layer."""
    return sorted(key for key in models.keys if key.path[0] in AUDIENCES)


def build_gates(project: Project, marts: dg.AssetKey, released: dg.AssetKey) -> dg.AssetChecksDefinition:
    """Gates 2 and 3 as checks that stop the publication."""

    @dg.multi_asset_check(
        name="gates",
        specs=[
            dg.AssetCheckSpec("gate_2_marts", asset=marts, blocking=True, description="Marts against the last release"),
            dg.AssetCheckSpec("gate_3_release", asset=released, blocking=True, description="What would be handed out"),
        ],
    )
    def gates(warehouse: dg.ResourceParam[Warehouse]) -> Iterator[Any]:
        """Great Expectations on the build file."""
        with values_left_out():
            found = warehouse.judge_marts(), warehouse.judge_release(cells_of(project))
        yield _result("gate_2_marts", marts, found[0])
        yield _result("gate_3_release", released, found[1])

    return gates


def _result(name: str, key: dg.AssetKey, verdict: Verdict) -> dg.AssetCheckResult:
    findings = "; ".join(finding.sentence() for finding in verdict.findings) or "none"
    return dg.AssetCheckResult(
        passed=verdict.passed,
        asset_key=key,
        check_name=name,
        metadata={"expectations": verdict.n_expectations, "findings": findings, "seconds": verdict.seconds},
    )


def build_release(project: Project, deps: list[dg.AssetKey], fresh_within: dt.timedelta) -> dg.AssetsDefinition:
    """The published release, downstream of everything that is handed out."""

    @dg.asset(
        key=["release"],
        deps=deps,
        group_name="release",
        owners=[OWNER],
        kinds={"duckdb", "parquet"},
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=fresh_within),
        description="One database an audience, Parquet, report and manifest, and the pointer that names them.",
    )
    def release(warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult[Any]:
        """Fresh files, synced, then the pointer."""
        with values_left_out():
            published = warehouse.publish(descriptions(project))
        rows = {
            f"{audience}.{table}": count
            for audience, tables in published.manifest["tables"].items()
            for table, count in tables.items()
        }
        return dg.MaterializeResult(metadata={"release_id": published.release_id, "rows": dg.JsonMetadataValue(rows)})

    return release
