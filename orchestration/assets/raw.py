"""Raw tables: every canonical table of the change log, filled from landing files and judged by gate 1.

Here: one asset a contract table, with its columns and sensitivities in the catalogue, one blocking check each, and a warning
where a source has fallen silent.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from ingest.contracts import CONTRACTS, ContractTable
from orchestration.faults import values_left_out
from orchestration.warehouse import Held, Warehouse

GATE_1 = "gate_1_loads"
ON_TIME = "source_on_time"
TABLES = {name: table for name, table in CONTRACTS.items() if not table.is_identity}
OWNER = "team:people-analytics"


def asset_key(table: ContractTable) -> dg.AssetKey:
    """The key under which dagster-dbt knows the table as a dbt source."""
    return dg.AssetKey([table.domain, table.name])


def _spec(table: ContractTable) -> dg.AssetSpec:
    schema = dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                type=column.sql_type,
                description=column.description,
                tags={"sensitivity": column.sensitivity},
                constraints=dg.TableColumnConstraints(nullable=column.is_nullable),
            )
            for column in table.columns
        ]
    )
    return dg.AssetSpec(
        asset_key(table),
        description=table.description,
        group_name=f"raw_{table.domain}",
        owners=[OWNER],
        kinds={"polars", "duckdb"},
        metadata={"dagster/column_schema": schema},
        skippable=True,
    )


@dg.multi_asset(
    name="ingest",
    specs=[_spec(table) for table in TABLES.values()],
    check_specs=[
        spec
        for table in TABLES.values()
        for spec in (
            dg.AssetCheckSpec(GATE_1, asset=asset_key(table), blocking=True, description="Great Expectations on new loads"),
            # every run materialises every table, so a freshness policy would call a stopped feed fresh
            dg.AssetCheckSpec(ON_TIME, asset=asset_key(table), description="Last export against the source's cadence"),
        )
    ],
)
def raw_tables(warehouse: dg.ResourceParam[Warehouse]) -> Iterator[Any]:
    """Landing files to accepted loads. What gate 1 holds fails its check and stops the run."""
    held = None
    try:
        with values_left_out():
            warehouse.ingest()
    except Held as error:
        held = error
    counts: dict[str, dict[str, int]] = {name: {"files": 0, "rows": 0, "quarantined": 0} for name in TABLES}
    for outcome in warehouse.outcomes:
        for name in outcome.tables:
            if name in counts:
                counts[name]["files"] += 1
                counts[name]["rows"] += outcome.n_rows
                counts[name]["quarantined"] += outcome.n_quarantined
    verdict = warehouse.verdicts.get("loads")
    found: dict[str, list[str]] = {}
    for finding in verdict.findings if verdict else []:
        found.setdefault(str(finding.subject.get("table_name")), []).append(finding.sentence())
    for name, table in TABLES.items():
        key = asset_key(table)
        sentences = found.get(name, [])
        yield dg.AssetCheckResult(
            passed=not sentences,
            asset_key=key,
            check_name=GATE_1,
            metadata={"findings": "; ".join(sentences) or "none"},
        )
        late = warehouse.silent.get(name, [])
        yield dg.AssetCheckResult(
            passed=not late,
            asset_key=key,
            check_name=ON_TIME,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"late": "; ".join(late) or "none"},
        )
        yield dg.MaterializeResult(asset_key=key, metadata=counts[name])
    if held:
        raise dg.Failure(description=str(held), allow_retries=False)
