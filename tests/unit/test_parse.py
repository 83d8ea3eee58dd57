"""Column maps carried out: each option does what it says, each bad row is quarantined with its reason and no value."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from ingest.column_map import ColumnRule, FeedMap
from ingest.kinds import latest_moment
from ingest.parse import Parsed, parse_table
from ingest.readers import ROW, RawTable
from ingest.transforms import TRANSFORMS

EXPORTED = dt.date(2026, 1, 31)


def parse(columns: dict[str, list[str | None]], table: dict[str, Any], **feed: Any) -> Parsed:
    n_rows = len(next(iter(columns.values())))
    frame = pl.DataFrame({ROW: range(2, n_rows + 2), **columns}, schema={ROW: pl.Int32, **dict.fromkeys(columns, pl.String)})
    feed_map = FeedMap.model_validate({"tables": [table], **feed})
    return parse_table(RawTable(frame), feed_map, feed_map.tables[0], EXPORTED)


def workers(**columns: Any) -> dict[str, Any]:
    return {"table": "hris.workers", "columns": {"worker_id": "id", "hire_date": "hired", **columns}}


def reasons(parsed: Parsed) -> list[tuple[Any, ...]]:
    return sorted(parsed.quarantined.rows(), key=repr)


def test_blanks_and_declared_nulls_are_none() -> None:
    parsed = parse(
        {"id": [" a ", "b"], "hired": ["2020-01-01", " 2020-01-02"], "left": ["0000-00-00", "  "]},
        workers(exit_date="left"),
        nulls=["0000-00-00"],
    )
    assert parsed.valid.select("worker_id", "hire_date", "exit_date").rows() == [
        ("a", dt.date(2020, 1, 1), None),
        ("b", dt.date(2020, 1, 2), None),
    ]
    assert parsed.quarantined.is_empty()


def test_what_was_not_empty_and_cannot_be_parsed_is_quarantined_with_its_shape() -> None:
    parsed = parse(
        {"id": ["a", "b", "c"], "hired": ["2020-01-01", "01/02/2020", "soon"], "left": [None, None, "Smith 7"]},
        workers(exit_date="left"),
    )
    assert reasons(parsed) == [
        (3, "hire_date", "expected a date in year-month-day", "99/99/9999"),
        (4, "exit_date", "expected a date in year-month-day", "aaaaa 9"),
        (4, "hire_date", "expected a date in year-month-day", "aaaa"),
    ]
    assert parsed.valid["worker_id"].to_list() == ["a"] and parsed.n_quarantined_rows == 2
    assert parsed.n_unkeyed == 2, "their hire dates are part of the key"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("24-02-09", "below the least that makes sense"),
        ("9999-12-31", "above the most that makes sense"),
        ("2020-02-30", "expected a date in year-month-day"),
    ],
)
def test_two_digit_years_far_ends_and_impossible_days_are_no_dates(written: str, reason: str) -> None:
    parsed = parse({"id": ["a"], "hired": [written]}, workers())
    assert [row[2] for row in reasons(parsed)] == [reason]


def test_several_date_formats_are_tried_in_order() -> None:
    parsed = parse(
        {"id": ["a", "b"], "hired": ["31.01.2020", "2020-02-01 00:00:00.000"]},
        workers(hire_date={"from": "hired", "format": ["%d.%m.%Y", "%Y-%m-%d %H:%M:%S%.f"]}),
    )
    assert parsed.valid["hire_date"].to_list() == [dt.date(2020, 1, 31), dt.date(2020, 2, 1)]


def test_a_moment_is_rewritten_as_text_and_an_unreadable_one_is_missed() -> None:
    month = {"from": "sent", "format": "%d-%m-%Y %H:%M", "as_text": "%Y-%m"}
    parsed = parse(
        {"id": ["a", "b"], "sent": ["20-03-2024 08:00", "soon"]},
        {"table": "survey.survey_invitations", "columns": {"respondent_id": "id", "survey_id": month}},
    )
    assert parsed.valid["survey_id"].to_list() == ["2024-03"]
    assert reasons(parsed) == [(3, "survey_id", "must not be empty", None)]


@pytest.mark.parametrize("sent", [[], [None], [None, None]], ids=len)
def test_a_moment_that_nobody_wrote_is_rewritten_as_nothing(sent: list[str | None]) -> None:
    month = {"from": "sent", "as_text": "%Y-%m"}
    parsed = parse(
        {"id": [f"p{number}" for number, _ in enumerate(sent)], "sent": sent},
        {"table": "survey.survey_invitations", "columns": {"respondent_id": "id", "survey_id": month}},
    )
    assert parsed.valid.is_empty() and parsed.n_read == parsed.n_quarantined_rows == len(sent)


@pytest.mark.parametrize("sent", [[], [None, None]])
def test_moments_that_are_all_missing_have_no_text_either(sent: list[str | None]) -> None:
    month = {"from": "sent", "as_text": "%Y-%m"}
    parsed = parse(
        {"id": ["a", "b"][: len(sent)], "sent": sent},
        {"table": "survey.surveys", "columns": {"survey_id": "id", "title": month}},
    )
    assert parsed.valid["title"].to_list() == sent


def test_inclusive_ends_become_half_open() -> None:
    parsed = parse(
        {"id": ["a"], "hired": ["2020-01-01"], "left": ["2020-01-31"]},
        workers(exit_date={"from": "left", "plus_days": 1}),
    )
    assert parsed.valid["exit_date"].to_list() == [dt.date(2020, 2, 1)]


def test_a_code_that_the_map_does_not_know_is_quarantined_unless_the_map_says_otherwise() -> None:
    rows: dict[str, list[str | None]] = {"id": ["a", "b", "c"], "hired": ["2020-01-01"] * 3, "why": ["R", "X", None]}
    strict = parse(rows, workers(exit_reason={"from": "why", "values": {"R": "resigned"}}))
    assert reasons(strict) == [(3, "exit_reason", "a value that the column map does not know", None)]
    assert strict.valid["exit_reason"].to_list() == ["resigned", None]
    kept = parse(rows, workers(exit_reason={"from": "why", "values": {"R": "resigned"}, "otherwise": "keep"}))
    assert kept.valid["exit_reason"].to_list() == ["resigned", "X", None]
    named = parse(rows, workers(exit_reason={"from": "why", "values": {"R": "resigned"}, "otherwise": "other"}))
    assert named.valid["exit_reason"].to_list() == ["resigned", "other", None]


def test_flags_are_read_in_the_usual_words_and_nothing_else() -> None:
    parsed = parse(
        {"id": list("abcd"), "hired": ["2020-01-01"] * 4, "v": ["Yes", "0", None, "perhaps"]},
        workers(is_voluntary="v"),
    )
    assert parsed.valid["is_voluntary"].to_list() == [True, False, None]
    assert reasons(parsed) == [(5, "is_voluntary", "expected true or false", "aaaaaaa")]


def pay(**columns: Any) -> dict[str, Any]:
    return {
        "table": "hris.compensation",
        "columns": {
            "worker_id": "id",
            "component": {"constant": "base"},
            "valid_from": {"constant": "2020-01-01"},
            "amount": "pay",
            "currency": {"constant": "EUR"},
            "per": {"constant": "year"},
            **columns,
        },
    }


def test_amounts_take_the_maps_decimal_sign_and_unit() -> None:
    rows: dict[str, list[str | None]] = {"id": ["a", "b"], "pay": ["1.234,50", "12"]}
    parsed = parse(rows, pay(amount={"from": "pay", "decimal": ",", "multiply": 12}))
    assert parsed.valid["amount"].to_list() == [Decimal("14814.0000"), Decimal("144.0000")]


@pytest.mark.parametrize("written", ["1,234.50", "$5", "12 000", "abc", "12,5"])
def test_amounts_with_signs_that_the_map_does_not_say_are_quarantined(written: str) -> None:
    parsed = parse({"id": ["a"], "pay": [written]}, pay())
    assert parsed.valid.is_empty() and [row[2] for row in reasons(parsed)] == ["expected an amount"]


def test_moments_are_utc_whatever_they_were_written_in() -> None:
    table = {
        "table": "talent.checkins",
        "columns": {
            "checkin_id": "id",
            "worker_id": "who",
            "held_at": {"from": "at", "zone": "Europe/Berlin"},
            "kind": {"constant": "check_in"},
        },
    }
    parsed = parse(
        {
            "id": ["1", "2", "3"],
            "who": ["a", "b", "c"],
            "at": ["2020-07-01T12:00:00+05:00", "2020-07-01 12:00:00", "2020-01-15"],
        },
        table,
    )
    assert parsed.valid["held_at"].to_list() == [
        dt.datetime(2020, 7, 1, 7),
        dt.datetime(2020, 7, 1, 10),
        dt.datetime(2020, 1, 14, 23),
    ]


def test_values_are_made_of_parts_prefixes_and_groups() -> None:
    table = {
        "table": "hris.identifiers",
        "columns": {
            "worker_id": {"from": "id", "transform": "strip_zeros", "prefix": "E"},
            "kind": {"constant": "name"},
            "value": {"from": ["last", "first"], "join": ", "},
        },
    }
    parsed = parse({"id": ["0042"], "last": ["Doe"], "first": ["Jo"]}, table)
    assert parsed.valid.select("worker_id", "value").rows() == [("E42", "Doe, Jo")]
    extracted = parse(
        {"id": ["user:77 (x)"], "hired": ["2020-01-01"]}, workers(worker_id={"from": "id", "extract": r"user:(\d+)"})
    )
    assert extracted.valid["worker_id"].to_list() == ["77"]


def test_the_day_of_export_may_stand_for_a_date() -> None:
    parsed = parse(
        {"id": ["a"]},
        {"table": "hris.workers", "columns": {"worker_id": "id", "hire_date": {"stamp": "exported_date"}}},
    )
    assert parsed.valid["hire_date"].to_list() == [EXPORTED]


ANSWERS = {
    "table": "survey.survey_answers",
    "unpivot": {"except": ["id", "Sent*"], "except_suffixes": ["_COMMENT"], "name": "item", "value": "answer"},
    "columns": {"survey_id": {"constant": "w"}, "respondent_id": "id", "item_id": "item", "answer": "answer"},
}


def test_wide_answers_become_long_and_open_items_are_no_rows() -> None:
    parsed = parse(
        {"id": ["a", "b"], "Sent at": ["x", "y"], "q1": ["4", ""], "q1_COMMENT": ["secret", None], "q2": ["5", "oops"]},
        ANSWERS,
    )
    assert sorted(parsed.valid.select("respondent_id", "item_id", "answer").rows()) == [
        ("a", "q1", Decimal("4.0000")),
        ("a", "q2", Decimal("5.0000")),
    ]
    assert reasons(parsed) == [(3, "answer", "expected a number", "aaaa")]
    assert parsed.n_quarantined_rows == 1, "one bad answer is one bad row, whatever else stands on its line"


def test_equal_rows_collapse_and_conflicting_ones_are_both_quarantined() -> None:
    parsed = parse(
        {"id": ["a", "a", "b", "b"], "hired": ["2020-01-01"] * 4, "left": [None, None, "2021-01-01", "2022-01-01"]},
        workers(exit_date="left"),
    )
    assert parsed.valid["worker_id"].to_list() == ["a"] and parsed.n_duplicates == 1
    assert [row[:3] for row in reasons(parsed)] == [
        (4, None, "the key stands twice with different values"),
        (5, None, "the key stands twice with different values"),
    ]
    assert parsed.held_back.rows() == [("b", dt.date(2020, 1, 1))]


def test_rows_that_break_a_rule_of_their_table_name_it() -> None:
    parsed = parse(
        {"id": ["a", "b"], "hired": ["2020-01-01", "2020-01-01"], "left": ["2019-01-01", "2020-01-01"]},
        workers(exit_date="left"),
    )
    assert [row[2] for row in reasons(parsed)] == ["exit is after hire", "exit is after hire"]


def assignments(**columns: Any) -> dict[str, Any]:
    base = {"worker_id": "id", "valid_from": "start", "valid_to": "end"}
    return {"table": "hris.job_assignments", "columns": {**base, **columns}}


def test_the_later_of_two_overlapping_spans_is_quarantined_even_behind_a_long_one() -> None:
    parsed = parse(
        {
            "id": ["a", "a", "a", "b", "b"],
            "start": ["2020-01-01", "2020-02-01", "2020-06-01", "2020-01-01", "2020-06-01"],
            "end": ["2020-12-31", "2020-03-01", "2021-01-01", None, None],
        },
        assignments(),
    )
    assert [row[0] for row in reasons(parsed)] == [3, 4]
    assert {row[2] for row in reasons(parsed)} == {"stated spans do not overlap"}


def test_nobody_is_their_own_manager() -> None:
    parsed = parse(
        {"id": ["a", "b"], "start": ["2020-01-01"] * 2, "end": [None, None], "boss": ["a", "a"]},
        assignments(manager_id="boss"),
    )
    assert [row[:3] for row in reasons(parsed)] == [(2, None, "nobody manages themselves")]


def test_rows_are_chosen_by_what_stands_in_them() -> None:
    table = workers() | {"where": {"kind": "staff", "hired": {"present": True}}}
    parsed = parse(
        {"id": list("abc"), "hired": ["2020-01-01", None, "2020-01-01"], "kind": ["staff", "staff", "guest"]}, table
    )
    assert parsed.valid["worker_id"].to_list() == ["a"] and parsed.quarantined.is_empty() and parsed.n_read == 1


def test_only_the_newest_version_of_a_record_is_asked_and_read() -> None:
    latest = {"by": "since", "where": {"void": {"not": ["true"]}}}
    parsed = parse(
        {
            "id": ["a", "a", "a", "b", "b", "c"],
            "hired": ["2018-01-01", "2018-01-01", "2022-01-01", "2020-01-01", "2020-01-01", "2021-01-01"],
            "left": ["2019-06-01", "2019-07-01", None, None, None, None],
            "since": ["2019-01-01", "2019-02-01", "2022-01-01", "2020-01-02 10:00:00", "2020-01-01 09:00:00", None],
            "void": ["false", "false", "false", "true", "false", "false"],
        },
        workers(exit_date="left") | {"latest": latest},
    )
    assert parsed.valid.select("worker_id", "hire_date", "exit_date").rows() == [
        ("a", dt.date(2018, 1, 1), dt.date(2019, 7, 1)),
        ("a", dt.date(2022, 1, 1), None),
        ("c", dt.date(2021, 1, 1), None),
    ], "b's newest version is void, and an older one does not stand in for it"
    assert parsed.quarantined.is_empty() and parsed.n_duplicates == 0


def test_a_report_without_a_column_tells_of_nobody_who_has_it() -> None:
    table = {
        "table": "hris.identifiers",
        "where": {"Mail": {"present": True}},
        "columns": {"worker_id": "id", "kind": {"constant": "email"}, "value": {"from": ["Mail"], "pick": "first"}},
    }
    none = parse({"id": ["a", "b"]}, table)
    assert none.valid.is_empty() and none.quarantined.is_empty()


def test_a_column_that_a_file_has_under_no_spelling_is_empty_whatever_would_be_done_with_it() -> None:
    rule = {"from": ["Why", "Reason"], "pick": "first", "transform": "lower", "prefix": "x", "values": {"r": "resigned"}}
    moment = {"from": ["Gone"], "pick": "first", "as_text": "%Y-%m"}
    parsed = parse({"id": ["a", "b"], "hired": ["2020-01-01"] * 2}, workers(exit_reason=rule, exit_date=moment))
    assert parsed.valid["exit_reason"].to_list() == parsed.valid["exit_date"].to_list() == [None, None]


def test_rows_are_chosen_by_what_is_found_in_a_column() -> None:
    rows: dict[str, list[str | None]] = {"id": list("abc"), "hired": ["2020-01-01"] * 3, "tags": ["x;staff", "guest", None]}
    kept = parse(rows, workers() | {"where": {"tags": {"matches": "staff$"}}})
    assert kept.valid["worker_id"].to_list() == ["a"]
    left = parse(rows, workers() | {"where": {"tags": {"not_matches": "staff$"}}})
    assert left.valid["worker_id"].to_list() == ["b", "c"], "an empty column matches nothing"
    both = parse(rows, workers() | {"where": {"tags": {"not_matches": "staff$", "present": True}}})
    assert both.valid["worker_id"].to_list() == ["b"], "of several conditions on a column all are asked"


def test_rows_are_chosen_by_whether_two_columns_agree() -> None:
    rows: dict[str, list[str | None]] = {
        "id": list("abcd"),
        "hired": ["2020-01-01"] * 4,
        "by": ["a", "x", None, None],
        "of": ["a", "b", "c", None],
    }
    same = parse(rows, workers() | {"where": {"by": {"same_as": "of"}}})
    assert same.valid["worker_id"].to_list() == ["a"], "nothing is not the same as nothing"
    other = parse(rows, workers() | {"where": {"by": {"not_same_as": "of"}}})
    assert other.valid["worker_id"].to_list() == ["b", "c"]


def test_a_column_may_speak_only_where_another_one_says_so() -> None:
    rule = {"from": "when", "when": {"state": ["left", "gone"]}}
    parsed = parse(
        {
            "id": list("abc"),
            "hired": ["2020-01-01"] * 3,
            "when": ["2021-01-01", "soon", None],
            "state": ["left", "in", None],
        },
        workers(exit_date=rule),
    )
    assert parsed.valid.select("worker_id", "exit_date").rows() == [("a", dt.date(2021, 1, 1)), ("b", None), ("c", None)]
    assert parsed.quarantined.is_empty()


def test_codes_that_do_not_speak_need_not_be_known() -> None:
    rule = {"from": "why", "values": {"R": "resigned"}, "when": {"state": ["left"]}}
    rows: dict[str, list[str | None]] = {
        "id": list("abc"),
        "hired": ["2020-01-01"] * 3,
        "why": ["R", "X", "X"],
        "state": ["left", "in", "left"],
    }
    parsed = parse(rows, workers(exit_reason=rule))
    assert parsed.valid["exit_reason"].to_list() == ["resigned", None]
    assert reasons(parsed) == [(4, "exit_reason", "a value that the column map does not know", None)]


def test_made_columns_are_filtered_once_they_are_made() -> None:
    table = ANSWERS | {"where": {"item": {"not_matches": "2$"}, "answer": {"not": "9"}, "id": ["a", "b"]}}
    parsed = parse({"id": ["a", "b", "c"], "q1": ["4", "9", "1"], "q2": ["5", "5", "1"]}, table)
    assert parsed.valid.select("respondent_id", "item_id", "answer").rows() == [("a", "q1", Decimal("4.0000"))]
    assert parsed.n_read == 1


def test_several_groups_are_joined() -> None:
    pattern = r"user (\d+) .*course (\d+)"
    parsed = parse(
        {"id": ["user 7 left course 3", "user 7"], "hired": ["2020-01-01"] * 2},
        workers(worker_id={"from": "id", "extract": pattern, "join": "/"}),
    )
    assert parsed.valid["worker_id"].to_list() == ["7/3"]
    assert reasons(parsed) == [(3, "worker_id", "must not be empty", None)]


def test_of_events_with_one_key_the_latest_holds_wherever_it_stands() -> None:
    table = {
        "table": "lms.learning_records",
        "latest": {"by": "at"},
        "columns": {"record_id": "id", "worker_id": "who", "course_id": "course", "status": "state"},
    }
    parsed = parse(
        {
            "id": ["1", "1", "2", "2", "3", "3"],
            "who": list("aabbcc"),
            "course": ["x"] * 6,
            "state": ["withdrawn", "enrolled", "enrolled", "withdrawn", "enrolled", "withdrawn"],
            "at": [
                "2020-01-02T00:00:00+02:00",
                "2020-01-01T21:00:00Z",
                "2020-01-01",
                "2020-01-01",
                "2020-01-01T00:00:00",
                "soon",
            ],
        },
        table,
    )
    assert parsed.valid.select("record_id", "status").rows() == [("1", "withdrawn"), ("2", "withdrawn"), ("3", "enrolled")]
    assert parsed.quarantined.is_empty() and parsed.n_duplicates == 0


def test_rows_without_a_key_are_quarantined_and_no_older_version_of_each_other() -> None:
    rows: dict[str, list[str | None]] = {"id": [None] * 2, "hired": ["2020-01-01", "2020-01-02"], "at": ["1", "2"]}
    parsed = parse(rows, workers() | {"latest": {"by": "at", "of": ["worker_id"]}})
    assert [row[:3] for row in reasons(parsed)] == [(line, "worker_id", "must not be empty") for line in (2, 3)]


def test_a_latest_row_that_cannot_be_read_is_quarantined_and_the_word_before_it_is_not_believed() -> None:
    rows: dict[str, list[str | None]] = {
        "id": ["a"] * 2,
        "hired": ["2020-01-01", "soon"],
        "at": ["2020-01-01", "2020-01-02"],
    }
    parsed = parse(rows, workers() | {"latest": {"by": "at", "of": ["worker_id"]}})
    assert parsed.valid.is_empty() and [row[:2] for row in reasons(parsed)] == [(3, "hire_date")]


def test_where_no_moment_can_be_read_the_text_says_which_is_the_latest() -> None:
    rows: dict[str, list[str | None]] = {"id": ["a"] * 2, "hired": ["2020-01-02", "2020-01-01"], "at": ["v0009", "v0008"]}
    parsed = parse(rows, workers() | {"latest": {"by": "at", "of": ["worker_id"]}})
    assert parsed.valid["hire_date"].to_list() == [dt.date(2020, 1, 2)]


def test_the_latest_moment_of_a_column_is_in_utc() -> None:
    stored = pl.Series("stored", ["2020-01-01T10:00:00.5Z", "2020-01-01T12:30:00+02:00", None])
    assert latest_moment(stored, "%Y-%m-%d") == dt.datetime(2020, 1, 1, 10, 30)
    assert latest_moment(pl.Series("stored", ["31.01.2020"]), "%d.%m.%Y") == dt.datetime(2020, 1, 31)
    assert latest_moment(pl.Series("stored", [None], dtype=pl.String), "%Y-%m-%d") is None


def test_no_reason_carries_a_value_of_a_person() -> None:
    parsed = parse(
        {"id": ["secret-id", "secret-id"], "hired": ["secret", "2020-01-01"], "left": [None, "2019-01-01"]},
        workers(exit_date="left"),
    )
    assert "secret" not in repr(parsed.quarantined.rows())


def test_a_rule_says_out_of_what_a_column_is_made() -> None:
    with pytest.raises(ValueError, match="exactly one of from, constant and stamp"):
        ColumnRule.model_validate({"from": "a", "constant": "b"})
    with pytest.raises(ValueError, match="unknown transform guess"):
        ColumnRule.model_validate({"from": "a", "transform": "guess"})


def test_the_first_or_the_last_column_that_holds_something_is_picked() -> None:
    columns = {"id": ["a", "b"], "hired": ["2020-01-01"] * 2, "Chain_01": ["x", "x"], "Chain_02": [None, "y"]}
    chain = {"table": "hris.job_assignments", "undated": True, "columns": {"worker_id": "id"}}
    for pick, expected in (("last", ["x", "y"]), ("first", ["x", "x"])):
        rule = {"from": ["Chain_*", "Other spelling"], "pick": pick}
        table = {**chain, "columns": {**chain["columns"], "manager_id": rule}}  # type: ignore[dict-item]
        assert parse(columns, table).valid["manager_id"].to_list() == expected


def test_picked_columns_need_not_be_in_the_file() -> None:
    table = workers(exit_date={"from": ["Left", "Leaving date"], "pick": "first"})
    feed = FeedMap.model_validate({"tables": [table]})
    assert feed.required_columns == ["id", "hired"]
    assert parse({"id": ["a"], "hired": ["2020-01-01"]}, table).valid["exit_date"].to_list() == [None]


def test_rows_of_a_kind_can_be_left_out_and_unsaid_ones_stay() -> None:
    columns = {"id": ["a", "b", "c"], "hired": ["2020-01-01"] * 3, "rescinded": ["1", "0", None]}
    parsed = parse(columns, {**workers(), "where": {"rescinded": {"not": ["1", "true"]}}})
    assert parsed.valid["worker_id"].to_list() == ["b", "c"]


@pytest.mark.parametrize(
    ("fmt", "written", "expected"),
    [
        ("excel", "45322", dt.date(2024, 1, 31)),
        ("excel", "45322.75", dt.date(2024, 1, 31)),
        ("epoch_s", "1706659200", dt.date(2024, 1, 31)),
        ("epoch_ms", "1706659200000", dt.date(2024, 1, 31)),
        ("excel", "soon", None),
    ],
)
def test_days_that_are_counted_are_dates(fmt: str, written: str, expected: dt.date | None) -> None:
    parsed = parse({"id": ["a"], "hired": [written]}, workers(hire_date={"from": "hired", "format": fmt}))
    assert parsed.valid["hire_date"].to_list() == ([expected] if expected else [])
    assert parsed.n_quarantined_rows == (0 if expected else 1)


def test_what_stands_beside_an_item_stays_with_it() -> None:
    columns = {"who": ["a", "b"], "Intro": ["Done", None], "#3": ["2024-01-31", None], "Close": ["Open", "Done"],
               "#5": [None, "2024-02-29"]}  # fmt: skip
    table = {
        "table": "lms.learning_records",
        "unpivot": {"except": ["who"], "name": "course", "value": "state", "beside": {"done_on": 1}},
        "columns": {
            "record_id": {"from": ["who", "course"], "join": "/"},
            "worker_id": "who",
            "course_id": "course",
            "status": {"from": "state", "values": {"Done": "completed", "Open": "in_progress"}},
            "completed_at": "done_on",
        },
    }
    valid = parse(columns, table).valid.select("record_id", "completed_at").rows()  # type: ignore[arg-type]
    assert sorted(valid, key=repr) == [
        ("a/Close", None),
        ("a/Intro", dt.datetime(2024, 1, 31)),
        ("b/Close", dt.datetime(2024, 2, 29)),
    ]


def test_durations_become_hours() -> None:
    written = pl.Series(["PT1H30M", "P1DT2H", "PT90S", "P2W", "P1Y", "P", "long", None])
    assert TRANSFORMS["duration_hours"](written).to_list() == ["1.5", "26.0", "0.025", "336.0", None, None, None, None]


def test_an_empty_cell_may_be_declared_to_say_something() -> None:
    rule = {"from": "why", "nulls": ["-"], "empty": "X", "values": {"R": "resigned", "X": "unknown"}}
    rows: dict[str, list[str | None]] = {"id": list("abc"), "hired": ["2020-01-01"] * 3, "why": ["R", None, "-"]}
    parsed = parse(rows, workers(exit_reason=rule))
    assert parsed.valid["exit_reason"].to_list() == ["resigned", "unknown", "unknown"] and parsed.quarantined.is_empty()


def test_rows_are_chosen_by_what_is_empty_in_them() -> None:
    rows: dict[str, list[str | None]] = {"id": ["a", "b"], "hired": ["2020-01-01"] * 2, "code": ["x", " "]}
    parsed = parse(rows, workers() | {"where": {"code": {"present": False}}})
    assert parsed.valid["worker_id"].to_list() == ["b"] and parsed.n_read == 1


def test_named_columns_become_rows_but_for_those_excepted() -> None:
    unpivot = {"columns": ["q*"], "except": ["q*_TEXT"], "except_suffixes": ["_TOPICS"], "name": "item", "value": "answer"}
    parsed = parse(
        {"id": ["a"], "q1": ["4"], "q1_TEXT": ["secret"], "q1_TOPICS": ["pay"], "age": ["7"]}, ANSWERS | {"unpivot": unpivot}
    )
    assert parsed.valid["item_id"].to_list() == ["q1"] and parsed.quarantined.is_empty()


def test_stated_spans_may_not_overlap_but_several_rows_may_begin_on_one_day() -> None:
    columns = {
        "id": ["a", "a", "a", "b", "b", "c", "c"],
        "from": ["2024-01-01", "2024-01-01", "2024-03-01", "2024-01-01", "2024-02-01", "2024-01-01", "2024-02-01"],
        "to": ["2024-03-01", "2024-03-01", None, "2024-03-01", None, None, None],
        "seq": ["1", "2", "1", "1", "1", "1", "1"],
    }
    rules = {"worker_id": "id", "valid_from": "from", "valid_to": "to", "sequence": "seq"}
    parsed = parse(columns, {"table": "hris.job_assignments", "columns": rules})  # type: ignore[arg-type]
    assert [reason[0] for reason in reasons(parsed)] == [6]
    assert parsed.valid.height == 6


def test_two_spellings_of_one_address_are_one_key() -> None:
    columns = {"mail": ["Ada@example.org", "ada@EXAMPLE.org"], "hired": ["2020-01-01"] * 2, "left": ["2021-01-01", ""]}
    table = {"table": "hris.workers", "columns": {"worker_id": {"from": "mail", "by": "email"}, "hire_date": "hired",
                                                  "exit_date": "left"}}  # fmt: skip
    parsed = parse(columns, table)
    assert parsed.valid.is_empty() and {row[2] for row in reasons(parsed)} == {"the key stands twice with different values"}
