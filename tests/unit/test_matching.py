"""Positions filled at the same time, against every way of filling them."""

from itertools import product

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from people_stats.matching import fillable_together

SCHEMA = {"unit": pl.String, "position_id": pl.String, "worker_key": pl.String}


def nominations(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


def most_by_trying(pools: dict[str, set[str]]) -> int:
    """The most positions that anybody's choice of one candidate (or nobody) a position fills with different people."""
    choices = product(*([None, *sorted(pool)] for pool in pools.values()))
    taken = ([person for person in choice if person] for choice in choices)
    return max(len(people) for people in taken if len(set(people)) == len(people))


def test_one_person_fills_one_position() -> None:
    found = fillable_together(nominations(("u", "a", "ann"), ("u", "b", "ann"), ("u", "c", "ann")), ["unit"])
    assert found.to_dicts() == [{"unit": "u", "n_fillable": 1}]


def test_whoever_has_a_choice_makes_room() -> None:
    # taken in order, ann would fill a and leave b without anybody
    found = fillable_together(nominations(("u", "a", "ann"), ("u", "a", "bob"), ("u", "b", "ann")), ["unit"])
    assert found["n_fillable"].to_list() == [2]


def test_organisations_do_not_compete_for_people() -> None:
    found = fillable_together(nominations(("u", "a", "ann"), ("v", "a", "ann"), ("v", "b", "ann")), ["unit"])
    assert dict(found.rows()) == {"u": 1, "v": 1}


def test_nobody_named_fills_nothing() -> None:
    assert fillable_together(nominations(), ["unit"]).schema == {"unit": pl.String, "n_fillable": pl.Int64}


@given(st.dictionaries(st.sampled_from("uv"), st.dictionaries(st.sampled_from("abcd"), st.sets(st.sampled_from("wxyz")))))
def test_the_matching_is_the_best_of_all(organisations: dict[str, dict[str, set[str]]]) -> None:
    rows = [(u, p, who) for u, pools in organisations.items() for p, pool in pools.items() for who in sorted(pool)]
    found = dict(fillable_together(nominations(*rows), ["unit"]).rows())
    expected = {u: most_by_trying(pools) for u, pools in organisations.items() if any(pools.values())}
    assert found == expected
