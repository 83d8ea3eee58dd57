"""Who is offered what: shares as selections, hours and budgets as means, each raw and within level and function.

Here: windows, segments and the two kinds of comparison put into one record. Not here: the comparisons themselves
(`selection`, `means`) and who was offered what (SQL).
"""

import polars as pl
from polars import selectors

from people_stats.means import SUMS, mean_verdicts, within_strata
from people_stats.selection import verdicts

# What is an amount; everything else is whether something happened.
AMOUNTS = (("learning", "hours"), ("budget", "used"))
TABLE = ["opportunity", "measure", "opportunity_window", "period_end", "segment_kind", "segment_id", "attribute"]
# All opportunities of a period are read as one table; apart, each would have a group that is best off by chance.
FAMILY = ["opportunity_window", "period_end", "segment_kind"]
STRATUM = ["cycle_end", "level", "job_family"]
POOLED_CYCLES = 4
RATES = {
    "selected": "total", "rate": "value", "reference_rate": "reference_value", "ratio_low": "ci_low", "ratio_high": "ci_high"
}  # fmt: skip
MEANS = {"mean": "value", "reference_mean": "reference_value"}
SCHEMA = {
    **dict.fromkeys(["opportunity", "measure", "opportunity_window"], pl.String), "period_end": pl.Date,
    **dict.fromkeys(["segment_kind", "segment_id", "attribute", "group_value"], pl.String), "n": pl.Int64,
    "total": pl.Float64, "n_declined": pl.Int64, "value": pl.Float64, "reference_group": pl.String,
    "reference_n": pl.Int64, "reference_value": pl.Float64, "impact_ratio": pl.Float64, "difference": pl.Float64,
    "ci_low": pl.Float64, "ci_high": pl.Float64, "p_value": pl.Float64, "q_value": pl.Float64, "n_tests": pl.Int64,
    "shortfall": pl.Int64, "smallest_detectable_ratio": pl.Float64, "smallest_detectable_difference": pl.Float64,
    "standardised_difference": pl.Float64, "stratified_difference": pl.Float64, "stratified_low": pl.Float64,
    "stratified_high": pl.Float64, "stratified_p_value": pl.Float64, "is_reversed": pl.Boolean, "verdict": pl.String,
    "flips_with_one_decision": pl.Boolean,
}  # fmt: skip


def opportunities(pools: pl.DataFrame) -> pl.DataFrame:
    """One record an opportunity, measure, window, segment (company, level, function), attribute and group.

    `pools`: opportunity, measure, cycle_end, level, job_family, attribute, group_value, sums over people (n, total,
    total_squares; a share is a mean of zeros and ones) and n_declined. A share has an impact ratio against the highest
    rate (`selection.verdicts`), an amount a difference from the largest group (`means.mean_verdicts`); both have the
    difference within half-year, level and function, and `is_reversed` where that goes the other way.
    """
    cells = _segmented(_windowed(pools))
    summed = cells.group_by([*TABLE, "group_value"]).agg(pl.col(*SUMS, "n_declined").sum()).sort([*TABLE, "group_value"])
    if summed.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    is_amount = pl.concat_str("opportunity", "measure", separator=" ").is_in([" ".join(name) for name in AMOUNTS])
    # of a selection's own ratio within strata nothing is kept: shares and amounts have one difference within strata
    rates = (
        verdicts(summed.filter(~is_amount).rename({"total": "selected"}), TABLE, FAMILY)
        .drop(selectors.starts_with("stratified_"))
        .rename(
            {
                "selected": "total",
                "rate": "value",
                "reference_rate": "reference_value",
                "ratio_low": "ci_low",
                "ratio_high": "ci_high",
            }
        )
    )
    means = mean_verdicts(summed.filter(is_amount), TABLE, FAMILY).rename(
        {"mean": "value", "reference_mean": "reference_value"}
    )
    records = pl.concat([rates, means], how="diagonal_relaxed").sort([*TABLE, "group_value"])
    compared = records.filter("is_compared").select(*TABLE, "group_value", "reference_group")
    stratified = within_strata(cells, compared, TABLE, STRATUM).drop("reference_group")
    difference = pl.coalesce("difference", pl.when("is_compared").then(pl.col("value") - pl.col("reference_value")))
    return (
        records.join(stratified, on=[*TABLE, "group_value"], how="left", nulls_equal=True, maintain_order="left")
        .with_columns(difference=difference, is_reversed=difference * pl.col("stratified_difference") < 0)
        .with_columns(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
        .select(list(SCHEMA))
    )


def _windowed(pools: pl.DataFrame) -> pl.DataFrame:
    """Each half-year, and the last four together: for what is too rare to be told of in one."""
    last = pools["cycle_end"].unique().sort(descending=True)[:POOLED_CYCLES]
    return pl.concat([
        pools.with_columns(opportunity_window=pl.lit("half_year"), period_end=pl.col("cycle_end")),
        pools.filter(pl.col("cycle_end").is_in(last.implode())).with_columns(
            opportunity_window=pl.lit("four_half_years"), period_end=pl.lit(last.max(), pl.Date)
        ),
    ])  # fmt: skip


def _segmented(pools: pl.DataFrame) -> pl.DataFrame:
    segments = {"company": pl.lit("company"), "level": pl.col("level"), "function": pl.col("job_family")}
    parts = [pools.with_columns(segment_kind=pl.lit(kind), segment_id=name) for kind, name in segments.items()]
    return pl.concat(parts).drop_nulls("segment_id")
