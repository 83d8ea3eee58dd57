"""Oaxaca-Blinder decomposition of a difference of means, two- and three-fold, and the least squares beneath it.

Here: linear algebra on cells (people who are alike in all columns of a design, with count, mean and spread of their
outcome): exact, and as quick at 100,000 people as at 2,000. statsmodels, which it is checked against, takes 1.4 s to import.
Not here: which controls (`adjusted_gaps`).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Reference coefficients of the twofold decomposition: a weight of the reference group's own, or a pooled model's.
WEIGHTS = {"oaxaca_reference": 1.0, "oaxaca_group": 0.0, "oaxaca_half": 0.5}
POOLED, POOLED_WITH_GROUP = "oaxaca_pooled", "oaxaca_pooled_with_group"
METHODS = (*WEIGHTS, POOLED, POOLED_WITH_GROUP)
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Cells:
    """A design (cells × columns, an intercept among them) with people, mean outcome and sum of squares within each cell."""

    design: Floats
    n: Floats
    mean: Floats
    within: Floats

    def chosen(self, these: npt.NDArray[np.bool_]) -> "Cells":
        """The cells for which it is true."""
        return Cells(self.design[these], self.n[these], self.mean[these], self.within[these])

    @property
    def centre(self) -> Floats:
        """Mean of each column over people."""
        return np.asarray(self.n @ self.design / self.n.sum())

    @property
    def outcome(self) -> float:
        """Mean outcome over people."""
        return float(self.n @ self.mean / self.n.sum())


class Fit(NamedTuple):
    """Coefficients (of least norm where columns depend on each other), the inverse of X'X, degrees of freedom."""

    coefficients: Floats
    inverse: Floats
    projection: Floats
    freedom: float

    def tells(self, contrast: Floats) -> bool:
        """Whether the data determine this linear combination of the coefficients."""
        return bool(np.allclose(contrast @ self.projection, contrast, atol=1e-6))


def least_squares(cells: Cells) -> Fit:
    """Ordinary least squares of people's outcomes on the design."""
    weighted = cells.design * cells.n[:, None]
    squares = cells.design.T @ weighted
    inverse = np.asarray(np.linalg.pinv(squares, rcond=TOLERANCE, hermitian=True), np.float64)
    projection = inverse @ squares
    rank = float(np.rint(np.trace(projection)))
    return Fit(np.asarray(inverse @ (weighted.T @ cells.mean), np.float64), inverse, projection, float(cells.n.sum()) - rank)


def hc3(cells: Cells, fit: Fit) -> Floats:
    """Covariance of the coefficients that holds where the spread differs (MacKinnon and White 1985, HC3).

    Somebody whom the design tells apart from everybody else decides a coefficient alone and says nothing of the others.
    """
    leverage = np.einsum("ij,jk,ik->i", cells.design, fit.inverse, cells.design)
    misfit = cells.within + cells.n * (cells.mean - cells.design @ fit.coefficients) ** 2
    alone = leverage > 1 - TOLERANCE
    weight = np.where(alone, 0.0, misfit / np.where(alone, 1.0, 1 - leverage) ** 2)
    return np.asarray(fit.inverse @ (cells.design.T * weight) @ cells.design @ fit.inverse)


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
