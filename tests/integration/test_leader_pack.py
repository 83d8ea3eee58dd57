"""A leader's pack holds their own people as leadership is shown them, and nobody else."""

import csv
import io
import json

import duckdb
import pytest

from .conftest import Shop


@pytest.fixture(scope="module")
def leader(published: Shop) -> tuple[str, str]:
    """Key and HRIS id of the leader with most hidden cells."""
    with duckdb.connect(str(published.home.current / "leadership.duckdb"), read_only=True) as connection:
        [(key,)] = connection.execute(
            """
            select leader_key from leader_indicators group by 1
            order by count(*) filter (status = 'suppressed') desc, 1 limit 1
            """
        ).fetchall()
    [(written,)] = published.raw(f"select max(worker_id) from identity.identifiers where worker_key = '{key}'")
    return key, written


def test_a_pack_is_the_leader_s_part_of_leadership_s_release(published: Shop, leader: tuple[str, str]) -> None:
    key, written = leader
    run = published.run("pack", written, "--format", "csv")
    assert run.exit_code == 0, run.output
    told = list(csv.DictReader(io.StringIO(run.output)))
    with duckdb.connect(str(published.home.current / "leadership.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select scope, metric, convention_id, period_end, n, status from leader_indicators where leader_key = ?", [key]
        ).fetchall()
        others = connection.execute(
            "select distinct leader_key from leader_indicators where leader_key <> ?", [key]
        ).fetchall()
    names = ("scope", "metric", "convention_id", "period_end", "n", "status")
    assert sorted(tuple(row[name] for name in names) for row in told) == sorted(
        tuple("" if value is None else str(value) for value in row) for row in rows
    )
    hidden = [row for row in told if row["status"] == "suppressed"]
    assert hidden and not any(row[name] for row in hidden for name in ("n", "value", "ci_low", "change_from_baseline"))
    assert len(others) > 5 and not any(other in run.output for (other,) in others)


def test_who_leads_nobody_has_no_pack_and_each_is_logged(published: Shop, leader: tuple[str, str]) -> None:
    with duckdb.connect(str(published.home.current / "people.duckdb"), read_only=True) as people:
        [(follower,)] = people.execute(
            """
            select min(worker_key) from dim_worker
            where worker_key not in (select leader_key from leader_indicators)
            """
        ).fetchall()
    run = published.run("pack", follower)
    assert run.exit_code == 2 and "nobody reported to that person" in run.output
    assert published.run("pack", "no-such-person").exit_code == 2
    published.run("pack", leader[0])
    last = json.loads(published.home.access_log.read_text().splitlines()[-1])
    assert last["audience"] == "leadership" and leader[0] in last["statement"]
