"""What is asked of every release: it is whole, it tells the same people as the files, and it names none of them.

Here: a release to read, and the promises that hold for every data set. Not here: what the figures should be (`oracle`).
"""

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from ingest.contracts.talent import ACTIVITY_TYPES
from ingest.home import Home
from ingest.pseudonyms import Pseudonyms

from ..conftest import REPOSITORY
from .oracle import Company


@dataclass(frozen=True)
class Run:
    """How `fairlead refresh` ended."""

    exit_code: int
    outcome: dict[str, Any]


@dataclass
class Published:
    """A refreshed home and its current release."""

    home: Home
    first: Run
    again: Run
    pseudonyms: Pseudonyms
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.home.current.resolve()

    @cached_property
    def _people(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.folder / "people.duckdb"), read_only=True)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """A query on what analysts read."""
        return self._people.execute(query).fetchall()

    def key(self, worker_id: str) -> str:
        """The worker_key of an id of the source."""
        return self.pseudonyms.token(worker_id)

    def cells(self, metric: str, convention: str, segment_kind: str = "company", what: str = "value") -> dict[Any, Any]:
        """A metric's numbers where they are `ok`: (last day of the period, segment) -> number; company: day -> number."""
        found = self.rows(
            f"""
            select period_end, segment_id, {what} from metric_values
            where metric = '{metric}' and convention_id = '{convention}' and segment_kind = '{segment_kind}'
                and status = 'ok' and attribute is null
            """
        )
        return {day if segment_kind == "company" else (day, segment): number for day, segment, number in found}

    def statuses(self) -> dict[str, set[str]]:
        """Each metric's statuses, whoever reads them."""
        found: dict[str, set[str]] = {}
        for relation in ("metric_values", "leader_indicators", f"'{self.folder}/parquet/metric_values.parquet'"):
            for metric, status in self.rows(f"select distinct metric, status from {relation}"):
                found.setdefault(metric, set()).add(status)
        return found


# what a company that delivers an HRIS and nothing else does not collect
_ITEMS = {"checkin_kind": ("check_in", "coaching", "career", "contract"), "activity_type": (*ACTIVITY_TYPES[:8], "course")}


def needing(is_missing: Callable[[str], bool]) -> set[str]:
    """Metrics none of whose conventions a company can have that lacks these inputs."""
    fed: dict[str, bool] = {}
    with open(REPOSITORY / "dbt_project" / "seeds" / "metric_catalogue.csv", newline="") as handle:
        for row in csv.DictReader(handle):
            fed[row["metric"]] = fed.get(row["metric"], False) or not all(map(is_missing, row["requires"].split("|")))
    found = set()
    for metric in (name for name, is_fed in fed.items() if not is_fed):
        stem, _, kind = metric.partition(":{")
        # where nobody was rated no competency is known, and so no metric of one
        found |= {f"{stem}:{item}" for item in _ITEMS.get(kind.rstrip("}"), ())} if kind else {metric}
    return found


_BESIDE_JOBS = ("review", "succession", "positions", "is_regretted")
OTHER_DOMAINS = needing(lambda name: not name.startswith("hris.") or any(part in name for part in _BESIDE_JOBS))
# no cells of these where nobody leads and nobody has a unit
BELOW_THE_COMPANY = {"direct_reports", "team_uplift", "team_uplift_360", "advancement"}
ON_LEVELS = needing(lambda name: name.endswith(".level"))
ON_REASONS = needing(lambda name: name.endswith((".is_voluntary", ".is_regretted")))


def assert_published_whole(published: Published, n_files: int) -> None:
    """Exit code 0, every file read, nothing rejected or quarantined, three gates passed; then nothing new."""
    first, again = published.first, published.again
    assert (first.exit_code, first.outcome["status"]) == (0, "published"), first.outcome["reason"]
    assert first.outcome["files"] == {"pending": n_files}
    assert (first.outcome["rejected"], first.outcome["quarantined"], first.outcome["findings"]) == ([], 0, [])
    gates = published.manifest["gates"]
    assert sorted(gates) == ["loads", "marts", "release"]
    assert all(gate["expectations"] > 0 and gate["findings"] == 0 for gate in gates.values())
    assert (again.exit_code, again.outcome["status"]) == (0, "nothing_new")
    assert again.outcome["release"] == first.outcome["release"] == published.folder.name


def assert_not_collected(published: Published, metrics: Iterable[str]) -> None:
    """The metrics have cells of one status, no number, and no other metric has that status."""
    wanted = set(metrics)
    statuses = published.statuses()
    told = {metric for metric, found in statuses.items() if "not_collected" in found}
    assert told == wanted, told ^ wanted
    assert all(statuses[metric] == {"not_collected"} for metric in wanted)
    numbers = "coalesce(n, numerator, denominator, value, ci_low, ci_high) is not null"
    for table in ("metric_values", "leader_indicators"):
        assert published.rows(f"select count(*) from {table} where status = 'not_collected' and {numbers}") == [(0,)]
    report = (published.folder / "report" / "index.html").read_text()
    assert "not collected" in report.lower()


def assert_people_match(published: Published, company: Company, days: Iterable[dt.date]) -> None:
    """On each day every employed person stands once, with the unit, level and manager that the files tell."""
    for day in days:
        wanted = sorted(
            (published.key(name), state.unit, state.level, manager and published.key(manager))
            for name in company.employed(day)
            for state, manager in [(company.people[name].state(day), company.manager(name, day))]
        )
        found = published.rows(
            f"""
            select worker_key, org_unit_id, level, manager_key from fct_worker_month
            where month_end = date '{day}' and is_employed_at_end order by worker_key
            """
        )
        assert [row[0] for row in found] == [row[0] for row in wanted], f"{day}: people"
        n_different = sum(1 for one, other in zip(found, wanted, strict=True) if one != other)
        assert n_different == 0, f"{day}: {n_different} of {len(wanted)} people stand elsewhere"


_OWN_WORDS: set[str] = set()


def own_words() -> set[str]:
    """Words that the product itself writes: a surname such as Grant or Sales among them proves nothing."""
    if not _OWN_WORDS:
        for package in ("orchestration", "dbt_project", "ingest/maps"):
            for path in (REPOSITORY / package).rglob("*"):
                if path.suffix in {".py", ".sql", ".yml", ".csv", ".md", ".css", ".j2", ".js"}:
                    _OWN_WORDS.update(words(path.read_text()))
    return _OWN_WORDS


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{3,}", text))


def published_texts(published: Published) -> Iterable[tuple[str, str]]:
    """Every text of a release by where it stands: cells of both databases and the parquet files, comments, text files."""
    for audience in ("people", "leadership"):
        with duckdb.connect(str(published.folder / f"{audience}.duckdb"), read_only=True) as database:
            columns = database.execute(
                "select table_name, column_name, coalesce(comment, '') from duckdb_columns() where schema_name = 'main'"
            ).fetchall()
            for table, column, comment in columns:
                cells = database.execute(f'select distinct "{column}"::varchar from "{table}"').fetchall()
                yield f"{audience}.{table}.{column}", "\n".join([comment, *(cell or "" for (cell,) in cells)])
    with duckdb.connect() as memory:
        for path in sorted((published.folder / "parquet").iterdir()):
            texts = memory.execute(f"select string_agg(distinct columns(*)::varchar, chr(10)) from '{path}'").fetchone()
            yield f"parquet/{path.name}", "\n".join(text or "" for text in texts or ())
    for path in sorted(published.folder.rglob("*")):
        if path.suffix in {".html", ".json", ".csv", ".txt"}:
            yield path.name, path.read_text()


def assert_nobody_is_named(
    published: Published, names: Iterable[str], identifiers: Iterable[str], published_words: Iterable[str]
) -> None:
    """No name and no login, e-mail or number of a person stands in any published text or byte.

    `names` are looked for as whole words, but for those that the product or the company's own units and jobs
    (`published_words`) are called; `identifiers` are looked for as they stand, in cells and in bytes.
    """
    names, identifiers = list(names), [one for one in identifiers if len(one) >= 5]
    looked_for = {word for name in names for word in words(name)} - own_words() - words(" ".join(published_words))
    assert len(looked_for) > len({word for name in names for word in words(name)}) / 2, "most names can be looked for"
    assert identifiers
    identifiers = sorted({one.casefold() for one in identifiers})
    for where, text in published_texts(published):
        n_named = len(looked_for & words(text))
        assert n_named == 0, f"{where} names {n_named} people"
        folded = text.casefold()
        n_held = sum(1 for one in identifiers if one in folded)
        assert n_held == 0, f"{where} holds {n_held} identifiers"
    for path in sorted(published.folder.rglob("*")):
        if path.is_file():
            readable = b"\n".join(re.findall(rb"[ -~]{5,}", path.read_bytes())).decode().casefold()
            n_held = sum(1 for one in identifiers if one in readable)
            assert n_held == 0, f"the bytes of {path.name} hold {n_held} identifiers"


def assert_reports_match(published: Published, company: Company) -> None:
    """At each quarter's end every manager has as many direct reports as the files give, and the company the same spans."""
    by_leader = {
        (day, leader): int(n)
        for leader, day, n in published.rows(
            "select leader_key, period_end, value from leader_indicators where metric = 'direct_reports' and status = 'ok'"
        )
    }
    reports = published.cells("span_of_control", "mean_direct_reports", what="numerator")
    managers = published.cells("span_of_control", "mean_direct_reports", what="denominator")
    others = published.cells("span_of_control", "non_managers_to_managers", what="numerator")
    for day in company.quarter_ends():
        wanted = company.direct_reports(day)
        found = {leader: n for (period, leader), n in by_leader.items() if period == day}
        assert sorted(found.items()) == sorted((published.key(leader), n) for leader, n in wanted.items()), f"{day}"
        if len(wanted) > 1:
            assert (reports[day], managers[day]) == (wanted.total(), len(wanted)), f"{day}"
            assert others[day] == company.headcount(day) - len(wanted), f"{day}"
    assert by_leader, "somebody has reports"
