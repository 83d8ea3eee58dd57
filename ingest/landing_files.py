"""What lies in `landing/`, and what the ledger knows of it already: by names, sizes, times and hashes.

Here: listing files, entries of archives among them. Not here: opening them (`landing`).
"""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import duckdb

from ingest.archives import entries, is_archive
from ingest.column_map import ColumnMap
from ingest.files import UnreadableFile, is_being_written
from ingest.home import Configuration, ConfigurationError, Home


@dataclass(frozen=True)
class LandingFile:
    """A file of one source. `name` is its path below `landing/`; of an archive each entry is a file."""

    source: str
    path: Path
    name: str
    n_bytes: int
    modified_ns: int
    entry: str | None = None

    @property
    def title(self) -> PurePosixPath:
        """The name that the source gave it."""
        return PurePosixPath(self.entry or self.path.name)

    def is_settled(self) -> bool:
        """Whether it stands as it was when it was listed, and nobody writes to it."""
        stat = self.path.stat()
        return (stat.st_size, stat.st_mtime_ns) == (self.n_bytes, self.modified_ns) and not is_being_written(self.path)


@dataclass
class Seen:
    """What the ledger knows of files, read once a run: names with size and time, bytes by source, rejections by map."""

    files: dict[str, tuple[int, int]]
    # (source, sha256) -> of each time: its export stamp, or the map under which the bytes were rejected
    bytes_seen: dict[tuple[str, str], list[tuple[dt.datetime | None, str | None]]]
    rejected: dict[str, str]

    def holds(self, file: LandingFile) -> bool:
        """Whether the file stands as it was seen, by size and time."""
        return self.files.get(file.name) == (file.n_bytes, file.modified_ns)

    def is_rejected_under_another_map(self, file: LandingFile, column_map: ColumnMap) -> bool:
        """Whether the file was rejected, and its column map has changed since."""
        return self.rejected.get(file.name, column_map.digest) != column_map.digest

    def enter_bytes(self, source: str, sha256: str, stamp: dt.datetime | None, rejected_under: str | None) -> None:
        """Note that bytes were loaded with a stamp, or rejected under a map."""
        self.bytes_seen.setdefault((source, sha256), []).append((stamp, rejected_under))

    def has_bytes(self, source: str, sha256: str, stamp: dt.datetime | None, digest: str) -> bool:
        """Whether the same bytes were loaded from the source with the same stamp, or rejected under the same map.

        Of another day the same bytes say something new: that things are again as they were (DECISIONS 22).
        """
        return any(
            rejected_under == digest if rejected_under else stamp in (None, loaded_with)
            for loaded_with, rejected_under in self.bytes_seen.get((source, sha256), [])
        )


def read_seen(connection: duckdb.DuckDBPyConnection) -> Seen:
    """The ledger's knowledge of files."""
    loads = connection.execute(
        """
        select source, file, sha256, exported_at, status, map_digest from ledger.loads
        where superseded_at is null
        """
    ).fetchall()
    files = connection.execute("select path, n_bytes, modified_ns from ledger.files").fetchall()
    seen = Seen(
        files={path: (n_bytes, modified) for path, n_bytes, modified in files},
        bytes_seen={},
        rejected={file: digest for _, file, _, _, status, digest in loads if status == "rejected"},
    )
    for source, _, sha256, stamp, status, digest in loads:
        # a load that somebody rejected by hand is not read again under its map either
        seen.enter_bytes(source, sha256, stamp, digest if status == "rejected" else None)
    return seen


def landing_files(home: Home, configuration: Configuration) -> list[LandingFile]:
    """Every landing file of every declared source. ConfigurationError where files lie in an undeclared folder."""
    files = []
    for folder in sorted(path for path in home.landing.iterdir() if path.is_dir()) if home.landing.exists() else []:
        found = [
            path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".") and path.suffix not in (".part", ".tmp")
            and path.name != "manifest.yml"
        ]  # fmt: skip
        if found and folder.name not in configuration.sources:
            raise ConfigurationError(
                f"landing/{folder.name} holds {len(found)} files, but sources.yml declares no source {folder.name}. "
                "Declare it with its column map, or move the folder away."
            )
        for path in found:
            stat = path.stat()
            name = path.relative_to(home.landing).as_posix()
            whole = LandingFile(folder.name, path, name, stat.st_size, stat.st_mtime_ns)
            files += _entries(whole) if is_archive(path) else [whole]
    return files


def _entries(archive: LandingFile) -> list[LandingFile]:
    """An archive's entries as files; the archive itself where it cannot be read, so that it is rejected with a reason."""
    try:
        inner = entries(archive.path)
    except UnreadableFile:
        inner = []
    return [replace(archive, name=f"{archive.name}/{entry}", entry=entry) for entry in inner] or [archive]
