"""Do rewards follow growth: associations at equal level, function and tenure, against statsmodels and what was put in."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from people_stats.linkage import SCHEMA, association, linkage

REWARDS, SIGNS = ["raise", "promotion"], ["score_360"]


def company(seed: int, n: int = 600, linked: float = 0.0, group: str = "*") -> pl.DataFrame:
    """Higher levels score higher and are rewarded more, so the two go together whether or not one follows the other."""
    rng = np.random.default_rng(seed)
    level = rng.integers(1, 5, n)
    sign = 0.8 * level + rng.standard_normal(n)
    return pl.DataFrame(
        {
            "level": level, "job_family": rng.choice(["it", "sales"], n), "tenure_years": rng.exponential(4, n),
            "score_360": sign, "raise": 0.5 * level + linked * sign + rng.standard_normal(n) * (0.5 + 0.2 * level),
            "promotion": (rng.random(n) < 1 / (1 + np.exp(2.5 - 0.5 * level - linked * (sign - 0.8 * level)))).astype(float),
        }
    ).with_columns(attribute=pl.lit("*" if group == "*" else "gender"), group_value=pl.lit(group))  # fmt: skip


def found(people: pl.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["reward"], one["group_value"]): one for one in linkage(people, REWARDS, SIGNS).to_dicts()}


def test_what_is_linked_is_found_and_what_level_explains_is_not() -> None:
    linked, apart = found(company(1, 2000, linked=0.5)), found(company(1, 4000))
    assert linked["raise", "*"]["verdict"] == linked["promotion", "*"]["verdict"] == "linked"
    assert linked["promotion", "*"]["ci_low"] < 0.5 * 1.34 < linked["promotion", "*"]["ci_high"]
    assert apart["raise", "*"]["verdict"] == "none_above"
    # without the controls the same people look rewarded for growth
    frame = company(1, 4000)
    assert np.corrcoef(frame["score_360"], frame["raise"])[0, 1] > 0.2
    against = company(3, 2000, linked=-0.5)
    assert found(against)["raise", "*"]["verdict"] == "inverse"


def test_the_coefficient_is_that_of_a_formula_of_statsmodels() -> None:
    formula = pytest.importorskip("statsmodels.formula.api")
    people = company(5, 300, linked=0.2)
    standard = people.with_columns(
        sign=(pl.col("score_360") - pl.col("score_360").mean()) / pl.col("score_360").std(ddof=0),
        reward=(pl.col("raise") - pl.col("raise").mean()) / pl.col("raise").std(ddof=0),
    ).to_pandas()
    text = "reward ~ sign + C(level) + C(job_family) + tenure_years + I(tenure_years ** 2)"
    theirs = formula.ols(text, standard).fit(cov_type="HC3", use_t=True)
    ours = found(people)["raise", "*"]
    assert ours["coefficient"] == pytest.approx(theirs.params["sign"])
    assert [ours["ci_low"], ours["ci_high"]] == pytest.approx(list(theirs.conf_int().loc["sign"]))


def test_intervals_hold_nothing_as_often_as_they_say() -> None:
    """Uneven spread by level, nothing linked: one interval in twenty leaves nought out, in both models."""
    rounds, out = 150, {"raise": 0, "promotion": 0}
    for seed in range(rounds):
        for reward, one in ((key[0], one) for key, one in found(company(seed, 250)).items()):
            out[reward] += not one["ci_low"] <= 0 <= one["ci_high"]
    assert all(0.01 <= n / rounds <= 0.1 for n in out.values()), out


def test_groups_are_told_apart_and_each_attribute_is_a_table_of_its_own() -> None:
    women, men = company(1, 900, linked=0.6, group="female"), company(2, 900, group="male")
    everybody = pl.concat([women, men]).with_columns(attribute=pl.lit("*"), group_value=pl.lit("*"))
    records = found(pl.concat([women, men, everybody]))
    assert records["raise", "female"]["verdict"] == "linked"
    assert records["raise", "male"]["verdict"] != "linked"
    assert (records["raise", "*"]["n_tests"], records["raise", "female"]["n_tests"]) == (2, 4)


@pytest.mark.parametrize("spoil", ["few", "no_events", "constant", "separated", "alone", "nobody"])
def test_what_cannot_be_told_has_a_status_and_no_number(spoil: str) -> None:
    people = company(1, 400)
    match spoil:
        case "few":
            people = people.head(30)
        case "no_events":
            people = people.with_columns(promotion=(pl.int_range(pl.len()) < 9).cast(pl.Float64))
        case "constant":
            people = people.with_columns(score_360=pl.lit(3.0))
        case "separated":
            people = people.with_columns(promotion=(pl.col("score_360") > pl.col("score_360").median()).cast(pl.Float64))
        case "alone":
            people = people.with_columns(job_family=pl.int_range(pl.len()).cast(pl.String)).head(4)
        case _:
            people = people.with_columns(score_360=pl.lit(None, pl.Float64))
    record = found(people)["promotion", "*"]
    assert record["status"] == ("no_population" if spoil == "nobody" else "insufficient")
    assert all(record[name] is None for name in ("coefficient", "ci_low", "ci_high", "p_value", "q_value", "verdict"))
    assert list(linkage(people, REWARDS, SIGNS).columns) == list(SCHEMA)


def test_where_nobody_is_left_everybody_still_has_rows() -> None:
    records = linkage(company(1).clear(), REWARDS, SIGNS).to_dicts()
    assert [(one["reward"], one["group_value"], one["n"], one["status"]) for one in records] == [
        ("raise", "*", 0, "no_population"), ("promotion", "*", 0, "no_population")
    ]  # fmt: skip


def test_a_level_in_which_all_were_promoted_tells_nothing() -> None:
    people = company(2, 800, linked=0.5).select(
        "level", "job_family", "tenure_years", reward=pl.col("promotion"), sign=pl.col("score_360")
    )
    crowned = people.head(60).with_columns(level=pl.lit(9, pl.Int64), reward=pl.lit(1.0))
    assert association(pl.concat([people, crowned]), True) == pytest.approx(association(people, True), nan_ok=True)
