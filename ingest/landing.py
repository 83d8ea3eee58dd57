"""From landing files to pending loads: what is new, what each file is, and its rows into the raw store.

Here: the walk over `landing/`, one file at a time, in order of export. Not here: accepting loads (`loads`), judging
them (`expectations`). Landing files are only ever read.
"""

import datetime as dt
import hashlib
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import duckdb
import polars as pl
import yaml

from ingest.appending import Appender
from ingest.archives import located, unpacked
from ingest.column_map import ColumnMap, FeedMap, read_column_map
from ingest.feeds import latest_said, read_in_parts, read_strings
from ingest.files import FileFacts, UnreadableFile, read_facts
from ingest.guards import recognised_feed
from ingest.home import Configuration, ConfigurationError, Home
from ingest.identity import merged
from ingest.kinds import latest_moment
from ingest.landing_files import LandingFile, Seen, landing_files, read_seen
from ingest.new_load import Feed, NewLoad
from ingest.pseudonyms import Pseudonyms
from ingest.raw_store import insert_rows, next_load_seq, open_raw_store, register_feed, transaction
from ingest.readers import is_large, read_table

# Files read while one is appended: enough that neither side waits when large and small ones alternate.
FILES_AHEAD, READERS = 6, 2
# What is committed at once: the disk is waited for a few times a night, not once a file.
FILES_A_COMMIT, ROWS_A_COMMIT = 32, 100_000

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """Now, in UTC without a zone, as the ledger keeps it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


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
    _feed_ids: dict[Feed, int] = field(default_factory=dict)
    _seen: list[tuple[str, int, int, str]] = field(default_factory=list)
    # one file too large to hold is read at a time: what it takes does not grow with the readers
    _large: Lock = field(default_factory=Lock)

    @cached_property
    def _ledger(self) -> "Seen":
        return read_seen(self.connection)

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
        new = []
        for file in landing_files(self.home, self.configuration):
            if any(file.title.match(pattern) for pattern in self.column_map(file.source).ignored_files):
                continue
            if self._ledger.holds(file) and not self._ledger.is_rejected_under_another_map(
                file, self.column_map(file.source)
            ):
                continue
            new.append(file)
        return sorted(new, key=lambda file: (self._stamp(file) or self.clock(), file.name))

    def ingest(self, files: list[LandingFile]) -> Iterator[FileOutcome]:
        """Read each file and append it as a pending load, or enter it as rejected with its reason.

        A file is entered whole or not at all, and is told of once it is.
        """
        self._clear_scratch()
        appender, reads = Appender(self.connection), self._read_ahead(files)
        while True:
            outcomes: list[FileOutcome] = []
            with transaction(self.connection):
                for file, read in reads:
                    outcomes.append(self._enter(file, read, appender))
                    if len(outcomes) == FILES_A_COMMIT or sum(one.n_rows for one in outcomes) > ROWS_A_COMMIT:
                        break
                appender.flush()
                self._write_seen()
            yield from outcomes
            if not outcomes:
                break
        # what follows has the machine to itself
        self.connection.execute("set threads = 2; reset memory_limit")

    def _read_ahead(self, files: list[LandingFile]) -> Iterator[tuple[LandingFile, "FileFacts | Read | None"]]:
        """Each file as read, in order; the next ones are read while one is appended."""
        with ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="read") as reader:
            ahead: deque[tuple[LandingFile, Future[FileFacts | Read | None]]] = deque()
            waiting = iter(files)
            for file in islice(waiting, FILES_AHEAD):
                ahead.append((file, reader.submit(self._read_new, file)))
            while ahead:
                file, future = ahead.popleft()
                for following in islice(waiting, 1):
                    ahead.append((following, reader.submit(self._read_new, following)))
                yield file, future.result()

    def _clear_scratch(self) -> None:
        """Remove the spools that a run left which was ended."""
        shutil.rmtree(self.home.scratch, ignore_errors=True)

    def _read_new(self, file: LandingFile) -> "FileFacts | Read | None":
        """A file's rows, only its facts where the ledger has its bytes already, nothing where it is still being written."""
        if not file.is_settled():
            return None
        facts = read_facts(file.path)
        if file.entry is None and self._has_bytes(file, facts):
            return facts
        try:
            with unpacked(file.path, file.entry) as path:
                facts = facts if file.entry is None else read_facts(path)
                if self._has_bytes(file, facts):
                    return facts
                read = Read(facts, self.read(file, facts), "")
        except UnreadableFile as error:
            read = Read(facts, None, error.reason)
        return read if file.is_settled() else None

    def _enter(self, file: LandingFile, read: "FileFacts | Read | None", appender: Appender) -> FileOutcome:
        """Enter what was read into the store. What is still being written waits unseen."""
        if read is None:
            return FileOutcome(file.name, "unfinished")
        facts = read if isinstance(read, FileFacts) else read.facts
        digest = self.column_map(file.source).digest
        if isinstance(read, FileFacts) or self._has_bytes(file, facts):
            self._remember(file, facts)
            return FileOutcome(file.name, "seen")
        outcome = self._append(file, read, digest, appender)
        self._remember(file, facts)
        stamp = read.load.exported_at if read.load else None
        self._ledger.enter_bytes(file.source, facts.sha256, stamp, None if read.load else digest)
        return outcome

    def _has_bytes(self, file: LandingFile, facts: FileFacts) -> bool:
        return self._ledger.has_bytes(file.source, facts.sha256, self._stamp(file), self.column_map(file.source).digest)

    def _append(self, file: LandingFile, read: "Read", digest: str, appender: Appender) -> FileOutcome:
        if file.name in self._ledger.rejected:
            self.connection.execute(
                """
                update ledger.loads set superseded_at = ?
                where status = 'rejected' and file = ? and superseded_at is null
                """,
                [self.clock(), file.name],
            )
        if read.load is None:
            load_seq = next_load_seq(self.connection)
            self.connection.execute(
                "insert into ledger.loads values (?, null, ?, ?, ?, ?, null, ?, null, null, 'rejected', null, ?, null)",
                [load_seq, file.source, file.name, read.facts.sha256, digest, self.clock(), read.reason],
            )
            return FileOutcome(file.name, "rejected", load_seq, read.reason)
        feed = read.load.feed
        if feed not in self._feed_ids:
            self._feed_ids[feed] = register_feed(self.connection, feed)
        read.load.feed_id = self._feed_ids[feed]
        return FileOutcome(
            file.name,
            "pending",
            appender.append(read.load),
            n_rows=sum(rows.valid.height for rows in read.load.tables),
            n_quarantined=sum(rows.n_quarantined for rows in read.load.tables),
            tables=[rows.table.full_name for rows in read.load.tables],
        )

    def reread(self, load_seq: int) -> NewLoad:
        """A load's file once more, under the map of today. UnreadableFile where the file is gone or has changed."""
        row = self.connection.execute(
            "select source, file, sha256 from ledger.loads where load_seq = ?", [load_seq]
        ).fetchone()
        source, name, sha256 = row or ("", "", "")
        path, entry = located(self.home.landing, name)
        if not path.is_file():
            raise UnreadableFile(path, "no longer in landing; put the file back: loads are derived from their files")
        with unpacked(path, entry) as inner:
            facts = read_facts(inner)
            if facts.sha256 != sha256:
                raise UnreadableFile(
                    path, "has changed since it was loaded; put the original back, and add the new one beside"
                )
            return self.read(LandingFile(source, path, name, facts.n_bytes, 0, entry), facts)

    def read(self, file: LandingFile, facts: FileFacts) -> NewLoad:
        """One file as canonical rows with tokens for persons. UnreadableFile says why it cannot be used."""
        source, column_map = self.configuration.sources[file.source], self.column_map(file.source)
        feed_name, feed_map = recognised_feed(facts, column_map)
        declared = self._manifest(file).get("rows")
        n_declared = int(str(declared)) if declared is not None else None
        received_at = self.clock()
        namespaces = self.configuration.namespaces(file.source)
        scratch: TemporaryDirectory[str] | None = None
        if is_large(facts, feed_map.read):
            self.home.scratch.mkdir(mode=0o700, exist_ok=True)
            scratch = TemporaryDirectory(dir=self.home.scratch, prefix="file-")
            with self._large:
                exported_at = latest_said(facts, feed_map) or self._stamp(file) or received_at
                tables = read_in_parts(
                    facts, feed_map, exported_at.date(), n_declared, namespaces, self.pseudonyms, Path(scratch.name)
                )
        else:
            raw = read_table(facts, feed_map.read)
            exported_at = self._exported_at(file, feed_map, raw.frame) or received_at
            rows = read_strings(facts, feed_map, raw, exported_at.date(), n_declared)
            tables = merged(rows.parsed, rows.removed, namespaces, self.pseudonyms, raw.unplaced)
        return NewLoad(
            feed=Feed(
                source=file.source,
                feed=feed_name,
                map_name=column_map.name,
                mode=feed_map.mode,
                scope=feed_map.scope,
                identity=source.identity,
                owner=source.owner,
                cadence=source.cadence,
                tables=tuple(sorted({(table.table, table.undated) for table in feed_map.tables})),
            ),
            file=file.name,
            sha256=facts.sha256,
            map_digest=column_map.digest,
            exported_at=exported_at,
            received_at=received_at,
            tables=tables,
            scratch=scratch,
        )

    def _remember(self, file: LandingFile, facts: FileFacts) -> None:
        """Note the file as seen, so that the next run need not read it to know its bytes."""
        self._seen.append((file.name, file.n_bytes, file.modified_ns, facts.sha256))

    def _write_seen(self) -> None:
        if again := [name for name, *_ in self._seen if name in self._ledger.files]:
            self.connection.execute("delete from ledger.files where list_contains(?, path)", [again])
        insert_rows(self.connection, "ledger.files", self._seen)
        self._ledger.files |= {name: (n_bytes, modified) for name, n_bytes, modified, _ in self._seen}
        self._seen.clear()

    def _manifest(self, file: LandingFile) -> dict[str, object]:
        path = file.path.parent / "manifest.yml"
        if path not in self._manifests:
            self._manifests[path] = (yaml.safe_load(path.read_text()) or {}) if path.exists() else {}
        manifest = self._manifests[path]
        return manifest.get(file.title.as_posix(), {}) or manifest.get(file.path.name, {})

    def _stamp(self, file: LandingFile) -> dt.datetime | None:
        """The export stamp that is known before reading: manifest, file name, declaration of the source."""
        declared = self._manifest(file).get("exported_at")
        if declared is not None:
            return as_moment(str(declared), f"{file.source}/manifest.yml")
        for feed in self.column_map(file.source).feeds.values():
            pattern = feed.exported_at.file_name
            if not pattern or not file.title.match(feed.recognise.file):
                continue
            if found := re.search(pattern, file.title.name) or re.search(pattern, file.path.name):
                return dt.datetime.strptime(found.group(1), feed.exported_at.format)
        literal = self.configuration.sources[file.source].exported_at
        return as_moment(literal, f"sources.yml, {file.source}.exported_at") if literal else None

    def _exported_at(self, file: LandingFile, feed: FeedMap, frame: pl.DataFrame) -> dt.datetime | None:
        if feed.exported_at.column and feed.exported_at.column in frame.columns:
            return latest_moment(frame[feed.exported_at.column], feed.exported_at.format)
        return self._stamp(file)


@dataclass
class Read:
    """A file as read: its load, or why there is none."""

    facts: FileFacts
    load: NewLoad | None
    reason: str


def as_moment(text: str, where: str) -> dt.datetime:
    """An ISO date or moment; ConfigurationError names where it stood."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(f"{where}: expected a date such as 2026-01-31") from error
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def has_new_files(home: Home) -> str:
    """A name for what is new in landing, '' where nothing is. Only looks at names, sizes and times, so it is cheap."""
    configuration = home.read_configuration()
    if home.raw.exists():
        with open_raw_store(home.raw, read_only=True) as raw:
            new = Ingest(home, configuration, raw, Pseudonyms("", {})).new_files()
    else:
        new = landing_files(home, configuration)
    names = "\n".join(f"{file.name} {file.n_bytes} {file.modified_ns}" for file in new)
    return hashlib.sha256(names.encode()).hexdigest()[:16] if new else ""
