"""Do rewards follow growth? Partial association of each reward with each sign of growth, at equal level, function, tenure.

Here: one regression and one record a reward, sign and group. Not here: who was rewarded with what, and what
they had shown before (SQL). An association is no cause, and a missing one no proof of favour.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import special

from people_stats.regression import Cells, hc3, least_squares, logistic
from people_stats.verdicts import ALPHA, q_values

Floats = npt.NDArray[np.float64]

# Rewards that come or do not come: log odds. The others are amounts, in standard deviations.
BINARY = ("promotion",)
# Below thirty people beyond the model's own columns a robust error is no better than a guess; nor below ten of either kind.
FEWEST_PEOPLE, FEWEST_EVENTS = 30, 10
# A level or family of fewer has one column to itself and bends the fit to its people; they are put together.
FEWEST_OF_A_KIND = 5
# What would not matter: a tenth of a standard deviation of the reward, odds of 1.2, for a standard deviation of growth.
MARGIN = {True: float(np.log(1.2)), False: 0.1}
TABLE = ("reward", "sign_of_growth", "attribute", "group_value")
SCHEMA = {
    **dict.fromkeys(TABLE, pl.String), "model": pl.String, "n": pl.Int64, "n_rewarded": pl.Int64,
    "coefficient": pl.Float64, "ci_low": pl.Float64, "ci_high": pl.Float64, "p_value": pl.Float64,
    "q_value": pl.Float64, "n_tests": pl.Int64, "verdict": pl.String, "status": pl.String,
}  # fmt: skip


def linkage(people: pl.DataFrame, rewards: list[str], signs: list[str]) -> pl.DataFrame:
    """One record a reward, sign of growth and group.

    `people`: one row a person and group with attribute, group_value, level, job_family, tenure_years and the columns of
    `rewards` and `signs`, null where unknown. Records carry n, the coefficient of one standard deviation of the sign (in
    standard deviations of the reward by least squares with HC3, or in log odds by logistic regression), its 95%
    interval, p, q over the records of the attribute, and `linked`, `inverse`, `none_above` or `insufficient`.
    """
    records: list[dict[str, Any]] = []
    # everybody has rows even where nobody is left: that nothing can be told is an answer too
    groups = {("*", "*"): people.clear()} | dict(people.group_by("attribute", "group_value"))
    for (attribute, group), members in sorted(groups.items(), key=lambda one: str(one[0])):
        for reward in rewards:
            for sign in signs:
                known = members.select("level", "job_family", "tenure_years", reward, sign).drop_nulls()
                key = dict(zip(TABLE, (reward, sign, attribute, group), strict=True))
                records.append(key | association(known.rename({reward: "reward", sign: "sign"}), reward in BINARY))
    found = pl.DataFrame(records, schema={name: kind for name, kind in SCHEMA.items() if name not in _LATER})
    found = found.with_columns(
        q_value=q_values("attribute"),
        n_tests=pl.col("p_value").count().over("attribute").cast(pl.Int64),
    )
    return found.with_columns(verdict=_verdict()).select(list(SCHEMA))


def association(people: pl.DataFrame, is_binary: bool) -> dict[str, Any]:
    """The partial association of `reward` with `sign` among people with `level`, `job_family` and `tenure_years`.

    No number where either does not vary, where too few are left, or where the fit does not converge.
    """
    people = people.with_columns(_kind("level"), _kind("job_family"))
    people = people.filter(pl.len().over("level") > 1, pl.len().over("job_family") > 1)
    if is_binary:
        # where all or none were rewarded nothing can be told apart, and log odds are infinite
        for control in ("level", "job_family"):
            people = people.filter(pl.col("reward").n_unique().over(control) > 1)
    sign, reward = people["sign"].to_numpy(), people["reward"].to_numpy()
    record: dict[str, Any] = {
        "model": "logistic" if is_binary else "least_squares",
        "n": people.height,
        "n_rewarded": int(reward.sum()) if is_binary else None,
        "status": "insufficient" if people.height else "no_population",
    }
    design = _design(people)
    too_few = people.height < FEWEST_PEOPLE + design.shape[1]
    too_few |= is_binary and min(reward.sum(), people.height - reward.sum()) < FEWEST_EVENTS
    if too_few or np.ptp(sign) == 0 or np.ptp(reward) == 0:
        return record
    design = np.column_stack([(sign - sign.mean()) / sign.std(), design])
    fitted = _logistic(reward, design) if is_binary else _least_squares((reward - reward.mean()) / reward.std(), design)
    if fitted is None:
        return record
    coefficient, low, high, p_value = fitted
    return record | {"coefficient": coefficient, "ci_low": low, "ci_high": high, "p_value": p_value, "status": "ok"}


_LATER = ("q_value", "n_tests", "verdict")


def _kind(column: str) -> pl.Expr:
    """A control's values as strings, the rare ones together."""
    value = pl.col(column).cast(pl.String)
    return pl.when(pl.len().over(column) < FEWEST_OF_A_KIND).then(pl.lit("other")).otherwise(value).alias(column)


def _design(people: pl.DataFrame) -> Floats:
    """Intercept, level, family, tenure and its square; columns that say nothing here are left out."""
    tenure = people["tenure_years"].to_numpy()
    controls = [control for control in ("level", "job_family") if people[control].n_unique() > 1]
    parts = [np.ones((people.height, 1))]
    parts += [people[control].to_dummies(drop_first=True).to_numpy() for control in controls]
    if people.height and np.ptp(tenure) > 0:
        scaled = (tenure - tenure.mean()) / tenure.std()
        parts.append(np.column_stack([scaled, scaled**2]))
    return np.hstack(parts).astype(float)


def _least_squares(reward: Floats, design: Floats) -> tuple[float, float, float, float] | None:
    cells = Cells.of_people(design, reward)
    fit = least_squares(cells)
    if not fit.tells(np.eye(design.shape[1])[0]):
        return None
    return _first(fit.coefficients, hc3(cells, fit), fit.freedom)


def _logistic(reward: Floats, design: Floats) -> tuple[float, float, float, float] | None:
    fitted = logistic(reward, design)
    return _first(*fitted, np.inf) if fitted else None


def _first(coefficients: Floats, covariance: Floats, freedom: float) -> tuple[float, float, float, float] | None:
    """The first coefficient with its interval and p; none where its error is none."""
    first, error = float(coefficients[0]), float(np.sqrt(max(covariance[0, 0], 0.0)))
    if not error > 0:
        return None
    half = float(special.stdtrit(freedom, 1 - ALPHA / 2)) * error
    return first, first - half, first + half, float(2 * special.stdtr(freedom, -abs(first) / error))


def _verdict() -> pl.Expr:
    found = (pl.col("p_value") <= ALPHA) & (pl.col("q_value") <= ALPHA)
    margin = pl.when(pl.col("model") == "logistic").then(MARGIN[True]).otherwise(MARGIN[False])
    return (
        pl.when(found & (pl.col("coefficient") > 0))
        .then(pl.lit("linked"))
        .when(found)
        .then(pl.lit("inverse"))
        .when(pl.max_horizontal(-pl.col("ci_low"), pl.col("ci_high")) <= margin)
        .then(pl.lit("none_above"))
        .when(pl.col("p_value").is_not_null())
        .then(pl.lit("insufficient"))
    )
