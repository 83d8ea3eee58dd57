"""What a file looks like, which column map reads it, what that would make of it; and a draft of a map where none does.

Here: `fairlead inspect`, which stores nothing. Not here: reading exports for good (`landing`). A value of the file is
shown nowhere: only its columns, counts, lines, reasons and shapes.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from ingest.archives import entries, is_archive, unpacked
from ingest.column_map import SHIPPED, ColumnMap, FeedMap, read_column_map
from ingest.contracts import CONTRACTS, ColumnSpec, ContractTable
from ingest.feeds import read_strings
from ingest.files import FileFacts, UnreadableFile, read_facts
from ingest.guards import recognised_feed
from ingest.home import Home
from ingest.kinds import DATE_FORMATS, MOMENT_FORMATS, reads_whole
from ingest.parse import Parsed
from ingest.readers import ROW, RawTable, ReadOptions, format_of, is_large, read_names, read_pieces, read_table

# Formats that exports write, for drafts; those that read every value of a column are offered.
COMMON_FORMATS = [*DATE_FORMATS, "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d",
                  "%m/%d/%y", "%d-%b-%y", "%d-%b-%Y", *MOMENT_FORMATS[:-1], "%d-%m-%Y %H:%M", "%m/%d/%Y %H:%M"]  # fmt: skip
SAMPLE = 1_000


@dataclass
class Use:
    """What a map would make of a file."""

    map_name: str
    feed: str
    mode: str
    # table, rows read, valid, quarantined, repeated
    tables: list[tuple[str, int, int, int, int]] = field(default_factory=list)
    # (table, column, reason, shape) -> rows and the first line
    reasons: dict[tuple[str, str, str, str], tuple[int, int]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    refused: str = ""


@dataclass
class Inspection:
    """One file, looked at."""

    name: str
    n_bytes: int
    format: str
    encoding: str
    columns: list[str]
    n_rows: int
    n_unplaced: int
    uses: list[Use]
    # of a large file only the first rows were looked at
    is_sample: bool = False
    draft: str = ""
    refused: str = ""


def inspect_path(path: Path, home: Home, only: str | None = None) -> Iterator[Inspection]:
    """A file, or each file of an archive; `only` names the one map to try. UnreadableFile where an archive is bad."""
    names: list[str | None] = list(entries(path)) if is_archive(path) else [None]
    for entry in names:
        with unpacked(path, entry) as inner:
            yield _inspect(inner, home, only)


def known_maps(home: Home) -> list[str]:
    """Names of the maps of a home and of those that are shipped."""
    return sorted({file.stem for folder in (home.root / "maps", SHIPPED) for file in folder.glob("*.yml")})


def _inspect(path: Path, home: Home, only: str | None) -> Inspection:
    facts = read_facts(path)
    encoding = facts.mark or ("utf-8" if facts.is_utf8 else "not UTF-8: declare it, for example latin-1 or cp1252")
    found = Inspection(path.name, facts.n_bytes, format_of(path, ReadOptions()), encoding, [], 0, 0, [])
    for name in [only] if only else known_maps(home):
        column_map = read_column_map(name, home)
        try:
            feed_name, feed = recognised_feed(facts, column_map)
        except UnreadableFile as error:
            found.refused = error.reason if only else found.refused
            continue
        found.uses.append(_use(facts, column_map, feed_name, feed))
    # the map that leaves least of the file aside comes first
    found.uses.sort(key=lambda use: (bool(use.refused), len(use.ignored), use.map_name))
    options = read_column_map(found.uses[0].map_name, home).feeds[found.uses[0].feed].read if found.uses else ReadOptions()
    try:
        raw = _looked_at(facts, options)
    except UnreadableFile as error:
        found.refused = error.reason
        return found
    found.columns = [name for name in raw.frame.columns if name != ROW]
    found.n_rows, found.n_unplaced, found.is_sample = raw.frame.height, len(raw.unplaced), is_large(facts, options)
    if not found.uses:
        found.draft = draft(path.stem, raw)
    return found


def _looked_at(facts: FileFacts, options: ReadOptions) -> RawTable:
    """The file; of a large one its first piece."""
    return next(read_pieces(facts, options)) if is_large(facts, options) else read_table(facts, options)


def _use(facts: FileFacts, column_map: ColumnMap, feed_name: str, feed: FeedMap) -> Use:
    use = Use(column_map.name, feed_name, feed.mode)
    try:
        names = read_names(facts, feed.read)
        rows = read_strings(facts, feed, _looked_at(facts, feed.read), dt.date.today(), None)
    except UnreadableFile as error:
        use.refused = error.reason
        return use
    used = {name for table in feed.tables for name in table.columns_in(names)}
    used |= {written for name, others in feed.read.spellings.items() if name in used for written in others}
    use.ignored = [name for name in names if name not in used]
    counts: dict[str, Counter[str]] = {}
    parsed = [part for _, part in rows.parsed]
    for part in parsed:
        counts.setdefault(part.table.full_name, Counter()).update(
            rows=part.n_read, read=part.valid.height, quarantined=part.n_quarantined_rows, repeated=part.n_duplicates
        )
    use.tables = [(table, n["rows"], n["read"], n["quarantined"], n["repeated"]) for table, n in counts.items()]
    use.reasons = dict(_reasons(parsed, rows.raw))
    return use


def _reasons(parsed: list[Parsed], raw: RawTable) -> Iterator[tuple[tuple[str, str, str, str], tuple[int, int]]]:
    for part in parsed:
        grouped = part.quarantined.group_by("column_name", "reason", "shape").agg(pl.len(), pl.col(ROW).min().alias("first"))
        for column, reason, shape, count, first in grouped.sort("len", descending=True).rows():
            yield (part.table.full_name, column or "", reason, shape or ""), (count, first)
    for reason, count in Counter(reason for _, reason in raw.unplaced).items():
        first = min(line for line, found in raw.unplaced if found == reason)
        yield ("the file", "", reason.replace("_", " "), ""), (count, first)


@cache
def _headings() -> dict[str, list[str]]:
    content: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "headings.yml").read_text())
    return content


def _plain(name: str) -> str:
    """A heading in lower case, signs as single spaces, camelCase taken apart."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[a-z0-9]+", spaced.lower()))


def _matched(table: ContractTable, columns: list[str]) -> dict[str, str]:
    """Canonical column -> the file's column that is called so; each of the file's columns once."""
    plain = {_plain(name): name for name in reversed(columns)}
    matched: dict[str, str] = {}
    for spec in table.columns:
        for heading in [_plain(spec.name), *_headings().get(spec.name, [])]:
            if heading in plain and plain[heading] not in matched.values():
                matched[spec.name] = plain[heading]
                break
    return matched


def _needed(table: ContractTable) -> set[str]:
    """Columns without which a table cannot be filled; a day from which a row holds may come from the file's own date."""
    return {spec.name for spec in table.columns if not spec.is_nullable and spec.default is None} - {"valid_from"}


def _tables_for(columns: list[str]) -> list[tuple[ContractTable, dict[str, str]]]:
    """The tables that a file with these columns can fill, the best first and all of one domain; at least the nearest."""
    matches = [(table, _matched(table, columns)) for table in CONTRACTS.values() if not table.is_identity]
    matches = [(table, matched) for table, matched in matches if _needed(table) & set(matched)]
    matches.sort(key=lambda match: (len(_needed(match[0]) - set(match[1])), -len(match[1]), match[0].full_name))
    fillable = [(table, matched) for table, matched in matches if _needed(table) <= set(matched) and len(matched) > 1]
    return [match for match in fillable if match[0].domain == fillable[0][0].domain][:3] or matches[:1]


def draft(name: str, raw: RawTable) -> str:
    """A column map to begin with, as YAML: the tables whose columns the file seems to have, and what is left to decide."""
    columns = [column for column in raw.frame.columns if column != ROW]
    chosen = _tables_for(columns)
    lines = [
        f"name: {re.sub(r'[^a-z0-9]+', '_', name.lower()).strip('_') or 'new_source'}",
        "description: >",
        "  A draft: say what the export is, and check every line below.",
        "feeds:",
        "  export:",
        f"    recognise: {{columns: {_flow(columns[:8])}}}",
        "    # snapshot: every file is the whole truth, and who is missing has gone; changes: files add to one another",
        "    mode: snapshot",
        "    tables:",
    ]
    if not chosen:
        lines += ["      # no table's columns were recognised; docs/column-maps.md says how to write them"]
    used: set[str] = set()
    for table, matched in chosen:
        used |= set(matched.values())
        lines.append(f"      - table: {table.full_name}")
        if "valid_from" in table.keys and "valid_from" not in matched:
            lines.append("        undated: true  # the rows carry no date: history is what successive files say")
        if not {spec.name for spec in table.columns if spec.kind == "person"} & set(table.keys) & set(matched):
            lines.append("        distinct: true  # stands on many rows, and is one")
        lines.append("        columns:")
        for spec in table.columns:
            if spec.name in matched:
                lines.append(f"          {spec.name}: {_rule(spec, matched[spec.name], raw.frame)}")
            elif spec.name in _needed(table):
                lines.append(f"          {spec.name}: DECIDE  # {spec.description}")
    left = [column for column in columns if column not in used]
    if left:
        lines.append(f"# columns of the file that nothing reads: {', '.join(left)}")
    return "\n".join(lines) + "\n"


def _rule(spec: ColumnSpec, column: str, frame: pl.DataFrame) -> str:
    """One line of a map: the column, and the format of its dates where it is not the usual one."""
    values = frame[column].drop_nulls().head(SAMPLE)
    if spec.kind in ("date", "moment") and len(values):
        fitting = [fmt for fmt in dict.fromkeys(COMMON_FORMATS) if reads_whole(values, fmt)]
        if not fitting:
            return f"{{from: {_quoted(column)}, format: DECIDE}}  # no usual format reads every value"
        if fitting[0] not in (*DATE_FORMATS, *MOMENT_FORMATS):
            others = f"  # {' and '.join(fitting)} read every value alike: decide" if len(fitting) > 1 else ""
            return f'{{from: {_quoted(column)}, format: "{fitting[0]}"}}{others}'
    return _quoted(column)


def _quoted(text: str) -> str:
    written: str = yaml.safe_dump(text, default_flow_style=True, width=10_000, allow_unicode=True)
    return written.removesuffix("\n...\n").strip()


def _flow(texts: list[Any]) -> str:
    return "[" + ", ".join(_quoted(text) for text in texts) + "]"
