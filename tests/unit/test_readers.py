"""Readers: whatever a file looks like, its rows arrive as written, or the file or line is refused with its place."""

from pathlib import Path

import polars as pl
import pytest

from ingest.files import UnreadableFile, read_facts
from ingest.readers import ROW, RawTable, ReadOptions, read_names, read_table


def read(path: Path, content: str | bytes, **options: object) -> RawTable:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(read_facts(path), ReadOptions.model_validate(options))


def values(table: RawTable) -> list[tuple[object, ...]]:
    return table.frame.rows()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(["a", "b"]) + "\n" + delimiter.join(["1", "x y"]) + "\n"
    assert values(read(tmp_path / "f.csv", text)) == [(2, "1", "x y")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom"])
def test_unicode_files_are_read_whatever_their_mark(tmp_path: Path, encoding: str) -> None:
    text = "name;note\nJørgen;naïve\n"
    content = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    assert values(read(tmp_path / "f.csv", content)) == [(2, "Jørgen", "naïve")]


def test_a_declared_encoding_is_used_and_an_undeclared_one_refuses_the_rows(tmp_path: Path) -> None:
    content = "name,n\nJørgen,1\nAnn,2\n".encode("latin-1")
    assert values(read(tmp_path / "f.csv", content, encoding="latin-1"))[0] == (2, "Jørgen", "1")
    table = read(tmp_path / "g.csv", content)
    assert values(table) == [(3, "Ann", "2")] and table.unplaced == [(2, "invalid_encoding")]


def test_rows_of_another_width_are_named_by_line(tmp_path: Path) -> None:
    table = read(tmp_path / "f.csv", 'a,b,c\n1,2,3\n4,5\n6,7,8,9\n"q\nz",1,2\n7,8,9\n')
    assert [row[0] for row in values(table)] == [2, 5, 7]
    assert table.unplaced == [(3, "missing_columns"), (4, "too_many_columns")]


@pytest.mark.parametrize("ends", ["\r\n \n \n \r\n", "\n \n \r\n \n", "\r\n \r \r\n \r"], ids=repr)
def test_line_ends_of_several_kinds_change_neither_rows_nor_their_lines(tmp_path: Path, ends: str) -> None:
    content = "".join(row + end for row, end in zip(("a,b", "1,2", "3,4,5", "6,7"), ends.split(" "), strict=True))
    table = read(tmp_path / "f.csv", content)
    assert values(table) == [(2, "1", "2"), (4, "6", "7")] and table.unplaced == [(3, "too_many_columns")]
    assert values(read(tmp_path / "g.csv", "a,b\n1,2\n")) == [(2, "1", "2")], "the next file is read as if nothing had been"


def test_a_quote_that_never_ends_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"f\.csv, row 3: a quoted value never ends"):
        read(tmp_path / "f.csv", 'a,b\n1,2\n3,"4\n5,6\n7,8\n')


def test_a_last_row_that_is_cut_off_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"row 3: the last row is cut off"):
        read(tmp_path / "f.csv", "a,b,c\n1,2,3\n4,5")
    assert values(read(tmp_path / "g.csv", "a,b\n1,2\n3,4")) == [(2, "1", "2"), (3, "3", "4")]


def test_nul_bytes_refuse_their_row(tmp_path: Path) -> None:
    table = read(tmp_path / "f.csv", b"a,b\n1,x\x00y\n2,z\n")
    assert values(table) == [(3, "2", "z")] and table.unplaced == [(2, "nul_byte")]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"")
    with pytest.raises(UnreadableFile, match="the file is empty"):
        read_names(read_facts(path), ReadOptions())


def test_repeated_and_empty_headings_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(",name, name ,x\n1,2,3,4\n")
    assert read_names(read_facts(path), ReadOptions()) == ["#1", "name", "name#2", "x"]


def test_names_may_stand_in_any_of_several_header_rows(tmp_path: Path) -> None:
    text = '"A","B"\n"first\nline","second"\nkey_a,key_b\n1,2\n3\n5,6\n'
    table = read(tmp_path / "f.csv", text, header_rows=3, names_from=3)
    assert table.frame.columns == [ROW, "key_a", "key_b"] and values(table) == [(5, "1", "2"), (7, "5", "6")]
    assert table.unplaced == [(6, "missing_columns")]


def test_a_file_without_headings_takes_the_maps(tmp_path: Path) -> None:
    assert values(read(tmp_path / "f.csv", "1\tx\n2\ty\n", delimiter="\t", header_rows=0, names=["id", "v"])) == [
        (1, "1", "x"),
        (2, "2", "y"),
    ]
    with pytest.raises(UnreadableFile, match="has 2 columns where the map names 3"):
        read(tmp_path / "g.csv", "1\tx\n", delimiter="\t", header_rows=0, names=["a", "b", "c"])


def test_parquet_is_read_as_the_text_that_a_contract_parses(tmp_path: Path) -> None:
    import datetime as dt

    path = tmp_path / "f.parquet"
    pl.DataFrame(
        {
            "id": [7, None],
            "day": [dt.date(2020, 1, 31), None],
            "at": [dt.datetime(2020, 1, 31, 10, 5), None],
            "is": [True, None],
            "score": [1.5, None],
        }
    ).write_parquet(path)
    table = read_table(read_facts(path), ReadOptions())
    assert table.frame.rows()[0][:3] == (1, "7", "2020-01-31")
    assert table.frame.rows()[0][3].startswith("2020-01-31T10:05:00")
    assert table.frame.rows()[0][4:] == ("true", "1.5")
    assert table.frame.rows()[1][1:] == (None,) * 5


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(UnreadableFile, match="not a whole Parquet file"):
        read_names(read_facts(path), ReadOptions())


def test_excel_sheets_are_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    pl.DataFrame({"id": ["0042", "7"], "n": [1, 2]}).write_excel(path, worksheet="People")
    table = read_table(read_facts(path), ReadOptions(sheet="People"))
    assert values(table) == [(2, "0042", "1"), (3, "7", "2")]
    with pytest.raises(UnreadableFile, match="not a readable workbook with sheet Other"):
        read_table(read_facts(path), ReadOptions(sheet="Other"))


def test_json_records_are_read_where_they_are_kept(tmp_path: Path) -> None:
    text = '{"data": {"people": [{"id": 1, "on": true, "tags": ["a"]}, {"id": "02", "note": null}]}}'
    table = read(tmp_path / "f.json", text, records="data.people")
    assert table.frame.columns == [ROW, "id", "on", "tags", "note"]
    assert values(table) == [(1, "1", "true", "a", None), (2, "02", None, None, None)]
    with pytest.raises(UnreadableFile, match="expected a list of records under people"):
        read(tmp_path / "g.json", text, records="people")
    bare = read(tmp_path / "i.json", '[{"id": 1}]', records="data.people")
    assert values(bare) == [(1, "1")]
    with pytest.raises(UnreadableFile, match=r"h\.json, row 1: not a whole JSON document"):
        read(tmp_path / "h.json", text[:30])


def test_a_files_name_tells_what_no_column_does(tmp_path: Path) -> None:
    options = {"name_columns": {"survey": r"^([^_.]+).*\.csv$", "day": r"_(\d{4}-\d\d-\d\d)\.csv$"}}
    told = read(tmp_path / "Pulse_2026-01-31.csv", "a\n1\n", **options)
    assert told.frame.columns == [ROW, "a", "survey", "day"] and values(told) == [(2, "1", "Pulse", "2026-01-31")]
    assert values(read(tmp_path / "Pulse.csv", "a\n1\n", **options)) == [(2, "1", "Pulse")]
    assert values(read(tmp_path / "other.txt", "a\n1\n", **options)) == [(2, "1")]
    names = read_names(read_facts(tmp_path / "Pulse.csv"), ReadOptions.model_validate(options))
    assert names == ["a", "survey"]


@pytest.mark.parametrize("pattern", ["no group", "(open"])
def test_a_pattern_for_file_names_that_names_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="name_columns.survey"):
        ReadOptions(name_columns={"survey": pattern})


def test_a_zone_written_as_z_is_utc(tmp_path: Path) -> None:
    text = 'a,b\n"{""ImportId"":""a"",""timeZone"":""Z""}","{""ImportId"":""b"",""timeZone"":""America/Denver""}"\n1,2\n'
    table = read(tmp_path / "f.csv", text, header_rows=2, names_from=2, import_ids=True)
    assert table.zones == {"a": "UTC", "b": "America/Denver"}


def test_a_files_name_may_say_what_no_row_repeats(tmp_path: Path) -> None:
    pattern = {"course": r"^completion-(.+)\.csv$"}
    table = read(tmp_path / "completion-lead [1].csv", "a\n1\n", name_columns=pattern)
    assert table.frame.columns == [ROW, "a", "course"] and values(table) == [(2, "1", "lead [1]")]
    facts = read_facts(tmp_path / "completion-lead [1].csv")
    assert read_names(facts, ReadOptions(name_columns=pattern)) == ["a", "course"]
    assert read(tmp_path / "other.csv", "a\n1\n", name_columns=pattern).frame.columns == [ROW, "a"]


def test_a_column_may_have_one_of_several_names(tmp_path: Path) -> None:
    spellings = {"id": ["User - ID", "User ID"], "title": ["Name"], "code": ["Code", "Name"]}
    table = read(tmp_path / "f.csv", "User ID,Name,title\n7,x,y\n", spellings=spellings)
    assert table.frame.to_dicts() == [{ROW: 2, "User ID": "7", "Name": "x", "title": "y", "id": "7", "code": "x"}]
    assert read_names(read_facts(tmp_path / "f.csv"), ReadOptions(spellings=spellings)) == table.frame.columns[1:]
    document = read(tmp_path / "f.json", '[{"User - ID": "8", "User ID": "7"}]', spellings=spellings)
    assert document.frame["id"].to_list() == ["8"]
    assert "id" not in read(tmp_path / "f.json", '[{"User - ID": "8", "User ID": "7"}]').frame.columns


ENDED: dict[str, object] = {"delimiter": "|", "record_end": "!##!"}


@pytest.mark.parametrize("end", ["|!##!", "!##!"])
def test_records_may_end_with_a_mark_of_their_own(tmp_path: Path, end: str) -> None:
    text = f'A|B|C{end}\r\n1|two\nlines|"{end}\r\n2||{end}\n'
    table = read(tmp_path / "f.txt", text, **ENDED)
    assert values(table) == [(2, "1", "two\nlines", '"'), (4, "2", None, None)] and table.unplaced == []
    assert read_names(read_facts(tmp_path / "f.txt"), ReadOptions.model_validate(ENDED)) == ["A", "B", "C"]


def test_a_damaged_record_is_refused_alone_by_its_line(tmp_path: Path) -> None:
    text = b"A|B|!##!\n1|x|!##!\n2|!##!\n3|x|y|!##!\n4|\x00|!##!\n5|\xff|!##!\n6|z|!##!\n\x00\x00"
    table = read(tmp_path / "f.txt", text, **ENDED)
    assert values(table) == [(2, "1", "x"), (7, "6", "z")]
    assert table.unplaced == [(3, "missing_columns"), (4, "too_many_columns"), (5, "nul_byte"), (6, "invalid_encoding")]


def test_a_file_whose_last_record_lacks_its_mark_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"row 2: the last record is cut off"):
        read(tmp_path / "f.txt", "A|B|!##!\n1|x", **ENDED)
    with pytest.raises(UnreadableFile, match="no record ends with !##!"):
        read(tmp_path / "g.txt", "A|B\n1|x\n", **ENDED)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_last_line_end_is_seen_whatever_the_encoding(tmp_path: Path, encoding: str) -> None:
    for text, ends in (("a,b\n1,2\n", True), ("a,b\n1,2", False)):
        path = tmp_path / "f.csv"
        path.write_bytes({"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"") + text.encode(encoding))
        assert read_facts(path).ends_with_newline is ends
