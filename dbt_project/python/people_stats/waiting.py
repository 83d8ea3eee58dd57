"""How long groups wait for promotion, as records of the promotion audit: in a level, and since they were ready.

Here: two tables of waiting in the columns of the audit's other tables. Not here: curves, tests and verdicts
(`progression`), who waits (SQL).
"""

import polars as pl

from people_stats.backtest import EVERYBODY, READY
from people_stats.progression import progression

# the audit's column -> that of progression; what selections have beside these (a shortfall, strata) waiting has not
COLUMNS = {
    "segment_kind": "segment_kind", "segment_id": "segment_id", "attribute": "attribute", "group_value": "group_value",
    "n": "n", "selected": "n_promoted", "rate": "incidence_24", "reference_group": "reference_group",
    "reference_n": "reference_n", "reference_rate": "reference_incidence_24", "impact_ratio": "hazard_ratio",
    "ratio_low": "ci_low", "ratio_high": "ci_high", "p_value": "p_value", "q_value": "q_value", "n_tests": "n_tests",
    "smallest_detectable_ratio": "smallest_detectable_ratio", "verdict": "verdict",
    "flips_with_one_decision": "flips_with_one_decision",
}  # fmt: skip


def waiting(in_level: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Records of `time_waited` in the company, one an item, attribute and group, with the columns of `COLUMNS`.

    `in_level`: records of `progression`. `outcomes`: the counts of `backtest`, of which the ready of the oldest day count,
    by level: months from that day to promotion, with exits as a competing risk, whoever still waits counting until now.
    """
    ready = outcomes.filter(
        (pl.col("knowledge") == "history_as_corrected")
        & (pl.col("segment_kind") == "level")
        & (pl.col("attribute") != EVERYBODY)
        & (pl.col("band") == READY)
    ).filter(pl.col("as_of") == pl.col("as_of").min())
    tables = {"in_level": in_level, "since_ready": progression(_from_the_day(ready))}
    return pl.concat(
        records.filter(pl.col("segment_kind") == "company").select(
            pl.lit("time_waited").alias("audit_of"),
            pl.lit(item).alias("item"),
            *(pl.col(theirs).alias(ours) for ours, theirs in COLUMNS.items()),
        )
        for item, records in tables.items()
    )


def _from_the_day(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts as `progression` takes them: everybody enters on the day, and the first month of being watched is 1."""
    names = {"as_of": "period_end", "attribute": "attribute", "group_value": "group_value", "segment_id": "level"}
    keys = [pl.col(name).alias(new) for name, new in names.items()]
    n, nobody = pl.col("n"), pl.lit(0, pl.Int64)

    def rows(month: pl.Expr, entered: pl.Expr, ended: pl.Expr) -> pl.DataFrame:
        return counts.select(
            *keys,
            pl.lit("all").alias("job_family"),
            month.cast(pl.Int64).alias("month_in_level"),
            entered.alias("n_entered"),
            ended.alias("n_ended"),
            pl.when(pl.col("ended_by") == "promoted").then(ended).otherwise(0).alias("n_promoted"),
            pl.when(pl.col("ended_by") == "exited").then(ended).otherwise(0).alias("n_exited"),
        )

    return pl.concat([rows(pl.lit(0), n, nobody), rows(pl.col("months_watched") + 1, nobody, n)])
