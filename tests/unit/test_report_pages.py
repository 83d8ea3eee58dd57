"""The promises of the report's other pages: leaders, framework, dictionary. The first page's are in `test_report`."""

import base64
import datetime as dt
import hashlib
import itertools
import re
from pathlib import Path

import pytest

from orchestration.report import trends
from orchestration.report.framework import criterion_words
from orchestration.report.framework_records import Criterion
from orchestration.report.leader_records import MOST_LEADERS
from orchestration.report.reading import Cell
from orchestration.report.wording import signed

from .report_rows import (
    BEFORE,
    LEADER_KEY,
    NOW,
    SECOND_KEY,
    THIRD_KEY,
    Elements,
    Rows,
    cell,
    leader,
    rows_of_a_company,
    text_of,
    unit,
    write_pages,
)

Pages = dict[str, str]
FIRST = ("index", "leaders", "contracts", "pipeline", "growth", "promotion", "notice", "framework", "dictionary")


def pages_of(folder: Path, rows: Rows) -> Pages:
    """File name below the report's folder -> page."""
    report = write_pages(folder, rows)
    return {path.relative_to(report).as_posix(): path.read_text(encoding="utf-8") for path in sorted(report.rglob("*.html"))}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return pages_of(tmp_path_factory.mktemp("pages"), rows_of_a_company())


def row_of(page: str, title: str) -> str:
    rows = [text_of(row) for row in re.findall(r"<tr\b.*?</tr>", page, re.DOTALL)]
    return " | ".join(row for row in rows if row.startswith(title))


def test_a_unit_has_a_page_and_every_page_leads_to_the_others(pages: Pages) -> None:
    others = {f"{name}.html" for name in (*FIRST, "equity", "representation", "pay")}
    assert set(pages) == others | {"leaders/u1.html", "leaders/u2.html"}
    for name, page in pages.items():
        root = "../" if "/" in name else ""
        addresses = [one.get("href") or "" for one in Elements(page).named("a")]
        assert {f"{root}{other}" for other in others} <= set(addresses)
        for address in addresses:
            path = address.partition("#")[0].removeprefix(root)
            assert not path or path in pages, f"{name}: {address}"


def test_no_page_shows_a_digit_of_a_hidden_cell_or_of_a_change_from_one(pages: Pages) -> None:
    for name, page in pages.items():
        assert "777" not in page.replace(",", ""), name
    second = pages["leaders/u2.html"].split(f"Leader {THIRD_KEY}")[0]
    assert "hidden" in row_of(second, "Metric turnover")
    # shown itself, with a hidden baseline: value, interval, n, difference, and no change
    assert ("8.00 7.50–8.50 12 0.00 −0.10 to +0.10 not distinguishable Metric engagement_index over 1 period") in row_of(
        second, "Metric engagement_index"
    )


def test_a_leader_stands_beside_the_others_with_interval_n_verdict_and_the_way_since_the_first_number(pages: Pages) -> None:
    assert row_of(pages["leaders/u1.html"], "Metric turnover").startswith(
        "Metric turnover 12 months to 31 Dec 2025 800.0% 750.0–850.0% 12 0.0 −10.0 to +10.0 not distinguishable "
        "+7.0 31 Dec 2024"
    )
    third = pages["leaders/u2.html"].split(f"Leader {THIRD_KEY}", 1)[1]
    assert "different: above the others" in row_of(third, "Metric turnover")
    assert "different: below the others" in row_of(third, "Metric engagement_index")
    assert "too little data" in row_of(third, "Metric insufficient")
    assert "nobody" in row_of(third, "Metric no_population")
    assert row_of(third, "Metric not_collected") == ""


def test_leaders_stand_in_the_order_of_the_tree_whatever_their_numbers(tmp_path: Path) -> None:
    orders = []
    for turn, worst in enumerate((LEADER_KEY, SECOND_KEY, THIRD_KEY)):
        rows = rows_of_a_company()
        rows["leader_indicators"] = [
            leader("turnover", low=-9 if key == worst else 0, leader_key=key) for key in (LEADER_KEY, SECOND_KEY, THIRD_KEY)
        ]
        (tmp_path / str(turn)).mkdir()
        pages = pages_of(tmp_path / str(turn), rows)
        orders.append(re.findall(r"\w+Key\w+", text_of(pages["leaders.html"])))
        orders[-1] += re.findall(r"Leader (\w+Key\w+)", text_of(pages["leaders/u2.html"]))
        for page in pages.values():
            assert not re.search(r"\b(rank(ed|ing)?|top \d|best|worst|quartile)\b", text_of(page).replace("no rank", ""))
    assert orders[0] == orders[1] == orders[2] == [LEADER_KEY, SECOND_KEY, THIRD_KEY, SECOND_KEY, THIRD_KEY]


def test_layers_are_whole_and_no_more_than_pages_can_hold(tmp_path: Path) -> None:
    rows = rows_of_a_company()
    rows["dim_leader"] = [
        {"leader_key": f"k{number}", "org_unit_id": f"u{number % 3}", "layer": 1 if number == 0 else 2 if number < 9 else 3}
        for number in range(MOST_LEADERS + 1)
    ]
    pages = pages_of(tmp_path, rows)
    assert set(re.findall(r"\bk\d+\b", text_of(pages["leaders.html"]))) == {f"k{number}" for number in range(9)}
    assert f"{MOST_LEADERS - 8} further leaders" in pages["leaders.html"]
    assert sum(name.startswith("leaders/") for name in pages) == 3


def test_what_is_expected_and_what_a_step_takes_stand_by_track_and_level(pages: Pages) -> None:
    words = text_of(pages["framework.html"])
    assert "Technical, level 1 What is expected Deciding Writes decisions down, 1 Technical, level 2" in words
    assert "Writes decisions down, 2 (from 1 June 2026 on)" in words
    assert (
        "a rating of 4 or better, in 1 of the last 2 reviews; attested by the manager "
        "1 initiative led, across functions or critical (from 1 March 2026 on) "
        "One of: 12 hours of completed learning, within 12 months "
        "3.5 or more from others on deciding, in 2 of the last 3 cycles of 360 feedback"
    ) in words
    assert "milestone" not in words, "a criterion that holds no more"
    assert "peer circle" in words
    assert "survey, item Q9 (comparable since 1 May 2025, asked otherwise before)" in words
    assert "survey, item Q10 (comparable since 1 May 2025)" in words


def test_every_rule_of_a_ladder_has_words_of_its_own() -> None:
    from ingest.contracts.talent import LADDER_RULES

    known = dict.fromkeys(("competency", "valid_to", "window_months", "k", "m", "one_of_group", "attester"))
    told = [
        criterion_words(Criterion("t", 1, "c", NOW, rule=rule, threshold=2, lead_months=1, requirement="required", **known))
        for rule in LADDER_RULES
    ]
    assert len(set(told)) == len(LADDER_RULES)
    assert not any("_" in words for words in told)
    assert not any(words.startswith(rule.replace("_", " ")) for words, rule in zip(told, LADDER_RULES, strict=True))


def test_the_dictionary_holds_every_text_of_every_convention_side_by_side(tmp_path: Path) -> None:
    rows = rows_of_a_company()
    texts = ("population_definition", "numerator_definition", "denominator_definition", "says", "source", "tie_rule")
    for place, one in enumerate(rows["metric_conventions"]):
        one |= {text: f"{text} number {place}" for text in texts}
    page = pages_of(tmp_path, rows)["dictionary.html"]
    words = text_of(page)
    for one in rows["metric_conventions"]:
        assert all(one[text] in words for text in texts), one["metric"]
    entry = re.search(r'<article class="entry" id="turnover".*?</article>', page, re.DOTALL)
    assert entry
    assert row_of(entry[0], "Convention") == "Convention usual shown by default other"
    assert row_of(entry[0], "Fixed by") == "Fixed by this project a law"
    assert row_of(entry[0], "Smallest group shown") == "Smallest group shown 5 (what happened)"
    assert len(re.findall(r'<article class="entry"', page)) == len({one["metric"] for one in rows["metric_conventions"]})


def test_pages_fetch_nothing_and_run_only_the_script_that_their_policy_names(pages: Pages) -> None:
    for name, page in pages.items():
        elements = Elements(page)
        assert not elements.named("iframe", "object", "embed", "img", "use", "image")
        assert not any(attribute.startswith("on") for _, attributes in elements.found for attribute in attributes)
        assert not re.search(r"(https?:)?//|url\(|@import", page)
        policy = next(one["content"] or "" for one in elements.named("meta") if "http-equiv" in one)
        scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        assert len(scripts) == (name == "dictionary.html")
        named = re.findall(r"script-src '(.*?)'", policy)
        digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
        assert named == [f"sha256-{digest}" for digest in digests]


def test_words_of_the_data_are_escaped_on_every_page(tmp_path: Path) -> None:
    rows = rows_of_a_company()
    bad = "<b onclick=alert(1)>'\"&"
    words = ("title", "says", "source", "tie_rule", "family", "input_columns", "activity_type", "item_id", "competency")
    words += ("competency_means", "behaviour", "cycle_id", "from_cycle_id", "programme", "to_family", "to_track", "track")
    words += ("group_value", "attribute", "sign_of_growth", "reward", "rater_group_value", "legal_entity", "controls")
    words += ("biased_controls", "flow", "reference_group", "selection", "law", "opportunity")
    words += ("result", "item", "knowledge", "one_of_group")
    for table in (
        "metric_conventions",
        "competency_framework",
        "competency_activities",
        "competency_items",
        "ladder_criteria",
        "succession_bench",
        "nine_box",
        "development_review",
        "learning_effect",
        "reward_linkage",
        "career_paths",
        "equity_selection",
        "equity_opportunity",
        "equity_progression",
        "equity_perception",
        "equity_pay_gap",
        "equity_pay_gap_adjusted",
        "equity_representation",
        "equity_representation_walk",
        "promotion_calibration",
        "promotion_opportunity",
        "promotion_audit",
        "promotion_backtest",
    ):
        rows[table] = [one | {name: bad for name in words if name in one} for one in rows[table]]
    rows["dim_org_unit"] = [unit("u1", bad), unit("../u2", bad, "u1")]
    rows["dim_leader"][1]["org_unit_id"] = "../u2"
    pages = pages_of(tmp_path, rows)
    assert {name for name in pages if name.startswith("leaders/")} == {
        "leaders/u1.html",
        "leaders/u2.html",
        "leaders/..%2Fu2.html",
    }
    for name, page in pages.items():
        assert "<b " not in page and "&lt;b " in page, name


def test_every_page_can_be_read_without_its_look(pages: Pages) -> None:
    for name, page in pages.items():
        levels = [int(tag[1]) for tag, _ in Elements(page).found if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), name
        for picture in re.findall(r"<svg\b.*?</svg>", page, re.DOTALL):
            assert re.search(r"<title>.+</title>", picture), name
        for table in re.findall(r"<table\b.*?</table>", page, re.DOTALL):
            assert re.search(r"<caption.*?>.*\w.*</caption>", table), name
            assert all(one.get("scope") for one in Elements(table).named("th")), name
        ids = [one["id"] for _, one in Elements(page).found if one.get("id")]
        assert len(ids) == len(set(ids)), name


def test_a_company_without_anything_has_short_pages(tmp_path: Path) -> None:
    pages = pages_of(tmp_path, {})
    assert not [name for name in pages if "/" in name]
    assert "No framework was delivered" in pages["framework.html"]
    for page in pages.values():
        assert not re.search(r"\b(None|nan|NaN|inf)\b", text_of(page).split("const field")[0])
        assert "<svg" not in page


def asked(day: dt.date, since: dt.date, value: float = 0.5) -> Cell:
    known = cell("index", value=value, period_end=day)
    return Cell(
        "index", "usual", day, "company", "*", None, None, "ok", 200, None, value, known["ci_low"], known["ci_high"], since
    )


def test_no_trend_and_no_change_crosses_a_new_wording_or_scale() -> None:
    first, second, third = dt.date(2023, 12, 31), BEFORE, NOW
    same = [asked(first, first), asked(second, first), asked(third, first)]
    anew = [asked(first, first), asked(second, first), asked(third, third)]
    assert [point.run for point in trends.points(same, lambda one: one.period_end.toordinal())] == [0, 0, 0]
    assert [point.run for point in trends.points(anew, lambda one: one.period_end.toordinal())] == [0, 0, 1]
    assert trends.year_before(same) == same[1]
    assert trends.year_before(anew) is None
    assert "asked otherwise from 31 December 2025 on" in trends.trend("Index", "score", anew).alternative


def test_the_first_page_tells_no_change_from_another_scale(tmp_path: Path) -> None:
    rows = rows_of_a_company()
    index = {"half": 0.01, "metric": "engagement_index"}
    rows["metric_values"] = [cell(**index, value=3.0), cell(**index, value=5.0, period_end=BEFORE)]
    rows["metric_comparability"] = [{"metric": "engagement_index", "period_end": NOW, "comparable_since": BEFORE}]
    (tmp_path / "same").mkdir()
    assert "Metric engagement_index fell to 3.00" in text_of(pages_of(tmp_path / "same", rows)["index.html"])
    rows["metric_comparability"][0]["comparable_since"] = NOW
    (tmp_path / "anew").mkdir()
    assert "Metric engagement_index fell" not in text_of(pages_of(tmp_path / "anew", rows)["index.html"])


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.021, "share", "+2.1"),
        (-0.21, "score", "−0.21"),
        (-0.0001, "share", "0.0"),
        (None, "share", ""),
        (3, "people", "+3.0"),
    ],
)
def test_a_difference_has_its_sign(value: float | None, unit: str, shown: str) -> None:
    assert signed(value, unit) == shown
