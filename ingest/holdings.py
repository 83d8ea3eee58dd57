"""Landing files that still hold somebody erased: found once, listed by name, and looked for again until they are gone.

Here: reading every file with its map, searching the bytes of every file, and the cheap look whether a listed file still
stands. Landing is only read. What neither way can see: a name written otherwise than the HRIS writes it, text in
compressed files that no map reads (archives and workbooks are unpacked), ids of digits alone where no map reads them.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb
import polars as pl

from ingest.archives import entries, located, unpacked
from ingest.files import FileFacts, UnreadableFile, read_facts
from ingest.home import Home
from ingest.landing import Ingest
from ingest.landing_files import LandingFile, landing_files
from ingest.tombstone import Tombstone, take_out

CHUNK, OVERLAP = 8 << 20, 1024
SHORTEST_WORD = 5


@dataclass(frozen=True)
class Holding:
    """A landing file (or entry of an archive) that holds people of these erasures, and the lines that tell of them."""

    file: str
    sha256: str
    erasures: frozenset[int]
    lines: pl.Series


def words_of(written: Iterable[str]) -> set[str]:
    """Identifiers that name a person wherever they stand: addresses, whole names, codes of letters and digits."""
    words = set()
    for text in written:
        if len(text) < SHORTEST_WORD:
            continue
        if "@" in text or (re.search(r"\d", text) and re.search(r"[^\W\d]", text)):
            words.add(text)
        elif re.search(r"[^\W\d].*[ ,.].*[^\W\d]", text):
            last, _, first = text.partition(", ")
            words |= {text, f"{first} {last}"} if first else {text}
    return words


def find_holdings(ingest: Ingest, tombstone: Tombstone, words: dict[str, set[int]]) -> Iterator[Holding]:
    """Every landing file that holds the erased: by its map, row by row, or else by its bytes.

    `words` are what identifies a person by itself, with their erasures. A file is read by its map first: that knows ids
    of digits, other spellings and encodings.
    """
    read: set[Path] = set()
    for file in landing_files(ingest.home, ingest.configuration):
        with suppress(UnreadableFile), unpacked(file.path, file.entry) as path:
            facts = read_facts(path)
            found, lines = _by_map(ingest, file, facts, tombstone)
            found |= {erasure for word in _words_in(path, words) for erasure in words[word]}
            read.add(file.path)
            if found:
                yield Holding(file.name, facts.sha256, frozenset(found), lines)
    for path in sorted(path for path in ingest.home.landing.rglob("*") if path.is_file() and path not in read):
        found = {erasure for word in _words_in(path, words) for erasure in words[word]}
        if found:
            name = path.relative_to(ingest.home.landing).as_posix()
            yield Holding(name, read_facts(path).sha256, frozenset(found), pl.Series(dtype=pl.Int32))


def _by_map(ingest: Ingest, file: LandingFile, facts: FileFacts, tombstone: Tombstone) -> tuple[set[int], pl.Series]:
    try:
        found = take_out(ingest.read(file, facts), tombstone)
    except UnreadableFile:
        return set(), pl.Series(dtype=pl.Int32)
    return found.erasures, found.lines


def _words_in(path: Path, words: Iterable[str]) -> set[str]:
    """Which words stand in a file's bytes, in UTF-8, Latin-1 or UTF-16; of zip containers in what is packed in them."""
    needles: dict[str, str] = {}
    for word in words:
        for encoding in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
            with suppress(UnicodeEncodeError):
                # bytes read as Latin-1 are searched as text, one character a byte
                needles[word.encode(encoding).decode("latin-1")] = word
    if not needles:
        return set()
    if not zipfile.is_zipfile(path):
        with open(path, "rb") as handle:
            return _words_in_stream(handle, needles)
    found: set[str] = set()
    with suppress(zipfile.BadZipFile, OSError, RuntimeError), zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as handle:
                found |= _words_in_stream(handle, needles)
    return found


def _words_in_stream(handle: IO[bytes], needles: dict[str, str]) -> set[str]:
    found, tail = set(), b""
    while chunk := handle.read(CHUNK):
        text = (tail + chunk).decode("latin-1")
        suspects = pl.Series([text]).str.extract_many(list(needles), ascii_case_insensitive=True, overlapping=True)
        for suspect in set(suspects.explode().drop_nulls().str.to_lowercase().to_list()):
            for needle, word in needles.items():
                if needle.lower() == suspect and word not in found:
                    # E1001 is not in E10012
                    whole = rf"(?<![0-9A-Za-z]){re.escape(needle)}(?![0-9A-Za-z])"
                    if re.search(whole, text, re.IGNORECASE):
                        found.add(word)
        tail = chunk[-OVERLAP:]
    return found


def standing_files(raw: duckdb.DuckDBPyConnection, home: Home) -> dict[int, list[str]]:
    """Erasure -> the landing files listed for it that still stand, also under another name. Looks at sizes and times."""
    listed = raw.execute("select erasure_id, file, sha256 from ledger.erasure_files order by 1, 2").fetchall()
    seen = {
        path: entry for path, *entry in raw.execute("select path, sha256, n_bytes, modified_ns from ledger.files").fetchall()
    }
    by_content: dict[str, set[str]] = {}
    for path, (sha256, *_) in seen.items():
        by_content.setdefault(sha256, set()).add(path)
    standing: dict[int, list[str]] = {}
    for erasure_id, file, sha256 in listed:
        for name in sorted({file} | by_content.get(sha256, set())):
            if _stands(home, name, sha256, seen.get(name)):
                standing.setdefault(erasure_id, []).append(name)
    return {erasure_id: sorted(set(names)) for erasure_id, names in standing.items()}


def _stands(home: Home, name: str, sha256: str, seen: list[object] | None) -> bool:
    """Whether a listed file is there still; one that was changed is, until a refresh has read what it holds now."""
    path, entry = located(home.landing, name)
    if not path.is_file():
        return False
    stat = path.stat()
    if seen is None or seen[1:] != [stat.st_size, stat.st_mtime_ns]:
        with suppress(UnreadableFile):
            return not entry or entry in entries(path)
        return True
    return seen[0] == sha256
