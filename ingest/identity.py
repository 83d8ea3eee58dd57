"""Identifiers out, tokens in: the step after which no row outside the identity tables names a person.

Here: tokens for person columns, and the two halves of an identifier row. Not here: who is who. That is resolved in the
build, from the identity map of all accepted loads, so that the order in which systems deliver does not matter.
"""

import polars as pl

from ingest.column_map import TableMap
from ingest.contracts import ContractTable
from ingest.home import Namespaces
from ingest.new_load import TableRows, stored_columns
from ingest.parse import QUARANTINED_SCHEMA, Parsed
from ingest.pseudonyms import Pseudonyms
from ingest.readers import ROW


def tokenised(
    frame: pl.DataFrame, table: ContractTable, table_map: TableMap, namespaces: Namespaces, pseudonyms: Pseudonyms
) -> pl.DataFrame:
    """Person columns as tokens of the kind that the map says they hold, and so are keys made of a person's id.

    Identity tables keep the clear text beside.
    """
    if frame.is_empty() and not table.is_identity:
        return frame
    if table.is_identity:
        return _with_tokens(frame, namespaces, pseudonyms)
    columns = []
    for name in table.persons:
        if name in frame.columns:
            rule = table_map.columns.get(name)
            kind = rule.by if rule else "id"
            columns.append(pseudonyms.tokens(frame[name], kind, namespaces.of(kind)).alias(name))
    for name, rule in table_map.columns.items():
        if rule.names_person and name in frame.columns and name not in table.persons:
            columns.append(pseudonyms.tokens(frame[name], "key", namespaces.ids).alias(name))
    return frame.with_columns(columns)


def _with_tokens(frame: pl.DataFrame, namespaces: Namespaces, pseudonyms: Pseudonyms) -> pl.DataFrame:
    if "kind" not in frame.columns or "value" not in frame.columns:
        return frame
    nothing = tokens = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    for kind in frame["kind"].unique().to_list():
        of_kind = frame["kind"] == kind
        values = frame["value"].zip_with(of_kind, nothing)
        tokens = tokens.zip_with(~of_kind, pseudonyms.tokens(values, kind, namespaces.of(kind)))
    worker_key = pseudonyms.tokens(frame["worker_id"], "id", namespaces.ids).alias("worker_key")
    return frame.with_columns(worker_key, tokens.alias("value_token"))


def merged(
    parsed: list[tuple[TableMap, Parsed]],
    removed: list[tuple[TableMap, pl.DataFrame]],
    namespaces: Namespaces,
    pseudonyms: Pseudonyms,
    unplaced: list[tuple[int, str]],
) -> list[TableRows]:
    """The file's rows by canonical table, tokens in place, unique in the key also where two entries fill one table.

    Keys that the file takes back leave its own rows, too. Lines that no reader could place belong to no table's key: with
    one of them a snapshot ends nobody.
    """
    result: list[TableRows] = []
    for name in dict.fromkeys(table_map.table for table_map, _ in parsed):
        parts = [(table_map, part) for table_map, part in parsed if table_map.table == name]
        table = parts[0][1].table
        valid = _stacked([tokenised(part.valid, table, one, namespaces, pseudonyms) for one, part in parts])
        held_back = _stacked([tokenised(part.held_back, table, one, namespaces, pseudonyms) for one, part in parts])
        quarantined = _stacked([part.quarantined for _, part in parts])
        n_quarantined = sum(part.n_quarantined_rows for _, part in parts)
        if len(parts) > 1 and valid.select(pl.struct(table.keys).is_duplicated().any()).item():
            valid = valid.unique(subset=[column for column, _ in stored_columns(table)], maintain_order=True)
            clashing = valid.filter(pl.struct(table.keys).is_duplicated())
            if clashing.height:
                valid = valid.join(clashing.select(table.keys).unique(), on=list(table.keys), how="anti")
                held_back = pl.concat([held_back, clashing.select(held_back.columns)]).unique()
                quarantined = pl.concat([quarantined, _clashes(clashing)])
                n_quarantined += clashing.height
        taken_back = [tokenised(keys, table, one, namespaces, pseudonyms) for one, keys in removed if one.table == name]
        if taken_back:
            valid = valid.join(
                _stacked(taken_back).select(table.keys), on=list(table.keys), how="anti", maintain_order="left"
            )
        if unplaced and not result:
            quarantined = pl.concat([quarantined, _unplaced(unplaced)])
            n_quarantined += len(unplaced)
        result.append(
            TableRows(
                table=table,
                valid=valid,
                held_back=held_back,
                quarantined=quarantined,
                removed=_stacked(taken_back) if taken_back else None,
                n_read=sum(part.n_read for _, part in parts),
                n_quarantined=n_quarantined,
                n_duplicates=sum(part.n_duplicates for _, part in parts),
                ends_known=not unplaced and not any(part.n_unkeyed for _, part in parts),
            )
        )
    return result


def _stacked(frames: list[pl.DataFrame]) -> pl.DataFrame:
    return frames[0] if len(frames) == 1 else pl.concat(frames)


def _clashes(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        ROW,
        pl.lit(None, dtype=pl.String).alias("column_name"),
        pl.lit("the key stands twice with different values").alias("reason"),
        pl.lit(None, dtype=pl.String).alias("shape"),
    )


def _unplaced(lines: list[tuple[int, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            ROW: [line for line, _ in lines],
            "column_name": [None] * len(lines),
            "reason": [reason.replace("_", " ") for _, reason in lines],
            "shape": [None] * len(lines),
        },
        schema=QUARANTINED_SCHEMA,
    )
