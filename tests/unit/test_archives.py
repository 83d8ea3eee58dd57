"""Archives in landing: every entry a file of its own, and no archive can write elsewhere, fill the disk or hide a link."""

import gzip
import stat
from gzip import GzipFile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from ingest import archives
from ingest.archives import entries, located, unpacked
from ingest.files import UnreadableFile, is_being_written


def archive(folder: Path, **files: bytes) -> Path:
    path = folder / "export.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def test_entries_are_read_under_their_own_names(tmp_path: Path) -> None:
    path = archive(tmp_path, **{"2026/workers.csv": b"id\n1\n", "jobs.csv": b"id\n"})
    assert entries(path) == ["2026/workers.csv", "jobs.csv"]
    with unpacked(path, "2026/workers.csv") as file:
        assert (file.name, file.read_bytes()) == ("workers.csv", b"id\n1\n")
    assert not file.exists()


@pytest.mark.parametrize("name", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "C:\\out.csv", "..\\out.csv"])
def test_a_path_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFile, match="leads out of the archive"):
        entries(archive(tmp_path, **{name: b"id\n"}))


def test_links_nested_archives_and_damage_are_refused(tmp_path: Path) -> None:
    link = ZipInfo("link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with ZipFile(tmp_path / "link.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
    with pytest.raises(UnreadableFile, match="holds a link"):
        entries(tmp_path / "link.zip")
    with pytest.raises(UnreadableFile, match="holds another archive"):
        entries(archive(tmp_path, **{"inner.zip": b""}))
    whole = archive(tmp_path, **{"a.csv": b"id\n" * 5_000})
    (tmp_path / "cut.zip").write_bytes(whole.read_bytes()[:-30])
    with pytest.raises(UnreadableFile, match="not a whole zip archive"):
        entries(tmp_path / "cut.zip")
    damaged = bytearray(whole.read_bytes())
    damaged[45] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(damaged)
    with pytest.raises(UnreadableFile, match="the entry is damaged"), unpacked(tmp_path / "damaged.zip", "a.csv"):
        pass


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFile, match="would unpack to 20,000,000 bytes"):
        entries(archive(tmp_path, **{"bomb.csv": b"0" * 20_000_000}))
    monkeypatch.setattr(archives, "MOST_ENTRIES", 2)
    with pytest.raises(UnreadableFile, match="holds 3 files where 2 are the limit"):
        entries(archive(tmp_path, **{f"{number}.csv": b"" for number in range(3)}))


def test_a_gzipped_export_is_the_file_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "workers_2026-01-31.csv.gz"
    # what its header says of the name is not believed; a file may be packed in several members
    with open(path, "wb") as file, GzipFile("../../etc/passwd", "wb", fileobj=file) as made:
        made.write(b"id\n")
    path.write_bytes(path.read_bytes() + gzip.compress(b"1\n"))
    assert entries(path) == ["workers_2026-01-31.csv"]
    with unpacked(path, entries(path)[0]) as file:
        assert (file.name, file.read_bytes()) == ("workers_2026-01-31.csv", b"id\n1\n")
    for name in ("inner.zip.gz", "inner.tar.gz"):
        with pytest.raises(UnreadableFile, match="holds another archive"):
            entries(tmp_path / name)


@pytest.mark.parametrize(
    "content",
    [gzip.compress(b"id\n" * 5_000)[:-30], gzip.compress(b"id\n")[:-8] + b"\0" * 8, b"id\n1\n"],
    ids=["cut off", "another checksum", "no gzip"],
)
def test_a_gzipped_export_that_is_damaged_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "workers.csv.gz"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="the entry is damaged"), unpacked(path, "workers.csv"):
        pass


def test_a_gzip_bomb_stops_at_the_limit_whatever_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    # the size that it declares, in its last four bytes, is nothing
    path.write_bytes(gzip.compress(b"0" * 20_000_000)[:-4] + b"\0" * 4)
    with pytest.raises(UnreadableFile, match="more bytes than exports compress to"), unpacked(path, "bomb.csv"):
        pass


def test_a_name_in_the_ledger_leads_back_to_its_archive(tmp_path: Path) -> None:
    (tmp_path / "hr").mkdir()
    (tmp_path / "hr" / "kept.zip").mkdir()
    for name, file, entry in (
        ("hr/a.ZIP/x/b.csv", "hr/a.ZIP", "x/b.csv"),
        ("hr/b.csv.gz/b.csv", "hr/b.csv.gz", "b.csv"),
        ("hr/kept.zip/b.csv", "hr/kept.zip/b.csv", None),
        ("hr/b.csv", "hr/b.csv", None),
    ):
        assert located(tmp_path, name) == (tmp_path / file, entry)


def test_a_file_that_is_open_for_writing_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    with open(path, "w") as handle:
        handle.write("id\n")
        handle.flush()
        assert is_being_written(path)
    assert not is_being_written(path)
