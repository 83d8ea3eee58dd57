"""The tree of units and who leads each: divisions, departments, teams, and the positions of their leads.

Here: the tree's making, its reorganisation, appointments and vacancies, and whom everybody reports to. Not here: who is
appointed (`careers`). The manager tree follows the unit tree, so it can hold no cycle; a vacant unit is led by the
nearest lead above. The HRIS keeps units down to departments, as cost centres are kept: a team is who reports to its lead.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from ingest.simulate.draws import codes
from ingest.simulate.effects import EXCELLENT, OTHERS, POOR
from ingest.simulate.specification import NEVER, Array, Specification
from ingest.simulate.vocabulary import COMPANY, DIVISIONS, FAMILIES, SITE_SHARES

FOUNDED = 12784  # 2005-01-01, from which the first units are dated
PEOPLE_A_TEAM = 9.1
TEAMS_A_DEPARTMENT = 8
# Above so many departments a division, areas stand between the two.
WIDEST_DIVISION, DEPARTMENTS_AN_AREA = 16, 10
# From so many employees on, a company has eight divisions instead of five.
MANY = 20_000
LARGEST_DIVISION = 0.30
KINDS = ("company", "division", "department", "team")
TEAM = 3


class _Tree(NamedTuple):
    """Parent, kind and the level that leading takes, by unit; and the two departments whose leads are planted."""

    parent: Array
    kind: Array
    nominal: Array
    planted: list[int]


def _tree(employees: int) -> _Tree:
    n_teams = max(24, round(employees / PEOPLE_A_TEAM))
    n_divisions = 5 if employees < MANY else 8
    n_departments = max(n_divisions + 2, round(n_teams / TEAMS_A_DEPARTMENT))
    has_areas = n_departments > WIDEST_DIVISION * n_divisions
    parts = [(np.zeros(1, np.int64), 0, 8), (np.zeros(n_divisions, np.int64), 1, 7)]
    above = np.arange(1, 1 + n_divisions)
    shares = np.r_[LARGEST_DIVISION, np.full(n_divisions - 1, (1 - LARGEST_DIVISION) / (n_divisions - 1))]
    if has_areas:
        areas = np.repeat(above, _portions(shares, round(n_departments / DEPARTMENTS_AN_AREA)))
        parts.append((areas, 2, 6))
        above = np.arange(1 + n_divisions, 1 + n_divisions + len(areas))
        shares = np.full(len(areas), 1 / len(areas))
    departments = np.repeat(above, _portions(shares, n_departments))
    parts.append((departments, 2, 5 if has_areas else 6))
    first = sum(len(part) for part, *_ in parts) - n_departments

    # Many teams, and outside the largest division.
    planted = [int(np.flatnonzero(departments == above[place])[0]) for place in (-1, -2)]
    n_teams_planted = 11 if n_teams >= 60 else 8
    n_teams_of = np.zeros(n_departments, np.int64)
    usual = np.setdiff1d(np.arange(n_departments), planted)
    n_teams_of[usual] = _portions(np.full(len(usual), 1 / len(usual)), n_teams - 2 * n_teams_planted)
    n_teams_of[planted] = n_teams_planted
    parts.append((np.repeat(np.arange(first, first + n_departments), n_teams_of), 3, 4))
    return _Tree(
        parent=np.concatenate([part for part, *_ in parts]),
        kind=np.concatenate([np.full(len(part), kind) for part, kind, _ in parts]),
        nominal=np.concatenate([np.full(len(part), level) for part, _, level in parts]),
        planted=[first + place for place in planted],
    )


class Organisation:
    """Arrays with one entry a unit; unit 0 is the company. A parent's position is always below its children's."""

    def __init__(self, specification: Specification, rng: np.random.Generator) -> None:
        self.parent, self.kind, self.nominal, planted = _tree(specification.employees)
        self.n = len(self.kind)
        self.depth = np.zeros(self.n, np.int8)
        for unit in range(1, self.n):
            self.depth[unit] = self.depth[self.parent[unit]] + 1
        self.teams = np.flatnonzero(self.kind == TEAM)
        self.departments = np.unique(self.parent[self.teams])
        self.biased_division = 1
        self.planted = dict(zip((EXCELLENT, POOR), planted, strict=True))
        self.side = np.full(self.n, OTHERS, np.int8)
        for side, unit in self.planted.items():
            self.side[unit] = side
            self.side[self.teams[self.parent[self.teams] == unit]] = side
        self.division = self._divisions()

        self.site = codes(rng, SITE_SHARES, self.n)
        self.family = rng.integers(0, len(FAMILIES), self.n).astype(np.int8)
        self.wanted = np.zeros(self.n, np.int64)
        self.head = np.full(self.n, -1, np.int32)
        self.is_critical = (self.kind < 3) | (rng.random(self.n) < 0.05)
        self._head_since = np.full(self.n, FOUNDED, np.int64)
        self._fill_source = np.full(self.n, -1, np.int8)
        self._former: list[tuple[int, int, int, int, int]] = []
        self._unit_rows = [(unit, FOUNDED, int(self.parent[unit])) for unit in range(self.n)]
        self.changed = True

    def _divisions(self) -> Array:
        division = np.arange(self.n)
        for unit in range(self.n):
            if self.depth[unit] > 1:
                division[unit] = division[self.parent[unit]]
        return division

    def leads(self) -> Array:
        """Who leads each unit: its head or, while that place is vacant, the nearest head above."""
        leads = self.head.copy()
        for depth in range(1, int(self.depth.max()) + 1):
            vacant = np.flatnonzero((self.depth == depth) & (leads < 0))
            leads[vacant] = leads[self.parent[vacant]]
        return leads

    def managers(self, ids: Array, units: Array) -> Array:
        """Whom each person reports to, given their unit; -1 for the chief executive."""
        leads = self.leads()
        manager = np.where(self.is_head(ids, units), leads[self.parent[units]], leads[units])
        return np.where(manager == ids, -1, manager)

    def is_head(self, ids: Array, units: Array) -> Array:
        """Whether each person leads the unit given for them."""
        return np.asarray(self.head[units] == ids)

    def found(self, heads: Array, since: Array) -> None:
        """Let the first leads, one a unit, lead since the days given."""
        self.head[:], self._head_since[:] = heads, since

    def appoint(self, units: Array, ids: Array, day: int, source: int) -> None:
        """Let people lead units from a day on; `source` is 1 for internal, 0 for external, -1 where not known."""
        self._close(units, day)
        self.head[units], self._head_since[units], self._fill_source[units] = ids, day, source

    def vacate(self, units: Array, days: Array) -> None:
        """Leave units without a lead from days on."""
        self._close(units, days)
        self.head[units], self._head_since[units], self._fill_source[units] = -1, days, -1

    def _close(self, units: Array, days: Array | int) -> None:
        begins, ends = self._head_since[units], np.broadcast_to(days, len(units))
        rows = np.column_stack([units, self.head[units], begins, ends, self._fill_source[units]])
        self._former += [tuple(row) for row in rows[begins < ends].tolist()]

    def reorganise(self, departments: Array, new_parents: Array, day: int) -> None:
        """Put departments, with everything below them, under other parents from a day on."""
        self.parent[departments] = new_parents
        self._unit_rows += [(int(unit), day, int(parent)) for unit, parent in zip(departments, new_parents, strict=True)]
        self.division = self._divisions()
        self.changed = True

    def unit_ids(self, units: Array) -> pl.Series:
        """Units as the HRIS writes them, a team by its department; -1 gives none."""
        kept = np.where(self.kind[units] == TEAM, self.parent[units], units)
        return _numbered("OU", np.where(units < 0, units, kept))

    def position_ids(self, units: Array) -> pl.Series:
        """The lead positions of units as the HRIS writes them; -1 gives none."""
        return _numbered("P", units)

    def unit_rows(self) -> pl.DataFrame:
        """Every unit of the HRIS under every parent it has had: unit, day, parent, name, kind."""
        unit, day, parent = (np.array(column) for column in zip(*self._unit_rows, strict=True))
        order = np.lexsort((day, unit))
        order = order[self.kind[unit[order]] != TEAM]
        names = self._names()
        return pl.DataFrame(
            {
                "unit": self.unit_ids(unit[order]),
                "day": day[order],
                "parent": self.unit_ids(np.where(unit[order] == 0, -1, parent[order])),
                "name": [names[which] for which in unit[order]],
                "kind": [KINDS[self.kind[which]] for which in unit[order]],
            }
        )

    def _names(self) -> list[str]:
        names = []
        for unit in range(self.n):
            match self.kind[unit]:
                case 0:
                    names.append(COMPANY)
                case 1:
                    names.append(DIVISIONS[unit - 1])
                case kind:
                    names.append(f"{KINDS[kind].capitalize()} {unit}")
        return names

    def position_rows(self) -> pl.DataFrame:
        """Every lead position over time: unit, incumbent (-1 while vacant), from, until, source of the incumbent."""
        current = np.column_stack(
            [np.arange(self.n), self.head, self._head_since, np.full(self.n, NEVER), self._fill_source]
        )
        rows = np.vstack([np.array(self._former, dtype=np.int64).reshape(-1, 5), current])
        rows = rows[np.lexsort((rows[:, 2], rows[:, 0]))]
        return pl.DataFrame(rows, schema=["unit", "incumbent", "from", "until", "source"])


def _numbered(prefix: str, numbers: Array) -> pl.Series:
    """Numbers as ids with a prefix; -1 gives none."""
    text = prefix + pl.Series(numbers, dtype=pl.Int64).cast(pl.String).str.zfill(5)
    return text.set(pl.Series(numbers) < 0, None)


def _portions(shares: Array, n: int) -> Array:
    """`n` things in whole portions near the shares, at least one each."""
    extra = n - len(shares)
    edges = np.rint(np.cumsum(shares) / shares.sum() * extra).astype(np.int64)
    return np.asarray(1 + np.diff(np.r_[0, edges]))
