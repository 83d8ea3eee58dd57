"""The planted pay gap is found in its job family in company after company, elsewhere silence, and intervals hold the truth.

Here: pay and jobs read back from the exports of one month, through the functions that make `equity_pay_gap_adjusted`; no
build. `make seeds` takes 200 companies, the suite a few.
"""

import os
from pathlib import Path

import polars as pl
import pytest
from people_stats.adjusted_gaps import adjusted_gaps, cells_of

from ingest.home import Home
from ingest.simulate import Specification, simulate
from ingest.simulate.effects import planted
from tests.exports_of import Exports

N_SEEDS = int(os.environ.get("FAIRLEAD_SEEDS", "4"))
EMPLOYEES = 2000
CONTROLS = {"level": True, "tenure_band": False}
FAMILY = "Product"


def pay_table(exports: Exports) -> pl.DataFrame:
    """Everybody's group, controls and hourly pay on the last day, as `pay_groups` hands them on."""
    last = exports.month_ends[-1]
    keys = ["Employee_ID", "Effective_Date", "Sequence"]
    pay = exports.csv("corehr", "pay_changes").unique(subset=keys, keep="last", maintain_order=True).sort(keys)
    pay = pay.group_by("Employee_ID", maintain_order=True).last().rename({"Employee_ID": "worker"})
    months = (pl.lit(last) - pl.col("Hire_Date")).dt.total_days() / 30.44
    return (
        exports.jobs_on(last)
        .join(pay.select("worker", "Amount", "Paid_Hours", "Currency"), on="worker")
        .select(
            attribute=pl.lit("gender"),
            group_value=pl.col("Gender").replace({"F": "female", "M": "male"}),
            reference_group=pl.lit("male"),
            country=pl.col("country") + " " + pl.col("Currency"),
            job_family="family",
            level=pl.col("level").cast(pl.String),
            tenure_band=months.cut([12, 36, 72, 120]).cast(pl.String),
            hourly_pay=pl.col("Amount").cast(pl.Float64) / pl.col("Paid_Hours").cast(pl.Float64),
            yearly_pay=pl.col("Amount").cast(pl.Float64),
        )
    )


def family_gaps(root: Path, seed: int, effects: bool) -> dict[str, dict[str, float | str]]:
    """The leading record of women in every job family of one company."""
    simulate(Home(root), Specification(EMPLOYEES, 1, seed, effects=effects))
    controls = {"job_family": False, **CONTROLS}
    cells = cells_of(pay_table(Exports(root)), ["country", *controls])
    found = adjusted_gaps(cells, "country", controls, list(controls), segments=("job_family",))
    found = found.filter("is_default", group_value="female")
    return {row["segment_id"]: row for row in found.iter_rows(named=True)}


@pytest.mark.parametrize("effects", [True, False])
def test_the_planted_gap_is_found_in_its_family_and_nowhere_else(tmp_path: Path, effects: bool) -> None:
    size = 100 * planted().pay_gap
    found = called = held = n_others = n_held = 0
    for seed in range(1, N_SEEDS + 1):
        gaps = family_gaps(tmp_path / str(seed), seed, effects)
        assert len(gaps) == 6
        for family, row in gaps.items():
            is_planted = effects and family == FAMILY
            found += is_planted and row["verdict"] == "gap" and bool(row["is_material"])
            called += not is_planted and row["verdict"] == "gap"
            n_others += not is_planted
            held += float(row["ci_low"]) <= (size if is_planted else 0) <= float(row["ci_high"])
            n_held += 1
    said = f"found {found} of {N_SEEDS * effects}, called {called} of {n_others}, held {held} of {n_held}"
    print(f"\npay gaps {'with' if effects else 'without'} effects: {said}")
    assert found >= 0.9 * N_SEEDS * effects, said
    # five in a hundred tables of six, and what luck adds to a few
    assert called <= 1 + 0.03 * n_others, said
    assert held >= 0.95 * n_held - 2 * (0.95 * 0.05 * n_held) ** 0.5, said
