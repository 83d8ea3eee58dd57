"""Who is who, over time: cases worked out by hand, from files of three systems to what analysts read.

Here: names that change, addresses that pass on, ids that were, sources that name nobody, and people of whom nothing was
told before the first snapshot.
"""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
import yaml

from ingest.home import Home
from ingest.pseudonyms import open_pseudonyms

from .conftest import build_models

TABLES = ("dim_worker", "fct_learning_record", "fct_movement", "fct_worker_month", "identity_match")
STAMP = {"file_name": r"(\d{4}-\d{2}-\d{2})"}
HR = {
    "people": {
        "recognise": {"columns": ["id", "hired", "left", "mail", "grade"]},
        "exported_at": STAMP,
        "tables": [
            {"table": "hris.workers", "columns": {"worker_id": "id", "hire_date": "hired", "exit_date": "left"}},
            {
                "table": "hris.identifiers",
                "distinct": True,
                "where": {"mail": {"present": True}},
                "columns": {"worker_id": "id", "kind": {"constant": "email"}, "value": "mail"},
            },
            {
                "table": "hris.job_assignments",
                "undated": True,
                "where": {"left": {"present": False}},
                "columns": {"worker_id": "id", "level": "grade"},
            },
        ],
    }
}


def courses(**learner: Any) -> dict[str, Any]:
    """A feed of finished courses; undated where they have only begun."""
    columns = {
        "record_id": "record",
        "worker_id": {"from": "who", **learner},
        "course_id": {"constant": "safety"},
        "completed_at": "done",
        "status": {"from": "status"},
    }
    return {"mode": "changes", "exported_at": STAMP, "tables": [{"table": "lms.learning_records", "columns": columns}]}


LMS = {
    "mails": {"recognise": {"file": "mails_*"}, **courses(by="email")},
    "ids": {"recognise": {"file": "ids_*"}, **courses()},
    "padded": {"recognise": {"file": "padded_*"}, **courses(pad=4)},
}
# Ann marries in February, Bob leaves and Cyd gets his address, Dee and Eve share one, Fay comes back under her id and Gil
# under a new one, Hal's id has zeros in front.
PEOPLE = {
    "2024-01-31": """
        0001,2020-01-01,,ann.maiden@x.example,3
        0002,2020-01-01,,desk@x.example,3
        0004,2020-01-01,,team@x.example,3
        0005,2020-01-01,,Team@x.example,3
        0006,2018-01-01,2021-01-01,,3
        0006,2023-06-01,,fay@x.example,3
        0007,2018-01-01,2021-01-01,,3
        0008,2023-06-01,,gil@x.example,3
        0042,2020-01-01,,,3
    """,
    "2024-02-29": """
        0001,2020-01-01,,ann.married@x.example,3
        0002,2020-01-01,2024-02-10,desk@x.example,3
        0003,2024-02-20,,desk@x.example,2
        0004,2020-01-01,,team@x.example,3
        0005,2020-01-01,,Team@x.example,3
        0006,2018-01-01,2021-01-01,,3
        0006,2023-06-01,,fay@x.example,3
        0007,2018-01-01,2021-01-01,,3
        0008,2023-06-01,,gil@x.example,3
        0042,2020-01-01,,,3
    """,
}
PEOPLE["2024-03-31"] = PEOPLE["2024-02-29"].replace("ann.married@x.example,3", "ann.married@x.example,4")
# record -> how the learner is written, when, and whom that means; None: nobody, with the reason
RECORDS: dict[str, dict[str, tuple[str, str, str | None]]] = {
    "mails": {
        "before the wedding": ("ann.maiden@x.example", "2024-01-10", "0001"),
        "after it": ("Ann.Married@x.example", "2024-03-05", "0001"),
        "the old address after it": ("ann.maiden@x.example", "2024-03-20", "0001"),
        "without a date": ("ann.married@x.example", "", "0001"),
        "Bob's desk": ("desk@x.example", "2024-01-15", "0002"),
        "nobody's desk": ("desk@x.example", "2024-02-15", None),
        "Cyd's desk": ("desk@x.example", "2024-03-10", "0003"),
        "whose desk": ("desk@x.example", "", None),
        "shared": ("team@x.example", "2024-01-20", None),
        "long gone": ("nobody@x.example", "2024-01-20", None),
    },
    "ids": {
        "first time": ("0006", "2019-01-01", "0006"),
        "second time": ("0006", "2024-01-01", "0006"),
        "former id": ("0007", "2019-01-01", "0008"),
        "new id": ("0008", "2024-01-01", "0008"),
        "zeros lost": ("42", "2024-01-01", None),
    },
    "padded": {"zeros declared": ("42", "2024-01-01", "0042")},
}
AMBIGUOUS = {"whose desk", "shared"}


def file_of(records: dict[str, tuple[str, str, str | None]]) -> str:
    lines = [f"{name},{who},{day},{'completed' if day else 'enrolled'}" for name, (who, day, _) in records.items()]
    return "\n".join(["record,who,done,status", *lines, ""])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("identity") / "home")
    home.prepare()
    sources = {
        "hr": {"map": "hr"},
        "who": {"map": "id_crosswalk", "cadence": "once"},
        "lms": {"map": "lms"},
        "pulse": {"map": "lms", "identity": "anonymous"},
    }
    home.sources_file.write_text(yaml.safe_dump({"sources": sources, "policy": {"history_from": "2023-12-01"}}))
    (home.root / "maps").mkdir()
    for name, feeds in (("hr", HR), ("lms", LMS)):
        content = {"name": name, "description": "a test's map", "feeds": feeds}
        (home.root / "maps" / f"{name}.yml").write_text(yaml.safe_dump(content, sort_keys=False))
    files = {f"hr/people_{day}.csv": "id,hired,left,mail,grade\n" + rows.replace(" ", "") for day, rows in PEOPLE.items()}
    files["who/who_was_who.csv"] = "former_id,worker_id\n0007,0008\n"
    files |= {f"lms/{kind}_2024-03-31.csv": file_of(records) for kind, records in RECORDS.items()}
    # the same people, and one whom a source that names nobody must not teach the others
    files["pulse/ids_2024-03-31.csv"] = file_of({f"told {name}": one for name, one in RECORDS["ids"].items()})
    files["pulse/mails_2024-03-31.csv"] = file_of({f"told {name}": one for name, one in RECORDS["mails"].items()})
    for name, content in files.items():
        path = home.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return home


@pytest.fixture(scope="module")
def rows(home: Home) -> Callable[[str], list[tuple[Any, ...]]]:
    """A query on what analysts read, people by their id of the HRIS."""
    build = build_models(home, *(f"people__{table}" for table in TABLES))

    def query(sql: str) -> list[tuple[Any, ...]]:
        pseudonyms = open_pseudonyms(home)
        names = {pseudonyms.token(one): one for one in ("0001", "0002", "0003", "0004", "0005", "0006", "0008", "0042")}
        with duckdb.connect(str(build), read_only=True) as connection:
            connection.execute("use people")
            found = connection.execute(sql).fetchall()
        return [tuple(names.get(value, value) for value in row) for row in found]

    return query


Rows = Callable[[str], list[tuple[Any, ...]]]


def test_each_row_goes_to_whoever_the_identifier_meant_on_its_day(rows: Rows) -> None:
    found = dict(rows("select record_id, worker_key from fct_learning_record"))
    wanted = {name: who for records in RECORDS.values() for name, (_, _, who) in records.items() if who}
    assert found == wanted


def test_nobody_is_guessed_and_the_reason_is_counted(rows: Rows) -> None:
    [counted] = rows(
        """
        select sum(n_rows_matched), sum(n_rows_ambiguous), sum(n_rows_unknown + n_rows_outside_validity)
        from identity_match where source = 'lms'
        """
    )
    n_rows = sum(len(records) for records in RECORDS.values())
    unmatched = {name for records in RECORDS.values() for name, (_, _, who) in records.items() if who is None}
    assert counted == (n_rows - len(unmatched), len(AMBIGUOUS), len(unmatched - AMBIGUOUS))


def test_a_source_that_names_no_persons_is_never_matched(rows: Rows) -> None:
    assert rows("select * from identity_match where source = 'pulse'") == []
    assert rows("select record_id from fct_learning_record where record_id like 'told%'") == []


def test_who_comes_back_is_the_same_person_in_a_second_spell(rows: Rows) -> None:
    found = rows("select worker_key, n_spells, first_hire_date::varchar, hire_date::varchar from dim_worker")
    assert {row for row in found if row[1] > 1} == {
        ("0006", 2, "2018-01-01", "2023-06-01"),
        ("0008", 2, "2018-01-01", "2023-06-01"),
    }
    assert len(found) == 8, "Gil is one person under two ids"


def test_what_a_snapshot_shows_is_known_from_the_first_one_on(rows: Rows) -> None:
    """Nothing is told of the time before, and becoming known moves nobody."""
    months = rows("select worker_key, month_end::varchar, level from fct_worker_month where is_employed_at_end order by all")
    by_month = {(who, month): level for who, month, level in months}
    assert {level for (_, month), level in by_month.items() if month == "2023-12-31"} == {None}
    assert by_month["0001", "2024-01-31"] == 3
    assert by_month["0001", "2024-03-31"] == 4
    moved = rows(
        "select worker_key, kind, movement_date::varchar from fct_movement "
        "where movement_date >= date '2023-12-01' order by all"
    )
    assert ("0001", "promotion", "2024-03-31") in moved
    assert {kind for _, kind, day in moved if day == "2024-01-31"} == {"reclassification"}
    assert [row for row in moved if row[1] == "promotion"] == [("0001", "promotion", "2024-03-31")]
