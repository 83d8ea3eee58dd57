"""Dagster's event log in SQLite, on connections that stay open.

Dagster's own store opens a connection for every event it writes or reads, some thousands a refresh: a tenth of the run.
Here: the same tables and queries on one engine. `_connect` is a private hook of Dagster 1.13; a test holds it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.consolidated_sqlite_event_log import ConsolidatedSqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS


class SqliteEventLog(ConsolidatedSqliteEventLogStorage):
    """One file for all runs, one pool of connections for the process."""

    _engine: sa.Engine | None = None

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        if self._engine is None:
            self._engine = sa.create_engine(
                self._conn_string, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
            )
            sa.event.listen(self._engine, "connect", _relax)
        with self._engine.connect() as connection, connection.begin():
            yield connection


def _relax(connection: Any, _record: Any) -> None:
    """The write-ahead log survives a killed process without a sync an event; after a power cut a run's tail may miss."""
    connection.execute("pragma synchronous = normal")
