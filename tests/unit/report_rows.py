"""A small release for the report's tests: its tables, rows in which everything occurs, and pages read as a reader would.

Not here: any promise (`test_report`, `test_report_pages`).
"""

import datetime as dt
import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb

from orchestration.report import write_report

from .report_commitments import rows_of_commitments
from .report_equity import rows_of_equity
from .report_promotion import rows_of_promotion
from .report_tables import TABLES

FACTS = {
    "company": "Tern & Co",
    "as_of": "2025-12-31",
    "release_id": "r1",
    "code_version": "c1",
    "gates": {"release": {"expectations": 4, "findings": 0}},
    "inputs": [{"source": "hr", "exported_at": "2025-12-31 00:00:00"}],
}
NOW, BEFORE = dt.date(2025, 12, 31), dt.date(2024, 12, 31)
# what a hidden cell must not show: no other number of this page holds these digits
PLANTED = 77_731
LEADER_KEY, SECOND_KEY, THIRD_KEY = "leaderKeyThatStaysInside", "secondKeyOfALeader", "thirdKeyOfALeader"
STATUSES = ("suppressed", "insufficient", "no_population", "not_collected")

Rows = dict[str, list[dict[str, Any]]]
Report = Callable[[Rows], str]


def convention(metric: str, unit: str = "share", **more: Any) -> dict[str, Any]:
    title = f"Metric {metric}"
    known = {"convention_id": "usual", "is_default": True, "title": title, "family": metric, "grain": "quarter"}
    texts = ("population_definition", "numerator_definition", "says", "input_columns", "source")
    words = dict.fromkeys(texts, f"words of {metric}")
    return (
        {
            "metric": metric,
            "unit": unit,
            "window_months": 12,
            "interval_method": "wilson",
            "fixed_by": "project",
            "sensitivity_class": "outcome",
        }
        | known
        | words
        | more
    )


def cell(
    metric: str, status: str = "ok", value: float = 0.25, n: int = 200, half: float = 0.05, **more: Any
) -> dict[str, Any]:
    place = {"convention_id": "usual", "is_default": True, "period_end": NOW, "segment_kind": "company", "segment_id": "*"}
    numbers = {"n": n, "numerator": value * n, "value": value, "ci_low": value - half, "ci_high": value + half}
    if status not in ("ok", "merged_up"):
        numbers = dict.fromkeys(numbers, PLANTED)
    return {"metric": metric, "status": status} | place | numbers | more


def leader(metric: str, status: str = "ok", low: float = -0.1, high: float = 0.1, **more: Any) -> dict[str, Any]:
    known = {"leader_key": LEADER_KEY, "scope": "direct_reports", "metric": metric, "convention_id": "usual"}
    known |= {"is_default": True, "period_end": NOW, "status": status}
    numbers = {"n": 12, "value": 8.0, "ci_low": 7.5, "ci_high": 8.5, "n_peers": 9, "difference_from_peers": (low + high) / 2}
    numbers |= {"difference_low": low, "difference_high": high, "change_from_baseline": 0.0}
    if status != "ok":
        numbers = dict.fromkeys(numbers, PLANTED)
    known["verdict"] = "not_distinguishable" if low <= 0 <= high else "different"
    return known | {"baseline_period_end": NOW} | numbers | more


def unit(unit_id: str, name: str | None, parent: str | None = None) -> dict[str, Any]:
    return {"org_unit_id": unit_id, "name": name, "parent_id": parent, "valid_from": dt.date(2020, 1, 1)}


def rows_of_a_company() -> Rows:
    """One company in which every status, every verdict and every kind of chart occurs."""
    titles = ("headcount", "turnover", *STATUSES, "merged_up", "engagement_index", "representation", "promotion_rate")
    units = {"headcount": "people", "engagement_index": "score"}
    whole: dict[str, Any] = {"ci_low": None, "ci_high": None}
    in_unit: dict[str, Any] = {"segment_kind": "org_unit", "segment_id": "u2"}
    return (
        rows_of_commitments(NOW, PLANTED, LEADER_KEY)
        | rows_of_equity(NOW, BEFORE, PLANTED)
        | rows_of_promotion(NOW, PLANTED)
        | {
            "metric_conventions": [
                *(convention(metric, units.get(metric, "share")) for metric in titles),
                convention("direct_reports", "people"),
                convention(
                    "turnover", convention_id="other", is_default=False, denominator_definition="days", fixed_by="law"
                ),
            ],
            "metric_values": [
                cell("headcount", value=2122, n=2122, **whole),
                cell("headcount", value=2081, n=2081, period_end=BEFORE, **whole),
                cell("turnover", value=0.3, n=2103, half=0.02),
                cell("turnover", value=0.1, n=2050, half=0.02, period_end=BEFORE),
                cell("engagement_index", value=3.81, n=1637),
                cell("engagement_index", value=3.84, n=1600, period_end=BEFORE),
                cell("promotion_rate", value=0.1, n=2103, half=0.06),
                cell("promotion_rate", value=0.08, n=2050, half=0.06, period_end=BEFORE),
                cell("merged_up", "merged_up"),
                *(cell(status, status) for status in STATUSES),
                cell("headcount", value=301, n=301, segment_kind="org_unit", segment_id="u1", **whole),
                cell("turnover", "suppressed", **in_unit),
            ],
            "leader_indicators": [
                leader("turnover", baseline_period_end=BEFORE, change_from_baseline=0.07),
                leader("turnover", period_end=BEFORE, baseline_period_end=BEFORE),
                leader("turnover", low=0.1, high=0.2, leader_key=THIRD_KEY),
                leader("turnover", "suppressed", leader_key=SECOND_KEY),
                # a number whose baseline is hidden: the change would tell it
                leader("engagement_index", leader_key=SECOND_KEY, baseline_period_end=BEFORE, change_from_baseline=-PLANTED),
                leader("engagement_index", "suppressed", leader_key=SECOND_KEY, period_end=BEFORE),
                leader("engagement_index", low=-0.5, high=-0.2, leader_key=THIRD_KEY),
                *(leader(status, status, leader_key=THIRD_KEY) for status in STATUSES),
                leader("direct_reports"),
            ],
            "dim_leader": [
                {"leader_key": LEADER_KEY, "org_unit_id": "u1", "layer": 1},
                {"leader_key": SECOND_KEY, "org_unit_id": "u2", "layer": 2},
                {"leader_key": THIRD_KEY, "org_unit_id": "u2", "layer": 2},
            ],
            "metric_comparability": [
                {"metric": "engagement_index", "period_end": day, "comparable_since": BEFORE} for day in (BEFORE, NOW)
            ],
            "minimums": [{"sensitivity_class": "outcome", "minimum": 5, "leader_minimum": 5, "reason": "what happened"}],
            "competency_framework": [
                {
                    "competency_id": "deciding",
                    "competency": "Deciding",
                    "competency_means": "Decides in time",
                    "is_leadership": True,
                    "level": level,
                    "track": "technical",
                    "behaviour_id": f"deciding-{level}",
                    "behaviour": f"Writes decisions down, {level}",
                    "valid_from": since,
                }
                for level, since in ((1, None), (2, "2026-06-01"))
            ],
            "competency_activities": [
                {"activity_type": "peer_circle", "competency_id": "deciding", "competency": "Deciding"}
            ],
            "competency_items": [
                {
                    "instrument": "survey",
                    "item_id": f"Q{n}",
                    "competency_id": "deciding",
                    "comparable_since": since,
                    "last_asked_on": since,
                }
                for n, since in ((9, "2024-05-01"), (9, "2025-05-01"), (10, "2025-05-01"))
            ],
            "ladder_criteria": [
                criterion("a", "rating", threshold=4, k=1, m=2, attester="manager"),
                criterion("b", "learning_hours", threshold=12, window_months=12, requirement="one_of", one_of_group="g"),
                criterion(
                    "c", "competency_360", threshold=3.5, competency="Deciding", requirement="one_of", one_of_group="g"
                ),
                criterion("d", "led_initiative", threshold=1, valid_from="2026-03-01"),
                criterion("e", "milestones_met", threshold=3, valid_to="2025-01-01"),
            ],
            "dim_org_unit": [unit("u1", "Whole"), unit("u2", "<script>alert(1)</script>", "u1")],
            "data_quality": [
                measure("days_since_export", feed="*", reason="monthly", status="on_time", n_rows=0),
                measure("days_since_export", reason="monthly", status="overdue", n_rows=99),
                measure("loads_in_force", n_rows=3),
                measure("files_accepted", reason="gate", n_rows=3),
                measure("files_waiting", n_rows=1, n_bad=1),
                measure("rows_quarantined", table_name="hris.workers", n_rows=90, n_bad=9),
                measure(
                    "quarantine_reason",
                    table_name="hris.workers",
                    column_name="hire_date",
                    reason="expected a date",
                    n_rows=90,
                    n_bad=9,
                ),
                measure("quarantine_reason", table_name="hris.workers", reason="the key stands twice", is_few=True),
            ],
            "data_quality_trend": [
                {
                    "source": "hr",
                    "feed": "people",
                    "table_name": "hris.workers",
                    "measure": "rows",
                    "load_seq": n,
                    "exported_on": f"2025-{n:02d}-28",
                    "is_last_load": n == 3,
                    "n_rows": 80 + n,
                    "amount": 80 + n,
                    "usual": 81,
                    "has_moved": n == 3,
                }
                for n in (1, 2, 3)
            ],
            "data_quality_findings": [
                {
                    "source": "hr",
                    "feed": "people",
                    "owner": "office",
                    "table_name": "hris.workers",
                    "column_name": "hire_date",
                    "check_id": "x",
                    "severity": severity,
                    "n_rows": 7,
                    "n_of": 90,
                    "sentence": f"7 rows of hr/workers: {severity} one",
                    "next_step": "Mend it",
                    "last_load_seq": 3,
                    "last_exported_on": "2025-03-28",
                }
                for severity in ("hint", "severe")
            ],
            "identity_match": [
                {
                    "source": "hr",
                    "feed": "people",
                    "table_name": "hris.workers",
                    "column_name": "worker_id",
                    "kind": "id",
                    "n_rows": 90,
                    "n_rows_matched": 90,
                    "n_rows_ambiguous": 0,
                    "n_rows_outside_validity": 0,
                    "n_rows_unknown": 0,
                    "n_identifiers_ambiguous": 0,
                    "n_identifiers_outside_validity": 0,
                    "n_identifiers_unknown": 0,
                },
                {
                    "source": "lms",
                    "feed": "records",
                    "table_name": "lms.learning_records",
                    "column_name": "worker_id",
                    "kind": "email",
                    "n_rows": 90,
                    "n_rows_matched": 60,
                    "n_rows_ambiguous": 20,
                    "n_rows_outside_validity": 0,
                    "n_rows_unknown": 10,
                    "n_identifiers_ambiguous": 6,
                    "n_identifiers_outside_validity": 0,
                    "n_identifiers_unknown": 5,
                },
                {
                    "source": "lms",
                    "feed": "records",
                    "table_name": "lms.certifications",
                    "column_name": "worker_id",
                    "kind": "email",
                    "n_rows": 40,
                    "is_few": True,
                },
            ],
        }
    )


def criterion(criterion_id: str, rule: str, **more: Any) -> dict[str, Any]:
    one = {"level": 2, "track": "technical", "valid_from": "2020-01-01", "requirement": "required", "lead_months": 6}
    return {**one, "criterion_id": criterion_id, "rule": rule, **more}


def measure(name: str, **more: Any) -> dict[str, Any]:
    one = {"source": "hr", "feed": "people", "owner": "office", "table_name": "*", "last_on": "2025-12-31"}
    return {**one, "measure": name, **more}


def write_pages(release: Path, rows: Rows) -> Path:
    """Write a release of these rows, and its report; gives the report's folder."""
    statements = [f"create table {table} ({columns})" for table, columns in TABLES.items()]
    for table, found in rows.items():
        for row in found:
            known = {name: "'" + str(value).replace("'", "''") + "'" for name, value in row.items() if value is not None}
            statements.append(f"insert into {table} ({', '.join(known)}) values ({', '.join(known.values())})")
    with duckdb.connect(str(release / "leadership.duckdb")) as connection:
        connection.execute(f"begin; {'; '.join(statements)}; commit")
    write_report(release, FACTS)
    return release / "report"


class Elements(HTMLParser):
    """Every element's name and attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name in names]


def text_of(page: str) -> str:
    """The page's words, without style, with single blanks."""
    bare = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())
