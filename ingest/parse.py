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
from ingest.contracts import ColumnSpec, ContractTable
from ingest.readers import ROW
from ingest.transforms import TRANSFORMS

UNDATED = dt.date(1900, 1, 1)
DATE_FORMATS = ["%Y-%m-%d"]
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d"]
TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
EXPECTED = {
    "date": "a date",
    "moment": "a moment",
    "whole": "a whole number",
    "amount": "an amount",
    "number": "a number",
    "rate": "a rate",
    "flag": "true or false",
}
# One file row may give several canonical ones (unpivot), so rows are counted by an index of their own.
INDEX = "__index"
FINDING_SCHEMA = pl.Schema(
    {INDEX: pl.UInt32, ROW: pl.Int32, "column_name": pl.String, "reason": pl.String, "shape": pl.String}
)


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


def parse_table(frame: pl.DataFrame, feed: FeedMap, table_map: TableMap, exported_date: dt.date) -> Parsed:
    """Rows of one canonical table out of a feed's string frame (columns as the source named them, and ROW)."""
    contract = table_map.contract
    rows = _source_rows(frame, feed, table_map).with_row_index(INDEX)
    missing = [name for name in table_map.source_columns if name not in frame.columns]

    texts, findings = [], []
    for spec in contract.columns:
        rule = table_map.columns.get(spec.name) or _default_rule(spec, table_map)
        text, known = (
            _text(rows, rule, exported_date) if rule else (pl.Series([None] * rows.height, dtype=pl.String), None)
        )
        texts.append(text.alias(spec.name))
        if known is not None and not known.all():
            findings.append(_finding(rows, ~known, spec, "a value that the column map does not know"))
    written = pl.DataFrame([rows[ROW], *texts])

    typed = [rows[INDEX], written[ROW]]
    for spec in contract.columns:
        rule = table_map.columns.get(spec.name)
        column = _typed(written[spec.name], spec, rule)
        unread = written[spec.name].is_not_null() & column.is_null()
        if unread.any():
            shape = "year-month-day" if spec.kind == "date" and not (rule and rule.format) else "the map's format"
            expected = f"{EXPECTED[spec.kind]} in {shape}" if spec.kind == "date" else EXPECTED.get(spec.kind, "text")
            findings.append(_finding(rows, unread, spec, f"expected {expected}", written[spec.name]))
        typed.append(column.alias(spec.name))
    candidates = pl.DataFrame(typed)

    good = _without(candidates, findings)
    n_good = good.height
    good = good.unique(subset=[spec.name for spec in contract.columns], keep="first", maintain_order=True)
    n_duplicates = 0 if table_map.distinct else n_good - good.height
    broken = _broken_rules(good, contract)
    if broken.height:
        findings.append(broken)
        good = _without(good, [broken])

    quarantined = pl.concat(findings) if findings else pl.DataFrame(schema=FINDING_SCHEMA)
    bad_rows = candidates.filter(pl.col(INDEX).is_in(quarantined[INDEX].implode()))
    held_back = bad_rows.select(contract.keys).drop_nulls()
    return Parsed(
        table=contract,
        valid=good.drop(INDEX),
        quarantined=quarantined.drop(INDEX),
        held_back=held_back.unique(),
        n_read=rows.height,
        n_quarantined_rows=bad_rows.height,
        n_unkeyed=bad_rows.height - held_back.height,
        n_duplicates=n_duplicates,
        missing_columns=missing,
    )


def _source_rows(frame: pl.DataFrame, feed: FeedMap, table_map: TableMap) -> pl.DataFrame:
    """The feed's rows for this table: blanks and declared nulls as null, filtered, and long where the map unpivots."""
    names = [name for name in frame.columns if name != ROW]
    wanted = [name for name in table_map.source_columns if name in names]
    melted = table_map.unpivot.melted(names) if table_map.unpivot else []
    cleaned = frame.select(ROW, *(_cleaned(name, feed.nulls) for name in dict.fromkeys([*wanted, *melted])))
    absent = [name for name in table_map.source_columns if name not in names]
    cleaned = cleaned.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
    for name, values in table_map.where.items():
        cleaned = cleaned.filter(pl.col(name).is_in(values))
    for name in table_map.where_present:
        cleaned = cleaned.filter(pl.col(name).is_not_null())
    if table_map.unpivot:
        cleaned = cleaned.unpivot(
            on=melted,
            index=[ROW, *(name for name in cleaned.columns if name != ROW and name not in melted)],
            variable_name=table_map.unpivot.name,
            value_name=table_map.unpivot.value,
        )
        if table_map.unpivot.value in {name for rule in table_map.columns.values() for name in rule.sources}:
            cleaned = cleaned.filter(pl.col(table_map.unpivot.value).is_not_null())
    return cleaned


def _cleaned(name: str, nulls: list[str]) -> pl.Expr:
    stripped = pl.col(name).str.strip_chars()
    return pl.when(stripped.is_in(["", *nulls])).then(None).otherwise(stripped).alias(name)


def _default_rule(spec: ColumnSpec, table_map: TableMap) -> ColumnRule | None:
    if table_map.undated and spec.name == "valid_from":
        return ColumnRule(constant=UNDATED.isoformat())
    return ColumnRule(constant=spec.default) if spec.default is not None else None


def _text(rows: pl.DataFrame, rule: ColumnRule, exported_date: dt.date) -> tuple[pl.Series, pl.Series | None]:
    """A canonical column as text, and where a value map applies, which rows it knew."""
    if rule.constant is not None:
        return pl.repeat(rule.constant, rows.height, dtype=pl.String, eager=True), None
    if rule.stamp:
        return pl.repeat(exported_date.isoformat(), rows.height, dtype=pl.String, eager=True), None
    if len(rule.sources) == 1:
        text = rows[rule.sources[0]]
    else:
        text = rows.select(pl.concat_str(rule.sources, separator=rule.join)).to_series()
    if rule.nulls:
        text = text.set(text.is_in(rule.nulls), None)
    if rule.extract:
        text = text.str.extract(rule.extract, 1)
    if rule.as_text:
        text = _moment(text, rule.formats or MOMENT_FORMATS, rule.zone).dt.to_string(rule.as_text)
    if rule.transform:
        text = TRANSFORMS[rule.transform](text)
    if rule.pad:
        text = text.str.zfill(rule.pad)
    if rule.prefix:
        text = rule.prefix + text
    known = None
    if rule.values is not None:
        if rule.otherwise is None:
            known = text.is_null() | text.is_in(list(rule.values))
        default = text if rule.otherwise == "keep" else rule.otherwise
        mapped = pl.DataFrame([text.alias("text")]).select(
            pl.col("text").replace_strict(
                list(rule.values), list(rule.values.values()), default=default, return_dtype=pl.String
            )
        )
        text = mapped.to_series().set(text.is_null(), None)
    return text, known


def _typed(text: pl.Series, spec: ColumnSpec, rule: ColumnRule | None) -> pl.Series:
    """Text parsed into the contract's type; null where it cannot be."""
    match spec.kind:
        case "person" | "text":
            return text
        case "date":
            dates = _dates(text, (rule.formats if rule else []) or DATE_FORMATS)
            return dates.dt.offset_by(f"{rule.plus_days}d") if rule and rule.plus_days else dates
        case "moment":
            return _moment(text, (rule.formats if rule else []) or MOMENT_FORMATS, rule.zone if rule else "UTC")
        case "flag":
            folded = text.str.to_lowercase()
            return folded.replace_strict(
                [*TRUE, *FALSE], [True] * len(TRUE) + [False] * len(FALSE), default=None, return_dtype=pl.Boolean
            )
        case "whole":
            plain = text.str.strip_suffix(".0")
            return plain.cast(pl.Int32, strict=False)
        case _:
            return _decimal(text, spec, rule)


def _dates(text: pl.Series, formats: list[str]) -> pl.Series:
    if text.null_count() == len(text):
        return pl.Series(text.name, [None] * len(text), dtype=pl.Date)
    columns = [
        text.str.to_datetime(fmt, strict=False, time_unit="us").dt.date()
        if re.search(r"%[HIMST]", fmt)
        else text.str.to_date(fmt, strict=False)
        for fmt in formats
    ]
    return _first(columns)


def _moment(text: pl.Series, formats: list[str], zone: str) -> pl.Series:
    """UTC moments without a zone of their own, in microseconds. Text without an offset is in `zone`."""
    if text.null_count() == len(text):
        return pl.Series(text.name, [None] * len(text), dtype=pl.Datetime("us"))
    columns = []
    for fmt in formats:
        if not re.search(r"%[HIMSTc+sfR]", fmt):
            column = text.str.to_date(fmt, strict=False).cast(pl.Datetime("us"))
        else:
            column = text.str.to_datetime(fmt, strict=False, time_unit="us")
        if column.dtype.time_zone is None and zone != "UTC":  # type: ignore[attr-defined]
            column = column.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        if column.dtype.time_zone is not None:  # type: ignore[attr-defined]
            column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        columns.append(column)
        if column.null_count() == text.null_count():
            break
    return _first(columns)


def _first(columns: list[pl.Series]) -> pl.Series:
    result = columns[0]
    for column in columns[1:]:
        result = result.zip_with(result.is_not_null(), column)
    return result


def _decimal(text: pl.Series, spec: ColumnSpec, rule: ColumnRule | None) -> pl.Series:
    dtype = pl.Decimal(*(int(part) for part in re.findall(r"\d+", spec.sql_type)))
    if rule and rule.decimal == ",":
        text = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    numbers = text.cast(dtype, strict=False)
    if rule and rule.multiply is not None:
        product = (numbers.cast(pl.Float64) * float(rule.multiply)).round(dtype.scale)
        numbers = product.cast(dtype, strict=False)
    return numbers


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


def _broken_rules(good: pl.DataFrame, contract: ContractTable) -> pl.DataFrame:
    """A finding for every contract rule that a row breaks. `good` has no two equal rows."""
    names = [spec.name for spec in contract.columns]
    failure = contract.schema.filter(good.select(names))[1]
    if not len(failure):
        return pl.DataFrame(schema=FINDING_SCHEMA)
    details = failure.details()
    rules = [name for name in details.columns if name not in names]
    broken = (
        good.join(details, on=names, how="inner", nulls_equal=True)
        .unpivot(on=rules, index=[INDEX, ROW], variable_name="rule", value_name="verdict")
        .filter(pl.col("verdict").cast(pl.String) == "invalid")
    )
    column, rule = pl.col("rule").str.split("|").list.first(), pl.col("rule").str.split("|").list.last()
    return broken.select(
        INDEX,
        ROW,
        pl.when(column != rule).then(column).alias("column_name"),
        rule.replace(REASONS).str.replace_all("_", " ").alias("reason"),
        pl.lit(None, dtype=pl.String).alias("shape"),
    )


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
