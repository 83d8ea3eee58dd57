"""How far hidden counts are known from published ones: exactly, within an interval, or hardly.

Here: solving equations one unknown at a time, and linear programmes for what is left (HiGHS). Not here: which equations
there are (`margins`), what to do about it (`disclosure`, `attacks`).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog  # type: ignore[attr-defined]
from scipy.sparse import csr_array, eye_array, hstack
from scipy.sparse.csgraph import connected_components

from people_stats.margins import Equation, Margins

# A linear programme's answer is a whole number but for the last digits.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Interval:
    """What a count can be, ends included; whole numbers, or infinity."""

    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    def is_narrow(self, minimum: int) -> bool:
        """Whether the count is known within less than `minimum`, and may be one of 1 to `minimum` - 1.

        That nobody is there is told openly, so zero found out tells nothing.
        """
        return self.width < minimum and self.low < minimum and self.high > 0


def bounds(
    margins: Margins, values: Sequence[int | None], targets: Iterable[int], wide: float = math.inf
) -> dict[int, Interval]:
    """What each target (a variable of `margins`) can be, given the cells' values, None where hidden; nothing is negative.

    An interval found to be `wide` is not followed to its ends. ValueError where no numbers fit.
    """
    programme, found = _start(margins, values, list(targets))
    if programme is not None:
        programme.prove(wide)
        programme.settle(wide)
        found |= programme.intervals()
    return found


def unproven(
    margins: Margins, values: Sequence[int | None], targets: Iterable[int], wide: float, case: Sequence[int]
) -> dict[int, Interval]:
    """Targets that may be known within less than `wide`: all that are, and few others, at a tenth of the work of `bounds`.

    `case` are the numbers of all variables as they are.
    """
    programme, found = _start(margins, values, list(targets))
    if programme is not None:
        programme.see(case)
        programme.prove(wide)
        found |= programme.intervals()
    return {target: interval for target, interval in found.items() if interval.width < wide}


def _start(
    margins: Margins, values: Sequence[int | None], targets: list[int]
) -> tuple["_Programme | None", dict[int, Interval]]:
    known: dict[int, int] = {cell: value for cell, value in enumerate(values) if value is not None}
    unsolved = peel(margins, known)
    found = {target: Interval(known[target], known[target]) for target in targets if target in known}
    bounded = {variable for equation in unsolved for variable in equation.row} - known.keys()
    # in no equation with anything unknown beside it: nothing bounds it
    found |= {target: Interval(0, math.inf) for target in targets if target not in found and target not in bounded}
    inside = [target for target in targets if target not in found]
    return _Programme(unsolved, known, inside) if inside else None, found


def peel(margins: Margins, known: dict[int, int]) -> list[Equation]:
    """Solve every equation of which one variable is left unknown, into `known`; gives the equations that have more."""
    waiting = dict(enumerate(margins.equations))
    holders: dict[int, list[int]] = defaultdict(list)
    for number, equation in waiting.items():
        for variable in equation.row:
            holders[variable].append(number)
    frontier = list(waiting)
    while frontier:
        number = frontier.pop()
        if number not in waiting:
            continue
        equation = waiting[number]
        row = equation.row
        unknown = [variable for variable in row if variable not in known]
        if len(unknown) > 1:
            continue
        del waiting[number]
        if unknown:
            [variable] = unknown
            told = sum(factor * known[other] for other, factor in row.items() if other != variable)
            known[variable] = (equation.known - told) // row[variable]
            frontier += holders[variable]
    return list(waiting.values())


class _Programme:
    """Linear programmes over the equations with several unknowns; targets that share no equation are solved at once."""

    def __init__(self, equations: list[Equation], known: dict[int, int], targets: list[int]) -> None:
        self.unknown = sorted({variable for equation in equations for variable in equation.row if variable not in known})
        column = {variable: place for place, variable in enumerate(self.unknown)}
        data, rows, columns, right = [], [], [], []
        for number, equation in enumerate(equations):
            left = equation.known
            for variable, factor in equation.row.items():
                if variable in known:
                    left -= factor * known[variable]
                else:
                    data.append(factor)
                    rows.append(number)
                    columns.append(column[variable])
            right.append(left)
        shape = (len(equations), len(self.unknown))
        self.matrix = csr_array((data, (rows, columns)), shape=shape, dtype=float)  # type: ignore[no-untyped-call]
        self.right = np.array(right, dtype=float)
        self.targets = targets
        self.places = np.array([column[target] for target in targets])
        # unknowns that no equation links, by number, of unknowns and of equations
        _, self.parts = connected_components(self.matrix.T @ self.matrix, directed=False)
        self.parts_of_rows = self.parts[self.matrix.indices[self.matrix.indptr[:-1]]]
        # more than anybody can be: what reaches it is bounded by nothing
        self.most = 1.0 + np.abs(self.right).sum() + sum(known.values())
        self.low = np.full(len(targets), np.inf)
        self.high = np.full(len(targets), -np.inf)

    def prove(self, wide: float) -> None:
        """Find cases that lie `wide` apart for as many targets as few programmes can."""
        everything = np.arange(len(self.targets))
        self._push(everything, 1.0)
        self._push(everything, -1.0)
        n_narrow = len(everything) + 1
        while math.isfinite(wide) and 0 < len(narrow := self._narrow(wide)) < n_narrow:
            n_narrow = len(narrow)
            self._push(narrow, -1.0)
            self._raise(narrow, wide)

    def settle(self, wide: float) -> None:
        """Follow what is not wide to its ends."""
        settled = np.zeros((len(self.targets), 2), dtype=bool)
        for end, sign in ((0, -1.0), (1, 1.0)):
            while left := [number for number in self._narrow(wide) if not settled[number, end]]:
                _, first = np.unique(self.parts[self.places[left]], return_index=True)
                chosen = np.array(left)[first]
                self._push(chosen, sign)
                settled[chosen, end] = True

    def see(self, case: Sequence[int]) -> None:
        """Take a case that fits into account."""
        self._see(np.array([case[variable] for variable in self.unknown], dtype=float))

    def intervals(self) -> dict[int, Interval]:
        """Each target between the cases seen so far."""
        high = np.where(self.high >= self.most - 0.5, np.inf, self.high)
        return {target: Interval(_up(self.low[number]), _down(high[number])) for number, target in enumerate(self.targets)}

    def _narrow(self, wide: float) -> np.ndarray:
        return np.flatnonzero(self.high - self.low < wide)

    def _push(self, numbers: np.ndarray, sign: float) -> None:
        """The case in which these targets together are as large as can be (or as small, by sign)."""
        objective = np.zeros(len(self.unknown))
        objective[self.places[numbers]] = -sign
        self._solve(objective, numbers)

    def _raise(self, numbers: np.ndarray, wide: float) -> None:
        """The case in which as many of these as can be are `wide` above their lowest: what one has beyond counts nothing."""
        self._solve(np.zeros(len(self.unknown)), numbers, self.low[numbers] + wide)

    def _solve(self, objective: np.ndarray, numbers: np.ndarray, caps: np.ndarray | None = None) -> None:
        """One programme over all that is linked to these targets; `caps`: raise each of them, up to so much."""
        inside, rows = self.linked(numbers)
        matrix, objective = self.matrix[rows][:, inside], objective[inside]
        ends = np.full(len(inside), self.most)
        limits = {}
        if caps is not None:
            n_raised = len(caps)
            at = np.searchsorted(inside, self.places[numbers])
            above = csr_array((-np.ones(n_raised), (np.arange(n_raised), at)), shape=(n_raised, len(inside)))  # type: ignore[no-untyped-call]
            objective, ends = np.concatenate([objective, np.full(n_raised, -1.0)]), np.concatenate([ends, caps])
            matrix = hstack([matrix, csr_array((len(rows), n_raised))])  # type: ignore[no-untyped-call]
            limits = {"A_ub": hstack([above, eye_array(n_raised)]), "b_ub": np.zeros(n_raised)}  # type: ignore[no-untyped-call]
        between = np.column_stack([np.zeros(len(ends)), ends])
        solved = linprog(objective, A_eq=matrix, b_eq=self.right[rows], bounds=between, method="highs", **limits)  # type: ignore[no-untyped-call]
        if solved.status != 0:
            raise ValueError("no numbers of people fit what is published: the cells do not add up")
        case = np.full(len(self.unknown), np.nan)
        case[inside] = solved.x[: len(inside)]
        self._see(case)

    def linked(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places of the unknowns and of the equations that are linked to these targets."""
        parts = np.unique(self.parts[self.places[numbers]])
        return np.isin(self.parts, parts).nonzero()[0], np.isin(self.parts_of_rows, parts).nonzero()[0]

    def _see(self, case: np.ndarray) -> None:
        np.fmin(self.low, case[self.places], out=self.low)
        np.fmax(self.high, case[self.places], out=self.high)


class Room:
    """What else changes where a count is larger than it is: all that adds up goes on adding up, and nothing is negative."""

    def __init__(self, margins: Margins, sizes: Sequence[int], targets: Sequence[int]) -> None:
        self._all = _Programme(list(margins.equations), {}, list(targets))
        self._numbers = {target: number for number, target in enumerate(targets)}
        self._sizes = np.array([sizes[variable] for variable in self._all.unknown], dtype=float)
        self._variables = np.array(self._all.unknown)

    def cheapest(self, costs: Sequence[float], targets: Sequence[int], more: Sequence[float]) -> list[int]:
        """Which variables change in the cheapest case in which each target is so much more; none where there is no case.

        `costs` are of a variable's change by one.
        """
        numbers = np.array([self._numbers[target] for target in targets])
        inside, rows = self._all.linked(numbers)
        matrix, variables = self._all.matrix[rows][:, inside], self._variables[inside]
        low = np.zeros(2 * len(inside))
        high = np.concatenate([np.full(len(inside), np.inf), self._sizes[inside]])
        at = np.searchsorted(inside, self._all.places[numbers])
        low[at], high[len(inside) + at] = more, 0.0
        solved = linprog(  # type: ignore[no-untyped-call]
            np.tile(np.array(costs)[variables], 2),
            A_eq=hstack([matrix, -matrix]),  # type: ignore[no-untyped-call]
            b_eq=np.zeros(len(rows)),
            bounds=np.column_stack([low, high]),
            method="highs",
        )
        if solved.status != 0:
            return []
        moved = (solved.x[: len(inside)] + solved.x[len(inside) :]) > ROUNDING
        return [int(variable) for variable in variables[moved]]


def _up(value: float) -> float:
    return math.ceil(value - ROUNDING) if math.isfinite(value) else value


def _down(value: float) -> float:
    return math.floor(value + ROUNDING) if math.isfinite(value) else value
