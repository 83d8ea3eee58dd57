"""From strings to canonical rows: carry out a column map, parse by the contract, split rows into valid and quarantined.

Here: one feed's frame in, one `Parsed` per table out. Not here: reading files (`readers`), judging a file as a whole
(`guards`), storing (`raw_store`). No row is dropped without a reason, and no reason carries a value: only the file's
row, the column, the rule, and for numbers and dates the shape of what stood there.
"""

import datetime as dt
import re
from dataclasses import dataclass

import polars as pl

from ingest.column_map import ColumnRule, FeedMap, TableMap
from ingest.conditions import holds
from ingest.contracts import ColumnSpec, ContractTable
from ingest.kinds import MOMENT_FORMATS, moments_of, rewritten, typed
from ingest.readers import ROW, RawTable
from ingest.rows import INDEX, resolved, source_rows
from ingest.transforms import TRANSFORMS

UNDATED = dt.date(1900, 1, 1)
EXPECTED = {
    "date": "a date",
    "moment": "a moment",
    "whole": "a whole number",
    "amount": "an amount",
    "number": "a number",
    "rate": "a rate",
    "flag": "true or false",
}
KNOWN, PARSED, DAMAGED, SAID_AT, MOMENT, HOLDS = (
    "__known_", "__parsed_", "__damaged_", "__said_at", "__moment", "__holds",
)  # fmt: skip
# What spreadsheets make of long ids and of lookups that fail, what would be a formula to them, and control characters.
DAMAGED_ID = (
    r"^(?:\d(?:[.,]\d+)?[Ee]\+\d+|#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|#+)|=.*|[@+-][A-Z.]+\(.*\))$"
    r"|[\x00-\x08\x0e-\x1f\x7f]"
)
QUARANTINED_SCHEMA = pl.Schema({ROW: pl.Int32, "column_name": pl.String, "reason": pl.String, "shape": pl.String})
FINDING_SCHEMA = pl.Schema([(INDEX, pl.UInt32), *QUARANTINED_SCHEMA.items()])


@dataclass
class Parsed:
    """One table's share of one file.

    `valid` has ROW and the contract's columns, typed, unique in their key. `quarantined` has one row a finding.
    `held_back` has the keys of quarantined rows whose key could be read: a snapshot must not end what it garbled.
    """

    table: ContractTable
    valid: pl.DataFrame
    quarantined: pl.DataFrame
    held_back: pl.DataFrame
    n_read: int
    n_quarantined_rows: int
    n_unkeyed: int
    n_duplicates: int


@dataclass
class ReadRows:
    """One table's rows out of lines of a file, each read for itself: nothing is compared with another row yet.

    `rows` has INDEX, ROW and the contract's columns, typed. `bad` has INDEX and keys of the rows that have a finding.
    `versions` tells, where the map asks for the latest of them, which rows are versions of one, and when each was said.
    """

    rows: pl.DataFrame
    bad: pl.DataFrame
    findings: pl.DataFrame
    n_read: int
    versions: pl.DataFrame | None = None


def parse_table(raw: RawTable, feed: FeedMap, table_map: TableMap, exported_date: dt.date) -> Parsed:
    """Rows of one canonical table out of a feed's strings."""
    return judge_rows(read_rows(raw, feed, table_map, exported_date), table_map)


def read_rows(raw: RawTable, feed: FeedMap, table_map: TableMap, exported_date: dt.date, first_index: int = 0) -> ReadRows:
    """Rows of one canonical table out of a feed's strings, as far as a row can be read by itself.

    One expression graph a step, however many columns: polars' cost a call is what a small file costs. `first_index` counts
    on from the pieces of the file that were read before.
    """
    contract = table_map.contract
    table_map = resolved(table_map, raw)
    rules = {spec.name: table_map.columns.get(spec.name) or _default_rule(spec, table_map) for spec in contract.columns}
    rows = source_rows(raw, feed, table_map, first_index)
    written = rows.select(
        INDEX,
        ROW,
        *(_text(rule, exported_date).alias(name) for name, rule in rules.items()),
        *(_known(rule).alias(KNOWN + name) for name, rule in rules.items() if rule and _is_closed(rule)),
    )
    candidates = written.select(
        INDEX, ROW, *(typed(written[spec.name], spec, rules[spec.name]).alias(spec.name) for spec in contract.columns)
    )
    findings = _unread(written, candidates, contract, rules)
    quarantined = pl.concat(findings) if findings else pl.DataFrame(schema=FINDING_SCHEMA)
    is_bad = pl.col(INDEX).is_in(quarantined[INDEX].implode())
    return ReadRows(
        rows=candidates.filter(~is_bad) if findings else candidates,
        bad=(candidates.filter(is_bad) if findings else candidates.clear())[[INDEX, *contract.keys]],
        findings=quarantined,
        n_read=rows.height,
        versions=_versions(rows, table_map),
    )


def judge_rows(read: ReadRows, table_map: TableMap) -> Parsed:
    """The rows that keep the contract's rules, of repeated ones the first, and what is wrong with the others.

    `read` has to hold every row of each key, and of each subject whose rows the contract compares.
    """
    contract = table_map.contract
    n_read = read.n_read
    if read.versions is not None:
        older = _older(read.versions, table_map)
        rows, bad, findings = (part.join(older, on=INDEX, how="anti", maintain_order="left")
                               for part in (read.rows, read.bad, read.findings))  # fmt: skip
        n_read -= older.height
    else:
        rows, bad, findings = read.rows, read.bad, read.findings
    good, broken = _judged(rows, contract)
    n_duplicates = 0 if table_map.distinct else rows.height - good.height
    if broken.height:
        is_broken = pl.col(INDEX).is_in(broken[INDEX].implode())
        bad = pl.concat([bad, good.filter(is_broken).select(bad.columns)])
        findings = pl.concat([findings, broken])
        good = good.filter(~is_broken)
    held_back = bad[list(contract.keys)]
    if bad.height:
        held_back = held_back.drop_nulls()
    return Parsed(
        table=contract,
        valid=good[[name for name in good.columns if name != INDEX]],
        quarantined=findings[list(QUARANTINED_SCHEMA)],
        held_back=held_back.unique() if bad.height else held_back,
        n_read=n_read,
        n_quarantined_rows=bad.height,
        n_unkeyed=bad.height - held_back.height,
        n_duplicates=n_duplicates,
    )


def _versions(rows: pl.DataFrame, table_map: TableMap) -> pl.DataFrame | None:
    """Of each row what it is a version of, the moment at which it was said, and whether it would hold as the latest."""
    if not table_map.latest:
        return None
    by, contract = table_map.latest.by, table_map.contract
    of = table_map.latest.of or list(contract.keys)
    rules = {name: table_map.columns.get(name) or _default_rule(contract.column(name), table_map) for name in of}
    written = rows.select(
        INDEX,
        *(_text(rules[name], UNDATED).alias(name) for name in of),
        _text(by, UNDATED).alias(SAID_AT),
        holds(table_map.latest.where).fill_null(value=False).alias(HOLDS),
    )
    return written.with_columns(moments_of(written[SAID_AT], by.formats or MOMENT_FORMATS, by.zone).alias(MOMENT))


def _older(versions: pl.DataFrame, table_map: TableMap) -> pl.DataFrame:
    """INDEX of the rows that a later one replaces, and of those that are the latest and do not hold.

    Where a moment cannot be read its text decides, and of equal ones the row further down the file. Rows without a key are
    versions of nothing, and are left to be quarantined.
    """
    of = (table_map.latest.of if table_map.latest else []) or list(table_map.contract.keys)
    ordered = versions.with_columns(pl.when(pl.col(MOMENT).is_null()).then(SAID_AT).alias(SAID_AT))
    ordered = ordered.drop_nulls(of).sort(MOMENT, SAID_AT, INDEX, nulls_last=False)
    replaced = ordered.filter(~pl.struct(of).is_last_distinct())[INDEX]
    return versions.filter(pl.col(INDEX).is_in(replaced.implode()) | ~pl.col(HOLDS)).select(INDEX)


def _default_rule(spec: ColumnSpec, table_map: TableMap) -> ColumnRule | None:
    if table_map.undated and spec.name == "valid_from":
        return ColumnRule(constant=UNDATED.isoformat())
    return ColumnRule(constant=spec.default) if spec.default is not None else None


def _text(rule: ColumnRule | None, exported_date: dt.date) -> pl.Expr:
    """A canonical column as text."""
    if rule is None:
        return pl.lit(None, dtype=pl.String)
    if not rule.when:
        return _said(rule, exported_date)
    return pl.when(holds(rule.when)).then(_said(rule, exported_date))


def _said(rule: ColumnRule, exported_date: dt.date) -> pl.Expr:
    """A canonical column as text, whatever `when` says."""
    if rule.constant is not None:
        return pl.lit(rule.constant, dtype=pl.String)
    if rule.stamp:
        return pl.lit(exported_date.isoformat(), dtype=pl.String)
    text = _before_values(rule)
    if rule.values is not None:
        otherwise = text if rule.otherwise == "keep" else pl.lit(rule.otherwise, dtype=pl.String)
        mapped = text.replace_strict(
            list(rule.values), list(rule.values.values()), default=otherwise, return_dtype=pl.String
        )
        text = pl.when(text.is_not_null()).then(mapped)
    return text


def _before_values(rule: ColumnRule) -> pl.Expr:
    if rule.pick and not rule.sources:
        # a file with none of the spellings; what follows works on columns, which a literal is not
        return pl.lit(None, dtype=pl.String)
    if rule.pick:
        text = pl.coalesce(rule.sources if rule.pick == "first" else rule.sources[::-1])
    elif len(rule.sources) > 1:
        text = pl.concat_str(rule.sources, separator=rule.join)
    else:
        text = pl.col(rule.sources[0])
    if rule.nulls:
        text = pl.when(~text.is_in(rule.nulls)).then(text)
    if rule.empty is not None:
        text = text.fill_null(rule.empty)
    if rule.extract:
        n_groups = re.compile(rule.extract).groups
        groups = [text.str.extract(rule.extract, group) for group in range(1, n_groups + 1)]
        text = pl.concat_str(groups, separator=rule.join) if n_groups > 1 else groups[0]
    if rule.as_text:
        formats, zone, pattern = rule.formats or MOMENT_FORMATS, rule.zone, rule.as_text
        text = text.map_batches(lambda column: rewritten(column, formats, zone, pattern), return_dtype=pl.String)
    if rule.transform:
        text = text.map_batches(TRANSFORMS[rule.transform], return_dtype=pl.String)
    if rule.pad:
        text = text.str.zfill(rule.pad)
    return pl.lit(rule.prefix) + text if rule.prefix else text


def _is_closed(rule: ColumnRule) -> bool:
    """Whether the rule's value map says all there is: anything else is quarantined."""
    return rule.values is not None and rule.otherwise is None


def _known(rule: ColumnRule) -> pl.Expr:
    text = _before_values(rule)
    known = text.is_null() | text.is_in(list(rule.values or {}))
    return known | ~holds(rule.when).fill_null(value=False) if rule.when else known


def parse_removals(raw: RawTable, feed: FeedMap, table_map: TableMap, exported_date: dt.date) -> pl.DataFrame:
    """Keys of one canonical table that a feed's rows take back: ROW and the contract's key, rows without one left out."""
    contract, table_map = table_map.contract, resolved(table_map, raw)
    rules = {name: table_map.columns.get(name) or _default_rule(contract.column(name), table_map) for name in contract.keys}
    rows = source_rows(raw, feed, table_map)
    written = rows.select(ROW, *(_text(rule, exported_date).alias(name) for name, rule in rules.items()))
    keys = (typed(written[name], contract.column(name), rule).alias(name) for name, rule in rules.items())
    return written.select(ROW, *keys).drop_nulls().unique(subset=list(contract.keys), keep="last", maintain_order=True)


def _unread(
    written: pl.DataFrame, candidates: pl.DataFrame, contract: ContractTable, rules: dict[str, ColumnRule | None]
) -> list[pl.DataFrame]:
    """A finding for every value that the map does not know, and for every one that was written and is empty now."""
    parsed = [spec for spec in contract.columns if spec.kind not in ("person", "text")]
    known = [name for name in written.columns if name.startswith(KNOWN)]
    damaged = {
        spec.name: pl.col(spec.name).str.contains(DAMAGED_ID)
        for spec in contract.columns
        if spec.kind == "person" or spec.is_key
    }
    beside = written.hstack([candidates[spec.name].rename(PARSED + spec.name) for spec in parsed])
    is_unread = {spec.name: pl.col(spec.name).is_not_null() & pl.col(PARSED + spec.name).is_null() for spec in parsed}
    flagged = beside.select(
        *(unread.any().alias(name) for name, unread in is_unread.items()),
        *((~pl.col(name)).any() for name in known),
        *(suspect.any().alias(DAMAGED + name) for name, suspect in damaged.items()),
    ).row(0, named=True)
    findings = []
    for name in (name for name in damaged if flagged[DAMAGED + name]):
        found = written[name].str.contains(DAMAGED_ID).fill_null(value=False)
        findings.append(
            _finding(written, found, contract.column(name), "a value that was damaged on its way, or is a formula")
        )
    for name in (name for name in known if flagged[name]):
        spec = contract.column(name.removeprefix(KNOWN))
        findings.append(_finding(written, ~written[name], spec, "a value that the column map does not know"))
    for spec in (spec for spec in parsed if flagged[spec.name]):
        rule = rules[spec.name]
        shape = "" if spec.kind != "date" else " in the map's format" if rule and rule.format else " in year-month-day"
        unread = beside.select(is_unread[spec.name]).to_series()
        findings.append(_finding(written, unread, spec, f"expected {EXPECTED[spec.kind]}{shape}", written[spec.name]))
    return findings


def _finding(
    rows: pl.DataFrame, where: pl.Series, spec: ColumnSpec, reason: str, written: pl.Series | None = None
) -> pl.DataFrame:
    """One finding a row; the shape of what was written only where the kind cannot name a person."""
    found = rows.filter(where)
    shape: pl.Series = pl.Series([None] * found.height, dtype=pl.String)
    if written is not None and spec.kind not in ("person", "text"):
        shape = written.filter(where).str.slice(0, 24).str.replace_all(r"\d", "9").str.replace_all(r"\p{L}", "a")
    return pl.DataFrame(
        {
            INDEX: found[INDEX],
            ROW: found[ROW],
            "column_name": pl.repeat(spec.name, found.height, dtype=pl.String, eager=True),
            "reason": pl.repeat(reason, found.height, dtype=pl.String, eager=True),
            "shape": shape,
        },
        schema=FINDING_SCHEMA,
    )


def _judged(read: pl.DataFrame, contract: ContractTable) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows, of equal ones the first, and a finding for every contract rule that one breaks.

    Most files hold few equal rows or none, and no broken rule: whether that is so is asked first, of hashes and of whole
    columns. Keys that differ and share a hash cost time and change nothing.
    """
    names = [spec.name for spec in contract.columns]
    good, has_clash = read, False
    if _n_keys(read, contract) < read.height:
        repeated = read.filter(read[list(contract.keys)].hash_rows().is_duplicated())
        firsts = repeated.unique(subset=names, keep="first")
        again = repeated.filter(~pl.col(INDEX).is_in(firsts[INDEX].implode()))
        good = read.filter(~pl.col(INDEX).is_in(again[INDEX].implode()))
        has_clash = _n_keys(firsts, contract) < firsts.height
    if not has_clash and all(good.select(contract.row_rules).row(0)):
        return good, pl.DataFrame(schema=FINDING_SCHEMA)
    failure = contract.schema.filter(good.select(names))[1]
    if not len(failure):
        return good, pl.DataFrame(schema=FINDING_SCHEMA)
    details = failure.details()
    rules = [name for name in details.columns if name not in names]
    broken = (
        good.join(details, on=names, how="inner", nulls_equal=True)
        .unpivot(on=rules, index=[INDEX, ROW], variable_name="broken rule", value_name="verdict")
        .filter(pl.col("verdict").cast(pl.String) == "invalid")
    )
    column, rule = (pl.col("broken rule").str.split("|").list.get(place) for place in (0, -1))  # no contract has that column
    findings = broken.select(
        INDEX,
        ROW,
        pl.when(column != rule).then(column).alias("column_name"),
        rule.replace(REASONS).str.replace_all("_", " ").alias("reason"),
        pl.lit(None, dtype=pl.String).alias("shape"),
    )
    return good, findings


def _n_keys(rows: pl.DataFrame, contract: ContractTable) -> int:
    """How many keys the rows have, by their hashes: never more than there are."""
    return rows[list(contract.keys)].hash_rows().n_unique()


REASONS = {
    "nullability": "must not be empty",
    "primary_key": "the key stands twice with different values",
    "min": "below the least that makes sense",
    "max": "above the most that makes sense",
    "min_exclusive": "below the least that makes sense",
    "min_length": "must not be empty",
    "max_length": "longer than a label can be",
    "check__known_value": "not one of the known values",
}
