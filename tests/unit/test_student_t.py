"""The seed of Student quantiles is the distribution's, so that SQL may look a half width up."""

import csv

from scipy.stats import t

from ..conftest import REPOSITORY


def test_quantiles_are_those_of_the_distribution() -> None:
    with open(REPOSITORY / "dbt_project" / "seeds" / "student_t.csv", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [int(row["degrees_of_freedom"]) for row in rows] == list(range(1, 31))
    assert all(abs(float(row["quantile"]) - t.ppf(0.975, int(row["degrees_of_freedom"]))) < 5e-5 for row in rows)
