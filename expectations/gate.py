"""The gates: measures pushed down to DuckDB, suites judged by Great Expectations, findings without personal values.

Here: the only code that imports Great Expectations, and only once it is called (its import takes about six seconds).
Not here: thresholds (`suites/`), what is measured (`measures/`), what follows from a finding (`ingest.loads`,
orchestration).

A measure is a small table: one row a load, a table, a column or a metric, with counts and ratios. Expectations are over
measures, so nothing they return can be a person's value.
"""

import datetime as dt
import operator
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from expectations.attacked import NOTHING, Handing, attack_counts, attack_releases
from expectations.attacked_nests import attack_nests
from ingest.contracts import CONTRACTS

HERE = Path(__file__).parent
SCHEMA = "gate"


@dataclass(frozen=True)
class Finding:
    """One expectation that one subject (a load's table, a metric of a release) does not meet."""

    suite: str
    expectation: str
    subject: dict[str, Any]
    observed: str
    expected: str
    reason: str

    def sentence(self) -> str:
        """The finding as one line: where, what was seen, what was expected."""
        where = ", ".join(f"{name} {value}" for name, value in self.subject.items() if name != "load_seq")
        return f"{self.expectation.replace('_', ' ')}: {where}: {self.observed}, expected {self.expected}"


@dataclass(frozen=True)
class Verdict:
    """What one gate found, and how many expectations it held."""

    suite: str
    n_expectations: int
    findings: list[Finding]
    seconds: float
    # what else was measured and belongs in the manifest
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not self.findings

    def failed_loads(self) -> dict[int, list[Finding]]:
        """Findings by load."""
        by_load: dict[int, list[Finding]] = {}
        for finding in self.findings:
            by_load.setdefault(int(finding.subject["load_seq"]), []).append(finding)
        return by_load


@cache
def read_suite(name: str) -> dict[str, list[dict[str, Any]]]:
    """A suite's expectations by measure, as written in `suites/<name>.yml`."""
    content: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "suites" / f"{name}.yml").read_text())
    return content


def judge_loads(connection: duckdb.DuckDBPyConnection, succession: Mapping[str, str] | None = None) -> Verdict:
    """Gate 1: the loads that wait in the raw store, each against what came before it. Rows must be committed.

    `succession` names the newest system of the line of migrations that a source belongs to, where it belongs to one.
    """
    _measure(connection, "loads")
    _create_measure(connection, "matches", _matches_query(connection))
    _create_measure(connection, "overlaps", _overlaps_query(connection, succession or {}))
    return _judge(connection, "loads", index=("load_seq", "table_name", "column_name"))


def judge_marts(connection: duckdb.DuckDBPyConnection, last_release: Path | None) -> Verdict:
    """Gate 2: the marts of a build (opened for writing), against the last release's people file where there is one."""
    if last_release is not None:
        connection.execute(f"attach '{str(last_release).replace(chr(39), chr(39) * 2)}' as last_release (read_only)")
    try:
        _measure(connection, "marts", with_last=last_release is not None)
        return _judge(connection, "marts", index=("subject",))
    finally:
        if last_release is not None:
            connection.execute("detach last_release")


def judge_release(connection: duckdb.DuckDBPyConnection, handing: Handing | None = None) -> Verdict:
    """Gate 3: what the views of a build would hand out, and what somebody could work out from it.

    `handing` is None where leadership gets nothing new, and there is nothing to attack.
    """
    _measure(connection, "release")
    attacks, figures = NOTHING, dict[str, Any]()
    if handing is not None:
        attacks, figures = attack_counts(connection, [day for day, kind in handing.stands if kind == "outcome"])
        nested, in_nests = attack_nests(connection, handing.stands)
        told, more = attack_releases(connection, handing)
        attacks, figures = pl.concat([attacks, nested, told]), figures | in_nests | more
    connection.register("attacks", attacks)
    _create_measure(connection, "attacks", "select * from attacks")
    connection.unregister("attacks")
    return replace(_judge(connection, "release", index=("subject",)), figures=figures)


def _measure(connection: duckdb.DuckDBPyConnection, gate: str, *, with_last: bool = False) -> None:
    """Make every measure of a gate. Files named `last_*` compare with the last release and are empty without one."""
    connection.execute(f"create schema if not exists {SCHEMA}")
    files = sorted((HERE / "measures" / gate).glob("*.sql"), key=lambda path: (path.stem != "load_order", path.stem))
    for path in files:
        query = path.read_text()
        if path.stem.startswith("last_") and not with_last:
            query = "select null::varchar as subject, null::double as ratio, null::double as change where false"
        _create_measure(connection, path.stem, query)


def _create_measure(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    connection.execute(f"create or replace table {SCHEMA}.{name} as {query}")


def _matches_query(connection: duckdb.DuckDBPyConnection) -> str:
    """Share of references in waiting loads that the identity map knows, as if they were all accepted."""
    connection.execute(
        f"""
        create or replace table {SCHEMA}.known_tokens as
        select distinct token from (
            select worker_id as token, load_seq from hris.workers where op <> 'd'
            union all
            select value_token, load_seq from identity.identifiers where op <> 'd'
        )
        semi join (
            select load_seq from ledger.loads where status in ('pending', 'accepted') and superseded_at is null
        ) using (load_seq)
        """
    )
    queries = ["select null::integer as load_seq, null::varchar as table_name, null::varchar as column_name, "
               "null::bigint as n_rows, null::double as matched_share where false"]  # fmt: skip
    for table in _waiting_tables(connection):
        contract = CONTRACTS[table]
        if contract.is_identity or table == "hris.workers":
            continue
        for column in contract.persons:
            # raters may be opaque by design; who they are matters to no number yet
            if column == "rater_id":
                continue
            queries.append(
                f"""
                select log.load_seq, '{table}', '{column}', count(*), count(known.token) / count(*)
                from {contract.raw_name} as log
                inner join gate.load_order using (load_seq)
                inner join ledger.feeds on load_order.feed_id = feeds.feed_id
                left join {SCHEMA}.known_tokens as known on log.{column} = known.token
                where log.{column} is not null and log.op <> 'd' and feeds.identity = 'person'
                    -- a company that delivers no people has nobody whom they could match
                    and exists (from {SCHEMA}.known_tokens)
                group by log.load_seq
                """
            )
    return " union all ".join(queries)


def _overlaps_query(connection: duckdb.DuckDBPyConnection, succession: Mapping[str, str]) -> str:
    """Keys of waiting loads that another feed tells too; only tables that several feeds of people fill are read.

    A system may tell what the one that it continues has told: the build divides them by the day of the cut-over.
    """
    connection.execute(f"create or replace table {SCHEMA}.succession (source varchar, heir varchar)")
    if succession:
        connection.executemany(f"insert into {SCHEMA}.succession values (?, ?)", list(succession.items()))
    queries = ["select null::integer as load_seq, null::varchar as table_name, null::bigint as n_clashing where false"]
    shared = {
        name
        for (name,) in connection.execute(
            "select table_name from ledger.feed_tables group by table_name having count(distinct feed_id) > 1"
        ).fetchall()
    }
    for table in _waiting_tables(connection):
        contract = CONTRACTS[table]
        if table not in shared or contract.is_identity:
            continue
        keys = ", ".join(contract.keys)
        queries.append(
            f"""
            select load_seq, '{table}', count(*) from (
                select distinct log.load_seq, {keys}
                from {contract.raw_name} as log inner join gate.load_order using (load_seq)
                semi join (
                    select {keys} from {contract.raw_name} as log
                    inner join ledger.loads using (load_seq)
                    left join {SCHEMA}.succession using (source)
                    where loads.status in ('pending', 'accepted') and loads.superseded_at is null and op <> 'd'
                    group by {keys}
                    having count(distinct coalesce(heir, source)) > 1 or count(distinct log.feed_id) > count(distinct source)
                ) using ({keys})
                where op <> 'd'
            ) group by load_seq
            """
        )
    return " union all ".join(queries)


def _waiting_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select distinct table_name from ledger.load_tables semi join gate.load_order using (load_seq) order by 1"
    ).fetchall()
    return [name for (name,) in rows]


@contextmanager
def _lent_datasource(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[tuple[Any, Any]]:
    """Great Expectations on the lent connection: (its module, the datasource). Nothing stays borrowed."""
    import os
    import warnings

    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        from expectations.datasource import LENT, DuckDBDatasource

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        LENT[name] = connection
        datasource = DuckDBDatasource(name=name, connection_string="duckdb://")
        context._add_fluent_datasource(datasource=datasource)
        try:
            yield gx, datasource
        finally:
            datasource.give_back()


def _judge(connection: duckdb.DuckDBPyConnection, suite: str, index: tuple[str, ...]) -> Verdict:
    started = dt.datetime.now(dt.UTC)
    expectations = read_suite(suite)
    findings: list[Finding] = []
    with _lent_datasource(connection, f"gate_{suite}") as (gx, datasource):
        for table, checks in expectations.items():
            columns = {name for (name, *_) in connection.execute(f"describe {SCHEMA}.{table}").fetchall()}
            subject = [name for name in index if name in columns]
            findings += _validate(gx, datasource, connection, (suite, table, checks), subject)
    seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
    return Verdict(suite, sum(len(checks) for checks in expectations.values()), findings, seconds)


def _validate(
    gx: Any,
    datasource: Any,
    connection: duckdb.DuckDBPyConnection,
    of: tuple[str, str, list[dict[str, Any]]],
    subject: list[str],
) -> list[Finding]:
    suite_name, table, checks = of
    asset = datasource.add_table_asset(table, table_name=table, schema_name=SCHEMA)
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    suite = gx.ExpectationSuite(name=f"{suite_name}.{table}", expectations=[_expectation(gx, check) for check in checks])
    results = batch.validate(
        suite,
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": subject,
            "exclude_unexpected_values": True,
            "partial_unexpected_count": 1000,
            "return_unexpected_index_query": False,
        },
    )
    findings = []
    by_name = {check["name"]: check for check in checks}
    for result in results.results:
        if result.success:
            continue
        check = by_name[result.expectation_config.meta["name"]]
        if result.exception_info and result.exception_info.get("raised_exception"):
            raise RuntimeError(f"{suite_name}.{check['name']}: {result.exception_info['exception_message']}")
        for place in _places(result.result.get("unexpected_index_list") or [], subject):
            observed = _observed(connection, table, check["column"], place)
            findings.append(Finding(suite_name, check["name"], place, observed, _expected(check), check["reason"].strip()))
    return findings


def _expectation(gx: Any, check: dict[str, Any]) -> Any:
    arguments = {key: value for key, value in check.items() if key not in ("name", "type", "where", "reason")}
    if "where" in check:
        arguments["row_condition"] = _condition(check["where"])
    kind = "".join(part.capitalize() for part in check["type"].split("_"))
    return getattr(gx.expectations, kind)(**arguments, meta={"name": check["name"]})


def _condition(where: dict[str, Any]) -> Any:
    """`{mode: snapshot, previous_rows: {at_least: 50}}` as a row condition.

    Built of GX's own conditions: of a condition written as text, its parser silently keeps the first comparison only.
    """
    from great_expectations.expectations.row_conditions import Column

    parts = []
    for name, value in where.items():
        if isinstance(value, dict):
            parts.append(Column(name) >= value["at_least"])
        else:
            parts.append(Column(name) == value)
    return reduce(operator.and_, parts)


def _places(index_list: list[dict[str, Any]], subject: list[str]) -> list[dict[str, Any]]:
    """GX gives the failing rows' index either row by row or column by column; here always row by row."""
    places = []
    for entry in index_list:
        columns = [entry[name] if isinstance(entry[name], list) else [entry[name]] for name in subject]
        places += [dict(zip(subject, values, strict=True)) for values in zip(*columns, strict=True)]
    return places


def _observed(connection: duckdb.DuckDBPyConnection, table: str, column: str, place: dict[str, Any]) -> str:
    where = " and ".join(f"{name} = ?" for name in place) or "true"
    row = connection.execute(f"select {column} from {SCHEMA}.{table} where {where}", list(place.values())).fetchone()
    value = row[0] if row else None
    return f"{column} {value:.4g}" if isinstance(value, float) else f"{column} {value}"


def _expected(check: dict[str, Any]) -> str:
    if "value_set" in check:
        return f"one of {', '.join(map(str, check['value_set']))}"
    low, high = check.get("min_value"), check.get("max_value")
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"
