"""Great Expectations on a DuckDB connection that is lent to it.

Here: the datasource and its engine, nothing else. GX opens no file: a second handle on a file that is open for writing
is refused, and GX's own DuckDB dialect returns the connection before its rows are fetched (DECISIONS 4). The engine
keeps one cursor of the lent connection open. `_create_engine` is a private hook of GX 1.24; a test holds it.
"""

import builtins
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Literal

import duckdb
import duckdb_engine
import sqlalchemy as sa
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy.pool import NullPool

# datasource name -> the open connection it borrows
LENT: dict[str, duckdb.DuckDBPyConnection] = {}


class BorrowedEngine(SqlAlchemyExecutionEngine):
    """GX's SQL engine on one connection that stays open, so that results can be fetched."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connection: sa.Connection = self.engine.connect()

    @contextmanager
    def get_connection(self) -> Generator[sa.Connection, None, None]:
        """The one connection; it is not closed between queries."""
        yield self._connection


class DuckDBDatasource(SQLDatasource):
    """A GX datasource over `LENT[name]`."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> builtins.type[SqlAlchemyExecutionEngine]:
        """The engine that keeps one connection open."""
        return BorrowedEngine

    def _create_engine(self) -> sa.Engine:
        connection = LENT[self.name]
        return sa.create_engine(
            "duckdb://", creator=lambda: duckdb_engine.ConnectionWrapper(connection.cursor()), poolclass=NullPool
        )

    def get_execution_engine(self) -> SqlAlchemyExecutionEngine:
        """The one engine of this datasource."""
        if not self._execution_engine:
            self._execution_engine = BorrowedEngine(engine=self.get_engine(), create_temp_table=False)
        return self._execution_engine

    def give_back(self) -> None:
        """Close what was borrowed, before the lender closes the connection."""
        if self._execution_engine:
            self._execution_engine._connection.close()
            self._execution_engine.engine.dispose()
        LENT.pop(self.name, None)
