"""Unadjusted pay gaps: mean, median and share paid beside a reference group, and the four pay quarters.

Here: one cross-section of people in, one record a place, group and statistic out, by arrays and no loop over people.
Not here: what an hour's pay is and who is in a place (SQL), gaps at equal work (`adjusted_gaps`).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import special

from people_stats.intervals import median_ranks
from people_stats.proportions import koopman, score_p_value, smallest_detectable_ratio
from people_stats.verdicts import ALPHA, POWER, q_values, states

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Pay differs where it differs by 5%: the share from which Directive (EU) 2023/970, article 10, asks for a reason.
MARGIN = 0.05
CRITICAL = float(special.ndtri(1 - ALPHA / 2))
N_QUARTERS = 4
KEY = ("pay_element", "statistic", "convention_id")
RECORD = (
    "n_people", "n", "value", "reference_n", "reference_value", "gap_percent", "ci_low", "ci_high", "p_value",
    "smallest_detectable_gap",
)  # fmt: skip


class Described(NamedTuple):
    """Groups of values by their number: size, mean, medians, and standard errors of the logarithms of mean and median."""

    n: Floats
    mean: Floats
    mean_error: Floats
    median: Floats
    lower_median: Floats
    median_error: Floats


def described(groups: Ints, values: Floats, n_groups: int) -> Described:
    """What `values` are like in each of the groups 0 to `n_groups` - 1; nan where there is nothing to tell.

    The error of a median comes from its exact interval between ordered values (Bonett and Price 2002), so it needs six of
    them; that of a mean from the variance, so it needs two. Both are of logarithms: nan where a value of nought is met.
    """
    order = np.lexsort((values, groups))
    ordered = values[order]
    n = np.bincount(groups, minlength=n_groups).astype(np.int64)
    start = np.cumsum(n) - n

    def at(rank: Floats | Ints) -> Floats:
        """The value at a rank counted from 1; nan where the rank is."""
        known = np.isfinite(rank) & (n > 0)
        place = np.where(known, start + np.nan_to_num(rank, nan=1.0) - 1, 0).astype(np.int64)
        return np.where(known, ordered[place], np.nan) if ordered.size else np.full(n_groups, np.nan)

    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(groups, values, n_groups) / n
        deviation = values - mean[groups]
        mean_error = np.sqrt(np.bincount(groups, deviation**2, n_groups) / (n - 1) / n) / mean
        lower, upper = at((n + 1) // 2), at(n // 2 + 1)
        low, high = median_ranks(n)
        tail = special.bdtr(np.nan_to_num(low, nan=1.0) - 1, n, 0.5)
        median_error = (np.log(at(high)) - np.log(at(low))) / (-2 * special.ndtri(tail))
    clean = [np.where(np.isfinite(error) & (n > 1), error, np.nan) for error in (mean_error, median_error)]
    return Described(n.astype(float), mean, clean[0], (lower + upper) / 2, lower, clean[1])


class Compared(NamedTuple):
    """A gap in percent of the reference, signed: positive where the group gets less."""

    gap: Floats
    low: Floats
    high: Floats
    p_value: Floats
    detectable: Floats


def compared(
    value: Floats, error: Floats, n: Floats, reference: Floats, reference_error: Floats, reference_n: Floats
) -> Compared:
    """Gap between two values with errors of their logarithms, by Welch's t on the logarithm of their ratio.

    No gap where the reference is missing or nought; no interval where a value has no error of its own.
    """
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratio = np.where(reference > 0, value / reference, np.nan)
        variance = error**2 + reference_error**2
        freedom = variance**2 / (error**4 / (n - 1) + reference_error**4 / (reference_n - 1))
        spread = np.where(variance > 0, np.sqrt(variance), np.nan)
        centre = np.where(ratio > 0, np.log(ratio), np.nan)
        half = special.stdtrit(freedom, 1 - ALPHA / 2) * spread
        p_value = 2 * special.stdtr(freedom, -np.abs(centre) / spread)
        low, high = -100 * np.expm1(centre + half), -100 * np.expm1(centre - half)
    return Compared(100 * (1 - ratio), low, high, p_value, smallest_gap(spread))


def smallest_gap(error: Floats) -> Floats:
    """The gap in percent that a logarithm known with this standard error would show with 80% power."""
    return np.asarray(-100 * np.expm1(-(CRITICAL + special.ndtri(POWER)) * error))


def shares_compared(paid: Floats, n: Floats, reference_paid: Floats, reference_n: Floats) -> Compared:
    """Gap between two shares of people, by the score test and Koopman's interval of their ratio."""
    with np.errstate(invalid="ignore", divide="ignore"):
        known = (n > 0) & (reference_n > 0) & (reference_paid > 0)
        ratio = np.where(known, (paid / n) / (reference_paid / reference_n), np.nan)
    one = np.ones_like(n)
    sides = [np.where(known, side, one) for side in (paid, n, reference_paid, reference_n)]
    x1, n1, x2, n2 = sides
    low, high = koopman(x1, n1, x2, n2)
    detectable = 100 * (1 - smallest_detectable_ratio(n1, x2, n2))
    numbers = (100 * (1 - high), 100 * (1 - low), score_p_value(x1, n1, x2, n2), detectable)
    return Compared(100 * (1 - ratio), *(np.where(known, number, np.nan) for number in numbers))


def quarter_shares(places: Ints, values: Floats, groups: Ints, n_groups: int) -> Floats:
    """People of each group in each pay quarter of its place, as an array of `n_groups` × 4.

    `groups` are numbers of (place, group). People are put in order of pay and divided into four as equal as can be, the
    remainder to the lowest quarters; people of one rate astride a boundary are spread over both sides in the same
    proportion (SI 2017/172, regulation 13), so counts may have fractions.
    """
    counts = np.zeros((n_groups, N_QUARTERS))
    if not values.size:
        return counts
    order = np.lexsort((values, places))
    place, value = places[order], values[order]
    n = np.bincount(place)
    begin = (np.cumsum(n) - n)[place]
    is_first = np.r_[True, (place[1:] != place[:-1]) | (value[1:] != value[:-1])]
    first = np.flatnonzero(is_first)
    tie = np.cumsum(is_first) - 1
    size = np.diff(np.r_[first, place.size])
    low = first - begin[first]
    of_place, left_over = n[place[first]], n[place[first]] % N_QUARTERS
    for quarter in range(N_QUARTERS):
        edges = [k * (of_place // N_QUARTERS) + np.minimum(k, left_over) for k in (quarter, quarter + 1)]
        within = np.clip(np.minimum(low + size, edges[1]) - np.maximum(low, edges[0]), 0, None) / size
        counts[:, quarter] = np.bincount(groups[order], within[tie], n_groups)
    return counts


def pay_gaps(people: pl.DataFrame, place: list[str], family: list[str]) -> pl.DataFrame:
    """Verdict records of every place, group and statistic.

    `people`: one row a person of a place, with the columns of `place`, group_value, reference_group, hourly_pay (null where
    it is not known or not full pay), basic_pay, and variable_pay of the year (0 where none was paid, null where it is not
    told). Groups of the same place that have nobody get rows with n 0. Conventions: medians of an even number as the middle
    of two and as the lower of them; variable pay over those who got some and over everybody. `family` names the columns
    within which the tests of one statistic are counted together; n_people is the fewest who make any number of a record.
    """
    cells = _cells(people, place)
    rows = people.join(cells, on=[*place, "group_value"], nulls_equal=True, maintain_order="left")
    frames = [*_rates(rows, cells, "hourly_pay"), *_rates(rows, cells, "basic_pay"), *_variable(rows, cells)]
    frames.append(_quarters(rows, cells))
    found = pl.concat(frames, how="diagonal").with_columns(pl.col(pl.Float64).fill_nan(None))
    counted = [*family, *KEY]
    found = found.with_columns(
        q_value=q_values(counted),
        n_tests=pl.col("p_value").count().over(counted).cast(pl.Int64),
    )
    state = verdict(*(_floats(found[name]) for name in ("p_value", "q_value", "ci_low", "ci_high")))
    is_asked = pl.col("gap_percent").is_not_null()
    return found.with_columns(
        pl.col("n_people", "n", "reference_n").cast(pl.Int64),
        n_tests=pl.when(is_asked).then("n_tests"),
        verdict=pl.when(is_asked).then(pl.Series(state, dtype=pl.String)),
    ).drop("cell", "reference_cell")


def verdict(p_values: Floats, q_values: Floats, low: Floats, high: Floats) -> npt.NDArray[np.str_]:
    """States of gaps in percent; a gap may go either way, so the worse end is the one that lies further from nought."""
    worst = np.fmax(np.abs(low), np.abs(high))
    return states(p_values, q_values, np.where(np.isfinite(worst), 1 - worst / 100, -np.inf), 1 - MARGIN)


def _cells(people: pl.DataFrame, place: list[str]) -> pl.DataFrame:
    """One row a place and group that the same place's table could have, numbered, with the number of its reference."""
    attribute = [name for name in ("law", "snapshot_date", "attribute") if name in place]
    places = people.select(place).unique(maintain_order=True)
    groups = people.select([*attribute, "group_value", "reference_group"]).unique(maintain_order=True)
    every = (places.join(groups, on=attribute) if attribute else places.join(groups, how="cross")).sort(
        [*place, "group_value"], nulls_last=True
    )
    every = every.with_row_index("cell").with_columns(pl.col("cell").cast(pl.Int64))
    references = every.select(*place, pl.col("group_value").alias("reference_group"), pl.col("cell").alias("reference_cell"))
    every = every.join(references, on=[*place, "reference_group"], how="left", nulls_equal=True, maintain_order="left")
    is_reference = pl.col("cell") == pl.col("reference_cell")
    every = every.with_columns(
        pl.when(~is_reference).then("reference_cell").alias("reference_cell"),
        pl.when(~is_reference).then("reference_group").alias("reference_group"),
    )
    numbers = every.select(pl.struct(place).rank("dense").alias("place_number")).cast(pl.Int64) - 1
    return every.hstack(numbers)


def _beside(cells: pl.DataFrame, column: Floats) -> Floats:
    """A column of cells as it stands at each cell's reference; nan where there is none."""
    reference = cells["reference_cell"].fill_null(-1).to_numpy()
    return np.where(reference >= 0, column[reference], np.nan)


def _record(
    cells: pl.DataFrame, key: tuple[str, str, str], n: Floats, value: Floats, told_by: Floats, gap: Compared | None = None
) -> pl.DataFrame:
    """Records of one statistic. `told_by`: how many people make the number; n_people is the smaller of both sides."""
    missing = np.full(cells.height, np.nan)
    if gap is None:
        numbers = (told_by, n, value, missing, missing, *([missing] * 5))
    else:
        beside = _beside(cells, told_by)
        fewest = np.fmin(told_by, np.where(beside > 0, beside, np.nan))
        numbers = (fewest, n, value, _beside(cells, n), _beside(cells, value), *gap)
    frame = cells.drop("place_number").with_columns(
        *(pl.lit(part).alias(name) for name, part in zip(KEY, key, strict=True)),
        *(pl.Series(name, number).fill_nan(None) for name, number in zip(RECORD, numbers, strict=True)),
    )
    return frame if gap is not None else frame.with_columns(reference_group=pl.lit(None, pl.String))


def _told(rows: pl.DataFrame, column: str) -> tuple[Ints, Floats]:
    known = rows.filter(pl.col(column).is_not_null())
    return known["cell"].to_numpy(), _floats(known[column])


def _rates(rows: pl.DataFrame, cells: pl.DataFrame, element: str) -> list[pl.DataFrame]:
    return _statistics(cells, element, *_told(rows, element), "")


def _statistics(cells: pl.DataFrame, element: str, of: Ints, values: Floats, who: str) -> list[pl.DataFrame]:
    """Records of mean and median of one element, over those whose values are given."""
    told = described(of, values, cells.height)
    told_by = np.bincount(of[values > 0], minlength=cells.height).astype(float)
    frames = []
    for statistic, name, value, error in (
        ("mean", "all", told.mean, told.mean_error),
        ("median", "middle_of_two", told.median, told.median_error),
        ("median", "lower_of_two", told.lower_median, told.median_error),
    ):
        convention = f"{who}_{name}".strip("_") if who and statistic == "median" else who or name
        gap = compared(value, error, told.n, *(_beside(cells, side) for side in (value, error, told.n)))
        frames.append(_record(cells, (element, statistic, convention), told.n, value, told_by, gap))
    return frames


def _variable(rows: pl.DataFrame, cells: pl.DataFrame) -> list[pl.DataFrame]:
    of, values = _told(rows, "variable_pay")
    n, paid = (np.bincount(each, minlength=cells.height).astype(float) for each in (of, of[values > 0]))
    gap = shares_compared(paid, n, *(np.nan_to_num(_beside(cells, side)) for side in (paid, n)))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = paid / n
    return [
        *_statistics(cells, "variable_pay", of[values > 0], values[values > 0], "recipients"),
        *_statistics(cells, "variable_pay", of, values, "everybody"),
        _record(cells, ("variable_pay", "share_paid", "everybody"), n, share, n, gap),
    ]


def _quarters(rows: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Each group's share of the people of each pay quarter; n counts the quarter's people of the group."""
    of, values = _told(rows, "hourly_pay")
    place = cells["place_number"].to_numpy()
    counts = quarter_shares(place[of], values, of, cells.height)
    frames = []
    for quarter in range(N_QUARTERS):
        whole = np.bincount(place, counts[:, quarter], place.max(initial=-1) + 1)[place]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = counts[:, quarter] / whole
        key = ("hourly_pay", f"quarter_{quarter + 1}", "remainder_to_the_lowest")
        n = np.rint(counts[:, quarter])
        frames.append(_record(cells, key, n, share, n))
    return pl.concat(frames)


def _floats(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()
