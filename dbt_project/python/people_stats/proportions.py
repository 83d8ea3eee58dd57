"""Two rates beside each other: tests, intervals of their ratio and difference, four fifths in whole people, power.

Here: pure functions on arrays of counts, x1 of n1 against x2 of n2. Not here: which of them decides (`selection`), strata
(`strata`), intervals of single rates (`intervals`).
"""

from functools import cache

import numpy as np
from scipy import special

from people_stats.verdicts import ALPHA, POWER, Flags, Floats

# Boschloo's test asks every pair of outcomes at every rate; where there are more people the score test's size is near 5%.
BOSCHLOO_UP_TO = 40
# Rates at which the unknown common rate is tried. scipy searches for the worst one, and takes 10 ms a table.
NUISANCE_STEPS = 201
# Cells of Fisher's sums held in memory at a time.
CHUNK = 2_000_000


def shortfall(selected: Floats, n: Floats, reference_selected: Floats, reference_n: Floats) -> Floats:
    """People missing to four fifths of the reference's rate, in whole people: max(0, ceil(4·x_b·n_g ÷ 5·n_b) − x_g).

    In integers, so that a ratio of exactly .80 has none.
    """
    needed = -(-(4 * reference_selected * n) // np.maximum(5 * reference_n, 1))
    return np.maximum(0, needed - selected)


def below_four_fifths(selected: Floats, n: Floats, reference_selected: Floats, reference_n: Floats) -> Flags:
    """Whether the ratio lies strictly below four fifths (29 CFR 1607.4 D), by integers: 5·x_g·n_b < 4·x_b·n_g."""
    return np.asarray(5 * selected * reference_n < 4 * reference_selected * n)


def score_p_value(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """Two-sided p of equal rates: the pooled z-test, which is the score test that the intervals invert."""
    chosen, everybody = x1 + x2, n1 + n2
    with np.errstate(invalid="ignore", divide="ignore"):
        z_squared = (x1 * n2 - x2 * n1) ** 2 * everybody / (n1 * n2 * chosen * (everybody - chosen))
    return np.where((chosen == 0) | (chosen == everybody), 1.0, special.chdtrc(1, z_squared))


def fisher_p_value(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """Two-sided exact p given both margins: all tables no likelier than this one (Fisher; as R and scipy have it)."""
    chosen, everybody = x1 + x2, n1 + n2
    expected = n1 * chosen / everybody
    spread = np.sqrt(expected * n2 * (everybody - chosen) / (everybody * np.maximum(everybody - 1, 1)))
    # ten standard deviations beyond the observed table nothing is left to add
    reach = np.abs(x1 - expected) + 10 * spread + 1
    first = np.maximum(np.maximum(0, chosen - n2), np.floor(expected - reach))
    last = np.minimum(np.minimum(chosen, n1), np.ceil(expected + reach))
    lengths = (last - first + 1).astype(np.int64)
    p_values = np.empty(len(lengths))
    for part in np.array_split(np.arange(len(lengths)), max(1, int(lengths.sum()) // CHUNK)):
        if not part.size:
            continue
        starts = np.cumsum(lengths[part]) - lengths[part]
        row = np.repeat(part, lengths[part])
        k = first[row] + np.arange(len(row)) - np.repeat(starts, lengths[part])
        likely = -(
            special.gammaln(k + 1)
            + special.gammaln(n1[row] - k + 1)
            + special.gammaln(chosen[row] - k + 1)
            + special.gammaln(n2[row] - chosen[row] + k + 1)
        )
        weight = np.exp(likely - np.repeat(np.maximum.reduceat(likely, starts), lengths[part]))
        observed = np.repeat(weight[starts + (x1[part] - first[part]).astype(np.int64)], lengths[part])
        # equally likely tables differ in the last digits
        as_extreme = np.where(weight <= observed * (1 + 1e-7), weight, 0.0)
        p_values[part] = np.add.reduceat(as_extreme, starts) / np.add.reduceat(weight, starts)
    return np.minimum(p_values, 1.0)


def boschloo_p_value(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """Two-sided unconditional exact p (Boschloo 1970): twice the smaller side, as scipy has it, to four decimals.

    nan for more than BOSCHLOO_UP_TO people on both sides together.
    """
    p_values = np.full(len(x1), np.nan)
    for i in np.flatnonzero(n1 + n2 <= BOSCHLOO_UP_TO):
        p_values[i] = _boschloo(int(x1[i]), int(n1[i]), int(x2[i]), int(n2[i]))
    return p_values


@cache
def _boschloo(x1: int, n1: int, x2: int, n2: int) -> float:
    sides = []
    for side in (0, 1):
        fisher = _fisher_one_sided(n1, n2, side)
        is_as_extreme = fisher <= fisher[x1, x2] * (1 + 1e-7)
        sides.append(float((_chances(n1) @ is_as_extreme * _chances(n2)).sum(axis=1).max()))
    return min(1.0, 2 * min(sides))


@cache
def _chances(n: int) -> Floats:
    """Chance of each number selected of n, at each rate that is tried."""
    rate, x = np.linspace(0, 1, NUISANCE_STEPS)[1:-1, None], np.arange(n + 1)
    return np.asarray(special.binom(n, x) * rate**x * (1 - rate) ** (n - x))


@cache
def _fisher_one_sided(n1: int, n2: int, side: int) -> Floats:
    """Chance, given both margins, of at most (side 0) or at least (side 1) x1 in the first group; by x1 and x2."""
    x1, x2 = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)[None, :]
    chosen = np.arange(n1 + n2 + 1)[:, None]
    ways = special.binom(n1, x1.T) * special.binom(n2, chosen - x1.T) / special.binom(n1 + n2, chosen)
    at_most = np.cumsum(ways, axis=1) if side == 0 else np.cumsum(ways[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(at_most[x1 + x2, x1])


def ratio_statistic(x1: Floats, n1: Floats, x2: Floats, n2: Floats, ratio: Floats) -> Floats:
    """Koopman's (1984) chi-square of the hypothesis p1 = ratio · p2, by the constrained maximum likelihood."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        a = (n1 + n2) * ratio
        b = n1 * ratio + x1 + n2 + x2 * ratio
        # the smaller root, in the form that loses no digits
        p2 = 2 * (x1 + x2) / (b + np.sqrt(np.maximum(b**2 - 4 * a * (x1 + x2), 0)))
        return _distance(x1, n1, ratio * p2) + _distance(x2, n2, p2)


def difference_statistic(x1: Floats, n1: Floats, x2: Floats, n2: Floats, difference: Floats) -> Floats:
    """Miettinen and Nurminen's (1985) chi-square of the hypothesis p1 − p2 = difference, with their (N − 1) ÷ N."""
    everybody = n1 + n2
    with np.errstate(invalid="ignore", divide="ignore"):
        # their cubic of p2 in closed form
        b = (n1 + 2 * n2) * difference - everybody - (x1 + x2)
        c = (n2 * difference - everybody - 2 * x2) * difference + x1 + x2
        d = x2 * difference * (1 - difference)
        third = b / (3 * everybody)
        q = third**3 - b * c / (6 * everybody**2) + d / (2 * everybody)
        p = np.where(q >= 0, 1.0, -1.0) * np.sqrt(np.maximum(third**2 - c / (3 * everybody), 0))
        angle = (np.pi + np.arccos(np.clip(q / p**3, -1, 1))) / 3
        low, high = np.maximum(0, -difference), np.minimum(1, 1 - difference)
        p2 = np.clip(np.where(p == 0, -third, 2 * p * np.cos(angle) - third), low, high)
        # the cosine loses half of the digits near a double root
        for _ in range(2):
            value = ((everybody * p2 + b) * p2 + c) * p2 + d
            slope = (3 * everybody * p2 + 2 * b) * p2 + c
            step = np.where(np.abs(slope) > 1e-9 * everybody, value / slope, 0.0)
            p2 = np.clip(p2 - step, low, high)
        p1 = np.clip(p2 + difference, 0, 1)
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * everybody / (everybody - 1)
        off = (x1 / n1 - x2 / n2 - difference) ** 2
        return np.where(off < 1e-24, 0.0, off / variance)


def _distance(x: Floats, n: Floats, p: Floats) -> Floats:
    off = (x - n * p) ** 2
    # at the edge of the space a group that fits exactly contributes nothing
    return np.where(off < 1e-18, 0.0, off / (n * p * (1 - p)))


def koopman(x1: Floats, n1: Floats, x2: Floats, n2: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Score interval of the ratio of two rates (Koopman 1984): all ratios that the test at `confidence` keeps.

    Low is 0 where x1 is 0, high is infinite where x2 is 0; both are nan where neither group selected anybody.
    """
    limit = special.chdtri(1, 1 - confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.where((x1 > 0) & (x2 > 0), np.log((x1 / n1) / (x2 / n2)), 0.0)
    # with one group empty the likelihood's peak lies at the edge: start from a ratio that the data keep
    centre = np.where((x1 == 0) & (x2 > 0), -29.0, centre)
    centre = np.where((x2 == 0) & (x1 > 0), 29.0, centre)

    def edge(direction: float) -> Floats:
        inside, outside = centre.copy(), centre + direction * 30.0
        for _ in range(55):
            middle = (inside + outside) / 2
            kept = ratio_statistic(x1, n1, x2, n2, np.exp(middle)) <= limit
            inside, outside = np.where(kept, middle, inside), np.where(kept, outside, middle)
        return np.exp((inside + outside) / 2)

    low = np.where(x1 == 0, 0.0, edge(-1.0))
    high = np.where(x2 == 0, np.inf, edge(1.0))
    neither = (x1 == 0) & (x2 == 0)
    return np.where(neither, np.nan, low), np.where(neither, np.nan, high)


def miettinen_nurminen(x1: Floats, n1: Floats, x2: Floats, n2: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Score interval of the difference of two rates (Miettinen and Nurminen 1985), within −1 and 1."""
    limit = special.chdtri(1, 1 - confidence)
    centre = x1 / n1 - x2 / n2

    def edge(end: float) -> Floats:
        inside, outside = centre.copy(), np.full_like(centre, end)
        for _ in range(50):
            middle = (inside + outside) / 2
            kept = difference_statistic(x1, n1, x2, n2, middle) <= limit
            inside, outside = np.where(kept, middle, inside), np.where(kept, outside, middle)
        return (inside + outside) / 2

    return edge(-1.0), edge(1.0)


def ratio_is_above(x1: Floats, n1: Floats, x2: Floats, n2: Floats, ratio: float) -> Flags:
    """Whether the whole 95% Koopman interval lies above `ratio`, without looking for its ends."""
    above = x1 * n2 > ratio * x2 * n1
    return np.asarray(above & (ratio_statistic(x1, n1, x2, n2, np.full_like(x1, ratio)) > special.chdtri(1, ALPHA)))


def smallest_detectable_ratio(n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """The largest ratio below 1 that the test would find with 80% power, the reference's rate taken as it is.

    Normal approximation of the pooled test (Fleiss, Levin and Paik 2003, 4.2). nan where not even 0 would be found.
    """
    rate = x2 / np.maximum(n2, 1)
    z_alpha, z_power = special.ndtri(1 - ALPHA / 2), special.ndtri(POWER)

    def power_is_enough(ratio: Floats) -> Flags:
        p1 = ratio * rate
        pooled = (n1 * p1 + n2 * rate) / (n1 + n2)
        null_sd = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
        true_sd = np.sqrt(p1 * (1 - p1) / n1 + rate * (1 - rate) / n2)
        return np.asarray(rate - p1 >= z_alpha * null_sd + z_power * true_sd)

    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = np.zeros_like(rate), np.ones_like(rate)
        findable = power_is_enough(low)
        for _ in range(50):
            middle = (low + high) / 2
            enough = power_is_enough(middle)
            low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    return np.where(findable & (rate > 0), low, np.nan)
