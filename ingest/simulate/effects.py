"""What is planted in the company: sizes on the scale that generates the data, and who is on which side.

Here: the sizes, with and without effects. Not here: the places where they act (each domain, in the draw itself, never
on its result) and what came of them (`truth`).
"""

from dataclasses import dataclass

import numpy as np

from ingest.simulate.specification import Array

# Sides of a leader effect: everybody else, everybody below the excellent leader, everybody below the poor one.
OTHERS, EXCELLENT, POOR = range(3)
LEADERS = {"excellent_leader": EXCELLENT, "poor_leader": POOR}


@dataclass(frozen=True)
class Effects:
    """Sizes of everything planted. Arrays hold one entry a side; zero or one means nothing is planted."""

    # Women of one family are paid this share less.
    pay_gap: float
    # Odds of women before the panels of one division, over those of everybody else.
    panel_odds: float
    # Offers of stretch work to one ethnic group, over those to everybody else.
    stretch_rate: float
    # Shift of survey answers and of 360 scores by direct reports, in standard deviations of one answer.
    climate: Array
    # Multipliers of the yearly exits by choice, of the share of months with a check-in, of development offered.
    exits: Array
    cadence: Array
    development: Array
    # Shift of 360 scores by others for whoever took the leadership programme, in standard deviations of one answer.
    programme: float


def planted() -> Effects:
    """The demo company's effects."""
    return Effects(
        pay_gap=0.08,
        panel_odds=0.5,
        stretch_rate=0.5,
        climate=np.array([0.0, 0.8, -0.8]),
        exits=np.array([1.0, 0.4, 2.5]),
        cadence=np.array([1.0, 1.3, 0.4]),
        development=np.array([1.0, 1.3, 0.6]),
        programme=0.7,
    )


def nothing() -> Effects:
    """The same company with nothing planted."""
    zeros, ones = np.zeros(3), np.ones(3)
    return Effects(0.0, 1.0, 1.0, zeros, ones, ones, ones, 0.0)
