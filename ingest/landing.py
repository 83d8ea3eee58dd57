"""From landing files to pending loads: what is new, what each file is, and its rows into the raw store.

Here: the walk over `landing/`, one file at a time, in order of export. Not here: accepting loads (`loads`), judging
them (`expectations`). Landing files are only ever read.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl
import yaml

from ingest.column_map import ColumnMap, FeedMap, read_column_map
from ingest.files import FileFacts, UnreadableFile, read_facts
from ingest.guards import check_content, check_rows, recognised_feed
from ingest.home import Configuration, ConfigurationError, Home, Source
from ingest.identity import merged
from ingest.parse import parse_table
from ingest.pseudonyms import Pseudonyms
from ingest.raw_store import Feed, NewLoad, append_load, next_load_seq, open_raw_store, register_feed
from ingest.readers import read_table

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """Now, in UTC without a zone, as the ledger keeps it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class LandingFile:
    """A file of one source. `name` is its path below `landing/`."""

    source: str
    path: Path
    name: str
    n_bytes: int
    modified_ns: int


@dataclass
class FileOutcome:
    """What became of one file."""

    name: str
    status: str
    load_seq: int | None = None
    reason: str | None = None
    n_rows: int = 0
    n_quarantined: int = 0
    tables: list[str] = field(default_factory=list)


@dataclass
class Ingest:
    """One run's reading of landing files into an open raw store."""

    home: Home
    configuration: Configuration
    connection: duckdb.DuckDBPyConnection
    pseudonyms: Pseudonyms
    clock: Clock = utc_now
    _maps: dict[str, ColumnMap] = field(default_factory=dict)
    _manifests: dict[Path, dict[str, dict[str, object]]] = field(default_factory=dict)
    _feeds: dict[tuple[str, str], Feed] = field(default_factory=dict)

    def column_map(self, source: str) -> ColumnMap:
        """The column map that a source declares."""
        name = self.configuration.sources[source].map
        if name not in self._maps:
            self._maps[name] = read_column_map(name, self.home)
        return self._maps[name]

    def new_files(self) -> list[LandingFile]:
        """Files of declared sources whose bytes the ledger has not seen, in order of export.

        A rejected file is new again once its column map has changed. ConfigurationError where a folder that holds
        files is declared nowhere.
        """
        known = {(path, size, modified): sha for path, size, modified, sha in self.connection.execute(
            "select path, n_bytes, modified_ns, sha256 from ledger.files"
        ).fetchall()}  # fmt: skip
        rejected = dict(
            self.connection.execute(
                "select file, map_digest from ledger.loads where status = 'rejected' and superseded_at is null"
            ).fetchall()
        )
        new = []
        for file in landing_files(self.home, self.configuration):
            if any(file.path.match(pattern) for pattern in self.column_map(file.source).ignored_files):
                continue
            is_known = (file.name, file.n_bytes, file.modified_ns) in known
            if is_known and rejected.get(file.name, "") in ("", self.column_map(file.source).digest):
                continue
            new.append(file)
        return sorted(new, key=lambda file: (self._stamp(file) or self.clock(), file.name))

    def ingest(self, files: list[LandingFile]) -> Iterator[FileOutcome]:
        """Read each file and append it as a pending load, or enter it as rejected with its reason."""
        for file in files:
            facts = read_facts(file.path)
            column_map = self.column_map(file.source)
            seen = self.connection.execute(
                """
                select count(*) from ledger.loads
                where sha256 = ? and source = ? and superseded_at is null
                    and (status <> 'rejected' or map_digest = ?)
                """,
                [facts.sha256, file.source, column_map.digest],
            ).fetchone()
            if seen and seen[0]:
                self._remember(file, facts)
                yield FileOutcome(file.name, "seen")
                continue
            yield self._ingest_one(file, facts)

    def _ingest_one(self, file: LandingFile, facts: FileFacts) -> FileOutcome:
        try:
            load = self.read(file, facts)
        except UnreadableFile as error:
            return self._enter_rejected(file, facts, error.reason)
        self.connection.execute("begin")
        try:
            load_seq = append_load(self.connection, load)
            self._remember(file, facts)
            self.connection.execute("commit")
        except BaseException:
            self.connection.execute("rollback")
            raise
        return FileOutcome(
            file.name,
            "pending",
            load_seq,
            n_rows=sum(rows.valid.height for rows in load.tables),
            n_quarantined=sum(rows.n_quarantined for rows in load.tables),
            tables=[rows.table.full_name for rows in load.tables],
        )

    def reread(self, load_seq: int) -> NewLoad:
        """A load's file once more, under the map of today. UnreadableFile where the file is gone or has changed."""
        row = self.connection.execute(
            "select source, file, sha256 from ledger.loads where load_seq = ?", [load_seq]
        ).fetchone()
        source, name, sha256 = row or ("", "", "")
        path = self.home.landing / name
        if not path.is_file():
            raise UnreadableFile(path, "no longer in landing; put the file back: loads are derived from their files")
        facts = read_facts(path)
        if facts.sha256 != sha256:
            raise UnreadableFile(
                path, "has changed since it was loaded; put the original back, and add the new one beside"
            )
        return self.read(LandingFile(source, path, name, facts.n_bytes, 0), facts)

    def read(self, file: LandingFile, facts: FileFacts) -> NewLoad:
        """One file as canonical rows with tokens for persons. UnreadableFile says why it cannot be used."""
        source, column_map = self.configuration.sources[file.source], self.column_map(file.source)
        feed_name, feed_map = recognised_feed(facts, column_map)
        raw = read_table(facts, feed_map.read)
        declared = self._manifest(file).get("rows")
        check_content(facts, feed_map, raw, int(str(declared)) if declared is not None else None)
        received_at = self.clock()
        exported_at = self._exported_at(file, feed_map, raw.frame) or received_at
        parsed = [(table, parse_table(raw.frame, feed_map, table, exported_at.date())) for table in feed_map.tables]
        check_rows(facts, [part for _, part in parsed], len(raw.unplaced))
        return NewLoad(
            feed=self._feed(file.source, source, column_map, feed_name, feed_map),
            file=file.name,
            sha256=facts.sha256,
            map_digest=column_map.digest,
            exported_at=exported_at,
            received_at=received_at,
            tables=merged(parsed, source.ids, self.pseudonyms, raw.unplaced),
        )

    def _feed(self, name: str, source: Source, column_map: ColumnMap, feed_name: str, feed_map: FeedMap) -> Feed:
        key = (name, feed_name)
        if key not in self._feeds:
            feed_id = register_feed(
                self.connection,
                (name, column_map.name, feed_name),
                feed_map.mode,
                (source.identity, source.owner, source.cadence),
                {table.table: table.undated for table in feed_map.tables},
            )
            self._feeds[key] = Feed(feed_id, name, column_map.name, feed_name, feed_map.mode, feed_map.scope)
        return self._feeds[key]

    def _enter_rejected(self, file: LandingFile, facts: FileFacts, reason: str) -> FileOutcome:
        now = self.clock()
        self.connection.execute("begin")
        load_seq = next_load_seq(self.connection)
        self.connection.execute(
            "insert into ledger.loads values (?, null, ?, ?, ?, ?, null, ?, null, null, 'rejected', null, ?)",
            [load_seq, file.source, file.name, facts.sha256, self.column_map(file.source).digest, now, reason],
        )
        self._remember(file, facts, but=load_seq)
        self.connection.execute("commit")
        return FileOutcome(file.name, "rejected", load_seq, reason)

    def _remember(self, file: LandingFile, facts: FileFacts, but: int = 0) -> None:
        """Enter the file as seen; an earlier rejection of it, `but` the one just made, is superseded."""
        self.connection.execute(
            """
            update ledger.loads set superseded_at = ?
            where status = 'rejected' and file = ? and superseded_at is null and load_seq <> ?
            """,
            [self.clock(), file.name, but],
        )
        self.connection.execute("delete from ledger.files where path = ?", [file.name])
        self.connection.execute(
            "insert into ledger.files values (?, ?, ?, ?)", [file.name, file.n_bytes, file.modified_ns, facts.sha256]
        )

    def _manifest(self, file: LandingFile) -> dict[str, object]:
        path = file.path.parent / "manifest.yml"
        if path not in self._manifests:
            self._manifests[path] = (yaml.safe_load(path.read_text()) or {}) if path.exists() else {}
        return self._manifests[path].get(file.path.name, {})

    def _stamp(self, file: LandingFile) -> dt.datetime | None:
        """The export stamp that is known before reading: manifest, file name, declaration of the source."""
        declared = self._manifest(file).get("exported_at")
        if declared is not None:
            return as_moment(str(declared), f"{file.source}/manifest.yml")
        for feed in self.column_map(file.source).feeds.values():
            pattern = feed.exported_at.file_name
            if pattern and file.path.match(feed.recognise.file) and (found := re.search(pattern, file.path.name)):
                return dt.datetime.strptime(found.group(1), feed.exported_at.format)
        literal = self.configuration.sources[file.source].exported_at
        return as_moment(literal, f"sources.yml, {file.source}.exported_at") if literal else None

    def _exported_at(self, file: LandingFile, feed: FeedMap, frame: pl.DataFrame) -> dt.datetime | None:
        if feed.exported_at.column:
            stamps = frame[feed.exported_at.column].str.to_datetime(feed.exported_at.format, strict=False)
            return stamps.max()  # type: ignore[return-value]
        return self._stamp(file)


def has_new_files(home: Home) -> str:
    """A name for what is new in landing, '' where nothing is. Only looks at names, sizes and times, so it is cheap."""
    configuration = home.read_configuration()
    files = landing_files(home, configuration)
    seen: set[tuple[str, int, int]] = set()
    if home.raw.exists():
        with open_raw_store(home.raw, read_only=True) as raw:
            seen = set(raw.execute("select path, n_bytes, modified_ns from ledger.files").fetchall())
    maps = {name: read_column_map(source.map, home) for name, source in configuration.sources.items()}
    new = [
        file
        for file in files
        if (file.name, file.n_bytes, file.modified_ns) not in seen
        and not any(file.path.match(pattern) for pattern in maps[file.source].ignored_files)
    ]
    names = "\n".join(f"{file.name} {file.n_bytes} {file.modified_ns}" for file in new)
    return hashlib.sha256(names.encode()).hexdigest()[:16] if new else ""


def as_moment(text: str, where: str) -> dt.datetime:
    """An ISO date or moment; ConfigurationError names where it stood."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(f"{where}: expected a date such as 2026-01-31") from error
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


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
            files.append(LandingFile(folder.name, path, name, stat.st_size, stat.st_mtime_ns))
    return files
