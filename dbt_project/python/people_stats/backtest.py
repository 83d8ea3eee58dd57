"""Readiness against what came of it: conversion, false-ready, never-ready, calibration, and time to promotion.

Here: records from counts. Not here: who was ready and what came of them (SQL), tests of rates (`selection`), curves
(`survival`).
"""

import numpy as np
import polars as pl

from people_stats.intervals import wilson
from people_stats.selection import verdicts
from people_stats.survival import at_risk, cumulative_incidence, incidence_interval, median_months, product_limit

CASE = ["as_of", "knowledge", "segment_kind", "segment_id"]
GROUP = ["attribute", "group_value"]
MEASURES = ["n", "n_promoted", "n_known", "n_good", "n_promoted_known", "n_promoted_bad"]
READY, EVERYBODY = "ready_now", "all"
HORIZON = 12
SHARES = {
    "conversion": ("n_promoted", "n"),
    "false_ready": ("n_false_ready", "n_promoted_known"),
    "never_ready": ("n_never_ready", "n_promoted"),
    "good": ("n_good", "n_known"),
}
COMPARISON = {
    "reference_group": pl.String, "reference_n": pl.Int64, "reference_rate": pl.Float64, "impact_ratio": pl.Float64,
    "p_value": pl.Float64, "q_value": pl.Float64, "n_tests": pl.Int64, "verdict": pl.String,
}  # fmt: skip
SCHEMA = {
    "as_of": pl.Date, **dict.fromkeys([*CASE[1:], *GROUP, "band"], pl.String), **dict.fromkeys(MEASURES, pl.Int64),
    "n_false_ready": pl.Int64, "n_never_ready": pl.Int64,
    **{f"{share}{end}": pl.Float64 for share in SHARES for end in ("_rate", "_low", "_high")},
    "incidence_12": pl.Float64, "incidence_12_low": pl.Float64, "incidence_12_high": pl.Float64,
    "median_months": pl.Float64, "naive_mean_months_biased": pl.Float64, **COMPARISON, "n_hidden_with": pl.Int64,
}  # fmt: skip


def backtest(counts: pl.DataFrame) -> pl.DataFrame:
    """One record a day, knowledge, segment, group and band; band `all` is everybody.

    `counts`: columns of `CASE`, `GROUP`, band, months_watched, ended_by (promoted, exited, still there) and `MEASURES`
    (people). conversion: promoted within a year ÷ people. false_ready, of the ready alone: bad outcome ÷ promoted with a
    known one. never_ready, of everybody alone: promoted though not ready ÷ promoted. Groups are compared in conversion
    within their band, which is what calibration by group asks. Beside the incidence of promotion after twelve months
    (exits compete) stands the mean of completed times, which is biased towards the quick. `n_hidden_with` is what a minimum
    is to be held against, for one hidden band is the rest of the others: see `_hidden_with`.
    """
    if counts.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    keys = [*CASE, *GROUP, "band"]
    counts = pl.concat([counts, counts.with_columns(band=pl.lit(EVERYBODY))])
    is_ready, is_everybody = pl.col("band") == READY, pl.col("band") == EVERYBODY
    never = counts.filter(~is_ready & ~is_everybody).group_by([*CASE, *GROUP]).agg(n_never_ready=pl.col("n_promoted").sum())
    summed = (
        counts.group_by(keys).agg(pl.col(MEASURES).sum()).sort(keys)
        .join(never, on=[*CASE, *GROUP], how="left", maintain_order="left")
        .with_columns(
            n_false_ready=pl.when(is_ready).then("n_promoted_bad"),
            n_never_ready=pl.when(is_everybody).then(pl.col("n_never_ready").fill_null(0)),
            n_hidden_with=_hidden_with(),
        )
    )  # fmt: skip
    for share, (part, whole) in SHARES.items():
        numerator, denominator = (summed[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in (part, whole))
        low, high = wilson(numerator, denominator)
        with np.errstate(invalid="ignore", divide="ignore"):
            rate = numerator / denominator
        summed = summed.with_columns(
            pl.Series(f"{share}_rate", rate), pl.Series(f"{share}_low", low), pl.Series(f"{share}_high", high)
        )
    return (
        summed.with_columns(_times(summed, counts, keys))
        .join(_compared(summed), on=keys, how="left", maintain_order="left")
        .with_columns(pl.col(pl.Float64).fill_nan(None))
        .select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    )


def _hidden_with() -> pl.Expr:
    """People that a minimum is to be held against, so that no band is the rest of others that are shown.

    In the company a band goes with all smaller ones: below the minimum they are not enough to hide it among them. The row of
    everybody tells how many of the ready were promoted and goes with them. Segments and groups are parts of the company,
    so there the smallest band hides all; and so do few promotions, or promotions out of one band alone (0), for everybody
    knows who was promoted and would read their bands.
    """
    of = [*CASE, *GROUP]
    is_band, is_ready = pl.col("band") != EVERYBODY, pl.col("band") == READY
    n = pl.when(is_band).then("n").otherwise(0)
    in_smaller = n.cum_sum().over(of, order_by=["n", "band"]) - n
    band = pl.when(in_smaller > 0).then(pl.min_horizontal("n", in_smaller)).otherwise("n")
    of_ready = pl.when(is_ready).then(band).max().over(of)
    is_company = (pl.col("segment_kind") == "company") & (pl.col("attribute") == EVERYBODY)
    company = pl.when(is_band).then(band).otherwise(pl.coalesce(of_ready, "n"))
    promoted = pl.when(is_band).then("n_promoted")
    total, most = promoted.sum().over(of), promoted.max().over(of)
    part = pl.when((total > 0) & (total == most)).then(0).when(total > 0).then(pl.min_horizontal("n", total)).otherwise("n")
    return pl.when(is_company).then(company).otherwise(part.min().over(of))


def _times(records: pl.DataFrame, counts: pl.DataFrame, keys: list[str]) -> list[pl.Series]:
    """Months to promotion of every record, by survival and naively."""
    numbered = records.select(keys).with_row_index("record")
    rows = counts.join(numbered, on=keys)
    n_months = int(rows["months_watched"].max()) + 2  # type: ignore[arg-type]
    # the first month of being watched is 1: whoever is promoted in it was at risk in it
    where = (rows["record"].to_numpy(), rows["months_watched"].to_numpy() + 1)
    ended, promoted, exited, entered = (np.zeros((len(records), n_months)) for _ in range(4))
    n, by = rows["n"].to_numpy(), rows["ended_by"].to_numpy()
    np.add.at(ended, where, n)
    np.add.at(promoted, where, n * (by == "promoted"))
    np.add.at(exited, where, n * (by == "exited"))
    entered[:, 0] = ended.sum(axis=1)
    risk = at_risk(entered, ended)
    incidence, variance = cumulative_incidence(risk, promoted, exited)
    # nobody is at risk before the first month
    fewest = np.concatenate([risk[:, :1], np.minimum.accumulate(risk[:, 1:], axis=1)], axis=1)
    low, high = incidence_interval(incidence, variance, fewest)
    at = min(HORIZON, n_months - 1)
    told = risk[:, at] > 0 if n_months > HORIZON else np.zeros(len(records), dtype=bool)
    with np.errstate(invalid="ignore", divide="ignore"):
        naive = promoted @ np.arange(n_months) / promoted.sum(axis=1)
    columns = {"incidence_12": incidence[:, at], "incidence_12_low": low[:, at], "incidence_12_high": high[:, at]}
    series = [pl.Series(name, np.where(told, values, np.nan)) for name, values in columns.items()]
    median = median_months(product_limit(risk, promoted))
    return [*series, pl.Series("median_months", median), pl.Series("naive_mean_months_biased", naive)]


def _compared(records: pl.DataFrame) -> pl.DataFrame:
    """Conversion of each group beside that of its reference in the same band."""
    table = [*CASE, "attribute", "band"]
    pools = records.filter(pl.col("attribute") != EVERYBODY).select(*table, "group_value", "n", selected="n_promoted")
    if pools.is_empty():
        return pl.DataFrame(schema={**dict.fromkeys([*CASE, *GROUP, "band"], pl.String), **COMPARISON, "as_of": pl.Date})
    return verdicts(pools, table, ["as_of", "knowledge", "segment_kind"]).select(*CASE, *GROUP, "band", *COMPARISON)
