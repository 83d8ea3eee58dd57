"""Which counts of people add up to which: groups within a segment, crossed groups, segments within larger ones.

Here: the equations between cells that anybody can write down who knows the organisation and reads the headings. Not here:
what is hidden (`disclosure`) or found out (`attacks`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

Cell = tuple[str, str, str]
"""Segment, attribute, group."""


@dataclass(frozen=True)
class Equation:
    """Parts that add up to a total, which is a cell, a rest, or a known number of people."""

    parts: tuple[int, ...]
    total: int | None
    known: int

    @cached_property
    def row(self) -> dict[int, int]:
        """Variable -> coefficient; their sum is `known`."""
        return dict.fromkeys(self.parts, 1) | ({} if self.total is None else {self.total: -1})


@dataclass(frozen=True)
class Margins:
    """Equations over variables: the cells in their order, then rests, which nobody publishes; none is negative."""

    cells: tuple[Cell, ...]
    equations: tuple[Equation, ...]
    n_variables: int

    @property
    def n_cells(self) -> int:
        return len(self.cells)

    @cached_property
    def _by_variable(self) -> dict[int, list[Equation]]:
        found = defaultdict(list)
        for equation in self.equations:
            for variable in equation.row:
                found[variable].append(equation)
        return dict(found)

    def of(self, variable: int) -> list[Equation]:
        """The equations that a variable stands in."""
        return self._by_variable.get(variable, [])

    def with_rests(self, counts: Sequence[int]) -> list[int]:
        """All variables' numbers, worked out from those of the cells.

        ValueError where parts exceed their total: such cells do not add up, and nothing that was promised of them holds.
        """
        sizes: list[int] = list(counts) + [0] * (self.n_variables - self.n_cells)
        for equation in self.equations:
            total = equation.known if equation.total is None else sizes[equation.total]
            left = total - sum(sizes[part] for part in equation.parts if part < self.n_cells)
            rests = [part for part in equation.parts if part >= self.n_cells]
            if rests:
                # a rest is the last part of the equation that makes it; the parts before it are made earlier
                left -= sum(sizes[part] for part in rests[:-1])
                sizes[rests[-1]] = left
            if left < 0 or (left and not rests):
                name = self.cells[equation.total] if equation.total is not None and equation.total < self.n_cells else None
                where = name or self.cells[min(equation.parts)]
                raise ValueError(f"the parts of {' '.join(where)} do not add up to it: the cells are of different people")
        return sizes


def margins(
    cells: Sequence[Cell],
    people: Mapping[str, int],
    partitions: Sequence[tuple[str, Sequence[str]]],
    crossed: Mapping[str, tuple[str, str]],
) -> Margins:
    """The equations between cells of (segment, attribute, group).

    people:      how many there are in each segment, which everybody knows; everybody is in one group of each attribute
    partitions:  segment -> segments within it, which share nobody; who is in none of them is the rest
    crossed:     attribute -> the two attributes that its groups, written `a / b`, are made of
    """
    number = {cell: variable for variable, cell in enumerate(cells)}
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for segment, attribute, group in cells:
        groups[segment, attribute].append(group)
    made = _Made(len(cells))

    for (segment, attribute), values in groups.items():
        made.add([number[segment, attribute, value] for value in values], known=people[segment])

    # cell -> the crossed cells below it, by attribute crossed and side
    below: dict[Cell, list[str]] = defaultdict(list)
    for (segment, attribute), values in groups.items():
        for side, part in enumerate(crossed.get(attribute, ())):
            for value in values:
                if " / " in value:
                    below[segment, part, value.split(" / ")[side]].append(value)
    crossings = {part: attribute for attribute, parts in crossed.items() for part in parts}
    for (segment, part, value), pairs in below.items():
        if (segment, part, value) in number:
            inside = [number[segment, crossings[part], pair] for pair in pairs]
            made.add([*inside, made.rest()], total=number[segment, part, value])

    for whole, segments in partitions:
        beside = people[whole] - sum(people[segment] for segment in segments)
        if beside < 0:
            raise ValueError(f"{whole} has fewer people than the segments within it: they share people")
        left_over: dict[tuple[str, str], int] = {}
        for attribute in sorted({attribute for segment, attribute in groups if segment == whole}):
            for value in groups[whole, attribute]:
                inside = [cell for segment in segments if (cell := number.get((segment, attribute, value))) is not None]
                # who is in none of them, and who is in one that has no such cell
                if beside or len(inside) < len(segments):
                    left_over[attribute, value] = made.rest()
                    inside.append(left_over[attribute, value])
                made.add(inside, total=number[whole, attribute, value])
        for (segment, part, value), pairs in below.items():
            if segment == whole and (part, value) in left_over:
                rests = [left_over[crossings[part], pair] for pair in pairs]
                made.add([*rests, made.rest()], total=left_over[part, value])
    return Margins(tuple(cells), tuple(made.equations), made.n_variables)


def margins_of(cells: pl.DataFrame, parents: pl.DataFrame, crossed: Mapping[str, tuple[str, str]]) -> Margins:
    """The equations between cells of several periods, in the order of the rows; periods share none.

    cells:    period_end, segment_kind, segment_id, attribute, group_value, n: people in the segment
    parents:  period_end, segment_id, parent_id: units and the unit right above each, in the cells or not

    A unit is within the nearest unit above it that has cells, else within the company, as all other segments are.
    """
    segment = pl.concat_str("period_end", "segment_kind", "segment_id", separator=" ")
    named = cells.select(
        segment.alias("segment"), "attribute", "group_value", "period_end", "segment_kind", "segment_id", "n"
    )
    places = named.unique("segment", maintain_order=True)
    people = dict(places.select("segment", "n").iter_rows())
    above = {
        (day, unit): parent for day, unit, parent in parents.select("period_end", "segment_id", "parent_id").iter_rows()
    }
    within: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, day, kind, unit in places.select("segment", "period_end", "segment_kind", "segment_id").iter_rows():
        whole = f"{day} company company"
        if kind == "org_unit":
            seen = {unit}
            while (unit := above.get((day, unit))) is not None and unit not in seen:
                seen.add(unit)
                if (parent := f"{day} org_unit {unit}") in people:
                    whole = parent
                    break
        if name != whole and whole in people:
            within[whole, kind].append(name)
    partitions = [(whole, segments) for (whole, _), segments in within.items()]
    return margins(list(named.select("segment", "attribute", "group_value").iter_rows()), people, partitions, crossed)


class _Made:
    def __init__(self, n_cells: int) -> None:
        self.n_variables = n_cells
        self.equations: list[Equation] = []

    def rest(self) -> int:
        self.n_variables += 1
        return self.n_variables - 1

    def add(self, parts: list[int], total: int | None = None, known: int = 0) -> None:
        self.equations.append(Equation(tuple(parts), total, known))


def whole_layers(cells: pl.DataFrame, layers: pl.DataFrame, most: int) -> pl.DataFrame:
    """Cells of the layers of units that a pattern can be solved for: from the top, until a period would hold over `most`.

    `cells` as in `margins_of`; `layers`: period_end, segment_id, layer, 0 at the top. What is no unit always stays. The
    work grows faster than the cells: 1,300 of a quarter take a quarter of a second, 4,000 eight.
    """
    placed = cells.join(
        layers.with_columns(segment_kind=pl.lit("org_unit")),
        on=["period_end", "segment_kind", "segment_id"],
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("layer").fill_null(-1))
    sizes = placed.group_by("period_end", "layer").len().sort("layer")
    reached = sizes.with_columns(pl.col("len").cum_sum().over("period_end")).filter(
        (pl.col("len") > most) & (pl.col("layer") >= 0)
    )
    deepest = reached["layer"].min()
    return (placed if deepest is None else placed.filter(pl.col("layer") < deepest)).drop("layer")
