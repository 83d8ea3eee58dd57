"""Releases without the erased: the person-grain file of every kept release written anew, its manifest kept truthful.

Here: which rows of a release are about a person, and the swap of its files. Aggregates stay as they were published, for
two versions of one that differ by a person tell that person; where a leader is the name of a cell, the name goes.
"""

import datetime as dt
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl

from ingest.files import sync
from ingest.home import Home
from ingest.pseudonyms import Pseudonyms
from ingest.raw_store import lent
from orchestration.access_log import erase_looks
from orchestration.publication import remove_unfinished

# Columns of the analysts' file that only mention a person: they become empty. With any other key the row goes.
MENTIONS = {"manager_key", "counterpart_key", "owner_key", "approver_key", "amended_by_key"}


def rewrite_releases(home: Home, pseudonyms: Pseudonyms, tokens: dict[str, int], now: dt.datetime) -> int:
    """Take people out of all kept releases, ledger and access log, given token -> erasure; how many files were written anew.

    Each file is replaced by rename: a reader opens the old one or the new one, whole, and one that is open stays readable.
    """
    stand_ins = {key: f"erased-{number}" for token, number in tokens.items() for key in _keys_of(token, pseudonyms)}
    erase_looks(home, stand_ins)
    remove_unfinished(home)
    if not home.published.exists():
        return 0
    keys = pl.DataFrame(
        {"key": list(stand_ins), "stand_in": list(stand_ins.values())}, schema={"key": pl.String, "stand_in": pl.String}
    )
    for leftover in home.root.glob(".next-*"):
        leftover.unlink()
    if home.handed.exists():
        # a killed run's log beside the file would be taken for that of the one that takes its name
        with duckdb.connect(str(home.handed)) as ledger:
            ledger.execute("checkpoint")
        _rewrite_database(home.handed, keys, _with_stand_ins)
    return sum(_rewrite(release, keys, now) for release in _releases(home))


def _keys_of(token: str, pseudonyms: Pseudonyms) -> tuple[str, str, str]:
    """What a token is called in a release: as a person, as a respondent, as a rater."""
    survey, feedback = (pseudonyms.token(token, kind="worker", domain=domain) for domain in ("survey", "feedback360"))
    return token, survey, feedback


def _releases(home: Home) -> Iterator[Path]:
    return (
        path
        for path in sorted(home.published.iterdir())
        if path.is_dir() and not path.is_symlink() and (path / "manifest.json").exists()
    )


def _rewrite(release: Path, keys: pl.DataFrame, now: dt.datetime) -> int:
    """Rewrite what holds one of the keys; gives how many files were replaced."""
    for leftover in release.rglob(".next-*"):
        leftover.unlink()
    n_files = int(_rewrite_database(release / "people.duckdb", keys, _without_rows))
    n_files += int(_rewrite_database(release / "leadership.duckdb", keys, _with_stand_ins))
    parquet = {path.stem: path for path in sorted((release / "parquet").glob("*.parquet"))}
    with duckdb.connect(str(release / "leadership.duckdb"), read_only=True) as connection:
        for name, path in parquet.items():
            if _holds_keys(connection, f"read_parquet('{_quoted(path)}')", keys):
                fresh = path.with_name(f".next-{path.name}")
                connection.execute(f"copy {name} to '{_quoted(fresh)}' (format parquet, codec zstd)")
                _swap(fresh, path)
                n_files += 1
    n_files += sum(_rewrite_page(path, keys) for path in sorted((release / "report").rglob("*.html")))
    _correct_manifest(release, now)
    return n_files


def _rewrite_page(path: Path, keys: pl.DataFrame) -> bool:
    """Put the stand-ins in the place of keys on a page of the report; False where it holds none and stays as it is."""
    text = path.read_text(encoding="utf-8")
    stand_ins = dict(keys.iter_rows())
    named = stand_ins.keys() & set(re.findall(r"[A-Za-z0-9]+", text))
    for key in named:
        text = text.replace(key, stand_ins[key])
    if named:
        fresh = path.with_name(f".next-{path.name}")
        fresh.write_text(text, encoding="utf-8")
        shutil.copymode(path, fresh)
        _swap(fresh, path)
    return bool(named)


def _text_columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    rows = connection.execute(f"select column_name from (describe from {table}) where column_type = 'VARCHAR'").fetchall()
    return [name for (name,) in rows]


def _holds_keys(connection: duckdb.DuckDBPyConnection, table: str, keys: pl.DataFrame) -> bool:
    columns = _text_columns(connection, table)
    if not columns:
        return False
    held = " or ".join(f"{name} in (select key from keys)" for name in columns)
    with lent(connection, "keys", keys):
        return connection.execute(f"select 1 from {table} where {held} limit 1").fetchone() is not None


def _without_rows(table: str, columns: list[str]) -> str:
    """Query of an analysts' table without rows about the erased, mentions of them empty."""
    mentioned = [name for name in columns if name in MENTIONS]
    about = [name for name in columns if name not in MENTIONS]
    emptied = ", ".join(f"if({name} in (select key from keys), null, {name}) as {name}" for name in mentioned)
    where = " and ".join(f"({name} is null or {name} not in (select key from keys))" for name in about)
    return f"select *{f' replace ({emptied})' if emptied else ''} from {table} where {where or 'true'}"


def _with_stand_ins(table: str, columns: list[str]) -> str:
    """Query of a leaders' table with every cell, in which no key names anybody erased."""
    named = ", ".join(
        f"coalesce((select any_value(stand_in) from keys where key = {name}), {name}) as {name}" for name in columns
    )
    return f"select * replace ({named}) from {table}"


def _rewrite_database(path: Path, keys: pl.DataFrame, query: Callable[[str, list[str]], str]) -> bool:
    """Write a database anew, table by table, with comments; False where it holds none of the keys and stays as it is."""
    fresh = path.with_name(f".next-{path.name}")
    with duckdb.connect(str(path), read_only=True) as old:
        names = [name for (name,) in old.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        if not any(_holds_keys(old, name, keys) for name in names):
            return False
    with duckdb.connect(str(fresh), config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute(f"attach '{_quoted(path)}' as old (read_only)")
        with lent(connection, "keys", keys):
            for name in names:
                columns = _text_columns(connection, f"old.{name}")
                # order and types are the old file's
                connection.execute(f"create table main.{name} as {query(f'old.{name}', columns)}")
        for statement in _comments(connection):
            connection.execute(statement)
        connection.execute("detach old")
        connection.execute("checkpoint")
    shutil.copymode(path, fresh)
    _swap(fresh, path)
    return True


def _comments(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        """
        select 'table main.' || table_name, comment from duckdb_tables() where database_name = 'old' and comment is not null
        union all
        select 'column main.' || table_name || '.' || column_name, comment from duckdb_columns()
        where database_name = 'old' and comment is not null
        """
    ).fetchall()
    return [f"comment on {where} is '{_quoted(text)}'" for where, text in rows]


def _correct_manifest(release: Path, now: dt.datetime) -> None:
    """Bring hashes, sizes and row counts to what the files are now, and record that there was an erasure, never of whom."""
    path = release / "manifest.json"
    manifest = json.loads(path.read_text())
    found = {}
    for name in manifest["files"]:
        content = release / name
        with open(content, "rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        found[name] = {"bytes": content.stat().st_size, "sha256": digest}
    if found == manifest["files"]:
        return
    with duckdb.connect(str(release / "people.duckdb"), read_only=True) as people:
        for name in manifest["tables"]["people"]:
            (count,) = people.execute(f"select count(*) from {name}").fetchone() or (0,)
            manifest["tables"]["people"][name] = count
    n_changed = sum(found[name] != entry for name, entry in manifest["files"].items())
    manifest["files"] = found
    manifest.setdefault("erasures", []).append({"erased_at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "files": n_changed})
    fresh = release / ".next-manifest.json"
    fresh.write_text(json.dumps(manifest, indent=1, default=str) + "\n")
    _swap(fresh, path)


def _swap(fresh: Path, path: Path) -> None:
    """Force a file to disk and let it take another's name."""
    sync(fresh)
    fresh.rename(path)
    sync(path.parent)


def _quoted(text: object) -> str:
    return str(text).replace("'", "''")
