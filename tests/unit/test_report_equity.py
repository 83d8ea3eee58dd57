"""The promises of the pages on equity, representation and pay. What every page promises: `test_report_pages`."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestration.report import charts, equity_sentences, equity_words
from orchestration.report.equity_records import Comparison

from .report_equity import comparison, walk
from .report_rows import NOW, Rows, rows_of_a_company, text_of, write_pages

Pages = dict[str, str]
PAGES = ("index", "equity", "representation", "pay")


def pages_of(folder: Path, rows: Rows) -> Pages:
    folder.mkdir(exist_ok=True)
    report = write_pages(folder, rows)
    return {name: (report / f"{name}.html").read_text(encoding="utf-8") for name in PAGES}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return pages_of(tmp_path_factory.mktemp("pages"), rows_of_a_company())


def section(page: str, anchor: str) -> str:
    found = re.search(rf'<section id="{anchor}".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def rows_in(page: str, title: str) -> list[str]:
    rows = [text_of(row) for row in re.findall(r"<tr\b.*?</tr>", page, re.DOTALL)]
    return [row for row in rows if row.startswith(title)]


def one_comparison(**more: Any) -> Comparison:
    known = (
        "selection",
        "promotion",
        "*",
        "four_cycles",
        NOW,
        "company",
        "company",
        "gender",
        "female",
        "share",
        "ratio",
        "ok",
    )
    numbers = {"n": 647, "total": 21, "value": 0.032, "reference_group": "male", "reference_n": 747, "reference_total": 54}
    numbers |= {"reference_value": 0.072, "estimate": 0.45, "low": 0.28, "high": 0.73, "q_value": 0.012, "n_tests": 12}
    return replace(Comparison(*known), **(numbers | {"detectable": 0.72} | more))


def test_a_gap_is_told_with_both_counts_its_interval_its_family_of_tests_and_people_alike(pages: Pages) -> None:
    told = (
        "Women were promoted less often than men in the company over the four half-years to 31 December 2025: "
        "21 of 647 against 54 of 747; ratio .45, interval .28 to .73."
    )
    assert told in text_of(section(pages["index"], "says"))
    assert (
        f"{told} It holds among 12 comparisons (q .012). 17 more promotions would have reached four fifths. No single "
        "changed decision would change this verdict. Among people of one level, job family and half-year the ratio is "
        ".62 (.41 to .95): gap."
    ) in text_of(section(pages["equity"], "found"))


def test_a_gap_that_turns_round_among_people_alike_is_never_told_without_that(pages: Pages) -> None:
    turned = "offered stretch work less often than men"
    for name, anchor in (("index", "says"), ("equity", "found")):
        [told] = [line for line in re.findall(r"<li>(.*?)</li>", section(pages[name], anchor)) if turned in line]
        assert "Among people of one level, job family and half-year it points the other way." in told, name
    [row] = rows_in(section(pages["equity"], "selection").split('id="selection-stretch_work"')[1], "female 21 of 647")
    assert "1.07 (.74 to 1.51): cannot tell; points the other way" in row


def test_what_cannot_be_told_is_called_neither_a_gap_nor_its_absence(pages: Pages) -> None:
    words = text_of(pages["equity"])
    assert "cannot tell for non-binary people (21 of 647; ratio .45, interval .50 to 1.20" in words
    assert "a ratio above .72 could have gone unseen" in words
    assert "cannot tell, below four fifths, not distinguishable" in rows_in(pages["equity"], "nonbinary 21")[0]
    assert "cannot tell, apart on its own but not among 12 comparisons (q .200)" in rows_in(pages["equity"], "asian")[0]
    assert "a ratio below .88 is excluded (21 of 647 against 54 of 747; ratio 1.10, interval .88 to no upper end)" in words
    for name in PAGES:
        told = (
            text_of(pages[name])
            .replace("Unexplained is no proof of bias", "")
            .replace("unexplained is no proof of bias", "")
        )
        assert not re.search(r"\bbias|discriminat|(not|no|in)[ -]?significan", told, re.IGNORECASE), name


SCALES: dict[str, dict[str, Any]] = {
    "ratio": {},
    "hazard": {"scale": "hazard", "topic": "progression", "unit": "months"},
    "difference": {
        "scale": "difference",
        "topic": "perception",
        "unit": "score",
        "estimate": -0.2,
        "low": -0.4,
        "high": 0.1,
    },
    "percent": {"scale": "percent", "topic": "pay", "unit": "EUR", "estimate": 3.9, "low": -1.3, "high": 6.6},
}


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("verdict", ["insufficient", "no_gap_above", None, "a_new_one"])
def test_words_say_no_more_than_the_verdict(scale: str, verdict: str | None) -> None:
    one = one_comparison(**SCALES[scale], verdict=verdict)
    words = equity_words.verdict_words(one)
    assert words.startswith("excluded: " if verdict == "no_gap_above" else "cannot tell")
    told = equity_sentences.undecided_sentence([one])
    assert "cannot tell" in told and "could have gone unseen" in told
    assert equity_words.verdict_words(replace(one, verdict="gap")).startswith("gap: ")


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        ("ratio", "excluded: a ratio below .28"),
        ("hazard", "excluded: a ratio below .28 or above .73"),
        ("difference", "excluded: a difference below −0.40 or above +0.10"),
        ("percent", "excluded: a gap larger than 6.6%, either way"),
    ],
)
def test_what_is_excluded_lies_outside_the_whole_interval(scale: str, words: str) -> None:
    assert equity_words.verdict_words(one_comparison(**SCALES[scale], verdict="no_gap_above")) == words


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"shortfall": 3}, "3 short of four fifths"),
        ({"verdict": "gap", "is_material": False}, "the margin of four fifths not passed"),
        ({"verdict": "gap", "is_material": True}, ""),
        ({"flips": True}, "one decision changes the verdict"),
        ({"flips": False}, ""),
    ],
)
def test_each_flag_of_a_record_has_its_words(more: dict[str, Any], words: str) -> None:
    assert equity_words.notes(one_comparison(**more)) == words


def test_hours_scores_waiting_and_pay_are_told_in_their_units_with_n(pages: Pages) -> None:
    equity, pay = pages["equity"], pages["pay"]
    assert "n 525 9.5 h" in rows_in(equity, "female n 525")[0]
    assert "gap: lower −1.1 h" in rows_in(equity, "female n 525")[0]
    assert "Women were promoted at a lower rate than men in the company up to 31 December 2025: 225 of 1,521" in text_of(
        equity
    )
    assert "compared with male: 299 of 1,708 (median 76 months)" in text_of(section(equity, "progression"))
    assert "225 of 1,521 median 98 months" in rows_in(section(equity, "progression"), "female")[0]
    assert "n 971 EUR 23.53" in rows_in(pay, "female")[0] and "the margin of 5% not passed" in rows_in(pay, "female")[0]
    assert rows_in(pay, "female n 971")[0].endswith("3.9% 1.3% to 6.6% gap: lower 3.9% the margin of 5% not passed")
    assert "compared with male: n 1,016 (EUR 24.49)" in text_of(pay)
    assert not rows_in(section(pay, "raw"), "male"), "the reference stands above its block and in no line"
    assert "Gender, as given by male" in text_of(equity)


def test_a_share_of_nothing_a_hidden_one_and_one_without_data_look_different(pages: Pages) -> None:
    page = pages["representation"]
    assert rows_in(page, "nobody here")[0].startswith("nobody here 0.0% 0.0–5.0%")
    assert rows_in(page, "female 40.0%")[0] == "female 40.0% 35.0–45.0% 40.0% 35.0–45.0% hidden"
    assert "level 1 40.0% (35.0–45.0%; n 200); level 2 hidden." in page
    assert rows_in(section(page, "units"), "<script>") == ["<script>alert(1)</script> hidden"]
    curves = section(pages["equity"], "progression")
    assert (
        "too little data" in rows_in(curves, "nonbinary 1,521")[0] and "not reached" in rows_in(curves, "nonbinary 1,521")[0]
    )
    assert rows_in(curves, "hidden group") == ["hidden group hidden"] * 2


def test_hidden_numbers_leave_no_digit_and_no_dot(pages: Pages) -> None:
    for name in PAGES:
        assert "777" not in pages[name].replace(",", ""), name
    assert rows_in(pages["equity"], "hidden group") and rows_in(pages["pay"], "hidden group") == ["hidden group hidden"]
    for row in re.findall(r"<tr>.*?</tr>", pages["equity"] + pages["pay"], re.DOTALL):
        if "s-suppressed" in row and "colspan" in row:
            assert "<svg" not in row


def test_a_walk_is_drawn_only_where_every_flow_is_told(pages: Pages) -> None:
    walks = section(pages["representation"], "walk")
    drawn = [text_of(found) for found in re.findall(r"<figcaption>(.*?)</figcaption>", walks)]
    assert drawn == ["female 46.0% to 46.2% 958 of 2,081; 981 of 2,122"]
    assert "hires +0.3; exits −0.1; at the end 46.2%" in walks
    assert rows_in(walks, "female")[0] == (
        "female 46.0% n 958 of 2,081 +0.3 145 of 303 −0.1 122 of 262 46.2% n 981 of 2,122"
    )
    assert "hidden" in rows_in(walks, "male")[0] and "141 of 303" in rows_in(walks, "male")[0]
    assert "promotions into it" in walks.lower() and "Level 3" in walks


def test_a_bar_of_a_pay_quarter_stands_only_where_every_group_is_told(pages: Pages) -> None:
    rows = re.findall(r"<tr>.*?</tr>", section(pages["pay"], "quarters"), re.DOTALL)
    drawn = {text_of(row).split()[0]: "<svg" in row for row in rows if "quarter" in row or "Third" in row or "Second" in row}
    assert drawn["Lowest"] and drawn["Second"] and not drawn["Third"]


def test_pay_at_equal_controls_names_what_may_carry_the_cause(pages: Pages) -> None:
    adjusted = section(pages["pay"], "adjusted")
    assert (
        "Women were paid 1.5% less an hour than men at equal country and level on 31 December 2025 (interval of the gap "
        "0.8% to 2.1%; n 971 and 1,016). Unexplained is no proof of bias. Level may carry the cause itself. The margin of "
        "5% is not passed."
    ) in text_of(adjusted)
    assert rows_in(adjusted, "2 country and level")[0].startswith(
        "2 country and level this one leads; level may carry the cause 1.5% 0.8% to 2.1% gap hidden"
    )
    assert "Gap of female: from 1.5% to 4.2% over 2 sets of controls; n 971 beside 1,016." in adjusted


def test_the_first_page_counts_what_cannot_be_told_and_leads_to_it(pages: Pages) -> None:
    says = section(pages["index"], "says")
    assert "Selection : 5 comparisons: 2 gaps, 1 with a gap excluded and 2 where the numbers cannot tell." in text_of(says)
    for address in ("equity.html#selection", "equity.html#within", "pay.html#raw", "pay.html#adjusted"):
        assert f'href="{address}"' in says
        page, _, anchor = address.partition(".html#")
        assert f'id="{anchor}"' in pages[page]
    assert "Within single units, levels, job families and categories of workers: 1 gap" in text_of(says)


def test_gaps_within_units_stand_under_their_unit_and_are_escaped(pages: Pages) -> None:
    within = section(pages["equity"], "within")
    assert "Promotion, last four half-years, &lt;script&gt;alert(1)&lt;/script&gt;: gender" in within
    assert (
        "Promotion, within units: 1 comparison: 1 gap, 0 with a gap excluded and 0 where the numbers cannot tell." in within
    )


def test_only_the_last_period_and_each_offer_once(pages: Pages) -> None:
    assert "old wave" not in pages["equity"]
    assert "offered twice" not in pages["equity"]


def turned(rows: Rows) -> Rows:
    return {table: found if table == "metric_conventions" else found[::-1] for table, found in rows.items()}


def other_numbers(rows: Rows) -> Rows:
    values = ("impact_ratio", "hazard_ratio", "difference", "gap_percent", "share", "rate", "value")
    return {
        table: [one | {name: 9 - one[name] for name in values if one.get(name) is not None} for one in found]
        if table.startswith("equity_")
        else found
        for table, found in rows.items()
    }


@pytest.mark.parametrize("change", [turned, other_numbers])
def test_groups_stand_in_one_order_whatever_their_numbers(
    tmp_path: Path, pages: Pages, change: Callable[[Rows], Rows]
) -> None:
    anew = pages_of(tmp_path / "anew", change(rows_of_a_company()))
    for name in ("equity", "representation", "pay"):
        assert change is not turned or anew[name] == pages[name], name
        heads = [re.findall(r'<th scope="row">(.*?)</th>', page) for page in (anew[name], pages[name])]
        assert heads[0] == heads[1], name


def test_a_unit_that_is_the_whole_company_is_not_told_twice(tmp_path: Path) -> None:
    rows = rows_of_a_company()
    rows["equity_selection"] = [
        comparison(NOW, "female", "gap"),
        comparison(NOW, "female", "gap", segment_kind="org_unit", segment_id="u1"),
    ]
    pages = pages_of(tmp_path / "twin", rows)
    within = text_of(section(pages["equity"], "within"))
    assert "Whole" not in within and "1 gap," not in within


def test_a_waterfall_rises_and_falls_by_its_steps() -> None:
    ends = (0.4, "40%"), (0.5, "50%")
    picture = charts.waterfall(0.42, [("hired", 0.04), ("left", -0.02)], ends, "words")
    assert picture.count('class="adds"') == picture.count('class="takes"') == 1
    levels = re.findall(r'class="level" d="M\S+ (\S+)H', picture)
    # 84 pixels for ten points: 42% lies at 67.2, and 44% at 50.4
    assert levels == ["67.2", "50.4"]
    assert "M53 67.2H97V33.6H53Z" in picture


def test_a_flow_that_nobody_named_keeps_its_own_name(tmp_path: Path) -> None:
    rows = rows_of_a_company()
    rows["equity_representation_walk"] = [walk(NOW, "female", "secondment_in", 0.01, 2, 3)]
    assert "Secondment in" in pages_of(tmp_path / "flow", rows)["representation"]


def test_a_sum_of_shares_is_never_told_as_a_count_of_people() -> None:
    used = one_comparison(measure="budget_used", scale="difference", n=24, total=13.0, value=0.54, estimate=-0.1)
    assert equity_words.group_side(used) == ("n 24", "54.0%")
