"""What `fairlead inspect` says of a file: the map that fits, what would be read, and a draft where none fits."""

from pathlib import Path
from zipfile import ZipFile

import yaml
from click.testing import CliRunner

from ingest.column_map import ColumnMap
from ingest.home import Home
from ingest.inspection import Inspection, inspect_path
from orchestration.cli import main
from tests.maps.reading import write

PEOPLE = """Emp No;Hired on;Left on;Job title;Department;Favourite colour
1;03-04-2020;;Engineer;Research;red
2;13-05-2021;01-02-2024;Clerk;Office;blue
"""
GLINT = "EMP ID,Status,Survey Cycle Completion Date,Survey Cycle Sent Date,I feel valued,I feel valued_COMMENT"


def inspected(folder: Path, name: str, content: str) -> Inspection:
    return next(inspect_path(write(folder, name, content), Home(folder / "home")))


def test_a_known_layout_is_recognised_and_counted(tmp_path: Path) -> None:
    found = inspected(
        tmp_path,
        "any name.csv",
        f"{GLINT}\n7,Active,01-02-2026 10:00,30-01-2026 08:00,4,\n8,Active,x,30-01-2026 08:00,5,kind\n",
    )
    use = found.uses[0]
    assert (use.map_name, use.feed) == ("viva_glint", "survey")
    assert ("survey.survey_answers", 2, 1, 1, 0) in use.tables
    reasons = {(table, column): (count, line) for (table, column, _, _), (count, line) in use.reasons.items()}
    assert reasons["survey.survey_answers", "answered_at"] == (1, 3)
    assert use.ignored == ["Status", "I feel valued_COMMENT"]
    assert found.draft == ""


def test_an_unknown_layout_gets_a_draft_that_is_a_map(tmp_path: Path) -> None:
    found = inspected(tmp_path, "people.csv", PEOPLE)
    assert found.uses == []
    written = yaml.safe_load(found.draft)
    tables = {table.table: table for table in ColumnMap.model_validate(written).feeds["export"].tables}
    workers = tables["hris.workers"].columns
    assert workers["worker_id"].sources == ["Emp No"]
    assert workers["hire_date"].formats == ["%d-%m-%Y"]
    assert "%d-%m-%Y and %m-%d-%Y read every value alike: decide" in found.draft
    assert tables["hris.job_assignments"].undated
    assert "columns of the file that nothing reads: Favourite colour" in found.draft


def test_a_draft_in_the_homes_folder_reads_the_file(tmp_path: Path) -> None:
    found = inspected(tmp_path, "people.csv", PEOPLE)
    home = Home(tmp_path / "home")
    (home.root / "maps").mkdir(parents=True)
    (home.root / "maps" / "people.yml").write_text(found.draft)
    again = next(inspect_path(tmp_path / "people.csv", home))
    assert again.uses[0].map_name == "people"
    assert ("hris.workers", 2, 2, 0, 0) in again.uses[0].tables


def test_what_is_printed_names_no_value_of_a_person(tmp_path: Path) -> None:
    write(tmp_path, "people.csv", PEOPLE.replace("Engineer", "Zaphod"))
    (tmp_path / "glint.csv").write_text(f"{GLINT}\nZaphod,Zaphod,Zaphod,30-01-2026 08:00,Zaphod,Zaphod\n")
    for name, code in (("people.csv", 2), ("glint.csv", 2)):
        result = CliRunner().invoke(main, ["--home", str(tmp_path / "home"), "inspect", str(tmp_path / name)])
        assert result.exit_code == code
        assert "Zaphod" not in result.output


def test_each_file_of_an_archive_is_looked_at(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a/people.csv", PEOPLE)
        archive.writestr("glint.csv", f"{GLINT}\n7,Active,01-02-2026 10:00,30-01-2026 08:00,4,\n")
    found = {one.name: one for one in inspect_path(tmp_path / "all.zip", Home(tmp_path / "home"))}
    assert set(found) == {"people.csv", "glint.csv"}
    assert found["glint.csv"].uses[0].map_name == "viva_glint"


def test_one_map_says_why_it_does_not_fit(tmp_path: Path) -> None:
    write(tmp_path, "people.csv", PEOPLE)
    result = CliRunner().invoke(
        main, ["--home", str(tmp_path), "inspect", str(tmp_path / "people.csv"), "--map", "viva_glint"]
    )
    assert result.exit_code == 2
    assert "fits no feed of column map viva_glint" in result.output
