"""From strings to canonical rows: carry out a column map, parse by the contract, split rows into valid and quarantined.

Here: one feed's frame in, one `Parsed` per table out. Not here: reading files (`readers`), judging a file as a whole
(`guards`), storing (`raw_store`). No row is dropped without a reason, and no reason carries a value: only the file's
row, the column, the rule, and for numbers and dates the shape of what stood there.
"""

import datetime as dt
import re
from dataclasses import dataclass, field

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
KNOWN, PARSED, DAMAGED, SAID_AT, MOMENT = "__known_", "__parsed_", "__damaged_", "__said_at", "__moment"
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
    missing_columns: list[str] = field(default_factory=list)


def parse_table(raw: RawTable, feed: FeedMap, table_map: TableMap, exported_date: dt.date) -> Parsed:
    """Rows of one canonical table out of a feed's strings.

    One expression graph a step, however many columns: polars' cost a call is what a small file costs.
    """
    contract, frame = table_map.contract, raw.frame
    table_map = resolved(table_map, raw)
    rules = {spec.name: table_map.columns.get(spec.name) or _default_rule(spec, table_map) for spec in contract.columns}
    rows = _latest(source_rows(frame, feed, table_map), table_map)
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
    read = _without(candidates, findings)
    good, broken = _judged(read, contract)
    n_duplicates = 0 if table_map.distinct else read.height - good.height
    if broken.height:
        findings.append(broken)
        good = _without(good, [broken])

    parsed = Parsed(
        table=contract,
        valid=good.drop(INDEX),
        quarantined=pl.DataFrame(schema=QUARANTINED_SCHEMA),
        held_back=pl.DataFrame(schema={name: candidates.schema[name] for name in contract.keys}),
        n_read=rows.height,
        n_quarantined_rows=0,
        n_unkeyed=0,
        n_duplicates=n_duplicates,
        missing_columns=[name for name in table_map.source_columns if name not in frame.columns],
    )
    if findings:
        quarantined = pl.concat(findings)
        bad_rows = candidates.filter(pl.col(INDEX).is_in(quarantined[INDEX].implode()))
        held_back = bad_rows.select(contract.keys).drop_nulls()
        parsed.quarantined = quarantined.drop(INDEX)
        parsed.held_back = held_back.unique()
        parsed.n_quarantined_rows = bad_rows.height
        parsed.n_unkeyed = bad_rows.height - held_back.height
    return parsed


def _latest(rows: pl.DataFrame, table_map: TableMap) -> pl.DataFrame:
    """Of rows that are one the latest, where that meets the conditions; rows without a key are left to be quarantined."""
    if not table_map.latest:
        return rows
    by, contract = table_map.latest.by, table_map.contract
    of = table_map.latest.of or list(contract.keys)
    rules = {name: table_map.columns.get(name) or _default_rule(contract.column(name), table_map) for name in of}
    written = rows.select(
        INDEX, *(_text(rules[name], UNDATED).alias(name) for name in of), _text(by, UNDATED).alias(SAID_AT)
    )
    moment = moments_of(written[SAID_AT], by.formats or MOMENT_FORMATS, by.zone).alias(MOMENT)
    ordered = written.with_columns(moment).with_columns(pl.when(pl.col(MOMENT).is_null()).then(SAID_AT).alias(SAID_AT))
    ordered = ordered.drop_nulls(of).sort(MOMENT, SAID_AT, nulls_last=False, maintain_order=True)
    older = ordered.filter(~pl.struct(of).is_last_distinct())[INDEX]
    return rows.filter(~pl.col(INDEX).is_in(older.implode()), holds(table_map.latest.where))


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
    rows = _latest(source_rows(raw.frame, feed, table_map), table_map)
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


def _without(rows: pl.DataFrame, findings: list[pl.DataFrame]) -> pl.DataFrame:
    if not findings:
        return rows
    return rows.filter(~pl.col(INDEX).is_in(pl.concat(findings)[INDEX].implode()))


def _judged(read: pl.DataFrame, contract: ContractTable) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows, of equal ones the first, and a finding for every contract rule that one breaks.

    Most files hold no equal rows; where every row keeps the rules, of which the key is one, there are none to look for.
    """
    names = [spec.name for spec in contract.columns]
    if not len(contract.schema.filter(read.select(names))[1]):
        return read, pl.DataFrame(schema=FINDING_SCHEMA)
    good = read.unique(subset=names, keep="first", maintain_order=True)
    failure = contract.schema.filter(good.select(names))[1]
    if not len(failure):
        return good, pl.DataFrame(schema=FINDING_SCHEMA)
    details = failure.details()
    rules = [name for name in details.columns if name not in names]
    broken = (
        good.join(details, on=names, how="inner", nulls_equal=True)
        .unpivot(on=rules, index=[INDEX, ROW], variable_name="rule", value_name="verdict")
        .filter(pl.col("verdict").cast(pl.String) == "invalid")
    )
    column, rule = pl.col("rule").str.split("|").list.first(), pl.col("rule").str.split("|").list.last()
    findings = broken.select(
        INDEX,
        ROW,
        pl.when(column != rule).then(column).alias("column_name"),
        rule.replace(REASONS).str.replace_all("_", " ").alias("reason"),
        pl.lit(None, dtype=pl.String).alias("shape"),
    )
    return good, findings


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
