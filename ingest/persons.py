"""Who is meant by a worker key or an id, and everything by which the raw store knows that person.

Here: ids that belong together, and the identifiers kept in clear. Not here: erasing (`erasure`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import duckdb
import polars as pl

from ingest.contracts import CONTRACTS
from ingest.home import Configuration, ConfigurationError
from ingest.pseudonyms import Pseudonyms
from ingest.raw_store import lent
from ingest.tombstone import subjects


class NobodyMeant(ConfigurationError):
    """An identifier that means nobody, or several people. Says so without repeating it."""


@dataclass(frozen=True)
class Person:
    """Everything by which the raw store knows one person: tokens of ids, and identifiers as they were written.

    `elsewhere` are tokens made of the same identifiers by sources that name no persons: nothing links them but the text.
    """

    ids: frozenset[str]
    elsewhere: frozenset[str] = frozenset()
    written: frozenset[str] = field(repr=False, default=frozenset())


@dataclass(frozen=True)
class Links:
    """Which ids belong to one person, as the identity tables say: a former id leads to the person of today."""

    neighbours: dict[str, set[str]]
    # former ids that several people claim, with the claimants
    shared: dict[str, set[str]]

    def ids_of(self, token: str) -> frozenset[str]:
        """All ids of the person who has this one."""
        found, waiting = {token}, [token]
        while waiting:
            new = self.neighbours.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return frozenset(found | {value for value, owners in self.shared.items() if owners <= found})


def read_links(raw: duckdb.DuckDBPyConnection) -> Links:
    """Links between ids, from every word that was ever heard of former and further ids."""
    owners: dict[str, set[str]] = defaultdict(set)
    for value, worker_key in raw.execute(
        """
        select distinct value_token, worker_key from identity.identifiers
        where kind in ('id', 'alias') and value_token <> worker_key
        """
    ).fetchall():
        owners[value].add(worker_key)
    neighbours: dict[str, set[str]] = defaultdict(set)
    for value, [owner] in ((value, found) for value, found in owners.items() if len(found) == 1):
        neighbours[value].add(owner)
        neighbours[owner].add(value)
    return Links(neighbours, {value: found for value, found in owners.items() if len(found) > 1})


def find_person(
    raw: duckdb.DuckDBPyConnection, configuration: Configuration, pseudonyms: Pseudonyms, written: str, source: str | None
) -> Person:
    """Whom a worker key, or an id as a source writes it, means. NobodyMeant where that is nobody, or several people."""
    if source is not None and source not in configuration.sources:
        raise ConfigurationError(f"sources.yml declares no source {source}; it has {', '.join(configuration.sources)}")
    chosen = [source] if source else [name for name, one in configuration.sources.items() if one.identity == "person"]
    starts = {written, *(pseudonyms.token(written, "id", configuration.namespaces(name).ids) for name in chosen)}
    links, known = read_links(raw), _known(raw, starts)
    people = {links.ids_of(owner) for token in known for owner in links.shared.get(token, {token})}
    if not people:
        raise NobodyMeant(
            "nobody is known by that key or id. Give the worker key, or the id as the HRIS writes it; a name, an e-mail or "
            "a login of another system is none."
        )
    if len(people) > 1:
        spaces = ", ".join(sorted({one.ids for one in configuration.sources.values()}))
        raise NobodyMeant(
            f"that means {len(people)} people. Give the worker key, or with --source whose id it is (id spaces: {spaces})"
        )
    [ids] = people
    [person] = _described(raw, configuration, pseudonyms, [ids])
    return person if written in known else replace(person, written=person.written | {written})


def people_of(
    raw: duckdb.DuckDBPyConnection, configuration: Configuration, pseudonyms: Pseudonyms, worker_keys: Iterable[str]
) -> list[Person]:
    """The people who have these worker keys, each once."""
    links = read_links(raw)
    return _described(raw, configuration, pseudonyms, sorted({links.ids_of(key) for key in worker_keys}, key=sorted))


def _described(
    raw: duckdb.DuckDBPyConnection, configuration: Configuration, pseudonyms: Pseudonyms, people: list[frozenset[str]]
) -> list[Person]:
    """People by their ids, with the identifiers that the identity tables keep in clear."""
    told: dict[str, set[tuple[str, str, bool]]] = defaultdict(set)
    wanted = pl.DataFrame({"worker_key": [one for ids in people for one in ids]}, schema={"worker_key": pl.String})
    with lent(raw, "wanted", wanted):
        for worker_key, worker_id, kind, value, is_own in raw.execute(
            """
            select distinct worker_key, worker_id, kind, value, value_token in (
                select value_token from identity.identifiers group by 1 having count(distinct worker_key) = 1
            )
            from identity.identifiers semi join wanted using (worker_key) where value is not null
            """
        ).fetchall():
            told[worker_key] |= {("id", worker_id, True), (kind, value, is_own)}
    nameless = [configuration.namespaces(name) for name, one in configuration.sources.items() if one.identity != "person"]
    found = []
    for ids in people:
        identifiers = set().union(*(told[one] for one in ids))
        elsewhere = {
            pseudonyms.token(text, kind, spaces.of(kind))
            for kind, text, is_own in identifiers
            if is_own
            for spaces in nameless
        }
        found.append(Person(ids, frozenset(elsewhere), frozenset(text for _, text, _ in identifiers)))
    return found


def _known(raw: duckdb.DuckDBPyConnection, tokens: set[str]) -> set[str]:
    """Which tokens some row is about, or were erased before."""
    asked = pl.DataFrame({"token": sorted(tokens)})
    columns = [(table.raw_name, name) for table in CONTRACTS.values() for name in subjects(table)]
    columns += [("identity.identifiers", "value_token"), ("ledger.erased_tokens", "token")]
    with lent(raw, "asked", asked):
        found = raw.execute(
            " union ".join(
                f"select token from asked semi join {table} as t on asked.token = t.{name}" for table, name in columns
            )
        ).fetchall()
    return {token for (token,) in found}
