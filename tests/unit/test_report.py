"""The report's promises, on a small release made here: what it may say, what it may never show, and in which form.

Not here: what a release's numbers mean, or which of them are hidden; a release has decided both.
"""

import itertools
import re

import pytest

from orchestration.report import charts, wording
from orchestration.report.sections import span_bars
from orchestration.report.tree import in_tree_order, top_layers

from .report_rows import (
    LEADER_KEY,
    Elements,
    Report,
    convention,
    measure,
    rows_of_a_company,
    text_of,
    write_pages,
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Write a release of these rows, and its first page."""
    return lambda rows: (write_pages(tmp_path_factory.mktemp("release"), rows) / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return report(rows_of_a_company())


def row_of(page: str, title: str) -> str:
    """The words of the table rows whose head begins so."""
    rows = [text_of(row) for row in re.findall(r"<tr\b.*?</tr>", page, re.DOTALL)]
    return " | ".join(row for row in rows if row.startswith(title))


def test_a_hidden_cell_shows_none_of_its_numbers(page: str) -> None:
    shown = page.replace(",", "")
    assert "777" not in shown, "digits of a cell that no reader may see"
    assert "hidden" in row_of(page, "Metric suppressed")


def test_each_status_stands_apart_and_is_explained(page: str) -> None:
    legend = page[page.index("How to read this") : page.index("</aside>")]
    for word, meaning in wording.STATUSES.values():
        assert word in legend
        assert meaning in legend
    assert len({word for word, _ in wording.STATUSES.values()}) == len(wording.STATUSES)
    for status in ("suppressed", "insufficient", "no_population", "merged_up"):
        assert wording.STATUSES[status][0] in row_of(page, f"Metric {status}")
    # a metric that is never collected has no line, and is named once
    assert row_of(page, "Metric not_collected") == ""
    assert "Not collected: metric not_collected." in text_of(page)


def test_every_status_that_is_printed_is_one_of_the_legend(page: str) -> None:
    printed = {name for attributes in Elements(page).named("span") for name in (attributes.get("class") or "").split()}
    assert {name for name in printed if name.startswith("s-")} <= {f"s-{status}" for status in wording.STATUSES}


def test_the_page_fetches_and_runs_nothing(page: str) -> None:
    elements = Elements(page)
    assert not elements.named("script", "iframe", "object", "embed", "img", "use", "image")
    for attributes in elements.named("link", "a", "svg", "path", "form"):
        for name in ("src", "href", "xlink:href", "action"):
            address = attributes.get(name) or "#"
            assert address.startswith(("#", "data:,")) or re.fullmatch(r"[a-z]+\.html(#[a-z]+)?", address), address
    assert "@import" not in page
    assert not re.search(r"(https?:)?//", page)
    assert not re.search(r"url\(", page)
    assert not any(name.startswith("on") for _, attributes in elements.found for name in attributes)
    policy = next(one for one in elements.named("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in (policy["content"] or "")


def test_the_same_release_gives_the_same_bytes(report: Report) -> None:
    rows = rows_of_a_company()
    shuffled = {table: found if table == "metric_conventions" else found[::-1] for table, found in rows.items()}
    assert report(rows) == report(shuffled)


def test_words_of_the_data_are_escaped_everywhere(report: Report) -> None:
    rows = rows_of_a_company()
    bad = "<script>alert('x')</script>"
    for one in rows["metric_conventions"]:
        one["title"] = bad
    for one in (*rows["metric_values"], *rows["equity_selection"], *rows["equity_representation"]):
        one["group_value"] = one.get("group_value") and bad
        one["segment_id"] = bad if one.get("segment_kind") == "level" else one["segment_id"]
    rows["data_quality"][0]["source"] = bad
    rows["data_quality"][1]["feed"] = bad
    rows["data_quality_findings"][0]["sentence"] = bad
    rows["identity_match"][1]["column_name"] = bad
    page = report(rows)
    assert "<script" not in page
    assert "alert" in page
    assert "Tern &amp; Co" in page


def test_a_company_without_anything_has_a_short_page(report: Report) -> None:
    for rows in ({}, {"metric_conventions": [convention("turnover")]}):
        page = report(rows)
        assert "No leader can be counted" in page
        assert "No comparison of groups has a verdict" in page
        assert "No source has delivered anything" in page
        assert "<svg" not in page
        assert not re.search(r"\b(None|nan|NaN|inf)\b", text_of(page))
        assert len(text_of(page)) < 4_000


def test_a_company_with_nothing_but_people_says_what_is_not_collected_once(report: Report) -> None:
    rows = rows_of_a_company()
    for one in rows["metric_values"]:
        if one["metric"] not in ("headcount", "turnover"):
            one["status"] = "not_collected"
    page = report({**rows, "equity_selection": [], "leader_indicators": []})
    assert text_of(page).count("Not collected: metric") == 2
    assert row_of(page, "Metric engagement_index") == ""


def test_headings_begin_at_one_and_skip_no_level(page: str) -> None:
    levels = [int(name[1]) for name, _ in Elements(page).found if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_each_chart_has_a_text_alternative_with_n(page: str) -> None:
    pictures = re.findall(r"<svg\b.*?</svg>", page, re.DOTALL)
    # trends, volumes of files, a histogram
    assert len(pictures) >= 6
    for picture in pictures:
        assert 'role="img"' in picture
        title = re.search(r"<title>(.+?)</title>", picture)
        assert title, picture
        # volumes of files are counts of rows themselves
        assert re.search(r"\bn \d|headcount|ratio|^Rows of", title[1]), title[1]


def test_each_table_has_a_caption_and_heads_with_a_scope(page: str) -> None:
    tables = re.findall(r"<table\b.*?</table>", page, re.DOTALL)
    assert len(tables) >= 5
    for table in tables:
        assert re.search(r"<caption>.*\w.*</caption>", table)
        assert all(attributes.get("scope") for attributes in Elements(table).named("th"))
        assert Elements(table).named("th")


def test_a_number_stands_with_its_interval_and_n(page: str) -> None:
    assert row_of(page, "Metric turnover usual 30.0%").startswith(
        "Metric turnover usual 30.0% 28.0–32.0% 2,103 12 months to 31 Dec 2025"
    )
    assert "no interval" in row_of(page, "Metric headcount usual 2,122")
    assert "n 1,637" in text_of(page)
    # a unit's numbers and those behind the trends carry both in the cell
    cells = [text_of(found) for found in re.findall(r'<td class="number">.*?</td>', page, re.DOTALL)]
    turnover = [found for found in cells if found.startswith(("30.0% 2", "10.0% 8"))]
    assert turnover == ["10.0% 8.0–12.0% n 2,050", "30.0% 28.0–32.0% n 2,103"]


def test_change_is_told_only_where_the_intervals_lie_apart(page: str) -> None:
    words = text_of(page)
    assert "Metric turnover rose to 30.0% (28.0–32.0%; n 2,103) 12 months to 31 December 2025, from 10.0%" in words
    assert "Metric promotion_rate rose" not in words
    assert "Metric engagement_index fell" not in words
    assert "For the others the two intervals overlap, so no change is shown" in words


def test_leaders_are_counted_and_never_named(page: str) -> None:
    assert LEADER_KEY not in page
    # three leaders: two compared, none below, one not distinguishable, one above, one hidden
    assert row_of(page, "Metric turnover usual 12 months to 31 Dec 2025 3 2 0 1 1 0 1 0 0") != ""


def test_a_ratio_is_never_rounded_onto_the_line_of_four_fifths() -> None:
    assert wording.ratio(0.8) == ".80"
    assert wording.ratio(0.7996) == ".7996"
    assert wording.ratio(0.8004) == ".8004"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.1213, "share", "12.1%"),
        (-0.0001, "share", "0.0%"),
        (15.26, "points", "+15.3"),
        (-3, "points", "−3.0"),
        (5.6, "hours", "5.6 h"),
    ],
)
def test_an_amount_stands_in_its_unit(value: float, unit: str, shown: str) -> None:
    assert wording.amount(value, unit) == shown


def test_units_stand_in_the_order_of_the_tree_and_a_circle_ends() -> None:
    tree = in_tree_order([("c", "Team 10", "a"), ("b", "Team 9", "a"), ("a", "Top", None), ("x", "X", "y"), ("y", "Y", "x")])
    assert [(one.name, one.depth) for one in tree] == [("Top", 0), ("Team 9", 1), ("Team 10", 1)]
    assert top_layers(tree) == (tree, 0)


def test_bars_of_spans_lose_no_leader() -> None:
    spans = {1: 3, 8: 40, 210: 1}
    bars = span_bars(spans)
    assert sum(number for _, number in bars) == 44
    assert len(bars) <= 16


def test_a_ratio_beyond_the_axis_ends_in_an_arrow() -> None:
    strip = charts.ratio_strip(charts.Strip(0.05, 0.01, None, "gap", "far"))
    assert strip.count('class="beyond"') == 2
    assert 'class="dot"' not in strip


def actions_of(page: str) -> list[str]:
    listed = re.search(r'<ul class="actions">(.*?)</ul>', page, re.DOTALL)
    assert listed
    return [" ".join(text_of(item).split()) for item in re.findall(r"<li>(.*?)</li>", listed.group(1), re.DOTALL)]


def test_what_to_do_stands_the_gravest_first_with_who_and_how(page: str) -> None:
    told = actions_of(page)
    order = [line.split()[0] for line in told]
    assert order == sorted(order, key=("severe", "warning", "hint").index)
    assert "severe hr, workers: hire date 7 rows of hr/workers: severe one. Mend it. for office load 3, 28 Mar 2025" in told
    assert any("1 file waits for a decision" in line and "fairlead loads" in line for line in told)
    assert any(line.startswith("severe hr, people Overdue") for line in told)
    assert "Things to look at: 3 severe, 5 warnings and 1 hint." in text_of(page)


def test_rows_set_aside_and_people_not_recognised_say_what_would_mend_them(page: str) -> None:
    told = actions_of(page)
    assert any("9 rows are set aside under “expected a date”. Correct the column’s form" in line for line in told)
    assert any("A few rows are set aside under “the key stands twice”" in line for line in told)
    assert any("20 of 90 references name somebody by an e-mail address that two people claim at once (6" in x for x in told)
    assert any("10 of 90 references name somebody by an e-mail address that nobody is known by (5" in x for x in told)
    assert any("A few of 40 references" in line for line in told)


def test_a_feed_shows_its_volumes_beside_what_is_usual(page: str) -> None:
    line = row_of(page, "people")
    assert [part in line for part in ("overdue", "83", "moved", "81", "9 of 90")] == [True] * 5
    assert "Rows of people over 3 loads: 81 on 28 Jan 2025, 83 on 28 Mar 2025." in page


def test_with_nothing_to_do_the_page_says_so(report: Report) -> None:
    clean = [
        measure("days_since_export", feed="*", reason="monthly", status="on_time", n_rows=0),
        measure("rows_quarantined", table_name="hris.workers", n_rows=90, n_bad=0),
    ]
    page = report({"data_quality": clean})
    assert "Nothing to do: every source is on time, every row was used, and no check found anything." in text_of(page)
