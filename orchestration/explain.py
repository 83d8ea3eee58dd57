"""One person's case for promotion as a page: criteria, evidence, gaps, and what is on offer to close them.

Here: `fairlead explain`. It reads the current release alone; names are looked up in the raw identity tables while reading
and written nowhere. Every look is a line of the access log (`access_log`). The page supports a human decision and makes
none. Not here: how a case is judged (dbt `models/core/readiness`).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import duckdb

from ingest.home import ConfigurationError, Home
from ingest.persons import find_person
from ingest.pseudonyms import open_pseudonyms
from ingest.raw_store import open_raw_store
from orchestration.access_log import write_look
from orchestration.publication import Release, read_current
from orchestration.readiness_words import BANDS, KNOWLEDGE, RULES, STATUSES

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A person's case for the next level on one track, as rows of the release."""

    readiness: Row
    criteria: list[Row]
    evidence: list[Row]
    activities: dict[str, list[str]]


def explain(home: Home, written: str, as_of: dt.date | None, source: str | None, by: str, now: dt.datetime) -> str:
    """The page of the person meant by a worker key or an id of the HRIS. ConfigurationError where there is no case.

    A line of the access log is on disk before the page is given.
    """
    release = read_current(home)
    if release is None:
        raise ConfigurationError("nothing is published yet; run `fairlead refresh`.")
    keys, name = _read_person(home, written, source)
    cases = _read_cases(release, keys, as_of)
    write_look(home, release.release_id, by, now, worker_key=cases[0].readiness["worker_key"])
    return "\n".join(page(cases, name, release.release_id))


def _read_person(home: Home, written: str, source: str | None) -> tuple[list[str], str | None]:
    """All ids of the person, and the newest name that the identity tables tell."""
    pseudonyms = open_pseudonyms(home)
    with open_raw_store(home.raw, read_only=True) as raw:
        person = find_person(raw, home.read_configuration(), pseudonyms, written, source)
        keys = sorted(person.ids)
        found = raw.execute(
            """
            select value from identity.identifiers
            where list_contains(?, worker_key) and kind in ('display_name', 'name') and value is not null
            order by kind = 'display_name' desc, valid_from desc nulls last, load_seq desc limit 1
            """,
            [keys],
        ).fetchone()
    return keys, found[0] if found else None


def _read_cases(release: Release, keys: list[str], as_of: dt.date | None) -> list[Case]:
    with duckdb.connect(str(release.path / "people.duckdb"), read_only=True) as people:
        days = [day for (day,) in people.execute("select distinct as_of from promotion_readiness order by 1").fetchall()]
        chosen = [day for day in days if as_of is None or day <= as_of][-1:]
        if not chosen:
            told = ", ".join(map(str, days)) or "none, for no ladder is loaded or nobody has a level and a track"
            raise ConfigurationError(f"--as-of: there is no case as of {as_of or 'any day'}; the release has {told}.")
        # what was known then goes before what is known of then
        readiness = _rows(
            people,
            """
            select * from promotion_readiness where as_of = ? and list_contains(?, worker_key)
            qualify row_number() over (partition by target_track order by knowledge) = 1
            order by is_track_change, target_track
            """,
            [*chosen, keys],
        )
        if not readiness:
            raise ConfigurationError(
                f"this person has no case as of {chosen[0]}: not employed on that day, without level or track, or no ladder "
                "leads on from there. `fairlead query` on dim_worker says which."
            )
        activities: dict[str, list[str]] = {}
        for one in _rows(people, "select competency_id, activity_type from competency_activities order by all", []):
            activities.setdefault(one["competency_id"], []).append(one["activity_type"].replace("_", " "))
        return [_read_case(people, one, activities) for one in readiness]


def _read_case(people: duckdb.DuckDBPyConnection, readiness: Row, activities: dict[str, list[str]]) -> Case:
    names = ("worker_key", "as_of", "knowledge", "target_track")
    where = " and ".join(f"facts.{name} = ?" for name in names)
    values = [readiness[name] for name in names]
    competency = "(select any_value(competency) from ladder_criteria as l where l.competency_id = facts.competency_id)"
    criteria = f"select *, {competency} as competency from promotion_criteria as facts where {where} order by criterion_id"
    evidence = f"select * from promotion_evidence as facts where {where} order by criterion_id, observed_on desc, measure"
    return Case(readiness, _rows(people, criteria, values), _rows(people, evidence, values), activities)


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: list[Any]) -> list[Row]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def page(cases: list[Case], name: str | None, release_id: str) -> list[str]:
    """The lines of a person's page, their own track first."""
    first = cases[0].readiness
    lines = [
        f"{name or 'Name not known'} ({first['worker_key']})",
        f"As of {first['as_of']}, {KNOWLEDGE[first['knowledge']]}. Release {release_id}.",
        "Evidence for people who decide. It decides nothing, and compares nobody with anybody.",
    ]
    for case in cases:
        lines += ["", *_told(case)]
    return lines


def _told(case: Case) -> list[str]:
    one = case.readiness
    track = f"{one['target_track']}, the track aimed at" if one["is_track_change"] else f"{one['target_track']}, own track"
    title = f"Level {one['target_level']} ({track}): {BANDS[one['band']]}"
    lines = [title, "-" * len(title), f"{one['n_met']} of {one['n_criteria']} criteria met. Rules of {one['rule_version']}."]
    if one["ready_since"]:
        lines.append(f"All that is required has been met since {one['ready_since']}.")
    if one["is_stale"]:
        newest = f"the newest is of {one['last_evidence_on']}" if one["last_evidence_on"] else "there is none at all"
        lines.append(f"Stale: no evidence of the last twelve months; {newest}.")
    lines += ["", "Criteria", *(f"  {_criterion(row)}" for row in case.criteria)]
    lines += ["", "Evidence", *(f"  {_piece(row)}" for row in case.evidence if row["rule"] != "months_in_level")]
    if lines[-1] == "Evidence":
        lines.append("  none")
    met_groups = {row["one_of_group"] for row in case.criteria if row["criterion_status"] == "met"} - {None}
    gaps = [row for row in case.criteria if row["criterion_status"] != "met" and row["one_of_group"] not in met_groups]
    lines += ["", "Next steps on offer", *(f"  {_step(row, case.activities)}" for row in gaps)]
    if not gaps:
        lines.append("  nothing is missing")
    return lines


def _criterion(row: Row) -> str:
    title, unit, _ = RULES[row["rule"]]
    competency = f" in {row['competency']}" if row["competency"] else ""
    least = f" at {row['threshold']:g} or above" if row["needed"] != row["threshold"] else ""
    needed = f"{row['measure']:g} of {row['needed']:g} {unit}{least}"
    group = f"; one of the group “{row['one_of_group']}” is enough" if row["one_of_group"] else ""
    when = f", on {row['met_on']}" if row["met_on"] else ""
    expired = f"; {row['n_expired']} expired" if row["n_expired"] else ""
    lacks = "" if row["has_attester"] else "; nobody can attest it: there is no manager"
    status = STATUSES[row["criterion_status"]]
    return f"{status:<12}{row['criterion_id']}  {title}{competency}: {needed}{when}{expired}{group}{lacks}"


def _piece(row: Row) -> str:
    counts = "expired" if row["counts"] is None else f"counts {row['counts']:g}" if row["counts"] else "does not count"
    until = f", until {row['expires_on']}" if row["expires_on"] and row["counts"] is not None else ""
    load = f"load {row['load_seq']} of {row['source']}, known since {row['loaded_at']:%Y-%m-%d}" if row["load_seq"] else ""
    told = f"{row['criterion_id']}  {row['observed_on']}  {row['measure']:g}  {counts}{until}"
    return f"{told}  {row['evidence_table']}  {load}".rstrip()


def _step(row: Row, activities: dict[str, list[str]]) -> str:
    title, unit, hint = RULES[row["rule"]]
    offers = activities.get(row["competency_id"] or "", [])
    does = f"{row['competency']} is developed by {', '.join(offers)}" if offers else hint
    planned = "in an open plan" if row["has_open_plan_item"] else "in no open plan"
    return (
        f"{row['criterion_id']}  {title}: {row['missing']:g} more {unit}; {does} "
        f"(usually {row['lead_months']} months; {planned})"
    )
