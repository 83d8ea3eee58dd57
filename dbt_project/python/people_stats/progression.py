"""How soon people of each group are promoted: one record a segment, attribute and group, with a verdict against a reference.

Here: what `survival` finds, made comparable and judged. Promotions compete with exits; the rate of promotion is compared
within strata of level and function, so that who works where is no gap. Not here: who is at risk (SQL).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import special

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
from people_stats.verdicts import ALPHA, POWER, ReferenceRule, benjamini_hochberg, states

Floats = npt.NDArray[np.float64]

HORIZONS = (12, 24, 36)
# A month with fewer people at risk moves a whole curve by the fate of one of them, and would tell it.
FEWEST_AT_RISK = 5
MEASURES = ("n_entered", "n_ended", "n_promoted", "n_exited")
Z = float(special.ndtri(1 - ALPHA / 2))
SCHEMA = {
    "period_end": pl.Date, "segment_kind": pl.String, "segment_id": pl.String, "attribute": pl.String,
    "group_value": pl.String, "n": pl.Int64, "n_promoted": pl.Int64, "n_exited": pl.Int64, "median_months": pl.Float64,
    **{f"incidence_{month}{end}": pl.Float64 for month in HORIZONS for end in ("", "_low", "_high")},
    "naive_mean_months_biased": pl.Float64, "reference_group": pl.String, "reference_n": pl.Int64,
    "reference_median_months": pl.Float64, "reference_incidence_24": pl.Float64, "hazard_ratio": pl.Float64,
    "ci_low": pl.Float64, "ci_high": pl.Float64, "proportionality_p": pl.Float64, "p_value": pl.Float64,
    "q_value": pl.Float64, "n_tests": pl.Int64, "smallest_detectable_ratio": pl.Float64, "verdict": pl.String,
    "flips_with_one_decision": pl.Boolean,
}  # fmt: skip


def progression(counts: pl.DataFrame, rule: ReferenceRule | None = None) -> pl.DataFrame:
    """One record a segment (company, level, function), attribute and group.

    `counts`: period_end, attribute, group_value, level, job_family, month_in_level and, of that month, n_entered (late
    entries; 0 for those seen from their first day), n_ended, n_promoted, n_exited (both parts of n_ended). Records carry
    n (stays in a level), the incidence of promotion by 12, 24 and 36 months with exits as a competing risk, the median,
    and against the largest disclosed group: hazard ratio, stratified log-rank p, q within segment kind and attribute.
    """
    rule = rule or ReferenceRule()
    records: list[dict[str, Any]] = []
    for (period_end, kind, segment, attribute), part in _tables(counts):
        place = {"period_end": period_end, "segment_kind": kind, "segment_id": segment, "attribute": attribute}
        records += [place | record for record in _table(part, rule)]
    if not records:
        return pl.DataFrame(schema=SCHEMA)
    found = pl.DataFrame(records, schema={**SCHEMA, "excess": pl.Float64, "variance": pl.Float64}, strict=False)
    return _judged(found).select(list(SCHEMA))


def _tables(counts: pl.DataFrame) -> Iterator[tuple[tuple[Any, ...], pl.DataFrame]]:
    """The rows of each segment and attribute."""
    for kind, segment in (("company", pl.lit("company")), ("level", pl.col("level")), ("function", pl.col("job_family"))):
        placed = counts.with_columns(segment_kind=pl.lit(kind), segment_id=segment.cast(pl.String))
        keys = ["period_end", "segment_kind", "segment_id", "attribute"]
        yield from sorted(placed.group_by(keys), key=lambda table: tuple(map(str, table[0])))


def _table(part: pl.DataFrame, rule: ReferenceRule) -> list[dict[str, Any]]:
    groups = part["group_value"].unique().sort()
    strata = part.select("level", "job_family").unique()
    shape = (len(strata), len(groups), int(part["month_in_level"].max()) + 1)  # type: ignore[arg-type]
    stratum = part.select(pl.struct("level", "job_family").rank("dense"))["level"].to_numpy() - 1
    cell = (stratum, groups.search_sorted(part["group_value"]).to_numpy(), part["month_in_level"].to_numpy())
    entered, ended, promoted, exited = (np.zeros(shape) for _ in MEASURES)
    for measure, name in zip((entered, ended, promoted, exited), MEASURES, strict=True):
        np.add.at(measure, cell, part[name].to_numpy())
    n = at_risk(entered, ended)
    curves = _curves(n.sum(axis=0), promoted.sum(axis=0), exited.sum(axis=0))
    sizes = entered.sum(axis=(0, 2))
    reference = _reference(groups, sizes, rule)
    months = np.tile(np.arange(shape[2], dtype=float), shape[0])
    flat = {name: np.moveaxis(a, 1, 2).reshape(-1, shape[1]) for name, a in (("n", n), ("promoted", promoted))}
    records = []
    for i, group in enumerate(groups):
        record = {"group_value": group, "n": sizes[i], **{name: values[i] for name, values in curves.items()}}
        if reference is not None:
            record |= {
                "reference_group": groups[reference],
                "reference_n": sizes[reference],
                "reference_median_months": curves["median_months"][reference],
                "reference_incidence_24": curves["incidence_24"][reference],
            }
            if i != reference and sizes[i] >= rule.shown_share * sizes.sum():
                pair = [i, reference]
                record |= _compared(flat["n"][:, pair], flat["promoted"][:, pair], months)
        records.append(record)
    return records


def _reference(groups: pl.Series, sizes: Floats, rule: ReferenceRule) -> int | None:
    """The largest disclosed group, where it is large enough; chosen without a look at what came of it."""
    may_be = (groups != "undisclosed").to_numpy() & (sizes >= rule.smallest_n) & (sizes >= rule.smallest_share * sizes.sum())
    return int(np.argmax(np.where(may_be, sizes, -1))) if may_be.any() else None


def _curves(n: Floats, promoted: Floats, exited: Floats) -> dict[str, Floats]:
    """Of each group: events, and what its curve shows as far as every month has people enough at risk."""
    incidence, variance = cumulative_incidence(n, promoted, exited)
    fewest = np.concatenate([n[:, :1] * 0, np.minimum.accumulate(n[:, 1:], axis=1)], axis=1)
    low, high = incidence_interval(incidence, variance, fewest)
    is_told = fewest >= FEWEST_AT_RISK
    median = median_months(np.where(is_told, product_limit(n, promoted), 1.0))
    clock = np.arange(n.shape[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        naive = promoted @ clock / promoted.sum(axis=1)
    found = {"n_promoted": promoted.sum(axis=1), "n_exited": exited.sum(axis=1), "median_months": median}
    for month in HORIZONS:
        for name, values in (("", incidence), ("_low", low), ("_high", high)):
            within = month < n.shape[1]
            found[f"incidence_{month}{name}"] = (
                np.where(is_told[:, month], values[:, month], np.nan) if within else np.full(len(n), np.nan)
            )
    return found | {"naive_mean_months_biased": naive}


def _compared(n: Floats, promoted: Floats, months: Floats) -> dict[str, Any]:
    """A group (first column) against its reference, within strata."""
    excess, variance = log_rank(n, promoted)
    both = n.min(axis=1) > 0
    found: dict[str, Any] = {
        "excess": excess,
        "variance": variance,
        "smallest_detectable_ratio": np.exp(-(Z + special.ndtri(POWER)) / np.sqrt(variance)) if variance > 0 else np.nan,
    }
    ours, theirs = promoted[both].sum(axis=0)
    if ours and theirs:
        fit = cox(n[both], promoted[both], np.array([[1.0], [0.0]]), months[both])
        [beta], error = fit.coefficients, float(np.sqrt(fit.covariance[0, 0]))
        ends = {"ci_low": np.exp(beta - Z * error), "ci_high": np.exp(beta + Z * error)}
        return found | ends | {"hazard_ratio": np.exp(beta), "proportionality_p": fit.proportionality_p[0]}
    # without a promotion on one side the ratio is at an end, and no interval of it is known
    return found | {"hazard_ratio": 0.0 if theirs else np.nan}


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    """p, q, verdict, and whether one promotion more or fewer would turn it (with as many expected as before)."""
    excess, variance, low, high = (
        rows[name].fill_null(np.nan).to_numpy() for name in ("excess", "variance", "ci_low", "ci_high")
    )
    compared = ~np.isnan(variance)
    p_values = np.where(compared, log_rank_p(excess, variance), np.nan)
    q_values, n_tests = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=int)
    family = rows.select(pl.struct("segment_kind", "attribute").rank("dense")).to_series().to_numpy()
    for name in np.unique(family):
        of = family == name
        q_values[of], n_tests[of] = benjamini_hochberg(p_values[of]), int(compared[of].sum())
    # the reference is the largest group, not the best off: a ratio may be off on either side
    state = states(p_values, q_values, np.minimum(low, 1 / high))
    flips = np.zeros(len(rows), dtype=bool)
    with np.errstate(invalid="ignore", divide="ignore"):
        for step in (-1.0, 1.0):
            possible = (step > 0) | (rows["n_promoted"].to_numpy() > 0)
            p_moved = log_rank_p(excess + step, variance)
            q_moved = np.minimum(p_moved * np.where(p_values > 0, q_values / p_values, 1), 1)
            shift = np.exp(step / variance)
            flips |= possible & (states(p_moved, q_moved, np.minimum(low * shift, 1 / (high * shift))) != state)
    judged = rows.with_columns(
        pl.Series("p_value", p_values),
        pl.Series("q_value", q_values),
        pl.Series("n_tests", n_tests, dtype=pl.Int64),
        pl.Series("verdict", [str(s) if c else None for s, c in zip(state, compared, strict=True)], dtype=pl.String),
        pl.Series("flips_with_one_decision", flips, dtype=pl.Boolean).set(~pl.Series(compared, dtype=pl.Boolean), None),
    )
    return judged.with_columns(pl.col(pl.Float64).fill_nan(None))
