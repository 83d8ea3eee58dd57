"""dbt's view of the contracts: `sources.yml` is written from them, and a test fails where the two differ.

Run `python -m ingest.contracts.dbt_sources` after changing a contract.
"""

from pathlib import Path
from typing import Any

import yaml

from ingest.contracts import CONTRACTS, DOMAINS
from ingest.raw_store import LOG_COLUMNS

TARGET = Path(__file__).parents[2] / "dbt_project" / "models" / "staging" / "sources.yml"
LOG_DESCRIPTIONS = {
    "load_seq": "The load that said it.",
    "feed_id": "The feed that the load belongs to.",
    "op": "i: first word on the key; u: a later word; d: the key is gone.",
    "row_no": "Line of the landing file.",
}


def sources_document() -> dict[str, Any]:
    """The `sources:` of every contract table that dbt may read: all but the identity tables, which hold clear names."""
    sources = []
    for domain in DOMAINS:
        tables = []
        for table in CONTRACTS.values():
            if table.domain != domain or table.is_identity:
                continue
            columns: list[dict[str, Any]] = [
                {"name": name, "description": LOG_DESCRIPTIONS[name], "data_type": kind} for name, kind in LOG_COLUMNS
            ]
            columns += [
                {
                    "name": spec.name,
                    "description": spec.description,
                    "data_type": spec.sql_type,
                    "config": {"meta": {"sensitivity": spec.sensitivity, "is_key": spec.is_key}},
                }
                for spec in table.columns
            ]
            tables.append({"name": table.name, "description": table.description, "columns": columns})
        sources.append({"name": domain, "database": "raw_store", "schema": domain, "tables": tables})
    return {"version": 2, "sources": sources}


def sources_text() -> str:
    """`sources.yml` as it must stand in the repository."""
    head = "# Written from ingest/contracts by `python -m ingest.contracts.dbt_sources`; change the contracts instead.\n"
    return head + yaml.safe_dump(sources_document(), sort_keys=False, width=110, allow_unicode=True)


if __name__ == "__main__":
    TARGET.write_text(sources_text())
