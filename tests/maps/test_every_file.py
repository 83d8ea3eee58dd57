"""Every real file is somebody's: one shipped map reads it, or says by name that it is left and why."""

from pathlib import Path

import pytest

from ingest.column_map import SHIPPED, ColumnMap, read_column_map
from ingest.feeds import read_feed
from ingest.files import UnreadableFile, read_facts
from ingest.guards import recognised_feed

from .reading import EXPORTED

FOLDERS = ("hris", "lms", "survey")
# what came with the files: notes and licences, a recorded answer of an API, statements made to test stores, schemas
BESIDE = {"notes.md", "license", "license.txt", "license.md", "column_map.yml"}
NO_EXPORTS = {"conformance", "spec_schema"}


def real_files(root: Path) -> list[Path]:
    files = (path for folder in FOLDERS for path in sorted((root / folder).rglob("*")) if path.is_file())
    return [path for path in files if path.name.lower() not in BESIDE and not NO_EXPORTS & set(path.parts)]


def takers(path: Path, maps: list[ColumnMap]) -> list[str]:
    """The maps that read the file without refusing it, or ignore it by its name."""
    facts, taken = read_facts(path), []
    for column_map in maps:
        if any(path.match(pattern) for pattern in column_map.ignored_files):
            taken.append(f"{column_map.name} ignores it")
            continue
        try:
            name, feed = recognised_feed(facts, column_map)
            read_feed(facts, feed, EXPORTED)
        except UnreadableFile:
            continue
        taken.append(f"{column_map.name}.{name}")
    return taken


@pytest.mark.real_data
def test_every_real_file_is_read_or_left_by_name_by_one_shipped_map(shared_data: Path) -> None:
    maps = [read_column_map(file.stem) for file in sorted(SHIPPED.glob("*.yml"))]
    found = {str(path.relative_to(shared_data)): takers(path, maps) for path in real_files(shared_data)}
    assert {name: taken for name, taken in found.items() if len(taken) != 1} == {}
    assert len(found) > 50, "the walk must find the files"
