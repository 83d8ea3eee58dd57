"""Which of a file's rows speak of a table, and how: filtered by the map's conditions, made long where it says so.

Here: a feed's frame of strings in, the rows of one entry of the map out, with an index of their own. Not here: what the
strings mean (`parse`).
"""

import polars as pl

from ingest.column_map import FeedMap, TableMap, Unpivot
from ingest.conditions import holds
from ingest.readers import ROW, RawTable

# One file row may give several canonical ones (unpivot), so rows are counted by an index of their own.
INDEX = "__index"


def resolved(table_map: TableMap, raw: RawTable) -> TableMap:
    """The map for this file: patterns as its columns, and the time zones that its own header states."""
    rules = {name: rule.resolved(raw.frame.columns) for name, rule in table_map.columns.items()}
    for name, rule in rules.items():
        zones = {raw.zones[source] for source in rule.sources if source in raw.zones}
        if len(zones) == 1:
            rules[name] = rule.model_copy(update={"zone": zones.pop()})
    latest = table_map.latest
    if latest:
        latest = latest.model_copy(update={"by": latest.by.resolved(raw.frame.columns)})
    return table_map.model_copy(update={"columns": rules, "latest": latest})


def source_rows(raw: RawTable, feed: FeedMap, table_map: TableMap, first_index: int = 0) -> pl.DataFrame:
    """The feed's rows for this table: blanks and declared nulls as null, filtered, and long where the map unpivots."""
    names = [name for name in raw.frame.columns if name != ROW]
    melted = table_map.unpivot.melted(names) if table_map.unpivot else []
    beside = {name: table_map.unpivot.companions(name, names) for name in melted} if table_map.unpivot else {}
    companions = [companion for found in beside.values() for companion in found.values() if companion]
    wanted = dict.fromkeys([*table_map.source_columns, *melted, *companions])
    rows = raw.cleaned(wanted, feed.nulls).lazy()
    if table_map.where:
        rows = rows.filter(holds(table_map.where, set(table_map.where) - table_map.made_columns))
    if table_map.unpivot:
        index = [ROW, *(name for name in wanted if name not in melted)]
        if table_map.unpivot.beside:
            rows = _unpivoted_beside(rows, index, beside, table_map.unpivot)
        else:
            rows = rows.unpivot(
                on=melted, index=index, variable_name=table_map.unpivot.name, value_name=table_map.unpivot.value
            )
        if table_map.unpivot.value in {name for rule in table_map.columns.values() for name in rule.sources}:
            rows = rows.filter(pl.col(table_map.unpivot.value).is_not_null())
        rows = rows.filter(holds(table_map.where, table_map.made_columns))
    return rows.with_row_index(INDEX, offset=first_index).collect()


def _unpivoted_beside(
    rows: pl.LazyFrame, index: list[str], beside: dict[str, dict[str, str | None]], unpivot: Unpivot
) -> pl.LazyFrame:
    """Each item with the columns that stand beside it."""
    if not beside:
        made = (unpivot.name, unpivot.value, *unpivot.beside)
        return rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in made).clear()
    return pl.concat(
        rows.select(
            *index,
            pl.lit(item).alias(unpivot.name),
            pl.col(item).alias(unpivot.value),
            *(
                (pl.col(column) if column else pl.lit(None, dtype=pl.String)).alias(alias)
                for alias, column in companions.items()
            ),
        )
        for item, companions in beside.items()
    )
