"""Places of confidential answers: never fewer than the minimum, never coarser than needed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from people_stats.coarsening import coarsened

Place = tuple[str | None, int | None]
PARENTS = {"team a": "dept", "team b": "dept", "dept": "top", "other": "top", "top": None}


def broader(place: Place) -> Place | None:
    unit, level = place
    if level is not None:
        return unit, None
    return (PARENTS.get(unit), None) if unit is not None else None


def sizes(counts: dict[Place, int], target: dict[Place, Place]) -> Counter[Place]:
    result: Counter[Place] = Counter()
    for place, to in target.items():
        result[to] += counts[place]
    return result


def test_a_place_of_enough_people_is_kept() -> None:
    counts: dict[Place, int] = {("team a", 1): 5, ("team a", 2): 9}
    assert coarsened(counts, broader, 5) == {place: place for place in counts}


def test_the_few_lose_their_level_and_then_their_unit() -> None:
    counts: dict[Place, int] = {("team a", 1): 3, ("team a", 2): 2, ("team b", 1): 9}
    assert coarsened(counts, broader, 5)[("team a", 1)] == ("team a", None)
    counts = {("team a", 1): 3, ("team b", 1): 3, ("other", 1): 9}
    assert coarsened(counts, broader, 5)[("team a", 1)] == ("dept", None)


def test_a_remainder_that_is_too_small_takes_the_smallest_group_along() -> None:
    counts: dict[Place, int] = {("team a", 1): 2, ("other", 1): 7, ("team b", 1): 20}
    target = coarsened(counts, broader, 5)
    assert target[("team a", 1)] == target[("other", 1)] == (None, None)
    assert target[("team b", 1)] == ("team b", 1)


units = st.sampled_from(["team a", "team b", "dept", "other", "top", None])
levels = st.one_of(st.none(), st.integers(1, 3))


@given(st.dictionaries(st.tuples(units, levels), st.integers(0, 12)), st.integers(1, 8))
def test_no_kept_place_is_held_by_fewer_than_the_minimum(counts: dict[Place, int], minimum: int) -> None:
    target = coarsened(counts, broader, minimum)
    assert set(target) == {place for place, n in counts.items() if n > 0}
    total = sum(counts.values())
    for place, n in sizes(counts, target).items():
        assert n >= minimum or (place == (None, None) and n == total)
