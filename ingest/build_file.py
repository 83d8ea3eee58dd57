"""The fresh build file that dbt fills: made anew each time, with what the run was started with.

Here: the `run` schema (parameters, migrations, confidential keys). Not here: models (dbt), what is published
(orchestration).
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from ingest.home import Configuration, Home
from ingest.pseudonyms import Pseudonyms
from ingest.raw_store import lent

# dbt names the build's database after the file, and relations are baked into the parsed manifest: one name for all.
BUILD_NAME = "build.duckdb"
FOREVER = dt.datetime(9999, 12, 31)


@dataclass(frozen=True)
class RunParameters:
    """What a build is a function of, beside loads and code."""

    as_of: dt.date
    as_known_at: dt.datetime
    history_from: dt.date | None
    # of each declared migration: the source that takes over, the one before it, from when, and the loss that is tolerated
    migrations: tuple[tuple[str, str, dt.date, float], ...] = ()


class NothingAccepted(Exception):
    """There is no accepted load, so there is nothing to build from."""


def read_parameters(
    raw: duckdb.DuckDBPyConnection, configuration: Configuration, as_known_at: dt.datetime | None
) -> RunParameters:
    """as_of is the last day that accepted HRIS loads cover; without an HRIS, that any load covers. Never the clock."""
    known_at = as_known_at or FOREVER
    row = raw.execute(
        """
        select
            -- a list of who is who covers no day
            max(cast(exported_at as date)) filter (where domain = 'hris' and table_name <> 'hris.identifiers'),
            max(cast(exported_at as date))
        from ledger.loads inner join ledger.feed_tables using (feed_id)
        where status in ('accepted', 'superseded') and loaded_at <= ? and (superseded_at is null or superseded_at > ?)
        """,
        [known_at, known_at],
    ).fetchone()
    as_of = row[0] or row[1] if row else None
    if as_of is None:
        raise NothingAccepted("no load is accepted: there is nothing to build a release from.")
    migrations = tuple(
        (new, one.source, one.from_, one.tolerated_loss) for new, one in sorted(configuration.continuations.items())
    )
    return RunParameters(as_of, known_at, configuration.policy.history_from, migrations)


def write_build_file(home: Home, raw: duckdb.DuckDBPyConnection, pseudonyms: Pseudonyms, parameters: RunParameters) -> Path:
    """A fresh `builds/build.duckdb` that holds only the `run` schema. What a killed run left there is removed."""
    path = home.builds / BUILD_NAME
    for leftover in home.builds.glob(f"{BUILD_NAME}*"):
        leftover.unlink()
    tokens = raw.sql(
        """
        select worker_id as token from hris.workers
        union select respondent_id from survey.survey_answers
        union select respondent_id from survey.survey_invitations
        union select rater_id from feedback360.feedback_ratings
        union select worker_key from identity.identifiers
        """
    ).pl()["token"]
    keys = pl.DataFrame(
        {
            "token": tokens,
            "survey_key": pseudonyms.confidential(tokens, "survey"),
            "feedback_key": pseudonyms.confidential(tokens, "feedback360"),
        }
    ).drop_nulls()
    with duckdb.connect(str(path)) as build:
        build.execute("create schema run")
        build.execute("create table run.parameters (as_of date, as_known_at timestamp, history_from date)")
        build.execute(
            "insert into run.parameters values (?, ?, ?)",
            [parameters.as_of, parameters.as_known_at, parameters.history_from],
        )
        build.execute(
            "create table run.migrations (migration varchar, old_source varchar, cut_over date, tolerated_loss double)"
        )
        if parameters.migrations:
            build.executemany("insert into run.migrations values (?, ?, ?, ?)", parameters.migrations)
        with lent(build, "keys", keys):
            build.execute("create table run.confidential_keys as select * from keys order by token")
    return path
