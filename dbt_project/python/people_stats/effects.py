"""What came of a programme: difference in differences of matched people, with interval and verdict.

Here: the estimator on sums by stratum, and `effects`, which makes one record a programme, outcome and period. Not here:
who took part and who is comparable (SQL). Never before and after alone: without a comparison there is no number.
"""

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import special

from people_stats.verdicts import ALPHA, POWER, q_values

Floats = npt.NDArray[np.float64]

# A change of three tenths of a standard deviation is the margin of means (the metrics' definition of verdicts).
MARGIN = 0.3
# Below ten people a side one person's year is a tenth of the answer, and t intervals of skewed changes do not hold.
FEWEST = 10.0
SIDES = ("participants", "comparison")
MOMENTS = ("n", "sum_pre", "sum_post", "sum_post_squares", "sum_change", "sum_change_squares")


def effects(strata: pl.DataFrame, stratum: list[str]) -> pl.DataFrame:
    """One record a programme, outcome and period ('year' of its cohorts, and 'history', all of them together).

    `strata`: programme, outcome, cohort_year, the other columns of `stratum`, is_participant and sums over people (n,
    sum_pre, sum_post, sum_post_squares, sum_change, sum_change_squares). Records carry n and means per side, the effect
    in the outcome's unit with its 95% interval and in standard deviations, p, q within the kind of period, the smallest
    effect detectable, and `effect`, `no_effect_above` or `insufficient`; numbers are null where a side is too small.
    """
    keys = ["programme", "outcome", *stratum]
    sides = [
        strata.filter(pl.col("is_participant") == is_participant)
        .group_by(keys)
        .agg(pl.col(*MOMENTS).sum())
        .rename({name: f"{side}_{name}" for name in MOMENTS})
        for side, is_participant in zip(SIDES, (True, False), strict=True)
    ]
    paired = sides[0].join(sides[1], on=keys, how="left", nulls_equal=True)
    periods = pl.concat([
        paired.with_columns(period_kind=pl.lit("year"), period=pl.col("cohort_year").cast(pl.Int64)),
        paired.with_columns(period_kind=pl.lit("history"), period=pl.lit(None, pl.Int64)),
    ])  # fmt: skip
    table = ["programme", "outcome", "period_kind", "period"]
    groups = sorted(
        periods.group_by(table),
        key=lambda group: tuple((value is None, "" if value is None else str(value)) for value in group[0]),
    )
    records = [dict(zip(table, key, strict=True)) | difference(part) for key, part in groups]
    if not records:
        return pl.DataFrame(schema=SCHEMA)
    found = pl.DataFrame(records, schema={name: kind for name, kind in SCHEMA.items() if name not in ("q_value", "n_tests")})
    found = found.with_columns(
        q_value=q_values("period_kind"),
        n_tests=pl.col("p_value").count().over("period_kind").cast(pl.Int64),
    )
    return found.with_columns(verdict=_verdict()).select(list(SCHEMA))


def difference(strata: pl.DataFrame) -> dict[str, float | int | str | None]:
    """Mean change of participants less that of their matched comparison, over paired strata.

    `strata`: one row a stratum with participants, moments of both sides (null where nobody compares). Each comparison
    person weighs as many participants as their stratum has to each of its comparison people, so both sides have the
    same mix; the error is that of weighted least squares with HC3 (Long and Ervin 2000), Welch's degrees of freedom.
    Where strata move by themselves it is a little too wide, never too narrow.
    """
    matched = strata.filter(pl.col("comparison_n") > 0)
    n_all, n = float(strata["participants_n"].sum()), float(matched["participants_n"].sum())
    of = {name: matched[name].cast(pl.Float64).to_numpy() for name in matched.columns if name.endswith(_ENDINGS)}
    weight = of["participants_n"] / of["comparison_n"]
    n_compared = float(of["comparison_n"].sum())
    n_effective = n**2 / float((weight**2 * of["comparison_n"]).sum()) if n else 0.0
    record: dict[str, float | int | str | None] = {
        "n_participants": int(n), "n_unmatched": int(n_all - n), "n_comparison": int(n_compared),
        "n_comparison_effective": n_effective,
    }  # fmt: skip
    if n < FEWEST or n_effective < FEWEST:
        return record | {"status": "insufficient" if n_all else "no_population"}
    change, variance, means = [], [], {}
    for side, weights in zip(SIDES, (np.ones_like(weight), weight), strict=True):
        mean = float((weights * of[f"{side}_sum_change"]).sum()) / n
        squares = of[f"{side}_sum_change_squares"] - 2 * mean * of[f"{side}_sum_change"] + mean**2 * of[f"{side}_n"]
        leverage = np.minimum(weights / n, 1 - 1e-9)
        change.append(mean)
        variance.append(float(((weights / (1 - leverage)) ** 2 * np.maximum(squares, 0)).sum()) / n**2)
        for when in ("pre", "post"):
            means[f"{side}_{when}_mean"] = float((weights * of[f"{side}_sum_{when}"]).sum()) / n
    # sums of squares leave rounding behind where nothing varies
    if min(variance) < 1e-12:
        return record | means | {"status": "insufficient"}
    effect, error = change[0] - change[1], float(np.sqrt(sum(variance)))
    freedom = sum(variance) ** 2 / (variance[0] ** 2 / (n - 1) + variance[1] ** 2 / (n_effective - 1))
    half = float(special.stdtrit(freedom, 1 - ALPHA / 2)) * error
    post = means["comparison_post_mean"]
    spread = float((weight * of["comparison_sum_post_squares"]).sum()) / n - post**2
    deviation = float(np.sqrt(spread)) if spread > 1e-12 else np.nan
    detectable = float(special.ndtri(1 - ALPHA / 2) + special.ndtri(POWER)) * error
    return record | means | {
        "effect": effect, "ci_low": effect - half, "ci_high": effect + half,
        "effect_in_sd": _number(effect / deviation), "worse_end_in_sd": _number((abs(effect) + half) / deviation),
        "p_value": float(2 * special.stdtr(freedom, -abs(effect) / error)), "smallest_detectable_effect": detectable,
        "status": "ok",
    }  # fmt: skip


_ENDINGS = tuple(f"_{name}" for name in MOMENTS)
SCHEMA = {
    "programme": pl.String, "outcome": pl.String, "period_kind": pl.String, "period": pl.Int64,
    "n_participants": pl.Int64, "n_unmatched": pl.Int64, "n_comparison": pl.Int64,
    "n_comparison_effective": pl.Float64,
    **{f"{side}_{when}_mean": pl.Float64 for side in SIDES for when in ("pre", "post")},
    "effect": pl.Float64, "ci_low": pl.Float64, "ci_high": pl.Float64, "effect_in_sd": pl.Float64,
    "worse_end_in_sd": pl.Float64, "p_value": pl.Float64, "q_value": pl.Float64, "n_tests": pl.Int64,
    "smallest_detectable_effect": pl.Float64, "verdict": pl.String, "status": pl.String,
}  # fmt: skip


def _verdict() -> pl.Expr:
    """Only of what was compared: too small a side has no verdict of its own but `insufficient`."""
    found = (pl.col("p_value") <= ALPHA) & (pl.col("q_value") <= ALPHA)
    return (
        pl.when(found)
        .then(pl.lit("effect"))
        .when(pl.col("worse_end_in_sd") <= MARGIN)
        .then(pl.lit("no_effect_above"))
        .when(pl.col("p_value").is_not_null())
        .then(pl.lit("insufficient"))
    )


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
