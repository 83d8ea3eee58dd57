"""Difference in differences of matched people: by hand, against statsmodels, and how often the interval is right.

Here: the estimator and its records. Not here: who takes part and who is comparable (dbt's unit tests).
"""

from typing import Any

import numpy as np
import polars as pl
import pytest
from people_stats.effects import SCHEMA, difference, effects
from statsmodels.regression.linear_model import WLS

STRATUM = ["cohort_year", "level"]


def moments(people: pl.DataFrame) -> pl.DataFrame:
    """Sums by side of a stratum, as SQL hands them over. `people`: stratum, is_participant, pre, post."""
    change = pl.col("post") - pl.col("pre")
    return people.group_by("programme", "outcome", *STRATUM, "is_participant", maintain_order=True).agg(
        n=pl.len(), sum_pre=pl.col("pre").sum(), sum_post=pl.col("post").sum(), sum_post_squares=(pl.col("post") ** 2).sum(),
        sum_change=change.sum(), sum_change_squares=(change**2).sum(),
    )  # fmt: skip


def company(
    seed: int, n: int = 400, effect: float = 0.0, by_level: float = 0.0, outcome: str = "score", year: int = 2024
) -> pl.DataFrame:
    """People of five levels, of whom the higher take part more often and change more by themselves; error is skewed."""
    rng = np.random.default_rng(seed)
    level = rng.integers(0, 5, n)
    takes_part = rng.random(n) < 0.05 + 0.05 * level
    standing = 3 + 0.4 * level + rng.standard_normal(n)
    post = standing + by_level * level + effect * takes_part + rng.gamma(2, 0.4, n) - 0.8
    columns = {"level": level, "is_participant": takes_part, "pre": standing + 0.3 * rng.standard_normal(n), "post": post}
    return pl.DataFrame(columns).with_columns(programme=pl.lit("Lead"), outcome=pl.lit(outcome), cohort_year=pl.lit(year))


def paired(strata: pl.DataFrame) -> pl.DataFrame:
    """Both sides of a stratum in one row, as `difference` takes them."""
    names = ("n", "sum_pre", "sum_post", "sum_post_squares", "sum_change", "sum_change_squares")
    sides = {
        side: strata.filter(pl.col("is_participant") == flag).select(
            *STRATUM, *(pl.col(name).alias(f"{side}_{name}") for name in names)
        )
        for side, flag in (("participants", True), ("comparison", False))
    }
    return sides["participants"].join(sides["comparison"], on=STRATUM, how="left")


def test_the_effect_is_the_change_beyond_that_of_people_like_them() -> None:
    rows = [(1, True, 3.0, 5.0 + 0.1 * k) for k in range(-6, 6)] + [(1, False, 3.0, 4.0 + 0.1 * k) for k in range(-10, 10)]
    rows += [(2, True, 4.0, 4.5 + 0.1 * k) for k in range(-2, 2)] + [(2, False, 4.0, 4.5 + 0.1 * k) for k in range(-20, 20)]
    rows += [(3, True, 1.0, 5.0)] * 3
    people = pl.DataFrame(rows, schema=["level", "is_participant", "pre", "post"], orient="row").with_columns(
        programme=pl.lit("Lead"), outcome=pl.lit("score"), cohort_year=pl.lit(2024)
    )
    found = difference(paired(moments(people)))
    # level 1: 1.95 against 0.95, of twelve; level 2: 0.45 against 0.45, of four; level 3 is like nobody
    assert found["effect"] == pytest.approx((12 * 1.0 + 4 * 0.0) / 16)
    assert (found["n_participants"], found["n_unmatched"], found["n_comparison"]) == (16, 3, 60)
    assert found["comparison_pre_mean"] == pytest.approx((12 * 3 + 4 * 4) / 16)
    assert found["n_comparison_effective"] == pytest.approx(16**2 / (20 * (12 / 20) ** 2 + 40 * (4 / 40) ** 2))


def test_effect_and_error_are_those_of_weighted_least_squares_with_hc3() -> None:
    people = company(7, by_level=0.3)
    strata = people.group_by("level", "is_participant").len().pivot("is_participant", index="level", values="len")
    weighted = people.join(strata, on="level").with_columns(
        weight=pl.when("is_participant").then(1.0).otherwise(pl.col("true") / pl.col("false"))
    )
    design = np.column_stack([np.ones(people.height), weighted["is_participant"].to_numpy()]).astype(float)
    change = (weighted["post"] - weighted["pre"]).to_numpy()
    theirs = WLS(change, design, weights=weighted["weight"].to_numpy()).fit(cov_type="HC3")
    ours = difference(paired(moments(people)))
    assert ours["effect"] == pytest.approx(theirs.params[1])
    half = (float(ours["ci_high"]) - float(ours["ci_low"])) / 2  # type: ignore[arg-type]
    # t with Welch's degrees of freedom instead of the normal: wider, and not by much
    assert theirs.bse[1] * 1.959 < half < theirs.bse[1] * 2.05


@pytest.mark.parametrize("by_level, most", [(0.0, 0.975), (0.3, 0.995)])
def test_intervals_hold_the_truth_as_often_as_they_say(by_level: float, most: float) -> None:
    """Skewed errors and unequal sides: 95% of intervals hold what was put in, and more where strata move by themselves."""
    held, alone_held, rounds = 0, 0, 400
    for seed in range(rounds):
        people = company(seed, n=160, effect=0.4, by_level=by_level)
        found = difference(paired(moments(people)))
        held += float(found["ci_low"]) <= 0.4 <= float(found["ci_high"])  # type: ignore[arg-type]
        change = (people["post"] - people["pre"]).filter(people["is_participant"]).to_numpy()
        alone_held += abs(change.mean() - 0.4) <= 1.96 * change.std(ddof=1) / np.sqrt(len(change))
    assert 0.93 <= held / rounds <= most
    if by_level:
        # before and after alone takes what happens to everybody for an effect
        assert alone_held / rounds < 0.1


def found_in(*companies: pl.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    records = effects(moments(pl.concat(companies)), STRATUM).to_dicts()
    return {(one["outcome"], one["period_kind"]): one for one in records}


def test_verdicts_say_effect_none_above_the_margin_or_cannot_tell() -> None:
    verdicts = found_in(
        company(1, n=2000, effect=0.5, outcome="large"), company(2, n=6000, outcome="none"), company(3, n=120, outcome="few")
    )
    assert verdicts["large", "history"]["verdict"] == "effect"
    assert verdicts["none", "history"]["verdict"] == "no_effect_above"
    assert verdicts["few", "history"]["verdict"] == "insufficient"
    assert verdicts["few", "history"]["smallest_detectable_effect"] > 0.3
    assert {one["n_tests"] for one in verdicts.values()} == {3}
    assert all(one["q_value"] >= one["p_value"] for one in verdicts.values())


def test_history_holds_every_year_and_never_compares_across_years() -> None:
    early, late = company(1, n=900, year=2023), company(2, n=900, year=2024).with_columns(post=pl.col("post") + 5)
    records = effects(moments(pl.concat([early, late])), STRATUM)
    years = records.filter(period_kind="year")
    history = records.filter(period_kind="history").to_dicts()[0]
    assert sorted(years["period"]) == [2023, 2024]
    assert history["n_participants"] == years["n_participants"].sum()
    assert abs(history["effect"]) < 0.3


@pytest.mark.parametrize("n", [0, 9])
def test_too_few_have_a_status_and_no_number(n: int) -> None:
    people = company(1, n=3000)
    people = pl.concat([people.filter("is_participant").head(n), people.filter(~pl.col("is_participant"))])
    records = effects(moments(people), STRATUM)
    if n == 0:
        assert records.is_empty() and records.columns == list(SCHEMA)
        return
    assert set(records["status"]) == {"insufficient"}
    assert (
        records.select("effect", "ci_low", "p_value", "q_value", "verdict", "participants_pre_mean")
        .null_count()
        .sum_horizontal()
        .item()
        == 12
    )


def test_where_nothing_varies_nothing_is_sure() -> None:
    """Nobody was promoted on either side: an interval of no width would say that nobody ever will be."""
    people = company(1, n=1000).with_columns(pre=pl.lit(0.0), post=pl.lit(0.0))
    records = effects(moments(people), STRATUM)
    assert set(records["status"]) == {"insufficient"} and records["ci_low"].null_count() == records.height


def test_a_comparison_of_few_who_stand_for_many_is_too_small() -> None:
    people = company(1, n=1000).filter(pl.col("is_participant") | (pl.col("level") > 0))
    lone = company(2, n=1000).filter((pl.col("level") == 0) & ~pl.col("is_participant")).head(1)
    crowd = company(3, n=9000).filter((pl.col("level") == 0) & pl.col("is_participant"))
    [record, _] = effects(moments(pl.concat([people, lone, crowd])), STRATUM).to_dicts()
    assert record["n_comparison"] > 500 and record["n_comparison_effective"] < 10
    assert record["status"] == "insufficient"
