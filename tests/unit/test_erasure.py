"""Whoever is forgotten was never read: the raw store after an erasure is the one that files without the person had made.

A company small enough to be looked through: Ann is forgotten, who had another id once, an e-mail address that passed to
Bob, reviews that were first another's or became another's, and people who mention her.
"""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import polars as pl
import pytest

from ingest import erasure
from ingest.contracts import CONTRACTS
from ingest.home import ConfigurationError
from ingest.persons import NobodyMeant
from ingest.raw_store import open_raw_store, rows_in_force
from ingest.tombstone import TOKENS, Tombstone, dated_by, mentions, subjects
from orchestration.access_log import write_look
from orchestration.erasure import Forgotten, forget_expired, forget_person, look_again

from ..conftest import Workshop

Make = Callable[..., Workshop]
STAMP = {"file_name": r"(\d{4}-\d{2}-\d{2})"}
HR = {
    "feeds": {
        "people": {
            "recognise": {"file": "people_*"},
            "exported_at": STAMP,
            "tables": [
                {"table": "hris.workers", "columns": {"worker_id": "id", "hire_date": "hired", "exit_date": "left"}},
                {
                    "table": "hris.job_assignments",
                    "columns": {"worker_id": "id", "valid_from": "hired", "manager_id": "boss", "level": "level"},
                },
                {
                    "table": "hris.identifiers",
                    "where": {"mail": {"present": True}},
                    "columns": {
                        "worker_id": "id", "kind": {"constant": "email"}, "value": "mail", "valid_from": "since",
                        "valid_to": "until",
                    },
                },
                {
                    "table": "hris.identifiers",
                    "where": {"former": {"present": True}},
                    "columns": {"worker_id": "id", "kind": {"constant": "alias"}, "value": "former"},
                },
            ],
        },
        "reviews": {
            "recognise": {"file": "reviews_*"},
            "mode": "changes",
            "exported_at": STAMP,
            "tables": [
                {
                    "table": "hris.performance_reviews",
                    "columns": {
                        "review_id": "review", "worker_id": "of", "reviewer_id": "by", "reviewed_date": "on",
                        "cycle_id": {"constant": "c"},
                    },
                }
            ],
        },
        "marks": {
            "recognise": {"file": "marks_*"},
            "mode": "changes",
            "exported_at": STAMP,
            "tables": [
                {
                    "table": "hris.review_ratings",
                    "columns": {"review_id": "review", "competency_id": "competency", "rating": "mark"},
                }
            ],
        },
    }
}  # fmt: skip
LMS = {
    "feeds": {
        "records": {
            "recognise": {"file": "records_*"},
            "exported_at": STAMP,
            "tables": [
                {
                    "table": "lms.learning_records",
                    "columns": {
                        "record_id": "record", "worker_id": {"from": "login", "by": "email"}, "course_id": "course",
                        "enrolled_at": "on", "status": {"constant": "enrolled"},
                    },
                }
            ],
        },
        "waves": {
            "recognise": {"file": "wave_*"},
            "scope": "survey_id",
            "exported_at": STAMP,
            "tables": [
                {
                    "table": "survey.survey_answers",
                    "columns": {
                        "survey_id": "wave", "respondent_id": {"from": "who", "by": "email"}, "item_id": "item",
                        "answer": "answer",
                    },
                }
            ],
        },
    }
}  # fmt: skip
SOURCES = {"hr": {"map": "hr"}, "lms": {"map": "lms"}}
PEOPLE = "id,hired,left,boss,level,mail,since,until,former\n"
ANN, OLD = "A0017", "Z0009"
FILES = {
    "hr/people_2024-01-31.csv": PEOPLE
    + "A0017,2020-01-01,,B0002,4,ann@x.example,2020-01-01,,Z0009\nB0002,2019-01-01,,,9,bob@x.example,2019-01-01,,\n"
    + "C0003,2021-01-01,,A0017,2,cleo@x.example,2021-01-01,,\nD0004,2021-01-01,,A0017,many,dan@x.example,2021-01-01,,\n",
    "hr/people_2024-02-29.csv": PEOPLE
    + "A0017,2020-01-01,,B0002,5,ann@x.example,2020-01-01,2024-02-10,Z0009\n"
    + "B0002,2019-01-01,,,9,ann@x.example,2024-02-10,,\nB0002,2019-01-01,,,9,bob@x.example,2019-01-01,,\n"
    + "C0003,2021-01-01,,A0017,2,cleo@x.example,2021-01-01,,\nD0004,2021-01-01,,A0017,3,dan@x.example,2021-01-01,,\n",
    "hr/people_2024-03-31.csv": PEOPLE
    + "A0017,2020-01-01,2024-03-15,B0002,five,ann@x.example,2020-01-01,2024-02-10,Z0009\n"
    + "B0002,2019-01-01,,,9,ann@x.example,2024-02-10,,\nB0002,2019-01-01,,,9,bob@x.example,2019-01-01,,\n"
    + "C0003,2021-01-01,,B0002,2,cleo@x.example,2021-01-01,,\nD0004,2021-01-01,,A0017,3,dan@x.example,2021-01-01,,\n",
    "hr/reviews_2024-01-31.csv": "review,of,by,on\nr1,A0017,B0002,2023-12-01\nr2,A0017,B0002,2023-12-01\n"
    + "r3,C0003,A0017,2023-12-01\nr5,Z0009,B0002,2022-12-01\n",
    "hr/reviews_2024-02-29.csv": "review,of,by,on\nr2,C0003,B0002,2023-12-01\nr4,D0004,B0002,2024-02-01\n",
    "hr/reviews_2024-03-31.csv": "review,of,by,on\nr4,A0017,B0002,2024-02-01\n",
    "hr/marks_2024-03-31.csv": "review,competency,mark\nr1,k,3\nr2,k,4\nr3,k,5\nr5,k,1\n",
    "lms/records_2024-01-31.csv": "record,login,course,on\n1,ann@x.example,c,2023-05-01\n2,bob@x.example,c,2023-05-01\n",
    "lms/records_2024-03-31.csv": "record,login,course,on\n1,ann@x.example,c,2023-05-01\n2,bob@x.example,c,2023-05-01\n"
    + "3,ann@x.example,c,2024-03-01\n4,stranger@x.example,c,2024-03-01\n",
    "lms/wave_2024-01-31.csv": "wave,who,item,answer\nw1,ann@x.example,q,3\nw1,cleo@x.example,q,4\n",
    "lms/wave_2024-03-31.csv": "wave,who,item,answer\nw2,cleo@x.example,q,5\n",
}


def land(shop: Workshop, files: dict[str, str]) -> None:
    for name, content in files.items():
        shop.land(*name.split("/"), content)


def read_all(shop: Workshop) -> None:
    """Read by day, records before their parts: load numbers are compared."""
    with open_raw_store(shop.home.raw) as raw:
        ingest = shop._ingest(raw)
        list(
            ingest.ingest(
                sorted(ingest.new_files(), key=lambda file: (file.path.stem[-10:], "marks" in file.name, file.name))
            )
        )
    shop.accept()


def forget(shop: Workshop, written: str = ANN, **options: Any) -> Forgotten:
    options = {"source": None, "reason": "asked", "by": "tester", "dry_run": False} | options
    return forget_person(shop.home, written, **options)


def rows_of(shop: Workshop) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every change log, and the counts of every load."""
    tables = {name: table.raw_name for name, table in CONTRACTS.items()}
    tables |= {"loads": "ledger.load_tables", "quarantine": "ledger.quarantine"}
    with open_raw_store(shop.home.raw, read_only=True) as raw:
        found = {name: raw.execute(f"from {table} order by all").fetchall() for name, table in tables.items()}
    return {name: rows for name, rows in found.items() if rows}


def holding(shop: Workshop, tokens: set[str]) -> list[str]:
    """The person columns that hold one of these tokens."""
    columns = [
        (table.raw_name, name)
        for table in CONTRACTS.values()
        for name in (table.persons if not table.is_identity else ("worker_key", "value_token"))
    ]
    with open_raw_store(shop.home.raw, read_only=True) as raw:
        return [
            f"{table}.{name}"
            for table, name in columns
            if raw.execute(f"select 1 from {table} where list_contains(?, {name}) limit 1", [sorted(tokens)]).fetchone()
        ]


def reviews_of(shop: Workshop) -> dict[str, str]:
    """Whose each review is now."""
    loads = "select load_seq, row_number() over (order by exported_at, load_seq) as load_order from ledger.loads"
    names = {shop.pseudonyms.token(one): one for one in ("A0017", "Z0009", "C0003", "D0004")}
    rows = shop.rows(f"select review_id, worker_id from ({rows_in_force(CONTRACTS['hris.performance_reviews'], loads)})")
    return {review: names[worker] for review, worker in rows}


def counts_of(shop: Workshop) -> list[tuple[Any, ...]]:
    """The counts of every load; of reviews not those of words, for an end more or less changes nothing."""
    words = "if(table_name = 'hris.performance_reviews', 0, n_inserted * 10000 + n_updated * 100 + n_deleted)"
    columns = "load_seq, table_name, n_read, n_valid, n_quarantined, n_duplicates, n_erased"
    return shop.rows(f"select {columns}, {words} from ledger.load_tables order by all")


def text_of(path: Path) -> str:
    with duckdb.connect(str(path), read_only=True) as raw:
        tables = raw.execute("select schema_name || '.' || table_name from duckdb_tables() where not internal").fetchall()
        return "\n".join(str(raw.execute(f"from {table}").fetchall()) for (table,) in tables)


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The company's home, read once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAIRLEAD_KEYS", str(tmp_path_factory.getbasetemp() / "keys"))
        shop = Workshop(tmp_path_factory.mktemp("company") / "home", SOURCES, {"hr": HR, "lms": LMS})
        land(shop, FILES)
        read_all(shop)
        yield shop.home.root


@pytest.fixture
def company(read_once: Path, tmp_path: Path) -> Workshop:
    """A home of the test's own, as an owner would copy one."""
    shutil.copytree(read_once, tmp_path / "home")
    shop = Workshop(tmp_path / "home", SOURCES)
    shop.now += dt.timedelta(days=1)
    return shop


def test_whoever_is_forgotten_was_never_read(company: Workshop, workshop: Make, tmp_path: Path) -> None:
    """The oracle: a home that knew of the erasure before it read its first file."""
    before = rows_of(company)
    forget(company)
    again = tmp_path / "again"
    again.mkdir()
    shutil.copy(company.home.root / "key_id", again / "key_id")
    never = workshop(SOURCES, {"hr": HR, "lms": LMS}, name="again")
    with open_raw_store(never.home.raw) as raw:
        raw.execute(f"attach '{company.home.raw}' as forgot (read_only)")
        raw.execute("insert into ledger.erasures from forgot.ledger.erasures")
        raw.execute("insert into ledger.erased_tokens from forgot.ledger.erased_tokens")
    land(never, FILES)
    read_all(never)
    forgotten, never_read = rows_of(company), rows_of(never)
    assert set(before) == set(forgotten) == set(never_read) and before != forgotten
    for name in set(forgotten) - {"hris.performance_reviews", "loads"}:
        assert forgotten[name] == never_read[name] != before[name] or name == "quarantine", name
    # of a review that passed between Ann and others, one log keeps an end where the other never had a word
    assert reviews_of(company) == reviews_of(never) == {"r2": "C0003", "r3": "C0003"}
    assert counts_of(company) == counts_of(never)


def test_rows_about_the_person_go_and_mentions_become_empty(company: Workshop) -> None:
    [(key,)] = company.rows("select distinct worker_key from identity.identifiers where worker_id = ?", [ANN])
    former = company.pseudonyms.token(OLD)
    erased = forget(company)
    text = text_of(company.home.raw)
    for word in (ANN, OLD, "Z0009"):
        assert word not in text
    assert holding(company, {key, former}) == []
    assert erased.n_rows["hris.workers"] == 2 and erased.n_mentions["hris.job_assignments.manager_id"] > 0
    managers = company.rows("select distinct worker_id, manager_id from hris.job_assignments where manager_id is null")
    assert {company.pseudonyms.token("D0004")} <= {worker for worker, _ in managers}
    # an address that passed to Bob means Bob from the day on which it did
    assert company.rows("select record_id from lms.learning_records order by 1") == [("2",), ("3",), ("4",)]
    # r2 became Cleo's; of r1 and r5, which were Ann's, nothing is left, nor of their marks
    assert company.rows("select distinct review_id from hris.review_ratings order by 1") == [("r2",), ("r3",)]


def test_looks_at_the_person_s_case_stay_counted_and_name_nobody(
    company: Workshop, jsonl: Callable[[Path], list[Any]]
) -> None:
    [(key,)] = company.rows("select distinct worker_key from identity.identifiers where worker_id = ?", [ANN])
    former, other = company.pseudonyms.token(OLD), company.pseudonyms.token("C0003")
    for who, worker in (("ann's manager", key), ("hr", former), ("hr", other)):
        write_look(company.home, "r1", who, company.now, worker_key=worker)
    forget(company, dry_run=True)
    assert [look["worker_key"] for look in jsonl(company.home.access_log)] == [key, former, other]
    forget(company)
    looks = jsonl(company.home.access_log)
    assert [look["worker_key"] for look in looks] == ["erased-1", "erased-1", other]
    assert [look["who"] for look in looks] == ["ann's manager", "hr", "hr"]
    assert company.home.access_log.stat().st_mode & 0o077 == 0


def test_counts_still_add_up(company: Workshop) -> None:
    sums = "select n_read - n_valid - n_quarantined - n_duplicates - n_erased from ledger.load_tables"
    before = company.rows(sums)
    forget(company)
    assert company.rows(sums) == before
    assert company.rows("select sum(n_erased) > 0, sum(n_quarantined) > 0 from ledger.load_tables") == [(True, True)]
    for name in ("hris.workers", "hris.job_assignments", "hris.performance_reviews", "survey.survey_answers"):
        logged = f"select load_seq, count(*) from {name} group by all"
        assert (
            company.rows(
                f"""
                select load_seq from ledger.load_tables left join ({logged}) as log(load_seq, n) using (load_seq)
                where table_name = '{name}' and n_inserted + n_updated + n_deleted <> coalesce(n, 0)
                """
            )
            == []
        )


def test_findings_on_the_person_s_lines_go_and_the_others_stay(company: Workshop) -> None:
    lines = "select file, row_no from ledger.quarantine inner join ledger.loads using (load_seq) order by all"
    assert company.rows(lines) == [("hr/people_2024-01-31.csv", 5), ("hr/people_2024-03-31.csv", 2)]
    forget(company)
    assert company.rows(lines) == [("hr/people_2024-01-31.csv", 5)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hr/people_2024-04-30.csv", FILES["hr/people_2024-03-31.csv"]),
        ("hr/people_2023-12-31.csv", FILES["hr/people_2024-01-31.csv"]),
        ("hr/reviews_2024-04-30.csv", "review,of,by,on\nr9,Z0009,B0002,2024-03-01\nr8,C0003,A0017,2024-03-01\n"),
        ("lms/records_2024-04-30.csv", FILES["lms/records_2024-03-31.csv"]),
        ("hr/marks_2024-04-30.csv", "review,competency,mark\nr1,new,3\nr3,k,2\n"),
    ],
)
def test_no_file_brings_the_forgotten_back(company: Workshop, name: str, content: str) -> None:
    """A new export, a late one, one that knows only the former id or the address, and one that names nobody."""
    forget(company)
    tokens = {token for (token,) in company.rows("select token from ledger.erased_tokens where is_id")}
    land(company, {name: content})
    assert [outcome.status for outcome in company.ingest()] == ["pending"]
    company.accept()
    text = text_of(company.home.raw)
    assert ANN not in text and OLD not in text
    assert holding(company, tokens) == []
    assert company.rows("select count(*) from hris.review_ratings where review_id = 'r1'") == [(0,)]
    assert company.rows("select count(*) from lms.learning_records where record_id = '1'") == [(0,)]
    [(erased, ended)] = company.rows(
        """
        select sum(n_erased), sum(n_deleted) from ledger.load_tables inner join ledger.loads using (load_seq)
        where file = ? and superseded_at is null
        """,
        [name],
    )
    assert erased > 0 and ended == 0, "nobody vanishes"
    assert name in look_again(company.home).files, "the new file holds the person, too"


def test_a_file_too_large_to_hold_brings_nobody_back_either(company: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows wait in parts on disk; both ways of reading make the same log."""
    forget(company)
    monkeypatch.setattr("ingest.landing.is_large", lambda *_: True)
    monkeypatch.setattr("ingest.feeds.PART", 100)
    land(company, {"hr/people_2024-04-30.csv": FILES["hr/people_2024-03-31.csv"]})
    [outcome] = company.ingest()
    assert (outcome.status, outcome.n_rows) == ("pending", 10)
    company.accept()
    assert ANN not in text_of(company.home.raw)
    counts = """
        select table_name, n_read, n_valid, n_quarantined, n_erased from ledger.load_tables
        inner join ledger.loads using (load_seq) where file = ? order by 1
    """
    large, small = (company.rows(counts, [f"hr/people_2024-{day}.csv"]) for day in ("04-30", "03-31"))
    assert large == small and sum(row[-1] for row in large) == 4


def test_a_load_derived_again_brings_nobody_back(company: Workshop) -> None:
    forget(company)
    land(company, {"hr/people_2024-02-15.csv": FILES["hr/people_2024-02-29.csv"]})
    company.ingest()
    company.accept()
    assert company.rows("select count(*) from ledger.loads where status = 'superseded'") == [(1,)], "March was"
    assert ANN not in text_of(company.home.raw)


@pytest.mark.parametrize(
    ("token", "day", "erased"),
    [
        ("id", dt.date(2024, 5, 1), 1),
        ("address", dt.date(2024, 1, 1), 1),
        # both held it: no model could say whose it was, and Bob is not to inherit it
        ("address", dt.date(2024, 2, 15), 1),
        ("address", dt.date(2024, 4, 1), None),
        ("address", dt.date(2019, 1, 1), 1),
        ("address", None, 1),
        ("another", dt.date(2024, 1, 1), None),
    ],
)
def test_an_address_stays_where_another_alone_held_it(token: str, day: dt.date | None, erased: int | None) -> None:
    """An id is nobody else's ever, whoever claims it."""
    periods = [
        ("id", True, dt.date(1900, 1, 1), dt.date(9999, 12, 31)),
        ("address", False, dt.date(2020, 1, 1), dt.date(2024, 3, 1)),
    ]
    tokens = pl.DataFrame([(1, *period) for period in periods], schema=TOKENS, orient="row")
    claims = pl.DataFrame(
        [(held, dt.date(2024, 2, 1), dt.date(9999, 12, 31)) for held in ("id", "address")],
        schema={"token": pl.String, "valid_from": pl.Date, "valid_to": pl.Date},
        orient="row",
    )
    found = Tombstone(tokens, claims, {}).erasures(pl.Series([token]), pl.Series([day], dtype=pl.Date))
    assert found.to_list() == [erased]


def test_an_address_that_nobody_said_the_end_of_is_held_while_employed(workshop: Make) -> None:
    shop = workshop(SOURCES, {"hr": HR, "lms": LMS})
    land(
        shop,
        {
            "hr/people_2024-01-31.csv": PEOPLE
            + "A0017,2020-01-01,2022-01-01,,4,desk@x.example,1900-01-01,,\n"
            + "B0002,2022-02-01,,,4,desk@x.example,1900-01-01,,\nC0003,2020-01-01,,,4,,,,\n",
            "lms/records_2024-01-31.csv": "record,login,course,on\n"
            + "1,desk@x.example,c,2021-05-01\n2,desk@x.example,c,2023-05-01\n3,desk@x.example,c,\n",
        },
    )
    read_all(shop)
    forget(shop)
    assert shop.rows("select record_id from lms.learning_records") == [("2",)], "what has no day was nobody's"


def test_a_survey_that_names_nobody_forgets_them_too(workshop: Make) -> None:
    shop = workshop({"hr": {"map": "hr"}, "pulse": {"map": "lms", "identity": "anonymous"}}, {"hr": HR, "lms": LMS})
    land(shop, {name.replace("lms/", "pulse/"): content for name, content in FILES.items() if "records" not in name})
    read_all(shop)
    assert shop.rows("select count(*) from survey.survey_answers") == [(3,)]
    assert "pulse/wave_2024-03-31.csv" in forget(shop, "C0003").standing.files
    assert shop.rows("select answer from survey.survey_answers order by 1") == [(3,)]


def test_a_rehire_under_a_new_id_is_a_new_person(company: Workshop) -> None:
    forget(company)
    land(
        company,
        {
            "hr/people_2099-01-31.csv": PEOPLE
            + "".join(FILES["hr/people_2024-03-31.csv"].splitlines(keepends=True)[2:])
            + "N0050,2098-01-01,,B0002,4,ann.2@x.example,2098-01-01,,A0017\n",
            "lms/records_2099-01-31.csv": FILES["lms/records_2024-03-31.csv"] + "9,ann.2@x.example,c,2098-06-01\n",
        },
    )
    company.ingest()
    company.accept()
    new = company.pseudonyms.token("N0050")
    assert company.rows("select count(*) from hris.workers where worker_id = ?", [new]) == [(1,)]
    known = company.rows("select kind, value from identity.identifiers where worker_key = ?", [new])
    assert known == [("email", "ann.2@x.example")], "the former id would bring the past back"
    assert company.rows("select count(*) from lms.learning_records where record_id = '9'") == [(1,)]


def test_an_erasure_is_incomplete_until_the_owner_has_deleted_the_files(company: Workshop) -> None:
    with ZipFile(company.home.landing / "hr" / "old.zip", "w") as archive:
        archive.writestr("people_2023-11-30.csv", FILES["hr/people_2024-01-31.csv"])
    (company.home.landing / "lms" / ".notes.part").write_bytes("Ann is ann@x.example".encode("utf-16"))
    # a map reads this one, but not the column in which she stands
    notes = "wave,who,item,answer,note\nw2,cleo@x.example,q,5,asked by ann@x.example\n"
    (company.home.landing / "lms" / "wave_2024-05-31.csv").write_text(notes)
    standing = forget(company).standing
    whole = {name for name, content in FILES.items() if ANN in content or OLD in content or "ann@" in content}
    parts = {"hr/marks_2024-03-31.csv"}
    assert set(standing.files) == whole | parts | {
        "hr/old.zip/people_2023-11-30.csv",
        "lms/.notes.part",
        "lms/wave_2024-05-31.csv",
    }
    assert standing.n_complete == 0 and len(standing.incomplete) == 1
    for name in standing.files[1:]:
        (company.home.landing / name.replace("old.zip/people_2023-11-30.csv", "old.zip")).unlink()
    assert look_again(company.home).files == standing.files[:1]
    kept = company.home.landing / standing.files[0]
    kept.write_text("review,competency,mark\nr3,k,5\n")
    assert look_again(company.home).files == standing.files[:1], "nobody has read yet what it holds now"
    company.ingest()
    last = look_again(company.home)
    assert (last.n_complete, last.incomplete) == (1, {})
    assert company.rows("select count(*) from ledger.erasure_files") == [(0,)]


def test_a_copy_of_a_listed_file_keeps_the_erasure_open(company: Workshop) -> None:
    forget(company)
    for path in (path for path in company.home.landing.rglob("*.csv") if path.name != "wave_2024-01-31.csv"):
        path.unlink()
    company.land("lms", "copy_of_wave_2024-01-31.csv", FILES["lms/wave_2024-01-31.csv"])
    company.ingest()
    (company.home.landing / "lms" / "wave_2024-01-31.csv").unlink()
    assert look_again(company.home).files == ["lms/copy_of_wave_2024-01-31.csv"]


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("point", ["sync", "open_raw_store", "shutil.copymode"])
def test_a_kill_leaves_the_old_store_or_the_new_one_and_forgetting_again_finishes(
    company: Workshop, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    def die(*_arguments: Any, **_options: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(f"ingest.erasure.{point}", die)
        with pytest.raises(Killed):
            forget(company)
    assert company.rows("select count(*) from hris.workers where worker_id = ?", [company.pseudonyms.token(ANN)]) == [(0,)]
    assert company.rows("select count(*) from ledger.erasures where raw_rebuilt_at is null") == [(1,)]
    assert forget(company).n_known_before == 1
    assert company.rows("select count(*) from ledger.erasures where raw_rebuilt_at is null") == [(0,)]
    assert sorted(path.name for path in company.home.root.glob("raw*")) == ["raw.duckdb"]


def test_a_kill_before_the_commit_leaves_everything(company: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows_of(company)

    def die(*_arguments: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("orchestration.erasure.blank_words", die)
        with pytest.raises(Killed):
            forget(company)
    assert rows_of(company) == before and company.rows("from ledger.erased_tokens") == []


def test_deleted_rows_stay_in_a_file_that_is_not_rebuilt_and_in_no_rebuilt_one(company: Workshop) -> None:
    """What the rebuilding is for; searched as bytes, in values long enough to be stored as they are."""
    secret = "secret-of-ann-" + "0123456789" * 5
    with open_raw_store(company.home.raw) as raw:
        raw.execute("pragma force_compression = 'uncompressed'")
        raw.execute("insert into identity.identifiers (load_seq, op, worker_id, kind, value, worker_key, valid_from) "
                    "select 1, 'i', ?, 'name', ?, ?, date '2020-01-01'",
                    [ANN, secret, company.pseudonyms.token(ANN)])  # fmt: skip
        raw.execute("checkpoint")
    deleted = company.home.root / "deleted.duckdb"
    shutil.copy(company.home.raw, deleted)
    with open_raw_store(deleted) as raw:
        raw.execute("delete from identity.identifiers where value = ?", [secret])
        raw.execute("vacuum")
        raw.execute("checkpoint")
    assert secret.encode() in deleted.read_bytes()
    forget(company)
    assert [path.name for path in company.home.root.glob("raw*") if secret.encode() in path.read_bytes()] == []


def test_a_dry_run_changes_nothing_and_says_what_would_go(company: Workshop) -> None:
    before = rows_of(company)
    said = forget(company, dry_run=True)
    assert rows_of(company) == before and company.rows("from ledger.erasures") == []
    done = forget(company)
    assert (said.n_rows, said.n_mentions, sorted(said.files)) == (done.n_rows, done.n_mentions, done.standing.files)


@pytest.mark.parametrize("written", ["A0017", "Z0009"])
def test_a_former_id_means_the_same_person(company: Workshop, written: str) -> None:
    forget(company, written)
    assert ANN not in text_of(company.home.raw)


def test_who_is_meant_must_be_clear_and_no_message_repeats_it(company: Workshop) -> None:
    for written in ("X9999", "ann@x.example"):
        with pytest.raises(NobodyMeant) as nobody:
            forget(company, written)
        assert written not in str(nobody.value)
    with pytest.raises(ConfigurationError, match="no source payroll"):
        forget(company, source="payroll")
    with pytest.raises(ConfigurationError, match="the reason names the person") as named:
        forget(company, reason="A0017 asked")
    assert ANN not in str(named.value)
    assert forget(company, company.pseudonyms.token(ANN)).n_rows


def test_an_id_of_two_people_is_refused_until_the_source_says_whose(workshop: Make) -> None:
    shop = workshop({"hr": {"map": "hr"}, "abroad": {"map": "hr", "ids": "abroad"}}, {"hr": HR})
    rows = PEOPLE + "A0017,2020-01-01,,,4,{},2020-01-01,,\nB0002,2020-01-01,,,4,,,,\nC0003,2020-01-01,,,4,,,,\n"
    land(shop, {f"{one}/people_2024-01-31.csv": rows.format(f"{one}@x.example") for one in ("hr", "abroad")})
    read_all(shop)
    with pytest.raises(NobodyMeant, match="means 2 people") as twice:
        forget(shop)
    assert ANN not in str(twice.value) and "abroad, people" in str(twice.value)
    forget(shop, source="abroad")
    assert shop.rows("select value from identity.identifiers") == [("hr@x.example",)]


def test_reasons_that_named_the_person_are_blanked(company: Workshop) -> None:
    with open_raw_store(company.home.raw) as raw:
        raw.execute("update ledger.decisions set reason = 'move of Ann@X.example' where load_seq = 1")
    forget(company)
    assert company.rows("select reason from ledger.decisions where load_seq = 1") == [("move of …",)]


def test_a_mean_of_few_people_goes_with_one_of_them(company: Workshop) -> None:
    means = "select mean from ledger.load_columns where column_name = 'level' and mean is not null"
    assert len(company.rows(means)) == 3
    forget(company)
    assert company.rows(means) == []


def test_nobody_is_erased_by_age_without_a_policy(company: Workshop) -> None:
    with pytest.raises(ConfigurationError, match="months_after_exit is not set"):
        forget_expired(company.home, "tester", dry_run=True)


def test_every_person_column_is_about_somebody_or_mentions_them() -> None:
    """As docs/erasure.md writes it down."""
    page = (Path(__file__).parents[2] / "docs" / "erasure.md").read_text()
    written = [line.split("|")[1:4] for line in page.splitlines() if line.startswith("| `") and line.count("|") == 5]
    assert {tuple(cell.strip() for cell in row) for row in written} == {
        (f"`{name}`", listed(subjects(table)), listed(mentions(table))) for name, table in CONTRACTS.items() if table.persons
    }


def listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def test_rows_are_dated_by_the_column_by_which_the_models_find_their_people() -> None:
    """Who an address meant is asked on the row's day, by the same column as where the models resolve people."""
    models = Path(__file__).parents[2] / "dbt_project" / "models" / "staging"
    checked = 0
    for table in (table for table in CONTRACTS.values() if table.persons and not table.is_identity):
        text = (models / table.domain / f"stg_{table.domain}__{table.name}.sql").read_text()
        for call in text.split("join_person(")[1:]:
            _, _, *day = " ".join(call.split(") }}")[0].split()).split(", ", 2)
            # one without a day means nobody under an address of several people
            assert (f"in_force.{dated_by(table)}" in day[0]) if day else dated_by(table) is None, table.full_name
            checked += 1
    assert checked > 40


def test_no_module_of_the_erasure_knows_dagster() -> None:
    assert "dagster" not in Path(erasure.__file__).read_text()
