"""File guards: what makes a whole file unusable, before any of its rows are believed.

Here: wrong file, nothing in it, control totals, too many bad rows. Not here: a file that ends in the middle of a row
(`readers`), and volumes against the last load, which the gate judges. Limits are data: `guards.yml`.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl
import yaml

from ingest.column_map import ColumnMap, FeedMap
from ingest.files import FileFacts, UnreadableFile
from ingest.parse import Parsed
from ingest.readers import ROW, ReadOptions, read_names


@dataclass(frozen=True)
class Limits:
    """Thresholds of the file guards; each one's reason stands beside it in `guards.yml`."""

    largest_quarantined_share: float


@cache
def read_limits() -> Limits:
    """The shipped limits."""
    content = yaml.safe_load((Path(__file__).parent / "guards.yml").read_text())
    return Limits(**{name: entry["value"] for name, entry in content.items()})


def recognised_feed(facts: FileFacts, column_map: ColumnMap) -> tuple[str, FeedMap]:
    """The feed whose columns the file has; the most demanding one where several fit. UnreadableFile where none does."""
    names_by_options: dict[str, list[str] | UnreadableFile] = {}

    def names_of(options: ReadOptions) -> list[str] | UnreadableFile:
        key = options.model_dump_json()
        if key not in names_by_options:
            try:
                names_by_options[key] = read_names(facts, options)
            except UnreadableFile as error:
                names_by_options[key] = error
        return names_by_options[key]

    fitting: list[tuple[int, str]] = []
    nearest: tuple[float, str, list[str]] | None = None
    problem: UnreadableFile | None = None
    for name, feed in column_map.feeds.items():
        if not facts.path.match(feed.recognise.file):
            continue
        names = names_of(feed.read)
        if isinstance(names, UnreadableFile):
            problem = problem or names
            continue
        required = feed.required_columns
        missing = [column for column in required if column not in names]
        if not missing:
            fitting.append((len(required), name))
        elif nearest is None or len(missing) / len(required) < nearest[0]:
            nearest = (len(missing) / len(required), name, missing)
    if fitting:
        best = max(fitting)[0]
        chosen = [name for n_columns, name in fitting if n_columns == best]
        if len(chosen) > 1:
            raise UnreadableFile(
                facts.path, f"fits the feeds {', '.join(chosen)} alike; give `recognise` columns or a file name"
            )
        return chosen[0], column_map.feeds[chosen[0]]
    if nearest:
        raise UnreadableFile(
            facts.path,
            f"fits no feed of column map {column_map.name}; nearest is {nearest[1]}, which needs "
            f"{', '.join(repr(column) for column in nearest[2])}. If columns were renamed, change the map",
        )
    if problem:
        raise problem
    raise UnreadableFile(
        facts.path, f"no feed of column map {column_map.name} takes files of this name; is it another system's file?"
    )


def check_columns(facts: FileFacts, feed: FeedMap, frame: pl.DataFrame) -> None:
    """UnreadableFile where one heading stands over two columns that differ, and the map says nothing of the second."""
    named = feed.source_columns
    again: dict[str, list[str]] = {}
    for column in (column for column in frame.columns if column not in named):
        if found := re.fullmatch(r"(.*)#\d+", column, re.DOTALL):
            again.setdefault(found.group(1), []).append(column)
    for name in (name for name in named if name in again):
        for column in again[name]:
            if not frame[name].eq_missing(frame[column]).all():
                raise UnreadableFile(
                    facts.path, f"the column stands twice with different values; let the map name {name!r} or {column!r}",
                    column=name,
                )  # fmt: skip


def check_count(facts: FileFacts, feed: FeedMap, n_rows: int, declared_rows: int | None) -> None:
    """UnreadableFile where there are not as many rows as were declared, or a snapshot of nobody."""
    if declared_rows is not None and declared_rows != n_rows:
        raise UnreadableFile(facts.path, f"has {n_rows} rows where the manifest declares {declared_rows}; export it again")
    if n_rows == 0 and feed.mode == "snapshot":
        raise UnreadableFile(facts.path, "has a header and no rows; an empty snapshot would end everybody")


def check_rows(facts: FileFacts, parsed: list[Parsed], n_placed: int, unplaced: list[tuple[int, str]]) -> None:
    """UnreadableFile where so many lines, or rows of one table, are bad that the map or the file must be wrong.

    Entries of a map that fill one table are judged together: one bad row of three is no reason because the other two
    are read by another entry.
    """
    limit = read_limits().largest_quarantined_share
    n_unplaced, n_lines = len(unplaced), n_placed + len(unplaced)
    if n_lines and n_unplaced / n_lines > limit:
        line, reason = unplaced[0]
        raise UnreadableFile(
            facts.path,
            f"{n_unplaced} of {n_lines} lines cannot be placed (limit {limit:.0%}); first {reason.replace('_', ' ')}. "
            "Check the map's delimiter and encoding",
            row=line,
        )
    for name in dict.fromkeys(part.table.full_name for part in parsed):
        parts = [part for part in parsed if part.table.full_name == name]
        n_bad, n_rows = sum(part.n_quarantined_rows for part in parts), sum(part.n_read for part in parts)
        if n_rows and n_bad / n_rows > limit:
            first = next(part.quarantined.row(0, named=True) for part in parts if part.quarantined.height)
            raise UnreadableFile(
                facts.path,
                f"{n_bad} of {n_rows} rows of {name} cannot be used (limit {limit:.0%}); most often "
                f"{first['column_name'] or 'a row'}: {first['reason']}. Check the map's formats and delimiter",
                row=first[ROW],
                column=first["column_name"],
            )
