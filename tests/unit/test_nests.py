"""What is hidden of a unit or a leader's organisation is not what the larger one has beside the others."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people_stats.attacks import attack
from people_stats.margins import Equation, Margins
from people_stats.nests import Nests, hidden_in_nests

from expectations.attacked_nests import told_by_siblings

MINIMUM = 5
DAY = dt.date(2026, 3, 31)


def nests(people: list[int] | list[float], wholes: list[int]) -> Nests:
    whole = np.int64
    return Nests(np.array(people, np.float64), np.array(wholes, whole), np.full(len(people), MINIMUM, whole))


def random_tree(seed: int, n_cells: int) -> Nests:
    """A tree of units of few people each; the later a unit, the deeper it may lie."""
    random = np.random.default_rng(seed)
    wholes = [-1, *(int(random.integers(max(0, cell - 6), cell)) for cell in range(1, n_cells))]
    # who is in a unit and in none of its parts: often its head alone
    people = [int(random.choice([0, 0, 1, 1, 2, 4, 7, 12, 30])) for _ in wholes]
    for cell in range(n_cells - 1, 0, -1):
        people[wholes[cell]] += people[cell]
    return nests(people, wholes)


def system_of(tree: Nests) -> tuple[Margins, list[int]]:
    """The tree as equations: every cell, then who is in none of its parts as a cell that nobody publishes."""
    n = len(tree.people)
    cells = [("metric", "cell", str(number)) for number in range(2 * n)]
    parts = {whole: [cell for cell in range(n) if tree.wholes[cell] == whole] for whole in range(n)}
    equations = [Equation((*inside, n + whole), whole, 0) for whole, inside in parts.items() if inside]
    return Margins(tuple(cells), tuple(equations), 2 * n), [int(size) for size in (*tree.people, *tree.rests)]


def told_of(tree: Nests, hidden: np.ndarray) -> list[int]:
    """Small cells, and small rests, that the attacks of gate 3 find from what is shown; that nobody is there is known."""
    system, sizes = system_of(tree)
    n = len(tree.people)
    values = [size if size == 0 or (cell < n and not hidden[cell]) else None for cell, size in enumerate(sizes)]
    linked = {cell for equation in system.equations for cell in equation.row}
    small = [cell for cell in linked if values[cell] is None and 0 < sizes[cell] < MINIMUM]
    return [finding.cell for finding in attack(system, values, small, MINIMUM)]


@given(st.integers(0, 100_000), st.integers(2, 40))
@settings(max_examples=60, deadline=None)
def test_nobody_few_is_told_in_any_tree(seed: int, n_cells: int) -> None:
    tree = random_tree(seed, n_cells)
    assert told_of(tree, tree.hidden()) == []


def test_without_a_second_cell_hidden_much_is_told() -> None:
    trees = [random_tree(seed, 30) for seed in range(20)]
    assert sum(bool(told_of(tree, tree.is_small)) for tree in trees) >= 15


def test_a_parent_less_the_other_parts_tells_nothing() -> None:
    # of forty, three are in a team; the smallest of the other two goes with it, and the third stays
    assert nests([40, 3, 12, 25], [-1, 0, 0, 0]).hidden().tolist() == [False, True, True, False]
    # two small teams of seven people together hide each other
    assert nests([47, 3, 4, 40], [-1, 0, 0, 0]).hidden().tolist() == [False, True, True, False]
    # of four together they do not
    assert nests([64, 2, 2, 20, 40], [-1, 0, 0, 0, 0]).hidden().tolist() == [False, True, True, True, False]


def test_a_head_of_a_unit_is_not_the_unit_less_its_teams() -> None:
    assert nests([31, 10, 20], [-1, 0, 0]).hidden().tolist() == [False, True, False]
    assert nests([35, 10, 20], [-1, 0, 0]).hidden().tolist() == [False, False, False], "five are enough"
    assert nests([30, 10, 20], [-1, 0, 0]).hidden().tolist() == [False, False, False], "and nobody is nobody"


def test_what_is_hidden_for_another_is_not_the_sum_of_its_parts() -> None:
    # a division of three beside one of twelve in two halves of six
    hidden = nests([65, 3, 12, 50, 6, 6], [-1, 0, 0, 0, 2, 2]).hidden()
    assert hidden.tolist()[:4] == [False, True, True, False]
    assert hidden[4:].sum() == 1


def test_means_of_head_counts_add_up_as_they_are() -> None:
    # each rounded down, somebody would seem to be in none of the parts, and the part of 4.5 to hide in them
    assert nests([24.0, 13.5, 6.0, 4.5], [-1, 0, 0, 0]).hidden().tolist() == [False, False, True, True]
    # and 4.7 people beside three who are together 0.3 are five
    assert nests([55.0, 50.0, 4.7, 0.1, 0.1, 0.1], [-1, 0, 0, 0, 0, 0]).hidden().tolist() == [False, False, *[True] * 4]
    assert not nests([7.000001, 6.0, 1 / 3, 2 / 3], [-1, 0, 0, 0]).rests[0], "the last digits are nobody"


def test_parts_that_are_more_than_their_whole_are_no_room_to_hide_in() -> None:
    """Four units of a person each, who changed teams within the year: counted by team they seem to be more."""
    people = [23.0, 13.0, 6.0, 1.0, 1.0, 1.0, 1.0, *[1.0] * 8]
    assert nests(people, [-1, *[0] * 6, 3, 3, 4, 4, 5, 5, 6, 6]).hidden().tolist() == [False, False, *[True] * 13]


def told_by(cells: pl.DataFrame, shown: pl.Series) -> list[tuple[str, bool]]:
    """What gate 3 finds in cells of which these are shown; both read the same cells in their own words."""
    kinds = {"org_unit": ["units"], "level": ["levels"], "company": ["units", "levels", "leaders"]}
    places = cells.with_columns(
        family_of=pl.lit("m"),
        cell=pl.concat_str("segment_kind", "segment_id", separator=" "),
        above=pl.when(segment_kind="leader_direct").then(pl.concat_str(pl.lit("leader_org "), "segment_id")).otherwise(
            pl.concat_str("segment_kind", "whole_id", separator=" ")
        ),
        n=pl.col("n_people"),
        is_shown=shown,
        nest=pl.col("segment_kind").replace_strict(kinds, default=["leaders"], return_dtype=pl.List(pl.String)),
    ).explode("nest").filter((pl.col("n") > 0) & (pl.col("minimum") > 1))  # fmt: skip
    return told_by_siblings(places.select("family_of", "nest", "cell", "above", "n", "minimum", "is_shown"))[0]


def random_cells(seed: int) -> pl.DataFrame:
    """Units, levels and leaders whose people are means and shares and need not add up; some wholes are nobody's."""
    random = np.random.default_rng(seed)
    rows: list[tuple[str, str, str | None, float]] = []
    for kind in ("org_unit", "leader_org"):
        for number in range(int(random.integers(1, 14))):
            whole = f"{kind}{random.integers(0, number)}" if number and random.random() < 0.7 else None
            rows.append((kind, f"{kind}{number}", whole, float(random.choice([0.25, 1, 2, 4.9, 5, 7.5, 12, 30]))))
            if kind == "leader_org" and random.random() < 0.8:
                rows.append(("leader_direct", f"{kind}{number}", f"{kind}{number}", float(random.choice([0.5, 3, 6, 11]))))
    rows += [("level", str(level), None, float(random.choice([1, 4, 6.5, 20]))) for level in range(3)]
    if random.random() < 0.8:
        rows.append(("company", "company", None, float(random.choice([20, 31.4, 60, 200]))))
    return frame(*rows)


@given(st.integers(0, 1_000_000))
@settings(max_examples=150, deadline=None)
def test_the_gate_finds_nothing_in_what_is_left_whatever_the_cells(seed: int) -> None:
    cells = random_cells(seed)
    assert told_by(cells, ~hidden_in_nests(cells)) == []


def test_with_the_small_alone_hidden_the_gate_finds_them() -> None:
    found = [bool(told_by(cells, cells["n_people"] >= MINIMUM)) for cells in map(random_cells, range(60))]
    assert sum(found) >= 45


def test_what_no_company_is_measured_of_has_no_sum_to_be_told_by() -> None:
    cells = frame(("org_unit", "a", None, 3), ("org_unit", "b", None, 30), ("leader_direct", "x", "x", 1))
    assert hidden_names(cells) == ["a", "x"], "only the small"
    assert told_by(cells, pl.Series([False, True, False])) == []


def test_a_rest_of_exactly_the_minimum_is_enough_whatever_its_last_digits() -> None:
    # as thirds and halves of people add up: 5 but for the fifteenth digit
    whole, part = 516.666667, 511.666667
    assert whole - part < MINIMUM
    assert not nests([whole, part], [-1, 0]).hidden().any()
    cells = frame(("org_unit", "a", None, whole), ("org_unit", "b", "a", part), ("company", "company", None, 900.0))
    assert told_by(cells, pl.Series([True, True, True])) == []


def test_nothing_is_hidden_where_nobody_is_few() -> None:
    assert not nests([0, 0, 0], [-1, 0, 0]).hidden().any()
    assert not nests([60, 20, 40], [-1, 0, 0]).hidden().any()
    assert nests([], []).hidden().tolist() == []
    # parts that share people are more than their whole
    assert not nests([30, 20, 20], [-1, 0, 0]).hidden().any()


def test_wholes_that_run_in_a_circle_end() -> None:
    assert nests([9, 9, 3], [1, 0, 1]).hidden()[2]


def frame(*rows: tuple[str, str, str | None, float], minimum: int = MINIMUM) -> pl.DataFrame:
    return pl.DataFrame(
        [("turnover", "c", DAY, kind, name, None, people, minimum, whole) for kind, name, whole, people in rows],
        schema={
            "metric": pl.String, "convention_id": pl.String, "period_end": pl.Date, "segment_kind": pl.String,
            "segment_id": pl.String, "attribute": pl.String, "n_people": pl.Float64, "minimum": pl.Int64,
            "whole_id": pl.String,
        },
        orient="row",
    )  # fmt: skip


def hidden_names(cells: pl.DataFrame) -> list[str]:
    return cells.filter(hidden_in_nests(cells))["segment_id"].to_list()


def test_units_levels_and_leaders_are_nests_of_the_company() -> None:
    units = [
        ("org_unit", "a", None, 60),
        ("org_unit", "b", None, 40),
        ("org_unit", "a1", "a", 3),
        ("org_unit", "a2", "a", 57),
    ]
    levels = [("level", "1", None, 4), ("level", "2", None, 40), ("level", "3", None, 56)]
    # the head of all leads everybody else
    leaders = [("leader_direct", "head", "head", 20), ("leader_org", "head", None, 99), ("leader_org", "lea", "head", 79)]
    company = ("company", "company", None, 100)
    assert hidden_names(frame(company, *units)) == ["a1", "a2"]
    assert hidden_names(frame(company, *levels)) == ["1", "2"]
    assert hidden_names(frame(company, *leaders)) == ["head", "head"], "else company less organisation is the head"
    assert sorted(hidden_names(frame(company, *units, *levels, *leaders))) == ["1", "2", "a1", "a2", "head", "head"]
    # where no organisation is measured, direct reports are parts of the company
    direct = [("leader_direct", name, name, n) for name, n in (("x", 3), ("y", 30), ("z", 67))]
    assert hidden_names(frame(company, *direct)) == ["x", "y"]


def test_what_one_convention_hides_the_other_does_not_show() -> None:
    rows = [("company", "company", None, 100), ("org_unit", "a", None, 3), ("org_unit", "b", None, 40)]
    cells = [frame(*rows, ("org_unit", name, None, 57)).with_columns(convention_id=pl.lit(name)) for name in ("c", "d")]
    both = pl.concat(cells)
    hidden = both.filter(hidden_in_nests(both)).select("convention_id", "segment_id")
    assert hidden.rows() == [("c", "a"), ("c", "b"), ("d", "a"), ("d", "b")]
    # a unit of less than five by days that has five at month ends
    few = frame(*rows, ("org_unit", "e", None, 57)).with_columns(n_people=pl.col("n_people").replace({3.0: 6.0}))
    both = pl.concat([cells[0], few.with_columns(convention_id=pl.lit("e"))])
    assert both.filter(hidden_in_nests(both))["segment_id"].to_list() == ["a", "b", "a", "b"]


def test_open_numbers_and_groups_are_of_no_nest() -> None:
    rows = [("company", "company", None, 100), ("org_unit", "a", None, 3), ("org_unit", "b", None, 97)]
    assert hidden_names(frame(*rows, minimum=1)) == []
    groups = frame(*rows).with_columns(attribute=pl.lit("gender"))
    assert hidden_names(groups) == []


@pytest.mark.parametrize("n_people", [1_000, 10_000])
def test_most_of_a_large_company_is_kept(n_people: int) -> None:
    random = np.random.default_rng(n_people)
    n_teams = n_people // 9
    departments = random.integers(1, 1 + n_teams // 7, n_teams)
    wholes = [-1, *([0] * (n_teams // 7)), *departments.tolist()]
    people = [0, *([1] * (n_teams // 7)), *random.integers(3, 16, n_teams).tolist()]
    for cell in range(len(wholes) - 1, 0, -1):
        people[wholes[cell]] += people[cell]
    tree = nests(people, wholes)
    hidden, safe = tree.hidden(), ~tree.is_small & (tree.people > 0)
    assert 1 - hidden[safe].mean() >= 0.7
