"""Which cells may be published beside one another, so that none that is too small can be worked out from the others.

Here: the elimination (Langsrud 2024, the method of Statistics Norway's GaussSuppression) over any linear equations, and
what of a table of counts it has to protect. Not here: which counts add up to which (`margins`), how far a hidden count is
known (`bounds`), what an attacker does with what was released (`attacks`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from people_stats.bounds import Room, unproven
from people_stats.margins import Margins

# A Mersenne prime: a coefficient vanishes by chance once in 10^18, and arithmetic stays in small integers.
PRIME = 2**61 - 1

Row = dict[int, int]


@dataclass
class Span:
    """What can be worked out by adding and subtracting the rows added so far; exact, in integers modulo `prime`.

    Rows are column -> coefficient. `rows` is the reduced echelon form by pivot; `watched` are rows kept reduced against it.
    """

    prime: int = PRIME
    rows: dict[int, Row] = field(default_factory=dict)
    watched: dict[int, Row] = field(default_factory=dict)
    # column -> what holds it: pivots of rows as themselves, watched rows as -1 - number
    _holders: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _looks: dict[frozenset[tuple[int, int]], set[int]] = field(default_factory=lambda: defaultdict(set))

    def reduced(self, row: Mapping[int, int]) -> Row:
        """What is left of a row once everything that is known is taken off it; empty for what can be worked out."""
        left = {column: value % self.prime for column, value in row.items() if value % self.prime}
        for column in [column for column in left if column in self.rows]:
            self._subtract(left, self.rows[column], left[column])
        return left

    def watch(self, row: Mapping[int, int]) -> bool:
        """Keep a row from being worked out, as far as `would_tell` is asked; False where it is known already."""
        left = self.reduced(row)
        if not left:
            return False
        number = len(self.watched)
        self.watched[number] = left
        for column in left:
            self._holders[column].add(-1 - number)
        self._looks[self._look(left)].add(number)
        return True

    def would_tell(self, left: Row) -> bool:
        """Whether a reduced row beside what is known gives a watched one away: they are then multiples of each other."""
        return bool(self._looks.get(self._look(left)))

    def add(self, left: Row, never: int | None = None) -> None:
        """Let a reduced, non-empty row be known. Its pivot is the column that fewest rows hold, and not `never`."""
        pivot = min((column for column in left if column != never), key=lambda column: (len(self._holders[column]), column))
        inverse = pow(left[pivot], -1, self.prime)
        row = {column: value * inverse % self.prime for column, value in left.items()}
        for holder in list(self._holders[pivot]):
            if holder >= 0:
                self._take_off(holder, self.rows[holder], row, pivot)
                continue
            held = self.watched[-1 - holder]
            self._looks[self._look(held)].discard(-1 - holder)
            self._take_off(holder, held, row, pivot)
            self._looks[self._look(held)].add(-1 - holder)
        self.rows[pivot] = row
        for column in row:
            self._holders[column].add(pivot)

    def _take_off(self, holder: int, held: Row, row: Row, pivot: int) -> None:
        before = set(row) & set(held)
        self._subtract(held, row, held[pivot])
        for column in row:
            if column in held and column not in before:
                self._holders[column].add(holder)
            elif column not in held:
                self._holders[column].discard(holder)

    def _subtract(self, row: Row, other: Row, times: int) -> None:
        for column, value in other.items():
            left = (row.get(column, 0) - times * value) % self.prime
            if left:
                row[column] = left
            else:
                row.pop(column, None)

    def _look(self, row: Row) -> frozenset[tuple[int, int]]:
        """The row without its factor."""
        if not row:
            return frozenset()
        inverse = pow(row[min(row)], -1, self.prime)
        return frozenset((column, value * inverse % self.prime) for column, value in row.items())


def suppress(
    cells: Sequence[Mapping[int, int]],
    order: Iterable[int],
    protected: Iterable[Mapping[int, int]],
    known: Iterable[Mapping[int, int]] = (),
) -> list[bool]:
    """Which cells stay hidden: cells are walked in `order`, and one is published unless a protected row is then told.

    cells:      each as column -> coefficient over whatever counts they are made of
    order:      cells that may be published, the most wanted first; those left out stay hidden
    protected:  rows that nobody may work out; one that `known` tells by itself cannot be protected and is passed over
    known:      rows that everybody knows

    No published set that this gives has a protected row in its linear span, nor a hidden cell that was in `order`.
    """
    span = Span()
    for row in known:
        if left := span.reduced(row):
            span.add(left)
    for row in protected:
        span.watch(row)
    hidden = [True] * len(cells)
    for cell in order:
        left = span.reduced(cells[cell])
        if left and span.would_tell(left):
            continue
        hidden[cell] = False
        if left:
            span.add(left)
    return hidden


def told(rows: Sequence[Mapping[int, int]], known: Iterable[Mapping[int, int]]) -> list[bool]:
    """Which rows can be worked out from the known ones by adding and subtracting."""
    span = Span()
    for row in known:
        if left := span.reduced(row):
            span.add(left)
    return [not span.reduced(row) for row in rows]


def hide_counts(margins: Margins, counts: Sequence[int], minimum: int) -> list[bool]:
    """Which cells of a table of counts to hide, so that no group of 1 to `minimum` - 1 people is told or nearly told.

    `counts` are the people in each cell. Protected are the cells and rests below the minimum, and in each equation all of
    them together where together they are below it. What linear equations cannot tell may still be bounded: while a
    small count is known within less than `minimum`, the smallest cell that bounds it is hidden too.
    """
    sizes = margins.with_rests(counts)
    known = [dict(equation.row) for equation in margins.equations]
    small = [0 < size < minimum for size in sizes]
    protected: list[Row] = [{variable: 1} for variable, is_small in enumerate(small) if is_small]
    # together too few: told together they would be told nearly; ranges would find it, at two to four more cells in a hundred
    for equation in margins.equations:
        few = [part for part in equation.parts if small[part]]
        if len(few) > 1 and sum(sizes[part] for part in few) < minimum:
            protected.append(dict.fromkeys(few, 1))
    cells: list[Row] = [{cell: 1} for cell in range(margins.n_cells)]
    # who is nowhere is told first: a zero hides nobody; then the largest
    order = sorted(
        (cell for cell in range(margins.n_cells) if not small[cell]),
        key=lambda cell: (sizes[cell] > 0, -sizes[cell], cell),
    )
    hidden = suppress(cells, order, protected, known)
    _widen(margins, sizes, hidden, minimum)
    published = [cell for cell in order if not hidden[cell]]
    # what the published cells tell anyway is hidden in vain
    in_vain = told(cells, [*known, *(cells[cell] for cell in published)])
    return [is_hidden and not is_told for is_hidden, is_told in zip(hidden, in_vain, strict=True)]


def _widen(margins: Margins, sizes: Sequence[int], hidden: list[bool], minimum: int) -> None:
    """Hide more cells, the cheapest, until each small one could be `minimum` more than the least that it could be.

    A case that fits everything published shows it (Kelly, Golden and Assad 1992): what changes in the cheapest such case
    and is published is hidden. Hiding more only widens, so each small cell is widened once.
    """
    values = [None if is_hidden else size for size, is_hidden in zip(sizes, hidden, strict=False)]
    small = [cell for cell in range(margins.n_cells) if 0 < sizes[cell] < minimum]
    waiting = unproven(margins, values, small, minimum, sizes)
    if not waiting:
        return
    # what counts is that a cell goes, not by how much it changes; of two that go, the larger is the dearer
    costs = [minimum / min(max(size, 1), minimum) + size / 100 for size in sizes]
    for variable in range(margins.n_variables):
        if variable >= margins.n_cells or hidden[variable]:
            costs[variable] = 0.0
    room = Room(margins, sizes, list(waiting))
    while waiting:
        batch: list[int] = []
        taken: set[int] = set()
        # side by side only what shares no equation: one could else be the other's room
        for cell in waiting:
            near = {variable for equation in margins.of(cell) for variable in equation.row}
            if not near & taken:
                batch.append(cell)
                taken |= near
        more = [waiting.pop(cell).low + minimum - sizes[cell] for cell in batch]
        for variable in room.cheapest(costs, batch, more):
            if variable < margins.n_cells:
                hidden[variable], costs[variable] = True, 0.0
