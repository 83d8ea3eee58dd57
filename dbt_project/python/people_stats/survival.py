"""Survival from counts by month: product limit, cumulative incidence, log-rank, Cox. Months are tied; entry may be late.

Here: pure functions on arrays of people at risk and of events, month by month, so that a long history stays small. A late
entry (left truncation) needs nothing of its own: who enters at month t is at risk from month t + 1. Not here: who is at risk
(SQL), and what is said of a comparison (`progression`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from people_stats.intervals import wilson

Floats = npt.NDArray[np.float64]


def at_risk(entries: Floats, ends: Floats) -> Floats:
    """People under observation in each month, along the last axis, which counts months from 0.

    `entries` of month t are at risk from t + 1 on, `ends` of month t (by an event or without one) until t.
    """
    change = entries - ends
    return np.asarray(np.cumsum(change, axis=-1) - change, dtype=np.float64)


def product_limit(n: Floats, events: Floats) -> Floats:
    """Share of people still without the event after each month (Kaplan and Meier 1958); months run along the last axis."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.cumprod(np.where(n > 0, 1 - events / n, 1.0), axis=-1), dtype=np.float64)


def median_months(survival: Floats) -> Floats:
    """First month after which at most half are without the event; nan where it is not reached."""
    reached = survival <= 0.5 + 1e-12
    return np.where(reached.any(axis=-1), np.argmax(reached, axis=-1).astype(float), np.nan)


def cumulative_incidence(n: Floats, events: Floats, competing: Floats) -> tuple[Floats, Floats]:
    """Share of people who had the event by each month, while another may forestall it, and its variance.

    Aalen and Johansen (1978), exact on ties; variance by the delta method (Marubini and Valsecchi 1995, 10.3), which is
    F(1 − F) ÷ n where nobody is censored. Months run along the last axis.
    """
    total = events + competing
    survival = product_limit(n, total)
    earlier = np.concatenate([np.ones_like(survival[..., :1]), survival[..., :-1]], axis=-1)
    safe = np.maximum(n, 1)
    incidence = np.cumsum(earlier * events / safe, axis=-1)
    # after a month that ends everybody nothing grows any more, so its term is never needed
    spread = np.where(n > total, total / (safe * np.maximum(n - total, 1)), 0.0)
    shared = earlier * events / safe**2
    own = earlier**2 * events * (n - events) / safe**3

    def so_far(terms: Floats) -> Floats:
        return np.cumsum(terms, axis=-1)

    variance = (
        incidence**2 * so_far(spread) - 2 * incidence * so_far(spread * incidence) + so_far(spread * incidence**2)
        + so_far(own) - 2 * (incidence * so_far(shared) - so_far(shared * incidence))
    )  # fmt: skip
    return incidence, np.maximum(variance, 0.0)


def incidence_interval(incidence: Floats, variance: Floats, fewest: Floats) -> tuple[Floats, Floats]:
    """Score interval of a cumulative incidence: of as many independent people as its variance is worth.

    Where nobody or everybody had the event there is no variance to be seen, and the `fewest` people at risk in any month
    so far count. Bounds lie in [0, 1]; nobody at risk gives nan.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        is_spread = (variance > 0) & (incidence > 0) & (incidence < 1)
        worth = np.where(is_spread, incidence * (1 - incidence) / variance, fewest)
    return wilson(incidence * worth, worth)


def log_rank(n: Floats, events: Floats) -> tuple[float, float]:
    """Events of the first group less those expected, and their variance (Mantel 1966), over strata and months.

    `n` and `events` have one row a stratum and month and two columns, the group and its reference. The square of the
    first over the second is chi-square with one degree of freedom.
    """
    both, total = n.sum(axis=1), events.sum(axis=1)
    informative = (both > 1) & (total > 0) & (n.min(axis=1) > 0)
    n, events, both, total = n[informative], events[informative], both[informative], total[informative]
    share = n[:, 0] / both
    variance = total * share * (1 - share) * (both - total) / (both - 1)
    return float((events[:, 0] - total * share).sum()), float(variance.sum())


def log_rank_p(excess: npt.ArrayLike, variance: npt.ArrayLike) -> Floats:
    """Two-sided p of `log_rank`; 1 where its variance is 0, for then nothing could differ."""
    excess, variance = np.asarray(excess, float), np.asarray(variance, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(variance > 0, special.chdtrc(1, excess**2 / variance), 1.0)


@dataclass(frozen=True)
class Hazards:
    """A fitted Cox model: log hazard ratios, their covariance, and the p of each one's being the same in all months."""

    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    proportionality_p: Floats


def cox(n: Floats, events: Floats, design: Floats, months: Floats) -> Hazards:
    """Cox's model on counts, by Newton's method with Efron's (1977) treatment of ties.

    `n` and `events` have one row a stratum and month and one column a pattern of covariates; `design` has one row a
    pattern; `months` gives each row's month. Rows of another stratum have a baseline of their own. The check of
    proportionality is the score test of a coefficient that moves with log months (Grambsch and Therneau 1994, as exact
    as in R's survival since 3.0). ValueError where a coefficient does not exist, as of a pattern without events.
    """
    has_events = events.sum(axis=1) > 0
    n, events, months = n[has_events], events[has_events], months[has_events]
    tied = events.sum(axis=1).astype(int)
    of = np.repeat(np.arange(len(tied)), tied)
    # the l-th of d tied events finds the risk set less l ÷ d of those events
    order = np.arange(len(of)) - np.repeat(np.cumsum(tied) - tied, tied)
    left = n[of] - events[of] * (order / tied[of])[:, None]
    happened, clock = events.sum(axis=0), np.log(months)[of]

    beta = np.zeros(design.shape[1])
    best, shares = _likelihood(beta, left, happened, design)
    for _ in range(50):
        score = design.T @ (happened - shares.sum(axis=0))
        information = _information(shares, design, np.ones(len(of)))
        step = np.linalg.solve(information, score)
        while True:
            likelihood, moved = _likelihood(beta + step, left, happened, design)
            if likelihood >= best - 1e-12 * abs(best):
                break
            step = step / 2
        beta, best, shares = beta + step, likelihood, moved
        if np.abs(step).max(initial=0.0) < 1e-10:
            break
    else:
        raise ValueError("the model has no finite coefficients; leave out patterns without events")
    covariance = np.asarray(np.linalg.inv(_information(shares, design, np.ones(len(of)))), dtype=np.float64)
    moving = design.T @ ((clock[:, None] * (events[of] / tied[of][:, None] - shares)).sum(axis=0))
    across = _information(shares, design, clock)
    spread = np.diag(_information(shares, design, clock**2) - across @ covariance @ across)
    return Hazards(beta, covariance, best, log_rank_p(moving, spread))


def _likelihood(beta: Floats, left: Floats, happened: Floats, design: Floats) -> tuple[float, Floats]:
    """The log partial likelihood, and who of each risk set would have had the event, as shares of one."""
    predictor = design @ beta
    weights = left * np.exp(predictor - predictor.max())
    total = weights.sum(axis=1)
    likelihood = float(happened @ predictor - np.log(total).sum() - len(total) * predictor.max())
    return likelihood, weights / total[:, None]


def _information(shares: Floats, design: Floats, times: Floats) -> Floats:
    """Sum over events of the covariances of the covariates in the risk set, each times a number."""
    spread = np.diag(times @ shares) - (shares * times[:, None]).T @ shares
    return np.asarray(design.T @ spread @ design)
