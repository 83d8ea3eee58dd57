"""One release a real data set: the files are linked into a landing folder, never copied, and refreshed as a user would."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
import yaml
from click.testing import CliRunner

from ingest.home import Home
from ingest.pseudonyms import open_pseudonyms
from orchestration.cli import main

from .release import Published, Run

Publish = Callable[..., Published]


@pytest.fixture(scope="module")
def publish(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Publish:
    """Take a data set from landing to its release, and ask for a refresh once more."""

    def refresh(home: Path) -> Run:
        result = CliRunner().invoke(main, ["--home", str(home), "refresh", "--json"])
        return Run(result.exit_code, json.loads(result.stdout))

    def make(folder: str, files: dict[str, str], exported_at: str, identity: str = "person") -> Published:
        name = Path(folder).name
        root = tmp_path_factory.mktemp(name)
        landing = root / "landing" / name
        landing.mkdir(parents=True)
        for landed, file in files.items():
            (landing / landed).symlink_to(shared_data / folder / file)
        source = {"map": name, "identity": identity, "exported_at": exported_at, "cadence": "once"}
        (root / "sources.yml").write_text(yaml.safe_dump({"sources": {name: source}}))
        # a refresh sets variables for Dagster and dbt, which the next test must not find
        with mock.patch.dict(os.environ, {"FAIRLEAD_KEYS": str(root / "keys")}):
            first, again = refresh(root), refresh(root)
            home = Home(root)
            pseudonyms = open_pseudonyms(home)
        manifest = home.current / "manifest.json"
        return Published(home, first, again, pseudonyms, json.loads(manifest.read_text()) if manifest.exists() else {})

    return make
