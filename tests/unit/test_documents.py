"""Nested and tabular formats beside CSV: JSON, JSON lines, XML, SPSS, and headings that stand on several rows."""

import datetime as dt
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from ingest.files import UnreadableFile, read_facts
from ingest.readers import ROW, RawTable, ReadOptions, read_table
from tests.maps.reading import write


def read(path: Path, **options: object) -> RawTable:
    return read_table(read_facts(path), ReadOptions.model_validate(options))


def rows(table: RawTable) -> list[dict[str, str | None]]:
    return table.frame.drop(ROW).to_dicts()


def test_nested_names_are_joined_with_dots(tmp_path: Path) -> None:
    text = '[{"actor": {"account": {"name": "a1"}}, "score": {"raw": 0.5, "passed": true}, "tags": [1, 2]}]'
    assert rows(read(write(tmp_path, "f.json", text))) == [
        {"actor.account.name": "a1", "score.raw": "0.5", "score.passed": "true", "tags": "1;2"}
    ]


def test_json_within_json_is_decoded_where_it_is_declared(tmp_path: Path) -> None:
    text = '{"event": "{\\"course\\": \\"c\\"}"}\n{"event": {"course": "d"}}\n{"event": "plain"}\n'
    table = read(write(tmp_path, "f.jsonl", text), decode=["event"])
    assert rows(table) == [
        {"event.course": "c", "event": None},
        {"event.course": "d", "event": None},
        {"event.course": None, "event": "plain"},
    ]


def test_lines_that_are_no_records_are_unplaced_with_their_number(tmp_path: Path) -> None:
    table = read(write(tmp_path, "f.jsonl", '{"a": 1}\nnonsense\n\n[1]\n{"a": 2}\n'))
    assert table.frame.select(ROW, "a").rows() == [(1, "1"), (5, "2")]
    assert table.unplaced == [(2, "not_a_JSON_record"), (4, "not_a_JSON_record")]


def test_a_cut_last_record_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="row 2: the last record is cut off"):
        read(write(tmp_path, "f.jsonl", '{"a": 1}\n{"a": '))


XML = """<?xml version="1.0"?>
<ns:answer xmlns:ns="urn:x"><ns:person><ns:id>p1</ns:id>
  <ns:name><ns:first>A</ns:first></ns:name>
  <ns:job><ns:employer>E</ns:employer>
    <ns:step><ns:start>2020-01-01</ns:start><ns:seq>1</ns:seq></ns:step>
    <ns:step><ns:start>2020-01-01</ns:start><ns:seq>2</ns:seq></ns:step>
  </ns:job></ns:person>
<ns:person><ns:id>p2</ns:id><ns:job><ns:step><ns:start>2021-01-01</ns:start></ns:step></ns:job></ns:person></ns:answer>
"""


def test_xml_records_carry_the_values_of_what_is_around_them(tmp_path: Path) -> None:
    table = read(write(tmp_path, "f.xml", XML), records="person/job/step")
    assert [(row["person.id"], row["start"], row["seq"]) for row in rows(table)] == [
        ("p1", "2020-01-01", "1"),
        ("p1", "2020-01-01", "2"),
        ("p2", "2021-01-01", None),
    ]
    assert rows(table)[0]["person.name.first"] == "A"
    assert [row["job.employer"] for row in rows(table)] == ["E", "E", None]


def test_attributes_are_columns_of_the_record_and_of_what_is_around_it(tmp_path: Path) -> None:
    text = '<a xmlns:x="urn:x"><p id="p1"><j x:kind="main" level=" "><t>Boss</t></j><j><t>Aide</t></j></p></a>'
    assert rows(read(write(tmp_path, "f.xml", text), records="p/j")) == [
        {"p.@id": "p1", "@kind": "main", "@level": None, "t": "Boss"},
        {"p.@id": "p1", "@kind": None, "@level": None, "t": "Aide"},
    ]


def test_several_elements_are_records_wherever_they_stand_and_say_which_they_are(tmp_path: Path) -> None:
    text = "<a><c><t>1</t></c><b><t>2</t><b><t>3</t><u><t>4</t></u></b></b><other><t>5</t></other></a>"
    table = read(write(tmp_path, "f.xml", text), records="c|b|u")
    assert sorted((row["t"], row["@"]) for row in rows(table)) == [("1", "c"), ("2", "b"), ("3", "b"), ("4", "u")]


def test_damaged_and_hostile_xml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"cut\.xml, row \d+: not a whole XML document"):
        read(write(tmp_path, "cut.xml", XML[:200]), records="person/job/step")
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><answer><person><id>&b;</id></person></answer>'
    with pytest.raises(UnreadableFile, match="declares entities or a document type"):
        read(write(tmp_path, "bomb.xml", bomb), records="person")


def test_spss_codes_stay_codes_and_user_missing_ones_are_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "f.sav"
    frame = pl.DataFrame({"q1": [1.0, 99.0, None], "who": ["a", "b", "c"]})
    pyreadstat.write_sav(frame.to_pandas(), str(path), missing_ranges={"q1": [99]})
    assert rows(read(path)) == [{"q1": "1", "who": "a"}, {"q1": "99", "who": "b"}, {"q1": None, "who": "c"}]


def test_names_may_stand_on_several_rows_and_reach_to_the_right(tmp_path: Path) -> None:
    text = "Respondent,How was it?,,\n,Food,Room,\n1,5,4,x\n"
    table = read(write(tmp_path, "f.csv", text), header_rows=2, names_from=[1, 2], fill_names=True)
    assert table.frame.columns[1:] == ["Respondent", "How was it? | Food", "How was it? | Room", "How was it?"]


QUALTRICS = """Start,Q1,Q2
"the start","a question,
of two lines",other
"{""ImportId"":""startDate"",""timeZone"":""America/Denver""}","{""ImportId"":""QID7""}","{""ImportId"":""QID9""}"
2026-01-31 17:30:00,4,5
"""


def test_import_ids_name_columns_and_time_zones(tmp_path: Path) -> None:
    options = {"header_rows": 3, "names_from": 3, "import_ids": True}
    table = read(write(tmp_path, "f.csv", QUALTRICS), **options)
    assert table.frame.columns[1:] == ["startDate", "QID7", "QID9"]
    assert table.zones == {"startDate": "America/Denver"}
    assert table.frame[ROW].to_list() == [5]
    with pytest.raises(UnreadableFile, match="row 3: expected ImportIds"):
        read(write(tmp_path, "g.csv", "Start,Q1\na,b\n2026-01-31,4\n2026-01-31,5\n"), **options)


def test_a_workbook_may_have_several_header_rows(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": ["Id", "0042"], "b": ["Hours", "7"]})
    frame.write_excel(tmp_path / "f.xlsx", include_header=True)
    table = read(tmp_path / "f.xlsx", header_rows=2, names_from=2)
    assert table.frame.columns[1:] == ["Id", "Hours"]
    assert table.frame.rows() == [(3, "0042", "7")]


def test_days_and_whole_numbers_of_a_workbook_are_written_as_such(tmp_path: Path) -> None:
    frame = pl.DataFrame({"day": [dt.date(2024, 1, 31), None], "n": [3, 4], "share": [0.5, 1.0]})
    frame.write_excel(tmp_path / "f.xlsx")
    assert [tuple(row.values()) for row in rows(read(tmp_path / "f.xlsx"))] == [
        ("2024-01-31", "3", "0.5"),
        (None, "4", "1.0"),
    ]
