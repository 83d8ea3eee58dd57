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

MINIMUM = 5
DAY = dt.date(2026, 3, 31)


def nests(people: list[int], wholes: list[int]) -> Nests:
    whole = np.int64
    return Nests(np.array(people, whole), np.array(wholes, whole), np.full(len(people), MINIMUM, whole))


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
    return Margins(tuple(cells), tuple(equations), 2 * n), [*tree.people.tolist(), *tree.rests.tolist()]


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


def test_nothing_is_hidden_where_nobody_is_few() -> None:
    assert not nests([0, 0, 0], [-1, 0, 0]).hidden().any()
    assert not nests([60, 20, 40], [-1, 0, 0]).hidden().any()
    assert nests([], []).hidden().tolist() == []
    # parts that share people are more than their whole
    assert not nests([30, 20, 20], [-1, 0, 0]).hidden().any()


def test_wholes_that_run_in_a_circle_end() -> None:
    assert nests([9, 9, 3], [1, 0, 1]).hidden()[2]


def frame(*rows: tuple[str, str, str | None, int], minimum: int = MINIMUM) -> pl.DataFrame:
    return pl.DataFrame(
        [("turnover", "c", DAY, kind, name, None, people, minimum, whole) for kind, name, whole, people in rows],
        schema={
            "metric": pl.String, "convention_id": pl.String, "period_end": pl.Date, "segment_kind": pl.String,
            "segment_id": pl.String, "attribute": pl.String, "n_people": pl.Int64, "minimum": pl.Int64,
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
