"""Leadership's tables change when a period closes or a batch is due, and what they told of a period stands."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.attacked import Handing, attack_releases
from ingest.home import Home
from orchestration.editions import Edition, is_due, last_closed
from orchestration.handed import CellTable, Standing, adopt_release, open_ledger, tell_restatements, write_ledger
from orchestration.standing import let_stand

DIGEST = "0" * 8
LAST = Edition(dt.date(2026, 1, 31), dt.datetime(2026, 2, 1, 3), DIGEST)
CELLS = CellTable.of(
    "cells",
    {
        "keys": ["metric", "is_default", "sensitivity_class", "period_end", "segment_id"],
        "numbers": ["n", "numerator", "value"],
    },
)
assert CELLS is not None
JANUARY, FEBRUARY = dt.date(2026, 1, 31), dt.date(2026, 2, 28)


@pytest.mark.parametrize(
    ("as_of", "night", "is_new"),
    [
        (dt.date(2026, 1, 31), dt.datetime(2026, 2, 2, 3), False),
        (dt.date(2026, 2, 27), dt.datetime(2026, 2, 28, 3), False),
        # the last day of a month closes it
        (dt.date(2026, 2, 28), dt.datetime(2026, 2, 28, 23), True),
        # no new period, but corrections have waited for a month
        (dt.date(2026, 1, 31), dt.datetime(2026, 3, 1, 3), True),
    ],
)
def test_an_edition_comes_with_a_closed_month_or_a_batch(as_of: dt.date, night: dt.datetime, is_new: bool) -> None:
    assert is_due(LAST, "monthly", as_of, night, None) is is_new
    assert is_due(None, "monthly", as_of, night, None)
    assert is_due(LAST, "nightly", as_of, night, None)
    assert not is_due(LAST, "quarterly", as_of, night, None)
    assert not is_due(LAST, "nightly", as_of, night, as_known_at=night), "what was known then is no news for leadership"


def test_a_quarter_is_three_months() -> None:
    assert is_due(LAST, "quarterly", dt.date(2026, 3, 31), dt.datetime(2026, 3, 31), None)
    assert not is_due(LAST, "quarterly", dt.date(2026, 3, 30), dt.datetime(2026, 3, 31), None)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_the_last_closed_day_ends_a_month_that_the_data_have_reached(as_of: dt.date) -> None:
    last = last_closed(as_of)
    assert (last + dt.timedelta(days=1)).day == 1
    assert last <= as_of < last + dt.timedelta(days=31)


Cells = dict[tuple[str, str, dt.date, str], tuple[int | None, float | None, float | None]]


def cells(n: dict[tuple[dt.date, str], int], metric: str = "turnover", kind: str = "outcome") -> Cells:
    """Cells of so many people by period and unit; a fifth of them have left."""
    return {
        (metric, kind, day, unit): (people, people / 5, 0.2) if people >= 5 else (None, None, None)
        for (day, unit), people in n.items()
    }


class Life:
    """A home's editions one after the other, each from a build file of its own."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.n_builds = 0

    def build(self, content: Cells) -> duckdb.DuckDBPyConnection:
        """A build with these cells for leadership, and the ledger attached."""
        self.n_builds += 1
        connection = duckdb.connect(str(self.home.root / f"build-{self.n_builds}.duckdb"))
        connection.execute(
            """
            create schema leadership; create schema people; create schema marts;
            create table leadership.minimums as
                select * from (values ('outcome', 5, 5), ('open', 1, 1)) as t(sensitivity_class, minimum, leader_minimum);
            create view marts.minimums as from leadership.minimums;
            create table candidates (metric varchar, is_default boolean, sensitivity_class varchar, period_end date,
                segment_id varchar, n bigint, numerator double, value double, status varchar);
            create view leadership.cells as from candidates
            """
        )
        rows = [
            [metric, True, kind, day, unit, *numbers, "suppressed" if numbers[0] is None else "ok"]
            for (metric, kind, day, unit), numbers in content.items()
        ]
        connection.executemany("insert into candidates values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        open_ledger(connection, self.home)
        return connection

    def hand_out(
        self,
        content: Cells,
        as_of: dt.date = FEBRUARY,
        code: str = "code",
        load: int = 1,
        restate: tuple[dt.date, ...] = (),
    ) -> tuple[Cells, Standing]:
        """What leadership gets of these cells, and gate 3's attack on it finds nothing."""
        assert CELLS is not None
        with self.build(content) as connection:
            standing = let_stand(connection, [CELLS], last_closed(as_of), code, restate)
            handing = Handing({CELLS.name: CELLS.keys}, code, standing.stands, standing.decided)
            assert attack_releases(connection, handing)[0].is_empty()
            told = connection.execute(
                "select metric, sensitivity_class, period_end, segment_id, n, numerator, value from leadership.cells"
            ).fetchall()
            write_ledger(connection, [CELLS], standing, (dt.datetime(2026, 3, load), as_of, code, list(range(load))))
            tell_restatements(connection)
        return {row[:4]: row[4:] for row in told}, standing

    def restatements(self) -> list[tuple[object, ...]]:
        """What the newest build hands on of numbers told anew."""
        with duckdb.connect(str(self.home.root / f"build-{self.n_builds}.duckdb"), read_only=True) as connection:
            return connection.execute(
                "select cell, number, was, is_now, load_seqs from leadership.restatements order by all"
            ).fetchall()


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path)


FIRST = cells({(JANUARY, "all"): 100, (JANUARY, "team"): 20})


def test_a_number_that_moves_by_a_few_people_stands_with_all_of_its_period(life: Life) -> None:
    assert life.hand_out(FIRST)[0] == FIRST
    # one hired late: the team would tell of one, and of the whole ten others as well
    later = cells({(JANUARY, "all"): 110, (JANUARY, "team"): 21, (FEBRUARY, "all"): 111})
    told, standing = life.hand_out(later, load=2)
    assert told == FIRST | cells({(FEBRUARY, "all"): 111}), "the new period is as it is"
    assert standing.stands == [(JANUARY, "outcome")] and standing.restated == []
    assert life.restatements() == []
    # and it stands still in the next one
    assert life.hand_out(later, load=3)[0] == told


def test_the_forgotten_do_not_show_in_what_was_told_before_them(life: Life) -> None:
    life.hand_out(FIRST)
    told, _ = life.hand_out(cells({(JANUARY, "all"): 99, (JANUARY, "team"): 19}), load=2)
    assert told == FIRST


def test_a_period_in_which_many_moved_is_told_anew_and_entered(life: Life) -> None:
    life.hand_out(FIRST)
    later = cells({(JANUARY, "all"): 130, (JANUARY, "team"): 50})
    told, standing = life.hand_out(later, load=3)
    assert told == later and standing.restated == [(JANUARY, "outcome")]
    assert life.restatements() == [
        ("turnover outcome all", "n", 100.0, 130.0, [1, 2]), ("turnover outcome all", "numerator", 20.0, 26.0, [1, 2]),
        ("turnover outcome team", "n", 20.0, 50.0, [1, 2]), ("turnover outcome team", "numerator", 4.0, 10.0, [1, 2]),
    ]  # fmt: skip
    # what was restated stands from then on as it was restated
    assert life.hand_out(cells({(JANUARY, "all"): 131, (JANUARY, "team"): 51}), load=4)[0] == later


def test_an_error_is_told_anew_by_decision_and_stands_from_then_on(life: Life) -> None:
    life.hand_out(FIRST)
    wrong = cells({(JANUARY, "all"): 101, (JANUARY, "team"): 21})
    assert life.hand_out(wrong, load=2)[0] == FIRST
    told, standing = life.hand_out(wrong, load=3, restate=(JANUARY,))
    assert told == wrong and standing.restated == [(JANUARY, "outcome")]
    assert ("turnover outcome all", "n", 100.0, 101.0, [2]) in life.restatements()
    # the decision is no decision for what comes later
    assert life.hand_out(cells({(JANUARY, "all"): 102, (JANUARY, "team"): 21}), load=4)[0] == wrong


def test_a_cell_is_neither_hidden_nor_shown_anew(life: Life) -> None:
    # many more people than the minimum, lest their number alone decide it
    first = cells({(JANUARY, "all"): 200, (JANUARY, "one"): 60, (JANUARY, "two"): 4})
    life.hand_out(first)
    assert life.hand_out(cells({(JANUARY, "all"): 200, (JANUARY, "one"): 4, (JANUARY, "two"): 4}), load=2)[0] == first
    assert life.hand_out(cells({(JANUARY, "all"): 200, (JANUARY, "one"): 60, (JANUARY, "two"): 60}), load=3)[0] == first


def test_the_same_people_counted_otherwise_are_told_where_the_code_is_another(life: Life) -> None:
    life.hand_out(FIRST)
    otherwise: Cells = {key: (n, numerator, 0.25) for key, (n, numerator, _) in FIRST.items()}
    assert life.hand_out(otherwise, load=2)[0] == FIRST, "by the same code it is somebody who changed"
    assert life.hand_out(otherwise, code="newer", load=3)[0] == otherwise
    # but no newer code tells of one person
    assert life.hand_out(cells({(JANUARY, "all"): 101, (JANUARY, "team"): 20}), code="newest", load=4)[0] == otherwise


def test_head_counts_are_told_anew_each_time(life: Life) -> None:
    first = cells({(JANUARY, "all"): 100}, metric="headcount", kind="open")
    life.hand_out(first | FIRST)
    later = cells({(JANUARY, "all"): 101}, metric="headcount", kind="open")
    told, _ = life.hand_out(later | cells({(JANUARY, "all"): 101, (JANUARY, "team"): 21}), load=2)
    assert told == later | FIRST


def test_a_period_that_is_not_over_is_told_anew_until_it_is(life: Life) -> None:
    mid = dt.date(2026, 2, 14)
    for n in (100, 101):
        assert life.hand_out(running := cells({(FEBRUARY, "all"): n}), as_of=mid, load=n - 99)[0] == running
    closed = cells({(FEBRUARY, "all"): 102})
    assert life.hand_out(closed, load=3)[0] == closed
    assert life.hand_out(cells({(FEBRUARY, "all"): 103}), load=4)[0] == closed


def test_the_ledger_needs_no_release_and_no_build_to_remember(life: Life) -> None:
    life.hand_out(FIRST)
    for path in life.home.root.glob("build-*"):
        path.unlink()
    assert life.home.handed.stat().st_mode & 0o777 == 0o600
    assert life.hand_out(cells({(JANUARY, "all"): 101, (JANUARY, "team"): 21}), load=2)[0] == FIRST


def test_what_a_release_older_than_the_ledger_told_stands(life: Life) -> None:
    assert CELLS is not None
    older = life.home.root / "leadership.duckdb"
    with life.build(FIRST) as connection:
        connection.execute(f"attach '{older}' as older; create table older.cells as from candidates")
        connection.execute("alter table older.cells drop column value")
    life.home.handed.unlink()
    manifest = {"published_at": "2026-02-01T03:00:00Z", "as_of": "2026-01-31", "code_version": "code", "inputs": []}
    for _ in range(2):
        adopt_release(life.home, older, [CELLS], manifest)
    with duckdb.connect(str(life.home.handed), read_only=True) as ledger:
        assert ledger.execute("select count(*) from editions").fetchall() == [(1,)], "entered once"
    told, standing = life.hand_out(cells({(JANUARY, "all"): 101, (JANUARY, "team"): 21}), load=2)
    assert standing.stands == [(JANUARY, "outcome")]
    assert told == {key: (n, numerator, None) for key, (n, numerator, _) in FIRST.items()}


def test_what_a_killed_run_had_entered_is_held_as_handed_out(life: Life) -> None:
    """The ledger is written before readers get anything."""
    life.hand_out(FIRST)
    told, _ = life.hand_out(FIRST | cells({(FEBRUARY, "all"): 100}), load=2)
    assert life.hand_out(FIRST | cells({(FEBRUARY, "all"): 101}), load=3)[0] == told


def test_flags_are_of_today_though_numbers_stand(life: Life) -> None:
    assert CELLS is not None
    life.hand_out(FIRST)
    with life.build(cells({(JANUARY, "all"): 101, (JANUARY, "team"): 20})) as connection:
        connection.execute("update candidates set is_default = false where segment_id = 'all'")
        let_stand(connection, [CELLS], JANUARY, "code")
        rows = connection.execute("select segment_id, is_default, n from leadership.cells order by all").fetchall()
    assert rows == [("all", False, 100), ("team", True, 20)]


def test_a_number_that_newer_code_adds_is_told_of_old_periods_too(life: Life) -> None:
    assert CELLS is not None
    life.hand_out(FIRST)
    wider = CellTable.of("cells", {"keys": [*CELLS.keys, *CELLS.flags], "numbers": [*CELLS.numbers, "n_left"]})
    assert wider is not None
    with life.build(FIRST) as connection:
        connection.execute("alter table candidates add column n_left bigint")
        connection.execute("update candidates set n_left = 7; create or replace view leadership.cells as from candidates")
        standing = let_stand(connection, [wider], FEBRUARY, "newer")
        write_ledger(connection, [wider], standing, (dt.datetime(2026, 3, 2), FEBRUARY, "newer", [1, 2]))
        assert connection.execute("select distinct n_left from leadership.cells").fetchall() == [(7,)]
        assert connection.execute("select count(*) from ledger.cells where n_left = 7").fetchall() == [(2,)]


def test_a_key_that_newer_code_adds_makes_other_cells(life: Life) -> None:
    """What was told without it is not taken for what is told with it, and nothing fails."""
    assert CELLS is not None
    life.hand_out(FIRST)
    finer = CellTable.of("cells", {"keys": [*CELLS.keys, *CELLS.flags, "site"], "numbers": list(CELLS.numbers)})
    assert finer is not None
    with life.build(FIRST) as connection:
        connection.execute("alter table candidates add column site varchar default 'north'")
        connection.execute("create or replace view leadership.cells as from candidates")
        standing = let_stand(connection, [finer], FEBRUARY, "newer")
        write_ledger(connection, [finer], standing, (dt.datetime(2026, 3, 2), FEBRUARY, "newer", [1, 2]))
        assert connection.execute("select distinct site from leadership.cells").fetchall() == [("north",)]
        counted = connection.execute("select site, count(*) from ledger.cells group by 1 order by 1").fetchall()
    assert counted == [("north", 2), (None, 2)]


def test_tables_of_no_period_are_not_held(life: Life) -> None:
    assert CellTable.of("career_paths", {"keys": ["from_level", "sensitivity_class"], "numbers": ["n_people"]}) is None


def counts(table: str, *numbers: str) -> CellTable:
    keys = ["sensitivity_class", "period_end", "segment_kind", "segment_id", "attribute", "group_value"]
    more = ["period_kind", "period_start"] if table.endswith("walk") else []
    found = CellTable.of(table, {"keys": more + keys, "numbers": list(numbers)})
    assert found is not None
    return found


def test_the_walk_does_not_tell_what_stands_of_the_quarter_before(life: Life) -> None:
    shares = counts("equity_representation", "n_members")
    walk = counts("equity_representation_walk", "opening_members", "closing_members")
    people = "date '{}' as period_end, 'outcome' as sensitivity_class, 'company' as segment_kind, 'all' as segment_id"
    attributes = "(values ('gender', 'f', {}), ('gender', 'm', 58), ('age', 'old', 100)) as t(attribute, group_value, n)"

    def hand_out(n_women: int, *, is_later: bool) -> list[tuple[object, ...]]:
        rows = f"select {people.format(JANUARY)}, attribute, group_value, n as n_members, 'ok' as status "
        rows += f"from {attributes.format(n_women)}"
        moves = f"select {people.format(FEBRUARY)}, attribute, group_value, 'month' as period_kind, "
        moves += "date '2026-02-01' as period_start, n as opening_members, n as closing_members, 'ok' as status "
        moves += f"from {attributes.format(n_women)} where {is_later}"
        with life.build(FIRST) as connection:
            connection.execute(f"create view leadership.equity_representation as {rows}")
            connection.execute(f"create view leadership.equity_representation_walk as {moves}")
            standing = let_stand(connection, [shares, walk], FEBRUARY, "code")
            told = connection.execute(
                "select attribute, group_value, opening_members from leadership.equity_representation_walk order by all"
            ).fetchall()
            write_ledger(connection, [shares, walk], standing, (dt.datetime(2026, 3, 1), FEBRUARY, "code", [1]))
        return told

    hand_out(42, is_later=False)
    # men stand beside women and tell of them by what is left; nobody's age moved
    assert hand_out(43, is_later=True) == [("age", "old", 100), ("gender", "f", None), ("gender", "m", None)]
