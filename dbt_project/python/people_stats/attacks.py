"""What somebody works out who holds a release and knows the organisation: hidden counts, exactly or nearly.

Here: attacks on released counts; they see what is published, where a cell is hidden, and how many people each segment
has, nothing else. Not here: how cells came to be hidden (`disclosure`), which this must be able to convict.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from people_stats.bounds import Interval, bounds
from people_stats.disclosure import Row, Span
from people_stats.margins import Equation, Margins

# Not the prime that cells were hidden by: what vanishes by chance in one does not in the other.
PRIME = 2**31 - 1


@dataclass(frozen=True)
class Finding:
    """A hidden cell that an attack bounds, and by which published cells; `interval` is never to be handed on."""

    attack: str
    cell: int
    path: str
    interval: Interval

    @property
    def is_exact(self) -> bool:
        return self.interval.width == 0


def attack(margins: Margins, values: Sequence[int | None], targets: Sequence[int], wide: float) -> list[Finding]:
    """All that the attacks find of these hidden cells, each once, by the simplest attack; None in `values` is hidden.

    Found is what is known exactly, or within less than `wide`. ValueError where no numbers fit what is published.
    """
    found: dict[int, Finding] = {}
    for findings in (complement(margins, values), linear(margins, values), intervals(margins, values, targets, wide)):
        for finding in findings:
            found.setdefault(finding.cell, finding)
    return [found[target] for target in targets if target in found]


def complement(margins: Margins, values: Sequence[int | None]) -> list[Finding]:
    """A total less its published parts, wherever one cell of an equation is hidden and nothing is left over beside it."""
    found = []
    for equation in margins.equations:
        unknown = [variable for variable in equation.row if variable >= margins.n_cells or values[variable] is None]
        if len(unknown) == 1 and unknown[0] < margins.n_cells:
            [cell] = unknown
            factor = equation.row[cell]
            told = sum(by * (values[other] or 0) for other, by in equation.row.items() if other != cell)
            size = (equation.known - told) // factor
            found.append(Finding("complement", cell, _words(margins, equation, cell), Interval(size, size)))
    return found


def linear(margins: Margins, values: Sequence[int | None]) -> list[Finding]:
    """Every cell that some combination of all equations tells: those alone in their row once the unknowns are eliminated."""
    span = Span(prime=PRIME)
    # the number of people known stands in a column of its own, so that it is carried along
    constant = margins.n_variables
    for equation in margins.equations:
        row: Row = {}
        left = equation.known
        for variable, factor in equation.row.items():
            if variable < margins.n_cells and values[variable] is not None:
                left -= factor * (values[variable] or 0)
            else:
                row[variable] = factor
        reduced = span.reduced(row | {constant: -left})
        if set(reduced) - {constant}:
            span.add(reduced, never=constant)
        elif reduced:
            raise ValueError("no numbers of people fit what is published: the cells do not add up")
    found = []
    for cell, row in span.rows.items():
        if cell < margins.n_cells and not set(row) - {cell, constant}:
            size = -row.get(constant, 0) % PRIME
            near = margins.of(cell)[0]
            found.append(
                Finding("linear system", cell, "a combination with " + _words(margins, near, cell), Interval(size, size))
            )
    return found


def intervals(margins: Margins, values: Sequence[int | None], targets: Sequence[int], wide: float) -> list[Finding]:
    """Those of the targets that linear programmes bound within less than `wide`."""
    return [
        Finding("interval", cell, "bounded with " + _words(margins, margins.of(cell)[0], cell), interval)
        for cell, interval in bounds(margins, values, targets, wide).items()
        if interval.width < wide
    ]


def _words(margins: Margins, equation: Equation, cell: int) -> str:
    """An equation in words, as seen from one of its cells."""

    def name(variable: int) -> str:
        return " ".join(margins.cells[variable]) if variable < margins.n_cells else "who is in none of them"

    others = [name(part) for part in equation.parts if part != cell]
    if equation.total == cell:
        return " + ".join(others)
    return " - ".join(["the people there" if equation.total is None else name(equation.total), *others])
