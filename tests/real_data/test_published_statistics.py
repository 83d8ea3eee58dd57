"""Statistics against figures that others have printed, as a table: published, ours, difference.

Here: agreement, favourable answers, survival, selection, decompositions of wage gaps. Each row says where its figure stands;
`memory` marks a figure that was not read in its source but remembered. Not here: data sets that go through a whole refresh
(the other files of this folder).
"""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl
import pytest
from people_stats.agreement import cronbach_alpha, r_wg, rater_agreement, uniform_variance
from people_stats.decomposition import decompose
from people_stats.regression import Cells
from people_stats.selection import verdicts
from people_stats.survival import cox, product_limit
from people_stats.verdicts import PLAIN_MAXIMUM
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight

from ingest.inputs import project_folder

pytestmark = pytest.mark.real_data

# name, published, ours, half a unit of the last digit printed
Row = tuple[str, float, float, float]


@pytest.fixture(scope="module")
def printed(shared_data: Path) -> dict[str, dict[str, Any]]:
    """Published results by id."""
    entries = json.loads((shared_data / "published" / "expected_results.json").read_text())
    return {entry["id"]: entry for entry in entries}


@pytest.fixture(scope="module")
def retention(shared_data: Path) -> pl.DataFrame:
    return pl.read_csv(shared_data / "published" / "job_retention" / "job_retention.csv")


def assert_equal_as_printed(title: str, source: str, rows: Iterable[Row]) -> None:
    """Print the table, and fail where a figure differs in a digit that was printed."""
    rows = list(rows)
    assert rows
    print(f"\n{title} ({source})\n{'':34}{'published':>12}{'ours':>14}{'difference':>13}")
    for name, published, ours, _ in rows:
        print(f"{name:34}{published:>12g}{ours:>14.6f}{ours - published:>13.6f}")
    off = [name for name, published, ours, tolerance in rows if not abs(ours - published) <= tolerance]
    assert off == [], title


def favourable() -> dict[int, tuple[int, int]]:
    """Scale points -> first favourable answer and last unfavourable one."""
    with (project_folder() / "seeds" / "favourable_points.csv").open() as file:
        points = [[int(row[name]) for name in list(row)[:3]] for row in csv.DictReader(file)]
    return {scale_points: (first, last) for scale_points, first, last in points}


def test_rater_agreement_is_that_of_shrout_and_fleiss(printed: dict[str, dict[str, Any]]) -> None:
    entry = printed["shrout_fleiss_1979"]
    ratings = np.array(entry["input"], dtype=float)
    ours = rater_agreement(ratings)._asdict()
    names = {f"ICC({model},{k})": f"icc_{model}_{'1' if k == 1 else 'k'}" for model in (1, 2, 3) for k in (1, 4)}
    rows = [(name, entry["expect"][name], ours[field], 0.005) for name, field in names.items()]
    rows += [(f"{name}, recomputed", entry["recomputed"][name], ours[field], 5e-5) for name, field in names.items()]
    # the paper: ICC(3, k) is Cronbach's alpha of the judges
    rows.append(("alpha of the judges", entry["expect"]["ICC(3,4)"], cronbach_alpha(ratings), 0.005))
    rows.append(("alpha, recomputed", entry["recomputed"]["ICC(3,4)"], cronbach_alpha(ratings), 5e-5))
    assert_equal_as_printed("Six intraclass correlations", entry["status"], rows)


def test_null_variances_and_agreement_are_those_of_the_literature() -> None:
    nulls = {5: 2.0, 6: 2.92, 7: 4.0, 8: 5.25, 9: 6.67, 10: 8.25, 11: 10.0}
    found = uniform_variance(np.array(list(nulls), dtype=float))
    rows = [(f"uniform null, {points} points", nulls[points], float(found[i]), 0.005) for i, points in enumerate(nulls)]
    # ten items of variance 0.5 on five points: 10 · .75 ÷ (10 · .75 + .25)
    ours = r_wg(np.array([0.5]), np.array([2.0]), np.array([10.0]))
    rows.append(("r_wg(10) at variance 0.5", 0.97, float(ours[0]), 0.005))
    assert_equal_as_printed("Agreement within groups", "LeBreton and Senter 2008, tables 2 and 3: memory", rows)


def test_favourable_answers_are_those_of_glint_and_of_the_civil_service(printed: dict[str, dict[str, Any]]) -> None:
    formula, ours = printed["glint_score"]["formula"], favourable()
    rows: list[Row] = []
    for part in formula.split("favourable map ")[1].split("; "):
        points, sets = part.split("-pt ")
        high, _, low = sets.split("/")
        rows.append((f"favourable from, {points} points", _answers(high)[0], ours[int(points)][0], 0))
        rows.append((f"unfavourable to, {points} points", _answers(low)[-1], ours[int(points)][1], 0))
    assert len(rows) == 12
    assert_equal_as_printed("Favourable answers", printed["glint_score"]["source"], rows)

    entry = printed["csps_rounding_2013"]
    counts = dict(zip((5, 4, 3, 2, 1), entry["input"].values(), strict=True))
    n_favourable = sum(count for answer, count in counts.items() if answer >= ours[5][0])
    _, share, shown = entry["expect"]["positive"]
    percent = 100 * n_favourable / sum(counts.values())
    assert_equal_as_printed(
        "Percent positive", entry["source"],
        [("answers", entry["expect"]["positive"][0], n_favourable, 0), ("percent", share, percent, 0.005),
         ("percent as shown", shown, round(percent), 0)],
    )  # fmt: skip


def _answers(braces: str) -> list[int]:
    """{8,9,10}, {4..7} -> the answers."""
    inner = braces.strip("{}")
    if ".." in inner:
        first, last = inner.split("..")
        return list(range(int(first), int(last) + 1))
    return [int(answer) for answer in inner.split(",")]


def by_month(people: pl.DataFrame, design: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """At risk and left by month (rows) and pattern of covariates (columns), and the patterns."""
    patterns, pattern = (
        np.unique(design, axis=0, return_inverse=True) if design.size else (design[:1], np.zeros(len(people), int))
    )
    month, has_left = people["month"].to_numpy(), people["left"].to_numpy()
    n, left = np.zeros((2, month.max() + 1, len(patterns)))
    for at in range(1, len(n)):
        n[at] = np.bincount(pattern[month >= at], minlength=len(patterns))
        left[at] = np.bincount(pattern[(month == at) & (has_left == 1)], minlength=len(patterns))
    return n, left, patterns


def test_survival_by_month_is_that_of_the_handbook(printed: dict[str, dict[str, Any]], retention: pl.DataFrame) -> None:
    """Kaplan and Meier, by our counts by month and by the library; months are tied data."""
    entry = printed["km_job_retention_gender"]
    rows: list[Row] = []
    for gender, months in entry["expect"].items():
        people = retention.filter(pl.col("gender") == gender)
        found = SurvfuncRight(people["month"].to_numpy(), people["left"].to_numpy())
        n, left = by_month(people, np.zeros((len(people), 1)))[:2]
        assert product_limit(n[:, 0], left[:, 0])[found.surv_times.astype(int)] == pytest.approx(found.surv_prob)
        for i, month in enumerate(found.surv_times):
            at_risk, events, survival = months[str(int(month))]
            rows += [
                (f"{gender}, month {month:g}, at risk", at_risk, float(found.n_risk[i]), 0),
                (f"{gender}, month {month:g}, left", events, float(found.n_events[i]), 0),
                (f"{gender}, month {month:g}, survival", survival, float(found.surv_prob[i]), 0.0005),
            ]
    assert len(rows) == 2 * 12 * 3
    assert_equal_as_printed("Kaplan-Meier", entry["source"], rows)


def test_hazards_are_those_of_the_handbook(printed: dict[str, dict[str, Any]], retention: pl.DataFrame) -> None:
    """Cox with Efron's ties, by our counts by month; the library agrees to a millionth."""
    entry = printed["cox_job_retention"]
    wanted = entry["expect"]["coef"]
    design = retention.select(
        *(
            (pl.col(column) == name.removeprefix(column)).cast(pl.Float64).alias(name)
            for name in wanted
            for column in ("gender", "field", "level")
            if name.startswith(column)
        ),
        pl.col("sentiment").cast(pl.Float64),
    )
    n, left, patterns = by_month(retention, design.to_numpy())
    hazards = cox(n, left, patterns, np.arange(len(n), dtype=float))
    found = zip(hazards.coefficients, np.sqrt(np.diag(hazards.covariance)), strict=True)
    ours = dict(zip(design.columns, found, strict=True))
    library = PHReg(
        retention["month"].to_numpy(), design.to_numpy(), status=retention["left"].to_numpy(), ties="efron"
    ).fit()  # fmt: skip
    assert hazards.coefficients == pytest.approx(library.params, abs=1e-6)
    assert np.sqrt(np.diag(hazards.covariance)) == pytest.approx(library.bse, abs=1e-6)
    rows = [(name, value, float(ours[name][0]), 5e-5) for name, value in wanted.items()]
    rows += [
        ("standard error of sentiment", entry["expect"]["se_sentiment"], float(ours["sentiment"][1]), 5e-5),
        ("people", entry["expect"]["n"], len(retention), 0),
        ("left", entry["expect"]["events"], int(retention["left"].sum()), 0),
    ]
    assert_equal_as_printed("Cox", entry["source"], rows)


def selection(groups: dict[str, tuple[float, float]]) -> dict[str, dict[str, Any]]:
    """Records by group, as the regulation compares: selected and n by group in."""
    pools = pl.DataFrame(
        {
            "table": ["t"] * len(groups),
            "group_value": list(groups),
            "n": [int(n) for _, n in groups.values()],
            "selected": [int(selected) for selected, _ in groups.values()],
        }
    )
    return {row["group_value"]: row for row in verdicts(pools, ["table"], ["table"], PLAIN_MAXIMUM).to_dicts()}


def test_adverse_impact_is_that_of_morris(printed: dict[str, dict[str, Any]]) -> None:
    entry = printed["ai_morris_2017"]
    women, men = entry["input"]["women"], entry["input"]["men"]
    row = selection({"women": (women[0], sum(women)), "men": (men[0], sum(men))})["women"]
    z = -NormalDist().inv_cdf(1 - row["p_value"] / 2)
    rows = [
        ("z of the pooled test", entry["expect"]["z"], z, 5e-7),
        ("its p", entry["expect"]["p"], row["p_value"], 5e-9),
        ("impact ratio, recomputed", entry["recomputed"]["AIR"], row["impact_ratio"], 5e-5),
        ("Fisher, recomputed", entry["recomputed"]["fisher_p"], row["fisher_p_value"], 5e-6),
    ]
    assert_equal_as_printed("Adverse impact", entry["source"], rows)


def test_four_fifths_is_that_of_the_uniform_guidelines(printed: dict[str, dict[str, Any]]) -> None:
    """Questions 11, 12 and 21; exactly four fifths is none, and too few to decide are said to be too few."""
    entry = printed["ai_ugesp_qa11"]
    found = selection({group: (percent, 100) for group, percent in entry["input"].items()})
    rows: list[Row] = []
    for group, (ratio, impact) in entry["expect"].items():
        is_below = float(impact == "adverse impact")
        rows.append((f"{group}, ratio", ratio, found[group]["impact_ratio"], 1e-12))
        rows.append((f"{group}, below", is_below, float(found[group]["is_below_four_fifths"]), 0))
    twelve, twenty_one = printed["ai_ugesp_qa12"], printed["ai_ugesp_qa21"]
    black = selection({group: (hired, n) for group, (n, hired) in twelve["input"].items()})["Black"]
    women = selection({group: (hired, n) for group, (n, hired) in twenty_one["input"].items()})["women"]
    rows += [
        ("question 12, rate", twelve["expect"]["rates"][1], black["rate"], 1e-12),
        ("question 12, ratio", twelve["expect"]["ratio"], black["impact_ratio"], 1e-12),
        ("question 21, rate", twenty_one["expect"]["rates"][1], women["rate"], 1e-12),
        ("question 21, ratio", twenty_one["expect"]["ratio"], women["impact_ratio"], 5e-5),
        ("question 21, below", 1, float(women["is_below_four_fifths"]), 0),
    ]
    assert_equal_as_printed("Uniform Guidelines", entry["source"], rows)
    # below and not distinguishable
    assert women["verdict"] == "insufficient" and women["smallest_detectable_ratio"] is None


def test_a_textbook_finds_adverse_impact(printed: dict[str, dict[str, Any]]) -> None:
    entry = printed["ai_textbook"]
    found = selection({group: (hired, n) for group, (n, hired) in entry["input"].items()})
    men, women = (100 * found[group]["rate"] for group in ("men", "women"))
    rows = [
        ("men, percent", entry["expect"]["rates_pct"][0], men, 0.5),
        ("women, percent", entry["expect"]["rates_pct"][1], women, 0.5),
        ("four fifths, percent", entry["expect"]["four_fifths_pct"], 0.8 * men, 0.5),
        ("below", 1, float(found["women"]["is_below_four_fifths"]), 0),
    ]
    assert_equal_as_printed("Four fifths", entry["source"], rows)


def test_admissions_to_berkeley_reverse_within_departments(shared_data: Path, printed: dict[str, dict[str, Any]]) -> None:
    entry = printed["simpson_berkeley"]
    told = pl.read_csv(shared_data / "published" / "datasets_UCBAdmissions.csv")
    admitted = pl.when(pl.col("Admit") == "Admitted").then("Freq").otherwise(0)
    pools = (
        told.group_by("Gender", "Dept", maintain_order=True)
        .agg(n=pl.col("Freq").sum(), selected=admitted.sum())
        .with_columns(table=pl.lit("fall 1973"))
        .rename({"Gender": "group_value"})
    )
    by_group = {row["group_value"]: row for row in verdicts(pools, ["table"], ["table"], strata=["Dept"]).to_dicts()}
    men, women = by_group["Male"], by_group["Female"]
    recomputed = entry["recomputed"]
    rows = [
        ("men admitted", recomputed["men"][0], men["selected"], 0),
        ("women admitted", recomputed["women"][0], women["selected"], 0),
        ("men, rate", recomputed["men"][2], men["rate"], 5e-5),
        ("women, rate", recomputed["women"][2], women["rate"], 5e-5),
        ("impact ratio of women", recomputed["AIR_women"], women["impact_ratio"], 5e-5),
        # R, mantelhaen.test(UCBAdmissions): the common odds ratio of men
        ("odds ratio in departments: memory", 1 / 0.9046968, women["stratified_odds_ratio"], 5e-6),
    ]
    assert_equal_as_printed("Berkeley", entry["source"], rows)
    assert (women["verdict"], women["stratified_verdict"], women["reverses"]) == ("gap", "no_gap_above", True)
    # department A alone favours women, so one ratio does not describe all six
    assert women["n_strata"] == 6 and women["homogeneity_p_value"] < 0.01
    # a department by itself has nothing to turn round
    alone = verdicts(pools.filter(pl.col("Dept") == "B"), ["table"], ["table"], strata=["Dept"])
    assert alone["reverses"].drop_nulls().to_list() == [False]


def test_decompositions_are_those_of_jann(printed: dict[str, dict[str, Any]], shared_data: Path) -> None:
    """Wages of men and women, two- and threefold, by every choice of reference coefficients."""
    entry = printed["oaxaca_jann"]
    table = pl.read_csv(shared_data / "published" / "jann_oaxaca" / "oaxaca.csv", null_values=["", "NA"])
    columns = ["educ", "exper", "tenure"]
    table = table.select("lnwage", "female", *columns).drop_nulls()
    sides = []
    for is_woman in (0, 1):
        side = table.filter(pl.col("female").cast(pl.Int64) == is_woman)
        n = np.ones(side.height)
        design = np.column_stack([n, side.select(columns).to_numpy()])
        sides.append(Cells(design, n, side["lnwage"].to_numpy(), 0 * n))
    found = decompose(*sides)
    assert found is not None
    printed_figures, again = entry["expect"], entry["recomputed"]
    single = {
        "pred1": sides[0].outcome, "pred2": sides[1].outcome, "diff": found.difference, "endow": found.endowments,
        "coef": found.coefficients, "inter": found.interaction,
    }  # fmt: skip
    rows: list[Row] = [(name, printed_figures[name], ours, 6e-7) for name, ours in single.items()]
    methods = {
        "weight(1)": "oaxaca_reference", "weight(0)": "oaxaca_group", "weight(.5)": "oaxaca_half", "omega": "oaxaca_pooled",
    }  # fmt: skip
    pairs = {"pooled(explained,unexplained)": ("oaxaca_pooled_with_group", printed_figures)}
    pairs |= {name: (method, again) for name, method in methods.items()}
    for name, (method, figures) in pairs.items():
        ours = (found.explained[method], found.unexplained[method])
        rows += [(f"{name}, {i}", figures[name][i], ours[i], 6e-7) for i in (0, 1)]
    detail = dict(zip(columns, found.endowments_by_column[1:], strict=True))
    rows += [(f"endowments, {name}", value, float(detail[name]), 6e-7) for name, value in again["detail_endow"].items()]
    rows.append(("people", 1434, float(sum(side.n.sum() for side in sides)), 0))
    assert_equal_as_printed("Oaxaca-Blinder", entry["source"], rows)
