"""The tree of units: its order on a page, how many of its layers a page can hold, and which numbers stand beside them.

Nothing is ordered by a value.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.report.grouping import natural

# Layers of the unit tree are shown from the top while there are no more units than this; two layers always begin.
MOST_UNITS = 80
MOST_LAYERS = 3
# Page -> columns of its table of units; each by its default convention.
UNIT_METRICS = {
    "Report": (
        "headcount",
        "turnover",
        "promotion_rate",
        "span_of_control",
        "engagement_index",
        "response_rate",
        "score_360",
        "learning_hours_per_fte",
        "checkin_cadence",
        "contract_progress",
    ),
    "Pipeline": (
        "span_of_control",
        "manager_ratio",
        "layers",
        "successor_coverage",
        "succession_readiness",
        "internal_fill_rate",
        "high_potential_retention",
        "advancement",
    ),
    "Growth": (
        "plan_items_on_time",
        "programme_seats_offered",
        "programme_seats_taken",
        "mentoring_participation",
        "learning_hours_per_fte",
        "criteria_known",
        "psychological_safety",
        "fairness_favourable",
    ),
}


@dataclass(frozen=True)
class Unit:
    """A unit of the tree, with its layer; the top is layer 0."""

    unit_id: str
    name: str
    depth: int


def in_tree_order(rows: Sequence[tuple[Any, ...]]) -> list[Unit]:
    """Units from (id, name, parent), depth first, siblings by name; what hangs in a circle is left out."""
    names = {unit_id: name for unit_id, name, _ in rows}
    children: defaultdict[str | None, list[str]] = defaultdict(list)
    for unit_id, _, parent in rows:
        children[parent if parent in names else None].append(unit_id)
    ordered: list[Unit] = []
    waiting: list[tuple[str | None, int]] = [(None, -1)]
    while waiting:
        unit_id, depth = waiting.pop()
        if unit_id is not None:
            ordered.append(Unit(unit_id, names[unit_id], depth))
        siblings = sorted(children[unit_id], key=lambda one: (natural(names[one]), one), reverse=True)
        waiting += [(one, depth + 1) for one in siblings]
    return ordered


def top_layers(tree: list[Unit]) -> tuple[list[Unit], int]:
    """The two or three top layers in the order of the tree, and how many units of them were left out."""
    layers = 2
    while layers < MOST_LAYERS and sum(unit.depth <= layers for unit in tree) <= MOST_UNITS:
        layers += 1
    top = [unit for unit in tree if unit.depth < layers]
    return top[:MOST_UNITS], max(0, len(top) - MOST_UNITS)
