"""The dictionary in dbt's docs: their first page is written from the catalogue, and a test fails where the two differ.

Run `python -m orchestration.report.dbt_docs` after changing the catalogue or the minimums.
"""

import csv
from pathlib import Path

from orchestration.report import dictionary
from orchestration.report.reading import Convention, Minimum

PROJECT = Path(__file__).parents[2] / "dbt_project"
TARGET = PROJECT / "models" / "docs" / "overview.md"
HEAD = """{% docs __overview__ %}
# Fairlead: the metrics

Every metric by every convention, and who fixed it. The same texts stand in the mart `metric_conventions` and in the report's
dictionary. Written from `seeds/metric_catalogue.csv` by `python -m orchestration.report.dbt_docs`; change the seed instead.

"""


def overview_text() -> str:
    """`overview.md` as it must stand in the repository."""
    minimums = {
        row["sensitivity_class"]: Minimum(
            row["sensitivity_class"], int(row["minimum"]), int(row["leader_minimum"]), row["reason"]
        )
        for row in _rows("sensitivity_classes")
    }
    return HEAD + dictionary.markdown([_convention(row) for row in _rows("metric_catalogue")], minimums) + "{% enddocs %}\n"


def _rows(seed: str) -> list[dict[str, str]]:
    with open(PROJECT / "seeds" / f"{seed}.csv", newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _convention(row: dict[str, str]) -> Convention:
    return Convention(
        metric=row["metric"],
        convention_id=row["convention_id"],
        is_default=row["is_default"] == "1",
        title=row["title"],
        says=row["says"],
        family=row["family"],
        grain=row["grain"],
        window_months=int(row["window_months"]),
        unit=row["unit"],
        interval_method=row["interval"],
        sensitivity_class=row["sensitivity_class"],
        fixed_by=row["fixed_by"],
        population=row["population"],
        numerator=row["numerator"],
        denominator=row["denominator"] or None,
        tie_rule=row["tie_rule"] or None,
        input_columns=row["input_columns"],
        source=row["source"],
    )


if __name__ == "__main__":
    TARGET.write_text(overview_text(), encoding="utf-8")
