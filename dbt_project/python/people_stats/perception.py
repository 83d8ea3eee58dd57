"""How groups see their work and are seen: means of scores, raw and within level.

Here: segments and records. Not here: the comparison (`means`), and whose scores they are (SQL).
"""

import polars as pl

from people_stats.means import SUMS, mean_verdicts, within_strata

TABLE = ["measure", "rater_group_value", "period_end", "segment_kind", "segment_id", "attribute"]
FAMILY = ["measure", "period_end", "segment_kind", "attribute"]
SCHEMA = {
    **dict.fromkeys(["measure", "rater_group_value"], pl.String), "period_end": pl.Date,
    **dict.fromkeys(["segment_kind", "segment_id", "attribute", "group_value"], pl.String), "n": pl.Int64,
    "n_raters": pl.Int64, "mean": pl.Float64, "reference_group": pl.String, "reference_n": pl.Int64,
    "reference_n_raters": pl.Int64, "reference_mean": pl.Float64, "difference": pl.Float64, "ci_low": pl.Float64,
    "ci_high": pl.Float64, "standardised_difference": pl.Float64, "p_value": pl.Float64, "q_value": pl.Float64,
    "n_tests": pl.Int64, "smallest_detectable_difference": pl.Float64, "stratified_difference": pl.Float64,
    "stratified_low": pl.Float64, "stratified_high": pl.Float64, "stratified_p_value": pl.Float64,
    "is_reversed": pl.Boolean, "verdict": pl.String,
}  # fmt: skip


def perceptions(scores: pl.DataFrame) -> pl.DataFrame:
    """One record a measure, group of raters (`*` for all), quarter, segment (company, level), attribute and group.

    `scores`: measure, rater_group_value, period_end, level, attribute, group_value, sums over people (n, total,
    total_squares) and n_raters, the raters of the group (null where raters are not told apart). Records carry the verdict
    of `means.mean_verdicts` and the difference within level. Over levels n_raters is the most of any one: a lower bound.
    """
    if scores.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    cells = pl.concat([
        scores.with_columns(segment_kind=pl.lit("company"), segment_id=pl.lit("company")),
        scores.with_columns(segment_kind=pl.lit("level"), segment_id="level").drop_nulls("segment_id"),
    ])  # fmt: skip
    groups = (
        cells.group_by([*TABLE, "group_value"])
        .agg(pl.col(*SUMS).sum(), pl.col("n_raters").max())
        .sort([*TABLE, "group_value"])
    )
    records = mean_verdicts(groups, TABLE, FAMILY)
    compared = records.filter("is_compared").select(*TABLE, "group_value", "reference_group")
    stratified = within_strata(cells, compared, TABLE, ["level"]).drop("reference_group")
    raters = groups.select(*TABLE, reference_group="group_value", reference_n_raters="n_raters")
    return (
        records.join(stratified, on=[*TABLE, "group_value"], how="left", maintain_order="left")
        .join(raters, on=[*TABLE, "reference_group"], how="left", maintain_order="left")
        .with_columns(is_reversed=pl.col("difference") * pl.col("stratified_difference") < 0)
        .with_columns(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
        .select(list(SCHEMA))
    )
