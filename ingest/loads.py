"""Loads after the gate: accepting, holding and rejecting them, in any order, with the same state at the end.

Here: the status changes of the ledger. Not here: why a load is held (`expectations`), rows (`raw_store`).

Acceptance is one update that succeeds only while the load's base is still the accepted load exported last before it.
Else the load is derived again from its landing file under a new number, and so is the snapshot that follows it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from ingest.appending import append_load
from ingest.home import ConfigurationError
from ingest.new_load import NewLoad
from ingest.raw_store import transaction

# Reads a load's landing file again.
Reread = Callable[[int], NewLoad]


class LoadProblem(ConfigurationError):
    """A decision that cannot be taken; says what the load is and what can be done."""


@dataclass(frozen=True)
class LoadRow:
    """One row of the ledger."""

    load_seq: int
    feed_id: int | None
    source: str
    file: str
    exported_at: dt.datetime | None
    received_at: dt.datetime
    status: str
    base_seq: int | None
    reason: str | None
    mode: str | None


def read_loads(
    connection: duckdb.DuckDBPyConnection, where: str = "true", parameters: list[object] | None = None
) -> list[LoadRow]:
    """Ledger rows in order of export, superseded ones left out unless `where` asks for a load by number."""
    rows = connection.execute(
        f"""
        select load_seq, loads.feed_id, loads.source, file, exported_at, received_at, status, base_seq, reason, mode
        from ledger.loads left join ledger.feeds using (feed_id)
        where {where} order by exported_at nulls last, file, load_seq
        """,
        parameters or [],
    ).fetchall()
    return [LoadRow(*row) for row in rows]


def read_load(connection: duckdb.DuckDBPyConnection, load_seq: int) -> LoadRow:
    """One load; LoadProblem where there is none of that number."""
    rows = read_loads(connection, "load_seq = ?", [load_seq])
    if not rows:
        raise LoadProblem(f"load {load_seq}: there is none; `fairlead loads` lists them.")
    return rows[0]


def record_decision(
    connection: duckdb.DuckDBPyConnection, load_seq: int, decision: str, by: str, reason: str, now: dt.datetime
) -> None:
    """Enter who decided what about a load, when and why. Decisions are never changed."""
    connection.execute("insert into ledger.decisions values (?, ?, ?, ?, ?)", [load_seq, now, decision, by, reason])


def accept_loads(
    connection: duckdb.DuckDBPyConnection, loads: list[int], by: str, reason: str, reread: Reread, now: dt.datetime
) -> list[int]:
    """Accept pending, held or by hand rejected loads; gives the numbers under which they are accepted.

    `now` becomes `loaded_at`, the moment from which `as_known_at` knows them. One transaction: a crash leaves the
    ledger as it was. LoadProblem where a load holds no rows that could be accepted.
    """
    accepted = []
    with transaction(connection):
        for load_seq in loads:
            load = read_load(connection, load_seq)
            if load.feed_id is None or load.status == "superseded":
                raise LoadProblem(f"load {load_seq} of {load.file} is {load.status} and holds no rows to accept.")
            if load.status != "accepted":
                accepted.append(_accept(connection, load, reread, now))
                record_decision(connection, accepted[-1], "accepted", by, reason, now)
    return accepted


def settle_pending(connection: duckdb.DuckDBPyConnection, reread: Reread, now: dt.datetime) -> None:
    """Derive again the waiting snapshots whose base is not what comes before them now, so that the gate judges right.

    They waited behind a load that was held or rejected since, or an older file arrived before them.
    """
    with transaction(connection):
        for load in read_loads(connection, "status = 'pending' and mode = 'snapshot'"):
            if _before(connection, load, "('accepted', 'pending')") != load.base_seq:
                _derived_again(connection, load, reread, now, accepted_only=False)


def _accept(connection: duckdb.DuckDBPyConnection, load: LoadRow, reread: Reread, now: dt.datetime) -> int:
    if load.mode == "snapshot" and _before(connection, load, "('accepted')") != load.base_seq:
        load = _derived_again(connection, load, reread, now, accepted_only=True)
    updated = connection.execute(
        """
        update ledger.loads set status = 'accepted', loaded_at = ?, reason = null where load_seq = ?
        returning load_seq
        """,
        [now, load.load_seq],
    ).fetchall()
    if len(updated) != 1:
        raise LoadProblem(f"load {load.load_seq}: {len(updated)} rows of the ledger answered to its acceptance.")
    if load.mode == "snapshot":
        following = _accepted_after(connection, load)
        if following and following.base_seq != load.load_seq:
            again = _derived_again(connection, following, reread, now, accepted_only=True)
            connection.execute(
                "update ledger.loads set status = 'accepted', loaded_at = ? where load_seq = ?", [now, again.load_seq]
            )
    return load.load_seq


def _before(connection: duckdb.DuckDBPyConnection, load: LoadRow, statuses: str) -> int:
    row = connection.execute(
        f"""
        select coalesce(max_by(load_seq, (exported_at, file, load_seq)), 0) from ledger.loads
        where feed_id = ? and status in {statuses} and superseded_at is null
            and (exported_at, file, load_seq)
                < (select (exported_at, file, load_seq) from ledger.loads where load_seq = ?)
        """,
        [load.feed_id, load.load_seq],
    ).fetchone()
    return row[0] if row else 0


def _accepted_after(connection: duckdb.DuckDBPyConnection, load: LoadRow) -> LoadRow | None:
    rows = read_loads(
        connection,
        """
        loads.feed_id = ? and status = 'accepted' and superseded_at is null
        and (exported_at, file, load_seq) > (select (exported_at, file, load_seq) from ledger.loads where load_seq = ?)
        """,
        [load.feed_id, load.load_seq],
    )
    return rows[0] if rows else None


def _derived_again(
    connection: duckdb.DuckDBPyConnection, load: LoadRow, reread: Reread, now: dt.datetime, *, accepted_only: bool
) -> LoadRow:
    """Read a load's file again and append it on the base of now; the old number is superseded.

    The old rows stay: what was known before `now` is read from them.
    """
    new = reread(load.load_seq)
    if load.exported_at is None:
        raise ConfigurationError(f"load {load.load_seq}: no stamp in the ledger")
    new.exported_at, new.received_at = load.exported_at, load.received_at
    connection.execute(
        "update ledger.loads set superseded_at = ?, status = 'superseded' where load_seq = ?", [now, load.load_seq]
    )
    load_seq = append_load(connection, new, accepted_only=accepted_only)
    return read_load(connection, load_seq)


def hold_load(connection: duckdb.DuckDBPyConnection, load_seq: int, reason: str, now: dt.datetime) -> None:
    """Hold a pending load: dbt does not read it, and later nights go on without it."""
    connection.execute(
        "update ledger.loads set status = 'held', reason = ? where load_seq = ? and status = 'pending'",
        [reason, load_seq],
    )
    record_decision(connection, load_seq, "held", "gate", reason, now)


def reject_load(connection: duckdb.DuckDBPyConnection, load_seq: int, by: str, reason: str, now: dt.datetime) -> None:
    """Reject a pending or held load for good; its file stays where it is and is not read again under this map."""
    load = read_load(connection, load_seq)
    if load.status not in ("pending", "held"):
        raise LoadProblem(f"load {load_seq} of {load.file} is {load.status}; only pending and held loads can be rejected.")
    connection.execute("update ledger.loads set status = 'rejected', reason = ? where load_seq = ?", [reason, load_seq])
    record_decision(connection, load_seq, "rejected", by, reason, now)
