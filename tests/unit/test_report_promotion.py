"""The promises of the pages on promotion: openness of criteria, no person and no order of people, words within verdicts."""

import re
from pathlib import Path

import pytest

from ingest.contracts import CONTRACTS
from ingest.contracts.talent import LADDER_RULES
from orchestration.readiness_words import RULES, SOURCES
from orchestration.report import write_report

from .report_rows import FACTS, Rows, criterion, rows_of_a_company, text_of, write_pages

POLICY = {"days_of_looks": 730, "months_after_exit": 84}


def pages_of(folder: Path, rows: Rows, name: str = "promotion") -> str:
    """The words of one page of a release of these rows."""
    return text_of((write_pages(folder, rows) / f"{name}.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pages(tmp_path_factory.mktemp("promotion"), rows_of_a_company())


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return (folder / "promotion.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html: str) -> str:
    return text_of(html)


@pytest.fixture(scope="module")
def notice(folder: Path) -> str:
    return text_of((folder / "notice.html").read_text(encoding="utf-8"))


def row_of(html: str, title: str) -> str:
    rows = [text_of(row) for row in re.findall(r"<tr\b.*?</tr>", html, re.DOTALL)]
    return " | ".join(row for row in rows if row.startswith(title))


def test_every_criterion_in_force_stands_in_words_beside_how_many_meet_it(html: str) -> None:
    rating = "A rating of 4 or better, in 1 of the last 2 reviews; attested by the manager a, required"
    assert row_of(html, rating) == f"{rating} 60 of 100 30.0–100.0% 30 of 100 15.0–60.0% 10 of 100 5.0–20.0%"
    learning = "12 hours of completed learning, within 12 months b, one of “g” is enough"
    assert row_of(html, learning) == f"{learning} hidden"
    criteria = html[html.index('id="criteria"') : html.index('id="offers"')]
    assert "milestone" not in criteria, "a criterion that has ended"
    assert "initiative" not in criteria, "a criterion that has not begun"


def test_a_place_tells_all_its_bands_or_none_and_a_twin_of_the_company_has_no_line(html: str) -> None:
    assert row_of(html, "Company 40 of 400 5.0–20.0% 20 of 400").endswith("310 of 400 38.8–100.0%")
    stand = html[html.index('id="stand"') : html.index('id="criteria"')]
    assert row_of(stand, "Level 1") == "Level 1 hidden"
    assert row_of(stand, "Whole") == ""


def test_cases_stand_by_step_and_band_and_not_by_how_many_they_are(html: str) -> None:
    cases = html[html.index("Cases alike") : html.index('id="criteria"')]
    ready = "Ready now rating and documented learning – 360 by others (deciding) 7 of 100"
    assert row_of(cases, "Ready now") == ready
    assert text_of(cases).index(ready) < text_of(cases).index("Developing – rating")


def test_a_criterion_that_keeps_a_group_out_is_named_with_the_people_it_lacks(page: str) -> None:
    found = page[page.index("Criteria that keep a group out") : page.index("How to read this")]
    assert "Rating (technical, level 2) is met less often by women than by men: 30 of 150 against 40 of 160" in found
    assert "18 people more would have reached four fifths" in found
    assert "360 by others" not in found, "a gap that does not stand among people alike"
    assert "Documented learning" not in found, "a comparison that is hidden"


def test_without_such_a_criterion_the_page_does_not_say_that_there_is_none(tmp_path: Path) -> None:
    rows = rows_of_a_company()
    rows["promotion_audit"] = [one for one in rows["promotion_audit"] if not one["screens_out"]]
    assert "That is not a finding that none does" in pages_of(tmp_path, rows)


def test_what_is_undecided_is_told_so_and_a_gap_names_both_sides(page: str, html: str) -> None:
    assert "Women were found ready now less often than men in the company on 31 December 2025" in page
    waited = html[html.index('id="audit-time_waited_in_level"') :]
    assert "cannot tell" in row_of(waited[: waited.index("</table>")], "female")
    assert "20.0% by month 24" in row_of(waited[: waited.index("</table>")], "female")
    decided = html[html.index('id="audit-panel_decision"') :]
    assert row_of(decided[: decided.index("</table>")], "nonbinary") == "nonbinary hidden"
    assert "Gaps within units" in page and "put forward" in page.lower()


def test_the_naive_wait_stands_beside_the_survival_estimate_and_is_called_biased(html: str) -> None:
    backtest = html[html.index('id="backtest"') :]
    assert "Mean of the promoted alone (biased)" in backtest
    ready = "Ready now 10 of 40 15.0–35.0% 24.0% 14.0–34.0% 31 months 7.5 months 8 of 40 70.0–90.0%"
    assert ready in row_of(backtest, "Ready now")
    assert row_of(backtest, "Company 6 of 10") == "Company 6 of 10 31.0–83.0% 2 of 10 6.0–51.0%"
    assert "gap: promoted less often" in row_of(backtest, "female")
    hidden = [row for row in row_of(backtest, "Ready now").split(" | ") if "hidden" in row]
    assert hidden == ["Ready now hidden hidden – – hidden"]


def test_offers_are_told_by_place_and_group_and_judged_in_the_audit_alone(html: str) -> None:
    offers = html[html.index('id="offers"') : html.index('id="audit"')]
    assert row_of(offers, "Company") == "Company 15 of 90 10.0–26.0%"
    assert row_of(offers, "Level 1") == "Level 1 hidden"
    assert "verdict" not in offers


def test_no_word_of_the_pages_orders_or_names_people(folder: Path, page: str, notice: str) -> None:
    for text in (page, notice):
        assert not re.search(r"\b(rank(ed|ing)?|top performers?|percentile|best|worst)\b", text, re.IGNORECASE)


def test_the_notice_follows_the_rules_in_force_and_the_policy(tmp_path: Path, notice: str) -> None:
    assert "3 criteria for technical, level 2, as of 1 January 2020" in notice
    assert "kept for" not in notice and "has not said after how long" in notice
    rows = rows_of_a_company()
    rows["ladder_criteria"].append(criterion("f", "team_uplift", level=3, threshold=0, valid_from="2025-06-01"))
    write_pages(tmp_path, rows)
    write_report(tmp_path, FACTS | {"policy": POLICY})
    changed = text_of((tmp_path / "report" / "notice.html").read_text(encoding="utf-8"))
    assert "4 criteria for technical, levels 2 to 3, as of 1 June 2025" in changed
    assert "leaves a line that says so, kept for 730 days" in changed and "erased 84 months after you leave" in changed
    assert "survey.survey_answers" in changed and "survey.survey_answers" not in notice


def test_the_model_card_names_data_deliverers_audits_and_what_is_open(notice: str) -> None:
    assert "Documented learning technical, level 2 lms.learning_records" in notice
    assert "hours (personal)" in notice
    assert "nobody: it cannot be met" in notice, "no source delivers 360 feedback here"
    assert "Your gender never enters your case" in notice and "leave" in notice
    assert "Bands: 1 gap among 1 comparison" in notice
    assert "On which legal basis" in notice


def test_without_a_ladder_there_is_nothing_to_give_notice_of(tmp_path: Path) -> None:
    rows = {name: found for name, found in rows_of_a_company().items() if name != "ladder_criteria"}
    assert "nothing to give notice of" in pages_of(tmp_path, rows, "notice")


def test_every_rule_has_words_and_a_table_of_the_contracts() -> None:
    assert set(RULES) == set(SOURCES) == set(LADDER_RULES)
    assert set(SOURCES.values()) <= set(CONTRACTS)
