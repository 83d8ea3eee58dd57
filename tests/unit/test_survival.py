"""Survival from counts by month against statsmodels, closed forms and a slow exact oracle."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people_stats.survival import (
    at_risk,
    cox,
    cumulative_incidence,
    incidence_interval,
    log_rank,
    log_rank_p,
    median_months,
    product_limit,
)
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff

LAST = 12
# one person: month of entry, months observed after it, what ended it (0 nothing, 1 the event, 2 the other), group
PERSON = st.tuples(st.integers(0, 5), st.integers(1, LAST - 5), st.integers(0, 2), st.integers(0, 1))
PEOPLE = st.lists(PERSON, min_size=2, max_size=60)


def counts(people: list[tuple[int, int, int, int]]) -> tuple[np.ndarray, ...]:
    """At risk, events and competing events by month."""
    months = np.zeros((4, LAST + 1))
    for entry, observed, outcome, _ in people:
        months[0, entry] += 1
        months[1, entry + observed] += 1
        if outcome:
            months[1 + outcome, entry + observed] += 1
    return at_risk(months[0], months[1]), months[2], months[3]


def by_group(people: list[tuple[int, int, int, int]]) -> tuple[np.ndarray, np.ndarray]:
    parts = [counts([p for p in people if p[3] == side]) for side in (0, 1)]
    return np.column_stack([part[0] for part in parts]), np.column_stack([part[1] for part in parts])


@given(PEOPLE)
def test_at_risk_is_whoever_entered_before_and_has_not_ended(people: list[tuple[int, int, int, int]]) -> None:
    for month, n in enumerate(counts(people)[0]):
        assert n == sum(entry < month <= entry + observed for entry, observed, *_ in people)


@given(PEOPLE)
def test_incidences_and_survival_share_out_everybody_exactly(people: list[tuple[int, int, int, int]]) -> None:
    n, events, competing = counts(people)
    promoted, _ = cumulative_incidence(n, events, competing)
    left, _ = cumulative_incidence(n, competing, events)
    still, incidence = Fraction(1), Fraction(0)
    for month in range(LAST + 1):
        if n[month]:
            incidence += still * Fraction(int(events[month]), int(n[month]))
            still *= 1 - Fraction(int(events[month] + competing[month]), int(n[month]))
        assert promoted[month] == pytest.approx(float(incidence), abs=1e-12)
        assert promoted[month] + left[month] + float(still) == pytest.approx(1, abs=1e-12)


@settings(deadline=None)
@given(st.lists(PERSON, min_size=5, max_size=60))
def test_incidence_on_ties_is_that_of_statsmodels(people: list[tuple[int, int, int, int]]) -> None:
    people = [(0, observed, outcome, group) for _, observed, outcome, group in people]
    n, events, competing = counts(people)
    time, status = np.array([p[1] for p in people]), np.array([p[2] for p in people])
    if not {1, 2} <= set(status.tolist()):
        return
    found = CumIncidenceRight(time, status)
    ours, _ = cumulative_incidence(n, events, competing)
    for month, value in zip(found.times, found.cinc[0], strict=True):
        assert ours[int(month)] == pytest.approx(value, abs=1e-10)


@given(st.lists(st.tuples(st.integers(1, LAST), st.integers(0, 1)), min_size=1, max_size=40))
def test_where_nobody_is_censored_the_variance_is_that_of_a_share(ends: list[tuple[int, int]]) -> None:
    n, events, competing = counts([(0, month, 1 + other, 0) for month, other in ends])
    incidence, variance = cumulative_incidence(n, events, competing)
    assert variance == pytest.approx(incidence * (1 - incidence) / len(ends), abs=1e-12)


def test_an_interval_of_incidence_is_the_score_interval_where_nobody_is_censored() -> None:
    n, events, competing = counts([(0, 2, 1, 0)] * 3 + [(0, 5, 2, 0)] * 17)
    incidence, variance = cumulative_incidence(n, events, competing)
    low, high = incidence_interval(incidence, variance, np.full(LAST + 1, 20.0))
    ours = stats.binomtest(3, 20).proportion_ci(method="wilson")
    assert (low[6], high[6]) == pytest.approx((ours.low, ours.high))
    assert low[1] == 0 and 0.1 < high[1] < 0.2


def test_survival_and_median_are_those_of_statsmodels() -> None:
    rng = np.random.default_rng(1)
    people = [(0, int(rng.integers(1, LAST)), int(rng.integers(0, 2)), 0) for _ in range(200)]
    n, events, competing = counts(people)
    found = SurvfuncRight([p[1] for p in people], [p[2] for p in people])
    survival = product_limit(n, events)
    assert survival[found.surv_times.astype(int)] == pytest.approx(found.surv_prob)
    assert median_months(survival) == found.quantile(0.5)
    assert np.isnan(median_months(product_limit(n, competing)))


@settings(deadline=None, max_examples=60)
@given(st.lists(PERSON, min_size=12, max_size=80), st.integers(1, 3))
def test_log_rank_with_late_entry_or_strata_is_that_of_statsmodels(
    people: list[tuple[int, int, int, int]], n_strata: int
) -> None:
    """Late entry and strata each; statsmodels cannot do both at once, and the sums over strata are the same sums."""
    if n_strata > 1:
        people = [(0, *rest) for _, *rest in people]
    stratum = np.arange(len(people)) % n_strata
    entry, observed, outcome, group = (np.array(part) for part in zip(*people, strict=True))
    if len(set(group.tolist())) < 2:
        return
    parts = [by_group([p for p, s in zip(people, stratum, strict=True) if s == at]) for at in range(n_strata)]
    n, events = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    excess, variance = log_rank(n, events)
    if variance < 1e-9:
        assert log_rank_p(excess, 0.0) == 1
        return
    told = {"strata": stratum} if n_strata > 1 else {"entry": entry}
    statistic, p_value = survdiff(entry + observed, outcome == 1, group, **told)
    assert excess**2 / variance == pytest.approx(statistic, rel=1e-8, abs=1e-10)
    assert log_rank_p(excess, variance) == pytest.approx(p_value, rel=1e-6)


def cohort(rng: np.random.Generator, size: int = 400) -> list[tuple[int, int, int, int]]:
    """People of whom those of group 1 have the event more often."""
    people = []
    for _ in range(size):
        group, entry = int(rng.integers(0, 2)), int(rng.integers(0, 5))
        for observed in range(1, LAST - 5 + 1):
            drawn = rng.random()
            if drawn < (0.12 if group else 0.06) or drawn > 0.96 or observed == LAST - 5:
                outcome = 1 if drawn < (0.12 if group else 0.06) else 2 if drawn > 0.96 else 0
                people.append((entry, observed, outcome, group))
                break
    return people


@pytest.mark.parametrize("seed", range(3))
def test_hazards_with_ties_late_entry_and_strata_are_those_of_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people, others = cohort(rng), cohort(rng, 150)
    both = people + others
    stratum = np.repeat([0, 1], [len(people), len(others)])
    entry, observed, outcome, group = (np.array(part) for part in zip(*both, strict=True))
    # statsmodels counts who enters in the month of an event as at risk of it; half a month later is after it, as here
    fit = PHReg(
        entry + observed, group[:, None].astype(float), status=(outcome == 1).astype(int), entry=entry + 0.5,
        strata=stratum, ties="efron",
    ).fit()  # fmt: skip
    parts = [by_group(people), by_group(others)]
    n, events = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    ours = cox(n, events, np.array([[0.0], [1.0]]), np.tile(np.arange(LAST + 1.0), 2))
    assert ours.coefficients == pytest.approx(fit.params, abs=1e-6)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(fit.bse, abs=1e-6)


def test_proportionality_is_the_score_test_of_a_coefficient_that_moves_with_log_months() -> None:
    """Against the likelihood itself, with the moving covariate written out, by finite differences."""
    n, events = by_group(cohort(np.random.default_rng(5)))
    months = np.arange(LAST + 1.0)
    fit = cox(n, events, np.array([[0.0], [1.0]]), months)

    def likelihood(beta: float, gamma: float) -> float:
        total = 0.0
        for month in range(1, LAST + 1):
            weights = np.array([1.0, np.exp(beta + gamma * np.log(month))])
            total += events[month] @ np.log(weights)
            d = int(events[month].sum())
            for left in range(d):
                total -= np.log((n[month] - left / d * events[month]) @ weights)
        return total

    at, step = float(fit.coefficients[0]), 1e-4
    score = (likelihood(at, step) - likelihood(at, -step)) / (2 * step)

    def second(a: int, b: int) -> float:
        one, two = np.array([step * (a == 0), step * (a == 1)]), np.array([step * (b == 0), step * (b == 1)])
        signs = ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
        total = sum(s * likelihood(at + i * one[0] + j * two[0], i * one[1] + j * two[1]) for i, j, s in signs)
        return float(-total / (4 * step**2))

    statistic = score**2 / (second(1, 1) - second(0, 1) ** 2 / second(0, 0))
    assert fit.proportionality_p[0] == pytest.approx(stats.chi2.sf(statistic, 1), rel=1e-3)


def test_a_hazard_that_turns_round_is_not_called_proportional() -> None:
    n = np.full((LAST + 1, 2), 400.0)
    events = np.where(np.arange(LAST + 1)[:, None] <= 6, [[30.0, 10.0]], [[10.0, 30.0]])
    turning = cox(n[1:], events[1:], np.array([[0.0], [1.0]]), np.arange(1.0, LAST + 1))
    steady = cox(n[1:], np.full_like(n[1:], 20.0), np.array([[0.0], [1.0]]), np.arange(1.0, LAST + 1))
    assert turning.proportionality_p[0] < 1e-6 < steady.proportionality_p[0]


def test_a_pattern_without_events_has_no_hazard() -> None:
    n, events = np.full((5, 2), 30.0), np.tile([2.0, 0.0], (5, 1))
    with pytest.raises((ValueError, np.linalg.LinAlgError)):
        cox(n, events, np.array([[0.0], [1.0]]), np.arange(1.0, 6.0))
