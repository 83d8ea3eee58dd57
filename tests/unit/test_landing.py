"""Landing files: recognised by what they hold, guarded, stamped, and refused with a reason that says what to do."""

import datetime as dt
import gzip
import io
from collections.abc import Callable
from zipfile import ZipFile

import pytest

from ingest.column_map import read_column_map
from ingest.contracts import CONTRACTS
from ingest.home import AlreadyRunning, ConfigurationError, Home
from ingest.landing import has_new_files
from ingest.raw_store import rows_in_force

from ..conftest import Workshop

Make = Callable[..., Workshop]
UNITS = {
    "recognise": {"columns": ["unit", "name"]},
    "tables": [{"table": "hris.org_units", "columns": {"org_unit_id": "unit", "name": "name"}}],
}
PEOPLE = {
    "recognise": {"columns": ["id", "hired"]},
    "tables": [{"table": "hris.workers", "columns": {"worker_id": "id", "hire_date": "hired"}}],
}
MAP = {"feeds": {"units": UNITS, "people": PEOPLE}, "ignored_files": ["lookup*"]}
PEOPLE_CSV = "id,hired\na,2020-01-01\nb,2020-01-01\n"


def make_shop(make: Make, **source: str) -> Workshop:
    return make({"hr": {"map": "m", **source}}, {"m": MAP})


def test_a_file_is_known_by_its_columns_and_not_by_its_name(workshop: Make) -> None:
    shop = make_shop(workshop)
    shop.land("hr", "units.csv", PEOPLE_CSV)
    [outcome] = shop.ingest()
    assert outcome.status == "pending" and outcome.tables == ["hris.workers"]


def test_another_systems_file_is_rejected_with_what_is_missing(workshop: Make) -> None:
    shop = make_shop(workshop)
    shop.land("hr", "other.csv", "id,name,city\n1,x,y\n")
    [outcome] = shop.ingest()
    assert outcome.status == "rejected"
    assert outcome.reason == (
        "other.csv: fits no feed of column map m; nearest is units, which needs 'unit'. "
        "If columns were renamed, change the map"
    )


def test_a_file_that_fits_two_feeds_alike_is_refused(workshop: Make) -> None:
    twin = {"feeds": {"one": UNITS, "two": UNITS}}
    shop = workshop({"hr": {"map": "m"}}, {"m": twin})
    shop.land("hr", "f.csv", "unit,name\na,A\n")
    [outcome] = shop.ingest()
    assert outcome.status == "rejected" and "fits the feeds one, two alike" in str(outcome.reason)


def test_a_snapshot_of_nobody_is_refused(workshop: Make) -> None:
    shop = make_shop(workshop)
    shop.land("hr", "people.csv", "id,hired\n")
    [outcome] = shop.ingest()
    assert outcome.status == "rejected" and "an empty snapshot would end everybody" in str(outcome.reason)


def test_a_file_of_mostly_bad_rows_is_refused_and_says_which_column(workshop: Make) -> None:
    shop = make_shop(workshop)
    shop.land("hr", "people.csv", "id,hired\na,01/01/2020\nb,02/01/2020\nc,2020-01-01\n")
    [outcome] = shop.ingest()
    assert outcome.status == "rejected"
    assert "people.csv, row 2, column hire_date: 2 of 3 rows of hris.workers cannot be used" in str(outcome.reason)


def test_a_rejected_file_is_read_again_once_its_map_has_changed(workshop: Make) -> None:
    shop = make_shop(workshop)
    shop.land("hr", "people.csv", "id,since\na,2020-01-01\n")
    assert [outcome.status for outcome in shop.ingest()] == ["rejected"]
    assert shop.ingest() == []
    path = shop.home.root / "maps" / "m.yml"
    path.write_text(path.read_text().replace("hired", "since"))
    assert [outcome.status for outcome in shop.ingest()] == ["pending"]
    assert shop.rows("select status from ledger.loads where superseded_at is null") == [("pending",)]


def test_control_totals_of_the_manifest_are_held_against_the_file(workshop: Make) -> None:
    shop = make_shop(workshop)
    shop.land("hr", "people.csv", PEOPLE_CSV)
    shop.land("hr", "manifest.yml", "people.csv: {rows: 3, exported_at: 2025-12-31}\n")
    [outcome] = shop.ingest()
    assert outcome.status == "rejected" and "has 2 rows where the manifest declares 3" in str(outcome.reason)


@pytest.mark.parametrize(
    ("name", "manifest", "literal", "expected"),
    [
        ("people.csv", "people.csv: {exported_at: 2025-11-30}", None, dt.datetime(2025, 11, 30)),
        ("people.csv", "", "2025-10-31", dt.datetime(2025, 10, 31)),
        ("people.csv", "", None, dt.datetime(2026, 1, 1)),
    ],
)
def test_a_stamp_is_declared_or_else_the_moment_of_reading(
    workshop: Make, name: str, manifest: str, literal: str | None, expected: dt.datetime
) -> None:
    shop = make_shop(workshop, **({"exported_at": literal} if literal else {}))
    shop.land("hr", name, PEOPLE_CSV)
    if manifest:
        shop.land("hr", "manifest.yml", manifest + "\n")
    shop.ingest()
    assert shop.rows("select exported_at, received_at from ledger.loads") == [(expected, dt.datetime(2026, 1, 1))]


def test_ignored_hidden_and_unfinished_files_are_left_alone(workshop: Make) -> None:
    shop = make_shop(workshop)
    for name in ("lookup_cities.csv", ".hidden.csv", "people.csv.part", "people.tmp"):
        shop.land("hr", name, PEOPLE_CSV)
    assert shop.ingest() == []


def test_a_folder_that_nobody_declared_is_a_configuration_error(workshop: Make) -> None:
    shop = make_shop(workshop)
    shop.land("lms", "f.csv", PEOPLE_CSV)
    with pytest.raises(ConfigurationError, match="landing/lms holds 1 files, but sources.yml declares no source lms"):
        shop.ingest()


def test_new_files_are_seen_without_reading_them(workshop: Make) -> None:
    shop = make_shop(workshop)
    assert has_new_files(shop.home) == ""
    shop.land("hr", "people.csv", PEOPLE_CSV)
    assert has_new_files(shop.home)
    shop.ingest()
    assert has_new_files(shop.home) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sources: {hr: {map: m, colour: red}}", "sources.hr.colour: Extra inputs are not permitted"),
        ("sources: {hr: {}}", "sources.hr.map: Field required"),
        ("sources: [", "not valid YAML"),
    ],
)
def test_a_wrong_sources_file_says_where(workshop: Make, text: str, message: str) -> None:
    shop = make_shop(workshop)
    shop.home.sources_file.write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        shop.home.read_configuration()


ONE_TABLE = {"table": "hris.org_units", "columns": {"org_unit_id": "u"}}


@pytest.mark.parametrize(
    ("feed", "message"),
    [
        ({"tables": [{"table": "hris.people", "columns": {}}]}, "unknown table hris.people"),
        ({"tables": [{"table": "hris.workers", "columns": {"worker_id": "id"}}]}, "hris.workers needs hire_date"),
        (
            {"tables": [{"table": "hris.org_units", "columns": {"org_unit_id": "u", "colour": "c"}}]},
            "hris.org_units has no column colour",
        ),
        ({"tables": [], "mod": "snapshot"}, "Extra inputs are not permitted"),
        (
            ONE_TABLE | {"where": {"u": {"nott": "x"}}},
            r"m.yml: feeds.f.tables.0.where.u: .*expected text, a list of texts .*, or some of one_of, not, .* not nott",
        ),
        (ONE_TABLE | {"where": {"u": True}}, "feeds.f.tables.0.where.u: .*quote numbers and yes/no"),
        (ONE_TABLE | {"where": {"u": [1]}}, "feeds.f.tables.0.where.u.one_of.0: Input should be a valid string"),
        (ONE_TABLE | {"where": {"u": {}}}, "feeds.f.tables.0.where.u: .*expected text"),
        (ONE_TABLE | {"where": {"u": {"matches": "(x"}}}, "feeds.f.tables.0.where.u.matches: .*is no regular expression"),
        (ONE_TABLE | {"latest": {"by": "at", "of": ["title"]}}, "latest.of names canonical columns .* it makes no title"),
    ],
)
def test_a_wrong_column_map_says_where(workshop: Make, feed: dict[str, object], message: str) -> None:
    shop = workshop({"hr": {"map": "m"}}, {"m": {"feeds": {"f": feed if "tables" in feed else {"tables": [feed]}}}})
    with pytest.raises(ConfigurationError, match=message):
        read_column_map("m", shop.home)


def test_an_unknown_map_names_those_there_are(workshop: Make) -> None:
    with pytest.raises(ConfigurationError, match="column map nothing: not found.*Shipped: .*bamboohr"):
        read_column_map("nothing")


def test_every_shipped_map_is_valid() -> None:
    from ingest.column_map import SHIPPED

    names = [path.stem for path in SHIPPED.glob("*.yml")]
    assert len(names) >= 5
    assert [read_column_map(name).name for name in names] == names


def test_two_runs_over_one_home_do_not_meet(workshop: Make) -> None:
    home = Home(make_shop(workshop).home.root)
    with home.lock(), pytest.raises(AlreadyRunning, match="another refresh is running"), home.lock():
        pass


def zipped(**files: str) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_each_file_of_an_archive_is_a_load_of_its_own(workshop: Make) -> None:
    shop = make_shop(workshop)
    shop.land("hr", "january.zip", zipped(**{"all/people.csv": PEOPLE_CSV, "units.csv": "unit,name\na,A\n"}))
    outcomes = {outcome.name: outcome.status for outcome in shop.ingest()}
    assert outcomes == {"hr/january.zip/all/people.csv": "pending", "hr/january.zip/units.csv": "pending"}
    assert shop.ingest() == []
    shop.land("hr", "again.zip", zipped(**{"people.csv": PEOPLE_CSV}))
    assert [outcome.status for outcome in shop.ingest()] == ["seen"]


def test_a_load_out_of_an_archive_can_be_derived_again(workshop: Make) -> None:
    feed = {**PEOPLE, "exported_at": {"file_name": r"(\d{4}-\d{2}-\d{2})"}}
    shop = workshop({"hr": {"map": "m"}}, {"m": {"feeds": {"people": feed}}})
    shop.land("hr", "people_2020-03-31.csv.gz", gzip.compress(PEOPLE_CSV.encode()))
    shop.ingest()
    shop.accept()
    shop.land("hr", "a.zip", zipped(**{"people_2020-02-29.csv": PEOPLE_CSV + "c,2020-01-01\n"}))
    shop.ingest()
    shop.accept()
    ends = shop.rows("select op, count(*) from hris.workers semi join (select load_seq from ledger.loads where "
                     "superseded_at is null) using (load_seq) group by 1 order by 1")  # fmt: skip
    assert ends == [("d", 1), ("i", 1), ("u", 2)]


def test_a_bad_archive_is_rejected_once_with_its_reason(workshop: Make) -> None:
    shop = make_shop(workshop)
    shop.land("hr", "bad.zip", zipped(**{"../people.csv": PEOPLE_CSV}))
    [outcome] = shop.ingest()
    assert outcome.status == "rejected" and "leads out of the archive" in str(outcome.reason)
    assert shop.ingest() == []


def test_a_file_that_is_still_being_written_waits_for_the_next_run(workshop: Make) -> None:
    shop = make_shop(workshop)
    path = shop.land("hr", "people.csv", PEOPLE_CSV)
    with open(path, "a") as writer:
        writer.write("c,2020-01-01\n")
        assert [outcome.status for outcome in shop.ingest()] == ["unfinished"]
    assert shop.rows("select count(*) from ledger.loads") == [(0,)]
    assert [(outcome.status, outcome.n_rows) for outcome in shop.ingest()] == [("pending", 3)]


STATEMENTS = {
    "recognise": {"columns": ["id", "verb", "target"]},
    "mode": "changes",
    "tables": [
        {
            "table": "lms.learning_records",
            "where": {"verb": ["enrolled"]},
            "columns": {
                "record_id": "id",
                "worker_id": "who",
                "course_id": {"constant": "c"},
                "status": {"constant": "enrolled"},
            },
        },
        {
            "table": "lms.learning_records",
            "removes": True,
            "where": {"verb": ["voided"]},
            "columns": {"record_id": "target"},
        },
    ],
}


EVENTS = {
    "recognise": {"columns": ["who", "course"]},
    "mode": "changes",
    "exported_at": {"column": "stored", "format": "%Y-%m-%d"},
    "tables": [
        {
            "table": "lms.learning_records",
            "where": {person: {"present": True}},
            "columns": {
                "record_id": {"from": ["course", person], "join": "|", "names_person": True},
                "worker_id": {"from": person, "by": kind},
                "course_id": "course",
                "status": {"from": "state", "values": {"in": "enrolled"}},
            },
        }
        for person, kind in (("who", "login"), ("mail", "email"))
    ],
}


def in_force(shop: Workshop) -> list[str]:
    contract = CONTRACTS["lms.learning_records"]
    order = "row_number() over (order by exported_at, file, load_seq)"
    loads = f"select load_seq, {order} as load_order from ledger.loads where status = 'accepted'"
    return sorted(str(row[0]) for row in shop.rows(f"select record_id from ({rows_in_force(contract, loads)})"))


def test_a_statement_that_is_taken_back_holds_no_more(workshop: Make) -> None:
    shop = workshop({"lrs": {"map": "m"}}, {"m": {"feeds": {"statements": STATEMENTS}}})
    head = "id,verb,who,target\n"
    shop.land("lrs", "1.csv", head + "s1,enrolled,a,\ns2,enrolled,b,\ns3,enrolled,c,\ns4,voided,x,s3\n")
    shop.ingest()
    shop.accept()
    assert in_force(shop) == ["s1", "s2"]
    shop.land("lrs", "2.csv", head + "s5,voided,x,s1\ns6,voided,x,never\n")
    shop.ingest()
    assert in_force(shop) == ["s1", "s2"]
    shop.accept()
    assert in_force(shop) == ["s2"]
    assert shop.rows("select n_deleted from ledger.load_tables order by load_seq") == [(1,), (2,)]


def test_a_statement_may_arrive_after_the_one_that_takes_it_back(workshop: Make) -> None:
    feed = {**STATEMENTS, "exported_at": {"file_name": r"(\d{4}-\d{2}-\d{2})"}}
    shop = workshop({"lrs": {"map": "m"}}, {"m": {"feeds": {"statements": feed}}})
    head = "id,verb,who,target\n"
    shop.land("lrs", "2026-01-02.csv", head + "s2,voided,x,s1\n")
    shop.ingest()
    shop.accept()
    shop.land("lrs", "2026-01-01.csv", head + "s1,enrolled,a,\ns3,enrolled,b,\n")
    shop.ingest()
    shop.accept()
    assert in_force(shop) == ["s3"]


def test_a_snapshot_cannot_take_back(workshop: Make) -> None:
    with pytest.raises(ConfigurationError, match="a snapshot removes by leaving out"):
        shop = workshop({"lrs": {"map": "m"}}, {"m": {"feeds": {"statements": {**STATEMENTS, "mode": "snapshot"}}}})
        read_column_map("m", shop.home)


def test_a_feed_dates_the_rows_of_a_table_or_does_not(workshop: Make) -> None:
    dated = {"table": "hris.org_units", "columns": {"org_unit_id": "unit", "valid_from": "since"}}
    undated = {"table": "hris.org_units", "undated": True, "columns": {"org_unit_id": "other"}}
    shop = workshop({"hr": {"map": "m"}}, {"m": {"feeds": {"units": {"tables": [dated, undated]}}}})
    with pytest.raises(ConfigurationError, match="filled by dated and by undated entries"):
        read_column_map("m", shop.home)


def events(*lines: str) -> str:
    return "".join(line + "\n" for line in lines)


GOOD = '{"who": "ann", "course": "c1", "state": "in", "stored": "2020-01-02T10:00:00+02:00"}'
OTHER = '{"who": "bob", "course": "c1", "state": "in", "stored": "2020-01-01T10:00:00Z"}'


def test_a_key_made_of_a_persons_id_is_stored_as_a_token(workshop: Make) -> None:
    shop = workshop({"lrs": {"map": "m"}}, {"m": {"feeds": {"events": EVENTS}}})
    shop.land("lrs", "e.jsonl", events(GOOD, OTHER))
    assert [outcome.status for outcome in shop.ingest()] == ["pending"]
    keys = {record for (record,) in shop.rows("select record_id from lms.learning_records")}
    assert keys == {shop.pseudonyms.token(value, "key") for value in ("c1|ann", "c1|bob")}


def test_the_latest_stamp_of_a_column_is_the_moment_of_export(workshop: Make) -> None:
    shop = workshop({"lrs": {"map": "m"}}, {"m": {"feeds": {"events": EVENTS}}})
    shop.land("lrs", "e.jsonl", events(GOOD, OTHER))
    shop.land("lrs", "f.jsonl", events('{"who": "eve", "course": "c1", "state": "in"}'))
    shop.ingest()
    stamps = shop.rows("select exported_at from ledger.loads order by file")
    assert stamps == [(dt.datetime(2020, 1, 2, 8),), (shop.now,)]


def test_one_bad_line_does_not_refuse_what_another_entry_reads(workshop: Make) -> None:
    shop = workshop({"lrs": {"map": "m"}}, {"m": {"feeds": {"events": EVENTS}}})
    bad = '{"mail": "eve@example.com", "course": "c1", "state": "?", "stored": "2020-01-02T10:00:00Z"}'
    shop.land("lrs", "e.jsonl", events(GOOD, "not JSON", OTHER, bad))
    [outcome] = shop.ingest()
    assert (outcome.status, outcome.n_rows, outcome.n_quarantined) == ("pending", 2, 2)


def test_a_file_of_mostly_unplaced_lines_is_refused(workshop: Make) -> None:
    shop = workshop({"lrs": {"map": "m"}}, {"m": {"feeds": {"events": EVENTS}}})
    shop.land("lrs", "e.jsonl", events("x", GOOD, "y", "z"))
    [outcome] = shop.ingest()
    assert outcome.reason is not None and outcome.reason.startswith(
        "e.jsonl, row 1: 3 of 4 lines cannot be placed (limit 50%); first not a JSON record."
    )


def test_a_large_snapshot_leaves_the_same_log_as_a_small_one(workshop: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def log(name: str) -> list[list[tuple[object, ...]]]:
        shop = workshop({"hr": {"map": "m"}}, {"m": MAP}, name)
        for day, people in (("01", range(40)), ("02", range(3, 44)), ("03", range(30))):
            lines = [f"E{n},{'someday' if n == 7 else f'2020-01-{1 + n % 20:02}'}" for n in people]
            shop.land("hr", f"people_{day}.csv", "id,hired\n" + "\n".join(lines) + "\n")
            [outcome] = shop.ingest()
            assert outcome.status == "pending"
            shop.accept()
        assert not shop.home.scratch.exists() or not list(shop.home.scratch.iterdir()), "a spool was left"
        # pseudonyms are each home's own
        tables = ("hris.workers", "ledger.load_tables", "ledger.load_columns", "ledger.quarantine")
        return [sorted(shop.rows(f"select columns(c -> c <> 'worker_id') from {table}"), key=repr) for table in tables]

    small = log("small")
    monkeypatch.setattr("ingest.readers.LARGE_FILE", 0)
    monkeypatch.setattr("ingest.readers.PIECE", 60)
    monkeypatch.setattr("ingest.feeds.PART", 100)
    assert log("large") == small


def test_a_large_file_that_cannot_be_used_is_rejected_and_leaves_no_spool(
    workshop: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.readers.LARGE_FILE", 0)
    shop = make_shop(workshop)
    shop.land("hr", "people.csv", "id,hired\n" + "".join(f"E{n},someday\n" for n in range(50)))
    [outcome] = shop.ingest()
    assert outcome.status == "rejected" and "50 of 50 rows of hris.workers cannot be used" in str(outcome.reason)
    assert list(shop.home.scratch.iterdir()) == []
