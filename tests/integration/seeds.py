"""One simulated company a seed, from its exports to one mart by the models that a refresh runs.

Gates and release are left out.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.build_file import read_parameters, write_build_file
from ingest.raw_store import open_raw_store
from ingest.simulate import Specification, simulate
from orchestration.warehouse import Warehouse

from ..conftest import Workshop


@contextmanager
def dbt_closed() -> Iterator[None]:
    """dbt keeps build and raw store open after a run."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    try:
        yield
    finally:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
        gc.collect()


def build(root: Path, specification: Specification, feeds: tuple[str, ...], mart: str, parsed: dict[str, Any]) -> Workshop:
    """A company from the exports that its mart is made of; `parsed` keeps dbt's manifest from one company to the next."""
    from dbt.cli.main import dbtRunner

    shop = Workshop(root, {})
    shop.home.sources_file.unlink()
    simulate(shop.home, specification)
    for path in shop.home.landing.glob("*/*"):
        if not path.name.startswith(feeds):
            path.unlink()
    shop.ingest()
    shop.accept()
    with open_raw_store(shop.home.raw) as raw:
        parameters = read_parameters(raw, shop.home.read_configuration(), None)
        write_build_file(shop.home, raw, shop.pseudonyms, parameters)
    warehouse = Warehouse(shop.home)
    warehouse.build_environment()
    with dbt_closed():
        if not parsed:
            parsed["manifest"] = dbtRunner().invoke(["--quiet", "parse", *warehouse.dbt_arguments()]).result
        result = dbtRunner(manifest=parsed["manifest"]).invoke(
            ["--quiet", "--log-level-file", "none", "build", *warehouse.dbt_arguments(), "--resource-type", "seed",
             "--resource-type", "model", "--select", f"+{mart}"]
        )  # fmt: skip
    assert result.success, result
    return shop
