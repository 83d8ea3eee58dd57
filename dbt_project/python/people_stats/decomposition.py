"""Oaxaca-Blinder decomposition of a difference of means, two- and three-fold, on cells of people (`regression`).

Not here: which controls (`adjusted_gaps`).
"""

from dataclasses import dataclass

import numpy as np

from people_stats.regression import Cells, Floats, least_squares

# Reference coefficients of the twofold decomposition: a weight of the reference group's own, or a pooled model's.
WEIGHTS = {"oaxaca_reference": 1.0, "oaxaca_group": 0.0, "oaxaca_half": 0.5}
POOLED, POOLED_WITH_GROUP = "oaxaca_pooled", "oaxaca_pooled_with_group"
METHODS = (*WEIGHTS, POOLED, POOLED_WITH_GROUP)


@dataclass(frozen=True)
class Decomposition:
    """A difference of mean outcomes, reference less group, and its parts; detail has an entry a column of the design.

    Of columns that code one control only the sum of their explained parts does not depend on how it is coded.
    """

    difference: float
    explained: dict[str, float]
    unexplained: dict[str, float]
    endowments: float
    coefficients: float
    interaction: float
    explained_by_column: dict[str, Floats]
    endowments_by_column: Floats


def decompose(reference: Cells, group: Cells) -> Decomposition | None:
    """Oaxaca (1973) and Blinder (1973) with free choice of reference coefficients, and the threefold decomposition.

    The pooled coefficients are Neumark's (1988) and, with an indicator of the group in the pooled model, Jann's (2008).
    None where one side's people do not determine what the other side's would be paid by its coefficients.
    """
    fits = least_squares(reference), least_squares(group)
    centres = reference.centre, group.centre
    if not (fits[0].tells(centres[1]) and fits[1].tells(centres[0])):
        return None
    own = fits[0].coefficients, fits[1].coefficients
    apart, difference = centres[0] - centres[1], reference.outcome - group.outcome
    chosen = {name: weight * own[0] + (1 - weight) * own[1] for name, weight in WEIGHTS.items()}
    sides = [np.concatenate(pair) for pair in zip(_arrays(reference), _arrays(group), strict=True)]
    design, *rest = sides
    is_group = np.r_[np.zeros(reference.n.size), np.ones(group.n.size)]
    chosen[POOLED] = least_squares(Cells(design, *rest)).coefficients
    chosen[POOLED_WITH_GROUP] = least_squares(Cells(np.column_stack([design, is_group]), *rest)).coefficients[:-1]
    detail = {name: apart * coefficients for name, coefficients in chosen.items()}
    explained = {name: float(parts.sum()) for name, parts in detail.items()}
    return Decomposition(
        difference=difference,
        explained=explained,
        unexplained={name: difference - part for name, part in explained.items()},
        endowments=float(apart @ own[1]),
        coefficients=float(centres[1] @ (own[0] - own[1])),
        interaction=float(apart @ (own[0] - own[1])),
        explained_by_column=detail,
        endowments_by_column=apart * own[1],
    )


def _arrays(cells: Cells) -> tuple[Floats, Floats, Floats, Floats]:
    return cells.design, cells.n, cells.mean, cells.within
