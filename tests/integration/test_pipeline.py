"""What the pipeline's tables promise of each other, on the published company: nobody is lost or counted twice."""

from collections.abc import Iterator

import duckdb
import pytest

from .conftest import Shop


@pytest.fixture(scope="module")
def people(published: Shop) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.home.current / "people.duckdb"), read_only=True) as connection:
        yield connection


def broken(connection: duckdb.DuckDBPyConnection, rows: str, is_broken: str) -> list[tuple[int, int]]:
    """How many rows there are, and how many of them break the promise or leave it open."""
    return connection.execute(f"select count(*), count(*) filter (coalesce({is_broken}, true)) from ({rows})").fetchall()


def test_every_position_stands_at_one_depth_of_the_bench(people: duckdb.DuckDBPyConnection) -> None:
    rows = """
        select sum(n) as n, any_value(total) as total, count(*) as n_depths
        from succession_bench where counted = 'positions'
        group by period_end, position_kind, segment_kind, segment_id
    """
    [(n, wrong)] = broken(people, rows, "n <> total or n_depths <> 4")
    assert n > 50 and wrong == 0


def test_whoever_holds_a_position_stands_in_one_group_of_each_attribute(people: duckdb.DuckDBPyConnection) -> None:
    rows = """
        select
            sum(n) as n, any_value(total) as total,
            min(total) = max(total) as is_one_total
        from succession_bench where attribute is not null
        group by period_end, position_kind, segment_kind, segment_id, counted, attribute
    """
    [(n, wrong)] = broken(people, rows, "n <> total or not is_one_total")
    assert n >= 4 and wrong == 0


def test_people_shared_among_their_pools_are_as_many_as_people(people: duckdb.DuckDBPyConnection) -> None:
    rows = """
        select
            max(numerator) filter (convention_id = 'people_shared') as shared,
            max(numerator) filter (convention_id = 'people_whole') as whole
        from metric_values where metric = 'successor_coverage' and segment_kind = 'company' and status = 'ok'
        group by period_end
    """
    [(n, wrong)] = broken(people, rows, "abs(shared - whole) > 1e-9 or whole = 0")
    assert n > 0 and wrong == 0


def test_positions_filled_at_once_are_no_more_than_those_with_somebody_ready(people: duckdb.DuckDBPyConnection) -> None:
    rows = """
        select
            max(numerator) filter (convention_id = 'fillable_together') as together,
            max(numerator) filter (convention_id = 'named_ready_now') as named
        from metric_values where metric = 'succession_readiness' and status = 'ok'
        group by period_end, segment_kind, segment_id
    """
    [(n, wrong)] = broken(people, rows, "together > named or (together = 0 and named > 0)")
    assert n > 0 and wrong == 0


def test_every_box_of_a_segment_is_told_and_nobody_stands_in_two(people: duckdb.DuckDBPyConnection) -> None:
    rows = """
        select sum(n) as n, any_value(total) as total, count(*) as n_boxes
        from nine_box where view_of = 'standing'
        group by cycle_id, segment_kind, segment_id
    """
    [(n, wrong)] = broken(people, rows, "n <> total or n_boxes <> 9 or total = 0")
    assert n > 10 and wrong == 0
