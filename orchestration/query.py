"""SQL on a release: read-only, with nothing outside the release in reach, and a line in the log for each statement."""

import datetime as dt
import re
from pathlib import Path

import duckdb

from ingest.home import ConfigurationError, Home
from orchestration.access_log import write_look
from orchestration.publication import read_current


def run_query(home: Home, sql: str, audience: str, release: str | None, style: str, by: str, now: dt.datetime) -> str:
    """The result of `sql` as text. ConfigurationError where there is no such release, or the SQL does not run.

    The statement is in the log before it runs: one that fails, or cannot be logged, tells nothing.
    """
    path = home.published / release if release else _current_folder(home)
    file = path / f"{audience}.duckdb"
    if not file.exists():
        raise ConfigurationError(f"{release}: there is no such release; `fairlead status` lists them.")
    write_look(home, path.resolve().name, by, now, audience=audience, statement=sql)
    with duckdb.connect(str(file), read_only=True) as connection:
        # a query may read the release and nothing else: no files, no network, no way to undo this
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        try:
            relation = connection.sql(sql)
        except duckdb.Error as error:
            raise ConfigurationError(f"query: {error}") from error
        if relation is None:
            return ""
        frame = relation.pl()
    match style:
        case "csv":
            return frame.write_csv().rstrip("\n")
        case "json":
            return frame.write_json()
        case _:
            import polars as pl

            with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_hide_dataframe_shape=True, fmt_str_lengths=60, tbl_width_chars=200):
                return str(frame)


def pack_query(pack: str | None) -> str:
    """SQL of one legal pack, or of the list of them. ConfigurationError where the name is none."""
    if pack is None:
        return "select pack, count(*) as rows, count(value) as figures from legal_packs group by pack order by pack"
    if not re.fullmatch(r"\w+", pack):
        raise ConfigurationError(f"{pack}: there is no such pack; `fairlead packs` lists them.")
    return f"select * exclude (pack) from legal_packs where pack = '{pack}' order by all"


def _current_folder(home: Home) -> Path:
    current = read_current(home)
    if current is None:
        raise ConfigurationError("nothing is published yet; run `fairlead refresh`.")
    return current.path
