"""Which cells to hide where larger ones are made of smaller ones, each part in one whole: units, leaders' organisations.

Here: one pass over any number of such trees at once, in arrays. In a tree no equations are needed: what is hidden cannot be
worked out if in every family (a whole, its parts, and who is in none of them) nobody or at least two are unknown, for then
each of them may give to another, along the tree, to a leaf. Not here: counts by group, whose equations cross (`disclosure`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

# segment kind -> the nest that it is a part of, and the kind of its whole; a part without one is a part of the company
NESTS = {
    "org_unit": ("units", "org_unit"),
    "level": ("levels", "level"),
    "leader_org": ("leaders", "leader_org"),
    "leader_direct": ("leaders", "leader_org"),
}
FAMILY = ["metric", "convention_id", "period_end", "nest"]
# what is hidden in one convention is hidden in all
CELL = ["metric", "period_end", "segment_kind", "segment_id"]

# Sums of shares of people end otherwise from the sixth digit on; a day of a year is twenty times as much.
NOBODY = 1e-4

Whole = npt.NDArray[np.int64]
Amounts = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def hidden_in_nests(cells: pl.DataFrame) -> pl.Series:
    """Which cells of metrics stay hidden, so that no small one is what a larger one has beside others; as many as cells.

    cells:  metric, convention_id, period_end, segment_kind, segment_id, attribute, n_people; `minimum`, of how few people a
            cell is too small (one or less: never); whole_id: the unit or leader right above, null where there is none

    The company's cell is the whole of units, of levels and of leaders. Groups have a pattern of their own. Where nobody has
    the whole (what is of leaders' direct reports alone), the company has the part.
    """
    places = pl.DataFrame(
        [(kind, *nest) for kind, nest in NESTS.items()]
        + [("company", nest, None) for nest in sorted({nest for nest, _ in NESTS.values()})],
        schema=["segment_kind", "nest", "whole_kind"],
        orient="row",
    )
    nodes = (
        cells.with_row_index("cell")
        .filter(pl.col("attribute").is_null() & (pl.col("n_people") > 0) & (pl.col("minimum") > 1))
        .join(places, on="segment_kind", how="inner", maintain_order="left")
        .with_columns(node=pl.concat_str("segment_kind", "segment_id", separator=" "))
        .with_row_index("row")
    )
    by_node = nodes.select(*FAMILY, "node", whole_row="row")
    company = nodes.filter(segment_kind="company").select(*FAMILY, company_row="row")
    placed = (
        nodes.with_columns(
            node=pl.when(pl.col("segment_kind") != "company").then(pl.concat_str("whole_kind", "whole_id", separator=" "))
        )
        .join(by_node, on=[*FAMILY, "node"], how="left", maintain_order="left")
        .join(company, on=FAMILY, how="left", maintain_order="left")
        .with_columns(whole=pl.when(pl.col("segment_kind") != "company").then(pl.coalesce("whole_row", "company_row")))
    )
    people = placed["n_people"].cast(pl.Float64).to_numpy()
    wholes, minimums = (placed[name].cast(pl.Int64).fill_null(-1).to_numpy() for name in ("whole", "minimum"))
    # who leads themselves is part of nothing
    wholes = np.where(wholes == np.arange(len(wholes)), -1, wholes)
    hidden = placed.filter(pl.Series(Nests(people, wholes, minimums).hidden())).select(*CELL).unique()
    # one convention's numbers are the other's, or nearly: hiding more than a convention needs tells nothing of it
    return cells.select(
        is_hidden=(pl.col("minimum") > 1).fill_null(False)
        & pl.col("attribute").is_null()
        & pl.struct(CELL).is_in(hidden.select(pl.struct(CELL)).to_series().implode())
    ).to_series()


@dataclass(frozen=True)
class Nests:
    """Cells of trees: people in each, the row of the whole that each is a part of (-1 for none), and how few are too few.

    People are what adds up, to a fraction where a cell is of a mean of head-counts: rounded, parts that leave nobody over
    would seem to leave somebody, in whom another part would seem to hide.
    """

    people: Amounts
    wholes: Whole
    minimums: Whole

    def hidden(self) -> Flags:
        """Which cells to hide, so that none of fewer people than its minimum is told or told within less than it.

        Protected like a cell is who is in a whole and in none of its parts. Where parts are more people than their whole
        (some are in two), nobody is in none. In a family that would tell, the smallest part that is shown is hidden too.
        """
        hidden = self.is_small.copy()
        while (telling := self._telling(hidden)).any():
            shown = np.flatnonzero(~hidden & (self.people > 0) & (self.wholes >= 0))
            shown = shown[telling[self.wholes[shown]]]
            order = shown[np.lexsort((shown, self.people[shown], self.wholes[shown]))]
            _, first = np.unique(self.wholes[order], return_index=True)
            # with every part hidden, only the whole itself is left to hide
            hidden[order[first] if len(order) else telling] = True
        return hidden

    @property
    def is_small(self) -> Flags:
        return (self.people > 0) & (self.people < self.minimums)

    @property
    def rests(self) -> Amounts:
        """People of each whole who are in none of its parts; of what has no parts, all of them."""
        rests: Amounts = self.people - self._sums(self.people)
        return np.where(rests > NOBODY, rests, 0.0)

    def _sums(self, values: Amounts, of: Flags | None = None) -> Amounts:
        chosen = self.wholes >= 0 if of is None else (self.wholes >= 0) & of
        return np.bincount(self.wholes[chosen], values[chosen], len(self.people)).astype(np.float64)

    def _telling(self, hidden: Flags) -> Flags:
        """Wholes in whose family something is known, or as good as known, by what is shown, and must not be.

        First those that are hidden and the sum of what is shown, for what hides in them is no hiding place before.
        """
        rests = self.rests
        has_parts = self._sums(np.ones_like(self.people), self.people > 0) > 0
        room = self._rooms(hidden, rests)
        parts_hidden = self._sums(np.ones_like(self.people), hidden & (self.people > 0))
        unknown = parts_hidden + (rests > 0)
        is_small_rest = (rests > 0) & (rests < self.minimums - NOBODY)
        is_sum = has_parts & hidden & (unknown == 0)
        is_told = ~hidden & ((parts_hidden > 0) | is_small_rest) & ((unknown < 2) | (room < self.minimums - NOBODY))
        return is_sum if is_sum.any() else has_parts & is_told

    def _rooms(self, hidden: Flags, rests: Amounts) -> Amounts:
        """How many people of a cell nothing shown inside it accounts for: how far it can fall, and never below nobody.

        Parts may be more people than their whole, where somebody is in two of them or changed place within the year.
        """
        room = rests.copy()
        for rows in self._layers:
            inside = rows[hidden[rows] & (self.wholes[rows] >= 0)]
            np.add.at(room, self.wholes[inside], np.minimum(room[inside], self.people[inside]))
        return room

    @property
    def _layers(self) -> list[Whole]:
        """Rows by layer, the deepest first; a loop of wholes ends nowhere and is left in the layer where it is met."""
        depth = np.zeros(len(self.people), dtype=np.int64)
        above = self.wholes.copy()
        for _ in range(64):
            inside = above >= 0
            if not inside.any():
                break
            depth[inside] += 1
            above[inside] = self.wholes[above[inside]]
        return [np.flatnonzero(depth == layer) for layer in range(int(depth.max(initial=0)), 0, -1)]
