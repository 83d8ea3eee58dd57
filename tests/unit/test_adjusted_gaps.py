"""Gaps at equal work: errors against statsmodels, decompositions against identities, costs by hand, and what they find."""

import numpy as np
import polars as pl
import pytest
from people_stats.adjusted_gaps import adjusted_gaps, cells_of, remediation_cost
from people_stats.decomposition import decompose
from people_stats.regression import Cells, hc3, least_squares
from statsmodels.regression.linear_model import OLS

CONTROLS = {"job_family": False, "level": True}
LEADING = ["job_family", "level"]


def people(n: int, seed: int, gap: float = 0.0, only_in: str | None = None) -> pl.DataFrame:
    """A pay table in which women of one family, or of all, get less by a share; women are fewer at the higher level."""
    rng = np.random.default_rng(seed)
    family, level = rng.integers(0, 3, n), rng.integers(0, 3, n)
    country = rng.integers(0, 2, n)
    is_woman = rng.random(n) < 0.55 - 0.1 * level
    names = np.array(["it", "ops", "sales"])[family]
    is_short = is_woman & ((names == only_in) if only_in else True)
    spread = np.where(is_woman, 0.05, 0.09)
    log_pay = 3 + 0.1 * family + 0.2 * level + 0.3 * country + np.log1p(-gap) * is_short + spread * rng.standard_normal(n)
    return pl.DataFrame(
        {
            "attribute": "gender", "group_value": np.where(is_woman, "female", "male"), "reference_group": "male",
            "country": np.array(["GB GBP", "DE EUR"])[country], "job_family": names, "level": level.astype(str),
            "hourly_pay": np.exp(log_pay), "yearly_pay": np.exp(log_pay) * 1800,
        }
    )  # fmt: skip


def gaps_of(table: pl.DataFrame) -> pl.DataFrame:
    return adjusted_gaps(cells_of(table, ["country", *CONTROLS]), "country", CONTROLS, LEADING)


def leading(found: pl.DataFrame, kind: str = "company") -> pl.DataFrame:
    return found.filter(pl.col("is_default") & (pl.col("segment_kind") == kind)).sort("segment_id")


def test_a_gap_and_its_interval_are_those_of_statsmodels_with_hc3() -> None:
    table = people(400, 1, gap=0.06)
    design = table.select("country", "job_family", "level").to_dummies(drop_first=True).to_numpy()
    is_woman = (table["group_value"] == "female").to_numpy()
    design = np.column_stack([np.ones(400), is_woman, design]).astype(float)
    fit = OLS(np.log(table["hourly_pay"].to_numpy()), design).fit(cov_type="HC3", use_t=True)
    [ours] = leading(gaps_of(table)).iter_rows(named=True)
    low, high = fit.conf_int()[1]
    assert ours["gap_percent"] == pytest.approx(-100 * np.expm1(fit.params[1]))
    assert (ours["ci_low"], ours["ci_high"]) == pytest.approx((-100 * np.expm1(high), -100 * np.expm1(low)))
    assert ours["p_value"] == pytest.approx(fit.pvalues[1], rel=1e-6)


def test_somebody_whom_only_one_column_tells_apart_changes_no_error() -> None:
    table = people(200, 2)
    alone = table[:1].with_columns(job_family=pl.lit("chief"), hourly_pay=pl.lit(900.0))
    [with_one], [without] = (leading(gaps_of(one)).to_dicts() for one in (pl.concat([table, alone]), table))
    for name in ("gap_percent", "ci_low", "ci_high", "p_value"):
        assert with_one[name] == pytest.approx(without[name])


def cells(n: int, seed: int, slope: float) -> Cells:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2))
    return Cells(np.column_stack([np.ones(n), x]), np.ones(n), x @ [slope, 0.5] + rng.standard_normal(n), np.zeros(n))


def test_parts_add_up_to_the_difference_whatever_the_reference() -> None:
    parts = decompose(cells(80, 1, 1.0), cells(60, 2, 0.4))
    assert parts is not None
    assert parts.endowments + parts.coefficients + parts.interaction == pytest.approx(parts.difference)
    for name, explained in parts.explained.items():
        assert explained + parts.unexplained[name] == pytest.approx(parts.difference)
        assert parts.explained_by_column[name].sum() == pytest.approx(explained)
    assert parts.explained["oaxaca_half"] == pytest.approx(
        (parts.explained["oaxaca_reference"] + parts.explained["oaxaca_group"]) / 2
    )


def test_sides_that_share_no_kind_of_people_are_not_decomposed() -> None:
    one, other = (
        Cells(np.column_stack([np.ones(9), np.full(9, x)]), np.ones(9), np.arange(9.0), np.zeros(9)) for x in (0.0, 1.0)
    )
    # the group varies in nothing, so its coefficients do not say what the reference would be paid
    assert decompose(one, other) is None


def test_people_in_cells_give_what_people_one_by_one_give() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 3, 90), rng.standard_normal(90)
    single = Cells(np.column_stack([np.ones(90), x]), np.ones(90), y, np.zeros(90))
    n = np.bincount(x).astype(float)
    mean = np.bincount(x, y) / n
    within = np.bincount(x, (y - mean[x]) ** 2)
    grouped = Cells(np.column_stack([np.ones(3), np.arange(3)]), n, mean, within)
    for one in (single, grouped):
        fit = least_squares(one)
        assert fit.freedom == 88
        assert fit.coefficients == pytest.approx(least_squares(single).coefficients)
        assert hc3(one, fit) == pytest.approx(hc3(single, least_squares(single)))


def test_closing_a_gap_costs_what_it_does_by_hand() -> None:
    # women are paid 90 where men are paid 100, a million in all: a ninth of it closes the gap; who is ahead costs nothing
    assert remediation_cost(np.log(100 / 90), 1_000_000) == pytest.approx(111_111.11, abs=0.01)
    assert remediation_cost(np.log(90 / 100), 1_000_000) == 0
    table = people(300, 3, gap=0.05)
    [ours] = leading(gaps_of(table)).to_dicts()
    paid = table.filter(group_value="female")["yearly_pay"].sum()
    assert ours["remediation_cost"] == pytest.approx(paid * (1 / (1 - ours["gap_percent"] / 100) - 1))


def test_every_set_of_controls_is_a_specification_and_says_which_may_carry_the_bias() -> None:
    found = gaps_of(people(300, 4)).filter(segment_kind="company", method="ols_hc3")
    told = dict(found.select("controls", "biased_controls").iter_rows())
    assert told == {
        "country": None, "country + job_family": None, "country + level": "level", "country + job_family + level": "level",
    }  # fmt: skip
    assert found.filter("is_default")["controls"].to_list() == ["country + job_family + level"]
    methods = set(gaps_of(people(300, 4)).filter(segment_kind="company")["method"])
    assert methods == {
        "ols_hc3", "oaxaca_reference", "oaxaca_group", "oaxaca_half", "oaxaca_pooled", "oaxaca_pooled_with_group",
        "threefold_endowments", "threefold_coefficients", "threefold_interaction",
    }  # fmt: skip


def test_a_gap_of_one_family_is_found_there_and_diluted_in_the_whole() -> None:
    found = gaps_of(people(1500, 6, gap=0.08, only_in="ops"))
    families = {row["segment_id"]: row for row in leading(found, "job_family").iter_rows(named=True)}
    assert [name for name, row in families.items() if row["verdict"] == "gap"] == ["ops"]
    assert families["ops"]["is_material"]
    [whole] = leading(found).iter_rows(named=True)
    assert 0 < whole["gap_percent"] < families["ops"]["gap_percent"] / 2


def test_a_group_of_four_or_a_segment_of_twenty_says_that_it_cannot_tell() -> None:
    table = people(200, 7)
    few = pl.concat([table.filter(group_value="male"), table.filter(group_value="female")[:4]])
    for one in (few, people(20, 8)):
        [ours] = leading(gaps_of(one)).iter_rows(named=True)
        assert (ours["status"], ours["gap_percent"], ours["verdict"]) == ("insufficient", None, None)


def test_a_group_of_which_a_control_tells_everything_has_no_gap() -> None:
    table = people(200, 9).with_columns(
        level=pl.when(pl.col("group_value") == "female").then(pl.lit("9")).otherwise("level")
    )
    [ours] = leading(gaps_of(table)).iter_rows(named=True)
    assert ours["status"] == "insufficient"


def test_intervals_hold_the_gap_about_as_often_as_they_say() -> None:
    """Twice 100 companies of 150, nothing planted and 6%: the share that holds lies within chance of 95 in 100."""
    for gap in (0.0, 0.06):
        tables = (cells_of(people(150, seed, gap), ["country", *CONTROLS]) for seed in range(100))
        found = (adjusted_gaps(one, "country", CONTROLS, LEADING, segments=("company",)) for one in tables)
        rows = [leading(one).row(0, named=True) for one in found]
        held = np.mean([row["ci_low"] <= 100 * gap <= row["ci_high"] for row in rows])
        assert held >= 0.88, (gap, held)
        if gap == 0:
            assert np.mean([row["verdict"] == "gap" for row in rows]) <= 0.12


def test_errors_are_finite_where_somebody_stands_alone() -> None:
    """The leverage of one person alone is one, give or take a rounding, and what is left of the fit is noise over noise."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        alone = np.r_[1.0, np.zeros(11)]
        design = np.column_stack([np.ones(12), rng.standard_normal(12), alone])
        whole = Cells(design, np.ones(12), 100 * rng.standard_normal(12), np.zeros(12))
        others = Cells(design[1:, :2], whole.n[1:], whole.mean[1:], whole.within[1:])
        ours, theirs = hc3(whole, least_squares(whole)), hc3(others, least_squares(others))
        assert ours[:2, :2] == pytest.approx(theirs)
        # of the person alone there is no more than what is not known of the others
        assert ours[2, 2] == pytest.approx(np.array([1, design[0, 1]]) @ theirs @ np.array([1, design[0, 1]]))
