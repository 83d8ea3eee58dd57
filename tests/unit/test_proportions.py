"""Two rates beside each other, against oracles written another way: fractions, plain loops, scipy's root finder."""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from people_stats.proportions import (
    below_four_fifths,
    boschloo_p_value,
    fisher_p_value,
    koopman,
    miettinen_nurminen,
    ratio_is_above,
    score_p_value,
    shortfall,
)
from people_stats.strata import mantel_haenszel
from people_stats.verdicts import benjamini_hochberg
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import confint_proportions_2indep

N_TABLES = 10_000
CRITICAL = stats.chi2.ppf(0.95, 1)


def tables(n: int, largest: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x1, n1, x2, n2 at rates from nobody to everybody; a third of all tables have a cell of zero."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, largest + 1, (2, n))
    rates = rng.choice([0.0, 0.02, 0.1, 0.3, 0.5, 0.9, 1.0], (2, n))
    chosen = rng.binomial(sizes, rates)
    return tuple(values.astype(float) for values in (chosen[0], sizes[0], chosen[1], sizes[1]))  # type: ignore[return-value]


TABLES = tables(N_TABLES, 40, 1)
AS_INTEGERS = list(zip(*(values.astype(int).tolist() for values in TABLES), strict=True))


def test_the_tables_hold_every_kind_of_zero() -> None:
    x1, n1, x2, n2 = TABLES
    for cell in (x1, n1 - x1, x2, n2 - x2, x1 + x2, n1 + n2 - x1 - x2):
        assert (cell == 0).sum() > 100


def test_four_fifths_and_the_shortfall_are_those_of_fractions() -> None:
    below = below_four_fifths(*TABLES).tolist()
    missing = shortfall(*TABLES).tolist()
    for i, (x1, n1, x2, n2) in enumerate(AS_INTEGERS):
        wanted = Fraction(4, 5) * Fraction(x2, n2)
        assert below[i] == (Fraction(x1, n1) < wanted)
        assert missing[i] == max(0, math.ceil(wanted * n1) - x1)


def test_the_score_p_is_that_of_exact_arithmetic() -> None:
    found = score_p_value(*TABLES)
    for i, (x1, n1, x2, n2) in enumerate(AS_INTEGERS):
        pooled = Fraction(x1 + x2, n1 + n2)
        variance = pooled * (1 - pooled) * (Fraction(1, n1) + Fraction(1, n2))
        squared = (Fraction(x1, n1) - Fraction(x2, n2)) ** 2 / variance if variance else Fraction(0)
        assert found[i] == pytest.approx(math.erfc(math.sqrt(squared / 2)), abs=1e-12)


def test_fisher_is_the_sum_of_the_tables_that_are_no_likelier() -> None:
    found = fisher_p_value(*TABLES)
    for i, (x1, n1, x2, n2) in enumerate(AS_INTEGERS):
        chosen = x1 + x2
        ways = [math.comb(n1, k) * math.comb(n2, chosen - k) for k in range(max(0, chosen - n2), min(chosen, n1) + 1)]
        as_extreme = sum(way for way in ways if way <= math.comb(n1, x1) * math.comb(n2, x2))
        assert found[i] == pytest.approx(as_extreme / sum(ways), abs=1e-12)


def test_fisher_keeps_its_digits_in_large_pools() -> None:
    x1, n1, x2, n2 = (np.array(values, float) for values in ([300, 30], [9000, 900], [1400, 1400], [41000, 41000]))
    for i, p in enumerate(fisher_p_value(x1, n1, x2, n2)):
        table = [[x1[i], x2[i]], [n1[i] - x1[i], n2[i] - x2[i]]]
        assert p == pytest.approx(stats.fisher_exact(np.array(table, int)).pvalue, rel=1e-8)


def test_boschloo_is_that_of_scipy_and_silent_in_large_pools() -> None:
    x1, n1, x2, n2 = (values[:60] for values in tables(400, 20, 3))
    for i, p in enumerate(boschloo_p_value(x1, n1, x2, n2)):
        expected = stats.boschloo_exact(np.array([[x1[i], x2[i]], [n1[i] - x1[i], n2[i] - x2[i]]], int)).pvalue
        assert p == pytest.approx(1.0 if math.isnan(expected) else expected, abs=2e-4)
    assert np.isnan(boschloo_p_value(*(np.array([value]) for value in (2.0, 20.0, 5.0, 21.0))))[0]


def test_benjamini_hochberg_is_its_definition() -> None:
    rng = np.random.default_rng(4)
    for _ in range(N_TABLES // 10):
        p_values = rng.choice([0.0, 0.01, 0.02, 0.05, 0.3, 1.0, *rng.random(3)], rng.integers(1, 12))
        m = len(p_values) + int(rng.integers(0, 4))
        ranks = {p: int((p_values <= p).sum()) for p in p_values}
        wanted = [min(1.0, *(m * p / ranks[p] for p in p_values if p >= own), 1.0) for own in p_values]
        assert benjamini_hochberg(p_values, m) == pytest.approx(wanted, abs=1e-12)


def constrained(x1: int, n1: int, x2: int, n2: int, p1_of: Callable[[float], float], low: float, high: float) -> float:
    """The likeliest p2 under a hypothesis that makes p1 of it, by scipy's bounded search for a root of the slope."""

    def slope(p2: float) -> float:
        step = 1e-6
        p1, gradient = p1_of(p2), (p1_of(p2 + step) - p1_of(p2)) / step
        found = 0.0
        for x, n, p, weight in ((x1, n1, p1, gradient), (x2, n2, p2, 1.0)):
            found += weight * ((x / p if x else 0.0) - ((n - x) / (1 - p) if n > x else 0.0))
        return found

    edge = 1e-13 * (high - low)
    ends = low + edge, high - edge
    if slope(ends[0]) <= 0:
        return low
    if slope(ends[1]) >= 0:
        return high
    return float(optimize.brentq(slope, *ends, xtol=1e-16, rtol=1e-15))


def chi_square(x: int, n: int, p: float) -> float:
    return 0.0 if abs(x - n * p) < 1e-12 * n else (x - n * p) ** 2 / (n * p * (1 - p))


def distance_of_ratio(x1: int, n1: int, x2: int, n2: int, ratio: float) -> float:
    p2 = constrained(x1, n1, x2, n2, lambda p: ratio * p, 0.0, min(1.0, 1 / ratio))
    return chi_square(x1, n1, ratio * p2) + chi_square(x2, n2, p2)


def distance_of_difference(x1: int, n1: int, x2: int, n2: int, difference: float) -> float:
    p2 = constrained(x1, n1, x2, n2, lambda p: p + difference, max(0.0, -difference), min(1.0, 1 - difference))
    p1 = p2 + difference
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
    return float((x1 / n1 - x2 / n2 - difference) ** 2 / variance)


def inner(n: int) -> list[tuple[int, ...]]:
    """Tables in which nobody's rate is 0 or 1: both ends of both intervals are roots."""
    x1, n1, x2, n2 = tables(20 * n, 200, 5)
    keep = (x1 > 0) & (x1 < n1) & (x2 > 0) & (x2 < n2)
    return [tuple(int(value) for value in row) for row in np.column_stack([x1, n1, x2, n2])[keep]][:n]


def test_koopman_ends_are_the_roots_of_the_score_equation() -> None:
    chosen = inner(300)
    ends = koopman(*np.array(chosen, float).T)
    for i, table in enumerate(chosen):
        for end in (ends[0][i], ends[1][i]):
            root = optimize.brentq(
                lambda ratio, table=table: distance_of_ratio(*table, ratio) - CRITICAL, end * 0.98, end * 1.02, rtol=1e-14
            )
            assert end == pytest.approx(root, rel=1e-9), table


def test_miettinen_nurminen_ends_are_the_roots_of_the_score_equation() -> None:
    chosen = inner(300)
    ends = miettinen_nurminen(*np.array(chosen, float).T)
    for i, table in enumerate(chosen):
        for end, side in ((ends[0][i], -1), (ends[1][i], 1)):
            inside, outside = end - side * 1e-4, min(max(end + side * 1e-4, -1 + 1e-9), 1 - 1e-9)
            root = optimize.brentq(
                lambda difference, table=table: distance_of_difference(*table, difference) - CRITICAL, inside, outside,
                xtol=1e-14,
            )  # fmt: skip
            assert end == pytest.approx(root, abs=1e-9), table


def test_miettinen_nurminen_is_that_of_newcombe_and_near_that_of_statsmodels() -> None:
    # Newcombe (1998), table II: 56 of 70 against 48 of 80 by Miettinen and Nurminen is .0528 to .3382
    x1, n1, x2, n2 = (np.array([value], float) for value in (56, 70, 48, 80))
    low, high = miettinen_nurminen(x1, n1, x2, n2)
    assert (low[0], high[0]) == pytest.approx((0.0528, 0.3382), abs=5e-5)
    # statsmodels has .3440 for this upper end, so it is no oracle beyond the second digit
    expected = confint_proportions_2indep(56, 70, 48, 80, method="score", compare="diff", correction=True)
    assert (low[0], high[0]) == pytest.approx(expected, abs=1e-2)


def test_miettinen_nurminen_ends_at_the_edge_of_what_is_possible() -> None:
    x1, n1, x2, n2 = (np.array(values, float) for values in ([0, 20, 0], [20, 20, 20], [20, 0, 0], [20, 20, 20]))
    low, high = miettinen_nurminen(x1, n1, x2, n2)
    assert low[0] == pytest.approx(-1) and -1 < high[0] < 0
    assert high[1] == pytest.approx(1) and 0 < low[1] < 1
    assert low[2] == pytest.approx(-high[2]) and 0.1 < high[2] < 0.2


def test_above_a_ratio_is_where_the_whole_interval_is() -> None:
    x1, n1, x2, n2 = tables(N_TABLES, 400, 7)
    low, _ = koopman(x1, n1, x2, n2)
    is_near = np.abs(low - 0.8) < 1e-9
    assert (ratio_is_above(x1, n1, x2, n2, 0.8)[~is_near] == (low > 0.8)[~is_near]).all()


def stratified_tables(n: int, seed: int) -> list[list[tuple[int, int, int, int]]]:
    x1, n1, x2, n2 = tables(4 * n, 30, seed)
    rows = np.column_stack([x1, n1, x2, n2]).astype(int).reshape(n, 4, 4).tolist()
    sizes = np.random.default_rng(seed).integers(1, 5, n)
    return [[tuple(table) for table in strata[:size]] for strata, size in zip(rows, sizes, strict=True)]


def of_arrays(chosen: list[list[tuple[int, int, int, int]]]):  # type: ignore[no-untyped-def]
    which = np.repeat(np.arange(len(chosen)), [len(strata) for strata in chosen])
    return mantel_haenszel(which, len(chosen), *np.array([table for strata in chosen for table in strata], float).T)


def test_cochran_mantel_haenszel_is_that_of_exact_arithmetic() -> None:
    chosen = stratified_tables(N_TABLES, 8)
    found = of_arrays(chosen)
    for i, strata in enumerate(chosen):
        off, spread, odds, ratio = Fraction(0), Fraction(0), [Fraction(0)] * 2, [Fraction(0)] * 2
        for x1, n1, x2, n2 in strata:
            n, m = n1 + n2, x1 + x2
            off += x1 - Fraction(n1 * m, n)
            spread += Fraction(n1 * n2 * m * (n - m), n * n * (n - 1))
            odds = [odds[0] + Fraction(x1 * (n2 - x2), n), odds[1] + Fraction((n1 - x1) * x2, n)]
            if m < n:
                ratio = [ratio[0] + Fraction(x1 * n2, n), ratio[1] + Fraction(x2 * n1, n)]
        if spread:
            assert found.p_value[i] == pytest.approx(math.erfc(math.sqrt(off * off / spread / 2)), abs=1e-12)
        else:
            assert np.isnan(found.p_value[i])
        for ours, (above, below) in ((found.odds_ratio[i], odds), (found.ratio[i], ratio)):
            if below:
                assert ours == pytest.approx(float(above / below), rel=1e-12)


def test_strata_are_put_together_as_statsmodels_does_it() -> None:
    rng = np.random.default_rng(9)
    chosen = []
    for _ in range(100):
        n1, n2 = rng.integers(10, 80, (2, 4))
        x1, x2 = rng.integers(1, n1), rng.integers(1, n2)
        chosen.append([tuple(map(int, row)) for row in zip(x1, n1, x2, n2, strict=True)])
    found = of_arrays(chosen)
    for i, strata in enumerate(chosen):
        expected = StratifiedTable([np.array([[a, n - a], [b, m - b]]) for a, n, b, m in strata])
        assert found.p_value[i] == pytest.approx(expected.test_null_odds(correction=False).pvalue, rel=1e-9)
        assert found.odds_ratio[i] == pytest.approx(expected.oddsratio_pooled, rel=1e-12)
        assert found.ratio[i] == pytest.approx(expected.riskratio_pooled, rel=1e-12)
        assert found.homogeneity_p_value[i] == pytest.approx(expected.test_equal_odds(adjust=True).pvalue, rel=1e-7)


def test_one_stratum_has_nothing_to_be_unlike_and_an_empty_one_tells_nothing() -> None:
    found = of_arrays([[(5, 20, 9, 20)], [(0, 20, 0, 20), (3, 3, 9, 9)], [(5, 20, 9, 20), (4, 4, 0, 0)]])
    assert found.n_strata.tolist() == [1, 0, 1]
    assert np.isnan(found.homogeneity_p_value).all()
    assert np.isnan(found.p_value[1]) and np.isnan(found.ratio[1])


def test_the_direction_reverses_only_where_strata_point_the_other_way() -> None:
    # within each stratum the first group does better; it applies where few are taken
    paradox = [(90, 100, 800, 1000), (200, 1000, 10, 100)]
    clean = [(80, 100, 90, 100), (20, 100, 30, 100)]
    assert of_arrays([paradox, clean]).reverses.tolist() == [True, False]
