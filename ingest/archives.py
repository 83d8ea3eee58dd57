"""Archives in landing: what is inside, and each entry as a file of its own, without trusting either.

Limits hold against archives made to harm (bombs, paths out of the folder, links) and against mistakes alike. Nothing is
written but below a temporary folder of the caller's, and no more than the limits let an archive of its size hold. A
.gz is an archive of one file, which is called as it is without the suffix; what its header says of itself is not believed.
"""

import gzip
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath, PurePosixPath
from typing import IO

from ingest.files import UnreadableFile

MOST_ENTRIES = 1_000
# One entry, unpacked: ten times the largest export that is promised to be read.
MOST_BYTES = 100 * 1024**3
# Deflate reaches about 1,030; text exports compress to a twentieth, rarely to a hundredth.
MOST_RATIO = 200
# Below this size a ratio says nothing.
SMALL = 10_000_000


def is_archive(path: PurePath) -> bool:
    """Whether the file's name says that it is an archive; workbooks are archives by content alone."""
    return path.suffix.lower() in (".zip", ".gz")


def located(folder: Path, name: str) -> tuple[Path, str | None]:
    """The file below `folder` that `name` means, and which of its entries where it is an archive."""
    for outer in reversed(PurePosixPath(name).parents):
        if is_archive(outer) and not (folder / outer).is_dir():
            return folder / outer, PurePosixPath(name).relative_to(outer).as_posix()
    return folder / name, None


def entries(path: Path) -> list[str]:
    """Names of the files in an archive. UnreadableFile where it is damaged, encrypted or breaks a limit."""
    if _is_gzip(path):
        if is_archive(Path(path.stem)) or path.stem.lower().endswith(".tar"):
            raise UnreadableFile(path, "holds another archive; unpack the outer one into landing")
        return [path.stem]
    try:
        with zipfile.ZipFile(path) as archive:
            found = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableFile(path, "not a whole zip archive; export it again") from error
    if len(found) > MOST_ENTRIES:
        raise UnreadableFile(path, f"holds {len(found)} files where {MOST_ENTRIES} are the limit; unpack it by hand")
    for info in found:
        inner = PurePosixPath(info.filename.replace("\\", "/"))
        if inner.is_absolute() or ".." in inner.parts or ":" in inner.parts[0]:
            raise UnreadableFile(path, "an entry's name leads out of the archive; do not unpack it, ask its sender")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise UnreadableFile(path, "holds a link; archives may hold files only")
        if is_archive(Path(info.filename)):
            raise UnreadableFile(path, "holds another archive; unpack the outer one into landing")
        if info.flag_bits & 0x1:
            raise UnreadableFile(path, "is encrypted; unpack it with its password and put the files into landing")
        if info.file_size > _most(info.compress_size):
            raise UnreadableFile(path, f"an entry would unpack to {info.file_size:,} bytes; exports do not compress so far")
    return sorted(info.filename for info in found)


@contextmanager
def unpacked(path: Path, entry: str | None) -> Iterator[Path]:
    """An entry of an archive as a file of its name, for as long as the block runs; without `entry` the file itself.

    UnreadableFile where the entry is damaged, or longer than it declares or than the limits allow.
    """
    if entry is None:
        if is_archive(path):
            entries(path)
            raise UnreadableFile(path, "holds no files")
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="fairlead-") as folder:
        target = Path(folder) / PurePosixPath(entry.replace("\\", "/")).name
        try:
            with _opened(path, entry) as source, open(target, "wb") as sink:
                left = _most(path.stat().st_size)
                while chunk := source.read(1 << 20):
                    left -= len(chunk)
                    if left < 0:
                        raise UnreadableFile(path, "unpacks to more bytes than exports compress to; unpack it by hand")
                    sink.write(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise UnreadableFile(path, f"{target.name}: the entry is damaged; make the archive again") from error
        yield target


def _is_gzip(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


@contextmanager
def _opened(path: Path, entry: str) -> Iterator[IO[bytes] | gzip.GzipFile]:
    if _is_gzip(path):
        with gzip.open(path) as source:
            yield source
    else:
        with zipfile.ZipFile(path) as archive, archive.open(entry) as source:
            yield source


def _most(n_packed: int) -> int:
    """How many bytes so many packed ones may become."""
    return min(MOST_BYTES, max(SMALL, MOST_RATIO * n_packed))
