"""The promises of the pages on contracts and goals, pipeline, and growth. What every page promises: `test_report_pages`."""

import re
from pathlib import Path

import pytest

from orchestration.report.contracts import goal_words
from orchestration.report.contracts_records import Goal
from orchestration.report.growth import effect_words, link_words
from orchestration.report.growth_records import Effect, Linkage

from .report_rows import LEADER_KEY, NOW, Rows, cell, convention, leader, rows_of_a_company, text_of, write_pages

Pages = dict[str, str]


def pages_of(folder: Path, rows: Rows) -> Pages:
    report = write_pages(folder, rows)
    return {path.stem: path.read_text(encoding="utf-8") for path in report.glob("*.html")}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return pages_of(tmp_path_factory.mktemp("pages"), rows_of_a_company())


def rows_in(page: str, title: str) -> list[str]:
    rows = [text_of(row) for row in re.findall(r"<tr\b.*?</tr>", page, re.DOTALL)]
    return [row for row in rows if row.startswith(title)]


def section(page: str, anchor: str) -> str:
    found = re.search(rf'<section id="{anchor}".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def test_a_goal_is_told_with_its_line_its_interval_and_no_more_than_its_verdict(pages: Pages) -> None:
    words = text_of(pages["contracts"])
    assert (
        "Metric turnover in the company was to rise by 30%, from 25.0% on 30 June 2025 to 32.5% by 31 December 2025. "
        "On 31 December 2025 it was 27.1% (25.0–29.0%; n 900): missed; the whole interval falls short."
    ) in words
    assert "Cycle time in the company was to go from 40 on 30 June 2025 to 30 by 31 December 2025" in words
    assert "it was 28, as its owner told it: met." in words
    assert "line from 25.0% to 32.5%; 26.0% (25.0–29.0%; n 900) on 30 September 2025; 27.1%" in words
    assert "no baseline" in " ".join(rows_in(pages["contracts"], "Metric turnover in the company"))
    assert "Nothing was measured in the year before the goal began" in words
    assert "Long gone" not in words, "a goal that was due more than a year ago"


@pytest.mark.parametrize("progress", ["met", "missed", "at_risk", "on_track"])
def test_a_verdict_whose_interval_reaches_across_says_so(progress: str) -> None:
    def words(is_clear: bool | None, status: str = "ok") -> str:
        place = ("g", "m", "c", "company", "company", None, NOW, 0.3, False, NOW, NOW, True)
        return goal_words(Goal(*place, status, 1, 2, 2, 9, 2, 1, 3, 1, progress, is_clear))

    assert words(True).startswith(words(None))
    assert progress == "at_risk" or words(False) not in (words(True), words(None))
    assert "interval" in words(False) or progress == "at_risk"
    assert words(True, "suppressed") == ""


def test_goals_and_contracts_of_leaders_are_counted_and_listed_nowhere(pages: Pages) -> None:
    for name in ("contracts", "pipeline", "growth"):
        assert LEADER_KEY not in pages[name]
    assert rows_in(pages["contracts"], "Metric turnover 31 Dec 2025 1 0 1 0 0 0 0 0")
    # of the units' two goals one is met and unclear, one hidden
    assert rows_in(pages["contracts"], "Metric turnover 31 Dec 2025 2 1 0 1 0 0 1 0")


def test_what_an_owner_typed_in_is_counted_apart(pages: Pages) -> None:
    assert rows_in(pages["contracts"], "Met 30 18 12")


def test_a_count_of_nothing_stands_apart_from_a_hidden_one(pages: Pages) -> None:
    contracts = section(pages["contracts"], "contracts")
    assert "0 of 25" in " ".join(rows_in(contracts, "31 Dec 2025"))
    assert rows_in(contracts, "<script>") == ["<script>alert(1)</script> hidden"]
    assert "9 of 12" in rows_in(pages["growth"], "Company")[0]
    assert "none" in rows_in(pages["growth"], "People lead")[0]


def test_shares_stand_with_interval_and_count_and_a_bar_only_where_every_part_is_told(pages: Pages) -> None:
    assert "25.0% 20.0–33.3% n 10 of 40" in rows_in(pages["pipeline"], "Critical positions")[0]
    assert rows_in(pages["pipeline"], "Leadership positions")[0].endswith("n 10 of 40 hidden")
    benches = re.findall(r"<tr>.*?</tr>", section(pages["pipeline"], "succession"), re.DOTALL)
    drawn = {"Critical" in row: "<svg" in row for row in benches if "positions</span>" in row}
    assert drawn == {True: True, False: False}


def test_the_nine_boxes_stand_as_a_grid_and_their_movement_by_line(pages: Pages) -> None:
    grid = rows_in(pages["pipeline"], "High potential 25.0%") + rows_in(pages["pipeline"], "Low potential hidden")
    assert [row.count("25.0%") for row in grid] == [3, 0]
    assert "hidden hidden hidden" in grid[1]
    move = rows_in(pages["pipeline"], "Low performance, medium potential")[0]
    assert "120 people" in move and "hidden" in move and move.count("25.0% 18.0–33.0% n 30 of 120") == 2


def test_only_an_effect_that_was_found_has_a_sentence(pages: Pages) -> None:
    found = re.findall(r"<li>(.*?)</li>", section(pages["growth"], "effect"))
    assert [text_of(one)[:26] for one in found] == ["Having a mentor, still emp", "Leading, 360 score by othe"]
    assert (
        "32 people who took part changed by +0.43 points of the score more than 111 like them (interval +0.26 to +0.60). "
        "It holds among 18 comparisons (q below .001)."
    ) in text_of(found[1])
    assert "differed afterwards by −4.0 points of percent from 111 like them" in text_of(found[0])
    assert "cannot tell, apart on its own but not among 18 (q .200)" in rows_in(pages["growth"], "Circle")[0]
    told = "Of 4 comparisons: 2 found, 1 excluded beyond a bound and 1 where the numbers cannot tell."
    assert told in text_of(section(pages["growth"], "effect"))
    assert rows_in(pages["growth"], "Few") == ["Few hidden"]
    assert rows_in(pages["growth"], "Nobody") == ["Nobody nobody"]


def test_a_link_is_never_called_a_cause(pages: Pages) -> None:
    rewards = text_of(section(pages["growth"], "rewards"))
    assert "an association, no cause" in rewards.lower()
    assert not re.search(r"\b(because|causes|caused|due to|thanks to|leads to|drives)\b", rewards, re.IGNORECASE)
    told = {row.split("n 370: ")[-1]: row for row in rows_in(section(pages["growth"], "rewards"), "360 score by others")}
    assert len(told) == 4
    assert any("go together" in row for row in told) and any("go against each other" in row for row in told)
    assert any("excluded: a link beyond odds of 1.2" in row and "30 of 370" in row and " 1.01 " in row for row in told)
    assert any("−0.200 to −0.001 cannot tell, apart on its own but not among 20 (q .300)" in row for row in told)
    assert (
        "Gender. Of 1 association: 1 found, 0 excluded beyond a bound and 0 where the numbers cannot tell. 1 hidden."
        in rewards
    )


@pytest.mark.parametrize("verdict", ["insufficient", "no_effect_above", "none_above", None])
def test_words_say_no_more_than_the_verdict(verdict: str | None) -> None:
    one = Effect("p", "programme", "rating", "score", "history", NOW, NOW, "ok", 9, 9, 0.4, 0.1, 0.7, 0.2, 18, 0.2, verdict)
    link = Linkage("bonus", "rating", "*", "*", NOW, "logistic", "ok", 9, None, 0.4, 0.1, 0.7, 0.2, 18, verdict)
    for words in (effect_words(one), link_words(link)):
        assert words.startswith(("cannot tell", "excluded"))


def test_paths_are_those_taken_and_hidden_ones_are_a_count(pages: Pages) -> None:
    paths = section(pages["growth"], "paths")
    assert rows_in(paths, "Level 2 to 3") == ["Level 2 to 3 promotion 36 35 33"]
    assert rows_in(paths, "Within level 3") == ["Within level 3, to people lead, to design lateral 36 35 33"]
    assert "1 further path is hidden" in text_of(paths)


def test_units_stand_in_the_order_of_the_tree_on_every_page(pages: Pages) -> None:
    for name, anchor in (("contracts", "contracts"), ("growth", "review")):
        words = text_of(section(pages[name], anchor))
        assert words.index("Whole") < words.index("<script>"), name


def test_the_order_of_rows_in_the_release_changes_no_byte(tmp_path: Path) -> None:
    rows = rows_of_a_company()
    turned = {table: found if table == "metric_conventions" else found[::-1] for table, found in rows.items()}
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    assert pages_of(folders[0], rows) == pages_of(folders[1], turned)


def test_a_metric_told_of_leaders_alone_is_no_missing_entry(tmp_path: Path) -> None:
    rows = rows_of_a_company()
    names = ("advancement", "uplift", "dark", "never")
    rows["metric_conventions"] += [convention(name) for name in names]
    rows["metric_values"] += [cell("advancement", segment_kind="org_unit", segment_id="u1")]
    rows["leader_indicators"] += [leader("advancement"), leader("uplift"), leader("dark", "not_collected")]
    pages = pages_of(tmp_path, rows)
    company = text_of(section(pages["index"], "company"))
    assert "Told of leaders, not of the company as a whole: metric uplift." in company
    assert "Told of units and leaders, not of the company as a whole: metric advancement." in company
    assert "Not collected: metric not_collected, metric dark." in company
    assert "No entry: metric turnover, metric never." in company
    assert "metric uplift" not in text_of(section(pages["index"], "says"))
    assert "Metric uplift" in text_of(section(pages["index"], "definitions"))
    assert "Metric never" not in text_of(section(pages["index"], "definitions"))
    assert "Told of units and leaders, not of the company as a whole: metric advancement." in text_of(pages["pipeline"])
