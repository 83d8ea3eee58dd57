"""What can be said of a landing file without knowing what it means: hash, size, encoding, and whether it ends whole.

One pass over the bytes, in chunks, whatever the size. Not here: rows and columns (`readers`).
"""

import codecs
import fcntl
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableFile(Exception):
    """A file that cannot be used. Names file, row, column, what was expected and what to do; never a value."""

    def __init__(self, path: Path, reason: str, *, row: int | None = None, column: str | None = None) -> None:
        where = "".join((f", row {row}" if row else "", f", column {column}" if column else ""))
        super().__init__(f"{path.name}{where}: {reason}")
        self.reason = str(self)


@dataclass(frozen=True)
class FileFacts:
    """One pass over a file's bytes."""

    path: Path
    sha256: str
    n_bytes: int
    mark: str | None
    is_utf8: bool
    has_nul: bool
    ends_with_newline: bool
    n_newlines: int


def is_being_written(path: Path) -> bool:
    """Whether some process has the file open for writing. Linux answers with a lease (fcntl(2)); elsewhere nobody does."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    with open(path, "rb") as handle:
        try:
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except BlockingIOError:
            return True
        except OSError:
            # another owner's file, or a file system without leases
            return False
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def read_facts(path: Path) -> FileFacts:
    """Hash, size, byte order mark, UTF-8 validity, NUL bytes and last byte of `path`."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    n_bytes, n_newlines, has_nul, is_utf8, mark, last = 0, 0, False, True, None, b""
    with open(path, "rb") as handle:
        while chunk := handle.read(CHUNK):
            if n_bytes == 0:
                mark = next((name for bom, name in BYTE_ORDER_MARKS if chunk.startswith(bom)), None)
            digest.update(chunk)
            n_bytes += len(chunk)
            n_newlines += chunk.count(b"\n")
            has_nul = has_nul or b"\x00" in chunk
            last = (last + chunk)[-2:]
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
    # of UTF-16 the last character is two bytes
    is_wide = mark == "utf-16" or last in (b"\n\x00", b"\x00\n")
    ends_with_newline = last.strip(b"\x00") in (b"\n", b"\r") if is_wide else last[-1:] in (b"\n", b"\r")
    return FileFacts(path, digest.hexdigest(), n_bytes, mark, is_utf8, has_nul, ends_with_newline, n_newlines)


def sync(path: Path) -> None:
    """Force a file or a folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def transcoded(facts: FileFacts, encoding: str, target: Path) -> Path:
    """Write `facts.path` to `target` as UTF-8 with one kind of line end, in chunks. UnreadableFile if not `encoding`."""
    try:
        with (
            open(facts.path, encoding=encoding) as source,
            open(target, "w", encoding="utf-8", newline="") as sink,
        ):
            while chunk := source.read(CHUNK):
                sink.write(chunk)
    except UnicodeError as error:
        raise UnreadableFile(
            facts.path, f"not {encoding} text throughout; export it as UTF-8, or declare its encoding in the column map"
        ) from error
    return target
