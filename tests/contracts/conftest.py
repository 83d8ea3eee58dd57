"""The dbt project as parsed: its manifest, without a database."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ingest.inputs import project_folder


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """dbt's manifest of the project."""
    from dbt.cli.main import dbtRunner

    target = tmp_path_factory.mktemp("dbt")
    os.environ |= {"FAIRLEAD_BUILD": str(target / "build.duckdb"), "FAIRLEAD_RAW": str(target / "raw.duckdb")}
    project = str(project_folder())
    result = dbtRunner().invoke(
        ["--quiet", "parse", "--project-dir", project, "--profiles-dir", project, "--target-path", str(target),
         "--log-path", str(target)]
    )  # fmt: skip
    assert result.success, result.exception
    document: dict[str, Any] = json.loads((target / "manifest.json").read_text())
    return document


@pytest.fixture(scope="session")
def project() -> Path:
    """The dbt project's folder."""
    return project_folder()
