"""xAPI statements: four keys of a person, statements taken back, cmi5's own meaning of "completed"."""

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingest.column_map import read_column_map
from ingest.files import UnreadableFile

from ..conftest import Workshop
from .reading import Reading, read_export, write

RECORDS, COURSES = "lms.learning_records", "lms.courses"
ADL = "http://adlnet.gov/expapi/verbs/"
CMI5 = "https://w3id.org/xapi/adl/verbs/"
CATEGORY = {"contextActivities": {"category": [{"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}]}}
MOVE_ON = {
    "contextActivities": {
        "category": [
            {"objectType": "Activity", "id": "https://w3id.org/xapi/cmi5/context/categories/moveon"},
            {"objectType": "Activity", "id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"},
        ]
    }
}
ANN = {"objectType": "Agent", "mbox": "mailto:ann@example.com"}
FOLDER = "lms/xapi/conformance"


def statement(number: int, verb: str, actor: Any = ANN, **more: Any) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "actor": actor,
        "verb": {"id": verb},
        "object": {"id": "https://example.com/course/1"},
        "timestamp": "2025-03-01T09:00:00.000Z",
        "stored": "2025-03-01T09:00:01.000Z",
        **more,
    }


def key(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def lines(folder: Path, *statements: Any) -> Reading:
    text = "".join(json.dumps(one) + "\n" if isinstance(one, dict) else one + "\n" for one in statements)
    return read_export(write(folder, "statements.jsonl", text), "xapi")


def test_each_of_the_four_keys_of_an_agent_names_the_learner(tmp_path: Path) -> None:
    reading = lines(
        tmp_path,
        statement(1, ADL + "completed", {"mbox": "mailto:ann@example.com"}),
        statement(2, ADL + "completed", {"mbox_sha1sum": "cafe" * 10}),
        statement(3, ADL + "completed", {"openid": "https://id.example.com/bob"}),
        statement(4, ADL + "completed", {"account": {"homePage": "https://lms.example.com", "name": "cyd"}}),
    )
    assert reading.feed == "statements" and reading.quarantined == []
    assert reading.rows(RECORDS, "record_id", "worker_id") == [
        (key(1), "ann@example.com"),
        (key(2), "cafe" * 10),
        (key(3), "https://id.example.com/bob"),
        (key(4), "cyd"),
    ]


def test_addresses_are_e_mails_and_the_other_keys_are_logins() -> None:
    for feed in read_column_map("xapi").feeds.values():
        for table in feed.tables:
            if "worker_id" in table.columns:
                rule = table.columns["worker_id"]
                assert rule.by == ("email" if rule.from_ == "actor.mbox" else "login")


def test_a_statement_becomes_one_exact_row(tmp_path: Path) -> None:
    result = {"score": {"scaled": 0.95, "raw": 95, "min": 0, "max": 100}, "completion": True, "duration": "PT1H30M"}
    reading = lines(tmp_path, statement(1, ADL + "completed", result=result))
    [row] = reading.tables[RECORDS].to_dicts()
    assert {name: value for name, value in row.items() if value is not None} == {
        "__row": 1,
        "record_id": key(1),
        "worker_id": "ann@example.com",
        "course_id": "https://example.com/course/1",
        "completed_at": dt.datetime(2025, 3, 1, 9),
        "status": "completed",
        "score": Decimal("0.9500"),
        "hours": Decimal("1.5000"),
    }


def test_verbs_say_where_a_learner_stands_and_when(tmp_path: Path) -> None:
    verbs = [ADL + verb for verb in ("registered", "launched", "initialized", "attempted", "completed", "passed", "failed")]
    verbs.append("http://id.tincanapi.com/verb/unregistered")
    reading = lines(tmp_path, *(statement(number, verb) for number, verb in enumerate(verbs)))
    at = dt.datetime(2025, 3, 1, 9)
    assert [
        row[1:] for row in reading.rows(RECORDS, "record_id", "status", "enrolled_at", "started_at", "completed_at")
    ] == [
        ("enrolled", at, None, None),
        ("in_progress", None, at, None),
        ("in_progress", None, at, None),
        ("in_progress", None, at, None),
        ("completed", None, None, at),
        ("completed", None, None, at),
        ("failed", None, None, None),
        ("withdrawn", None, None, None),
    ]


def test_other_verbs_are_not_read(tmp_path: Path) -> None:
    reading = lines(tmp_path, statement(1, ADL + "answered"), statement(2, ADL + "progressed"), statement(3, ADL + "passed"))
    assert reading.rows(RECORDS, "record_id") == [(key(3),)] and reading.quarantined == []


def test_hours_are_not_counted_twice_for_who_completed_and_passed(tmp_path: Path) -> None:
    result = {"duration": "PT45M"}
    reading = lines(tmp_path, statement(1, ADL + "completed", result=result), statement(2, ADL + "passed", result=result))
    assert reading.rows(RECORDS, "record_id", "hours") == [(key(1), Decimal("0.7500")), (key(2), None)]


def test_durations_without_a_length_give_no_hours(tmp_path: Path) -> None:
    durations = ["PT1H0M0S", "P1D", "PT0.5H", "PT90.36S", "P1Y", "P2M", "an hour"]
    reading = lines(
        tmp_path,
        *(statement(n, ADL + "completed", result={"duration": text}) for n, text in enumerate(durations)),
    )
    hours = [row[1] for row in reading.rows(RECORDS, "record_id", "hours")]
    assert hours == [Decimal(1), Decimal(24), Decimal("0.5"), Decimal("0.0251"), None, None, None]


def test_a_score_is_never_progress_and_a_raw_one_is_on_no_common_scale(tmp_path: Path) -> None:
    reading = lines(
        tmp_path,
        statement(1, ADL + "attempted", result={"score": {"scaled": 1.0}}),
        statement(2, ADL + "completed", result={"score": {"raw": 3, "max": 3}}),
        statement(3, ADL + "failed", result={"score": {"scaled": -0.25}}),
    )
    assert reading.rows(RECORDS, "record_id", "status", "score", "completed_at") == [
        (key(1), "in_progress", Decimal("1.0000"), None),
        (key(2), "completed", None, dt.datetime(2025, 3, 1, 9)),
        (key(3), "failed", Decimal("-0.2500"), None),
    ]


def test_moments_are_utc_and_the_stores_own_stands_in_for_a_missing_one(tmp_path: Path) -> None:
    without = statement(3, ADL + "completed")
    del without["timestamp"]
    reading = lines(
        tmp_path,
        statement(1, ADL + "completed", timestamp="2025-03-01T01:30:00.123+02:00"),
        statement(2, ADL + "completed", timestamp="2025-03-01T01:30:00-0700"),
        without,
        statement(4, ADL + "completed", timestamp="yesterday"),
    )
    assert reading.rows(RECORDS, "record_id", "completed_at") == [
        (key(1), dt.datetime(2025, 2, 28, 23, 30, 0, 123000)),
        (key(2), dt.datetime(2025, 3, 1, 8, 30)),
        (key(3), dt.datetime(2025, 3, 1, 9, 0, 1)),
    ]
    assert reading.quarantined == [(RECORDS, 4, "completed_at", "expected a moment")]


def test_a_voided_statement_is_taken_back_and_voiding_is_not(tmp_path: Path) -> None:
    def void(number: int, target: int) -> dict[str, Any]:
        return statement(number, ADL + "voided", object={"objectType": "StatementRef", "id": key(target)})

    reading = lines(tmp_path, statement(1, ADL + "completed"), statement(2, ADL + "completed"), void(3, 1), void(4, 3))
    # what names a voiding statement names no record, so the first stays taken back
    assert reading.removed[RECORDS].rows() == [(3, key(1)), (4, key(3))]
    assert key(3) not in reading.tables[RECORDS]["record_id"].to_list()


def test_a_voided_verb_upon_an_activity_takes_nothing_back(tmp_path: Path) -> None:
    reading = lines(tmp_path, statement(1, ADL + "completed"), statement(2, ADL + "voided"))
    assert reading.removed[RECORDS].is_empty()


def test_completing_a_unit_of_cmi5_completes_no_course(tmp_path: Path) -> None:
    course = {
        "id": "https://example.com/lms/course/1",
        "definition": {"type": "https://w3id.org/xapi/cmi5/activitytype/course"},
    }
    result = {"completion": True, "duration": "PT1H"}
    reading = lines(
        tmp_path,
        statement(1, ADL + "launched", context=CATEGORY),
        statement(2, ADL + "initialized", context=CATEGORY),
        statement(3, ADL + "completed", context=MOVE_ON, result=result),
        statement(4, ADL + "failed", context=MOVE_ON, result={"score": {"scaled": 0.2}}),
        statement(5, ADL + "passed", context=MOVE_ON, result={"score": {"scaled": 0.8}}),
        statement(6, ADL + "terminated", context=CATEGORY),
        statement(7, CMI5 + "satisfied", context=CATEGORY, object=course),
        statement(8, CMI5 + "waived", context=MOVE_ON),
        statement(9, CMI5 + "abandoned", context=CATEGORY),
    )
    at = dt.datetime(2025, 3, 1, 9)
    unit = "https://example.com/course/1"
    assert reading.rows(RECORDS, "record_id", "course_id", "status", "started_at", "completed_at", "score", "hours") == [
        (key(2), unit, "in_progress", at, None, None, None),
        (key(3), unit, "in_progress", None, None, None, None),
        (key(4), unit, "failed", None, None, Decimal("0.2000"), None),
        (key(5), unit, "in_progress", None, None, Decimal("0.8000"), None),
        (key(7), course["id"], "completed", None, at, None, None),
        (key(8), unit, "exempt", None, None, None, None),
        (key(9), unit, "in_progress", None, None, None, None),
    ]
    assert reading.quarantined == []


def test_the_verbs_of_cmi5_need_its_category(tmp_path: Path) -> None:
    grouped = {"contextActivities": {"category": [{"id": "https://example.com/cmi5"}]}}
    reading = lines(
        tmp_path, statement(1, CMI5 + "satisfied", context=grouped), statement(2, ADL + "completed", context=grouped)
    )
    assert reading.rows(RECORDS, "record_id", "status") == [(key(2), "completed")]


def test_every_key_of_an_agent_works_in_cmi5(tmp_path: Path) -> None:
    actors = [
        ANN,
        {"mbox_sha1sum": "cafe" * 10},
        {"openid": "https://id.example.com/bob"},
        {"account": {"homePage": "https://lms.example.com", "name": "cyd"}},
    ]
    reading = lines(tmp_path, *(statement(n, CMI5 + "satisfied", actor, context=CATEGORY) for n, actor in enumerate(actors)))
    assert reading.rows(RECORDS, "worker_id", "status") == [
        ("ann@example.com", "completed"),
        ("cafe" * 10, "completed"),
        ("cyd", "completed"),
        ("https://id.example.com/bob", "completed"),
    ]


def test_groups_and_statements_about_people_or_statements_are_not_read(tmp_path: Path) -> None:
    reading = lines(
        tmp_path,
        statement(1, ADL + "completed", {"objectType": "Group", "mbox": "mailto:team@example.com", "member": [ANN]}),
        statement(2, ADL + "completed", {"objectType": "Group", "member": [ANN]}),
        statement(3, ADL + "completed", object={"objectType": "Agent", "id": "x"}),
        statement(4, ADL + "completed", object={"objectType": "SubStatement", "id": "x"}),
        statement(5, ADL + "completed", object={"objectType": "StatementRef", "id": key(1)}),
        statement(6, ADL + "completed", object={"objectType": "Activity", "id": "y"}),
    )
    assert reading.rows(RECORDS, "record_id") == [(key(6),)]


def test_an_address_that_is_none_is_quarantined(tmp_path: Path) -> None:
    reading = lines(
        tmp_path,
        statement(1, ADL + "completed"),
        statement(2, ADL + "completed", {"mbox": "ann@example.com"}),
        statement(3, ADL + "completed", {"mbox": "MAILTO:bob@example.com"}),
    )
    assert reading.rows(RECORDS, "worker_id") == [("ann@example.com",), ("bob@example.com",)]
    assert reading.quarantined == [(RECORDS, 2, "worker_id", "must not be empty")]


def test_lines_that_are_no_statement_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    repeated = statement(1, ADL + "completed")
    reading = lines(tmp_path, repeated, "{damaged", repeated, "", statement(2, ADL + "passed"))
    assert reading.unplaced == [(2, "not_a_JSON_record")] and reading.quarantined == []
    assert reading.rows(RECORDS, "record_id") == [(key(1),), (key(2),)]


def test_a_store_writes_statements_as_a_result_a_list_or_lines(tmp_path: Path) -> None:
    one, two = statement(1, ADL + "completed"), statement(2, ADL + "failed")
    wanted = lines(tmp_path, one, two).rows(RECORDS)
    result = json.dumps({"statements": [one, two], "more": "/xapi/statements?more=1"})
    spread = json.dumps([one, two], indent=2)
    results = read_export(write(tmp_path, "a.json", result), "xapi")
    listed = read_export(write(tmp_path, "b.json", spread), "xapi")
    # of one feed, so that a statement told in one form can be voided in another
    assert (results.feed, listed.feed) == ("statements", "statements")
    assert results.rows(RECORDS) == listed.rows(RECORDS) == wanted


def test_the_order_of_members_does_not_matter(tmp_path: Path) -> None:
    one = statement(1, ADL + "completed", result={"score": {"scaled": 0.5}, "duration": "PT1H"})
    two = statement(2, CMI5 + "satisfied", context=MOVE_ON)
    turned = [dict(reversed(list(entry.items()))) for entry in (one, two)]
    assert lines(tmp_path, one, two).rows(RECORDS) == lines(tmp_path, *turned).rows(RECORDS)


def test_statements_that_no_store_has_kept_are_refused(tmp_path: Path) -> None:
    one = statement(1, ADL + "completed")
    del one["stored"]
    with pytest.raises(UnreadableFile, match="needs 'stored'"):
        lines(tmp_path, one)


def test_activities_become_a_catalogue(tmp_path: Path) -> None:
    def about(name: dict[str, str] | None, kind: str | None) -> dict[str, Any]:
        definition = {"name": name, "type": kind}
        return {"id": f"urn:{kind}", "definition": {key: value for key, value in definition.items() if value}}

    reading = lines(
        tmp_path,
        statement(
            1, ADL + "completed", object=about({"de-DE": "Führen", "en-US": "Leading"}, "http://x.org/activities/course")
        ),
        statement(
            2, ADL + "passed", object=about({"de-DE": "Führen", "en-US": "Leading"}, "http://x.org/activities/course")
        ),
        statement(3, ADL + "completed", object=about({"de-DE": "Prüfung"}, "http://x.org/activities/assessment/")),
        statement(4, ADL + "completed", object=about({"en": "A page"}, None)),
        statement(5, ADL + "answered", object=about(None, "http://x.org/activities/cmi.interaction")),
    )
    assert reading.rows(COURSES, "course_id", "title", "kind") == [
        ("urn:http://x.org/activities/assessment/", "Prüfung", "assessment"),
        ("urn:http://x.org/activities/course", "Leading", "course"),
    ]
    assert len(reading.rows(RECORDS)) == 4


def test_a_statement_voided_by_a_later_file_is_gone_from_the_store(workshop: Callable[..., Workshop]) -> None:
    shop = workshop({"lrs": {"map": "xapi"}})
    target = {"objectType": "StatementRef", "id": key(1)}
    void = statement(3, ADL + "voided", object=target, stored="2025-03-02T09:00:00Z")
    first, second = [statement(1, ADL + "completed"), statement(2, ADL + "passed")], [void]
    shop.land("lrs", "a.json", json.dumps({"statements": first, "more": ""}))
    shop.land("lrs", "b.jsonl", "".join(json.dumps(one) + "\n" for one in second))
    assert [outcome.status for outcome in shop.ingest()] == ["pending", "pending"]
    log = shop.rows("select record_id, op from lms.learning_records order by load_seq, record_id")
    assert log == [(key(1), "i"), (key(2), "i"), (key(1), "d")]
    stamps = shop.rows("select exported_at from ledger.loads order by load_seq")
    assert stamps == [(dt.datetime(2025, 3, 1, 9, 0, 1),), (dt.datetime(2025, 3, 2, 9),)]
    assert "ann@example.com" not in repr(shop.rows("select * from lms.learning_records"))


# The conformance suite's building blocks, read in place: agents, groups, objects and results.


def blocks(shared_data: Path, kind: str) -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text()) for path in sorted((shared_data / FOLDER / kind).glob("*.json"))}


@pytest.mark.real_data
def test_the_suites_agents_are_known_by_the_key_that_they_have(shared_data: Path, tmp_path: Path) -> None:
    agents = blocks(shared_data, "agents")
    reading = lines(tmp_path, *(statement(n, ADL + "completed", agent) for n, agent in enumerate(agents.values())))
    wanted = []
    for number, agent in enumerate(agents.values()):
        keys = [agent.get("mbox", "").removeprefix("mailto:"), agent.get("mbox_sha1sum"), agent.get("openid")]
        keys.append(agent.get("account", {}).get("name"))
        wanted += [(key(number), value.lower()) for value in keys if value]
    assert len(agents) == 7 and len(wanted) == 6, "an account without a name is nobody"
    assert reading.rows(RECORDS, "record_id", "worker_id") == wanted


@pytest.mark.real_data
def test_the_suites_groups_are_nobody(shared_data: Path, tmp_path: Path) -> None:
    groups = blocks(shared_data, "groups")
    assert len(groups) == 15
    reading = lines(tmp_path, *(statement(n, ADL + "completed", group) for n, group in enumerate(groups.values())))
    assert reading.rows(RECORDS) == [] and reading.quarantined == []


@pytest.mark.real_data
def test_the_suites_results_contexts_and_objects_are_read(shared_data: Path, tmp_path: Path) -> None:
    results, contexts = blocks(shared_data, "results"), blocks(shared_data, "contexts")
    statements = [statement(n, ADL + "completed", result=result) for n, result in enumerate(results.values())]
    statements += [statement(100 + n, ADL + "completed", context=one) for n, one in enumerate(contexts.values())]
    reading = lines(tmp_path, *statements)
    rows = reading.rows(RECORDS, "record_id", "status", "score", "hours")
    assert [row[1] for row in rows] == ["completed"] * (len(results) + len(contexts))
    assert [row[2:] for row in rows[: len(results)]] == [
        (Decimal(str(result["score"]["scaled"])), Decimal(1)) for result in results.values()
    ], "each lasts PT1H0M0S"


@pytest.mark.real_data
def test_the_suites_whole_statements_say_nothing_that_is_learning_yet_void_what_they_name(
    shared_data: Path, tmp_path: Path
) -> None:
    whole = blocks(shared_data, "statements")
    stored = [{"id": key(n), "stored": "2025-03-01T09:00:00Z", **one} for n, one in enumerate(whole.values())]
    reading = lines(tmp_path, *stored)
    assert len(whole) == 22 and reading.rows(RECORDS) == [] and reading.unplaced == []
    assert reading.removed[RECORDS]["record_id"].to_list() == [whole["voiding"]["object"]["id"]]


@pytest.mark.real_data
def test_the_map_knows_every_key_that_the_published_schema_allows(shared_data: Path) -> None:
    schema = shared_data / "lms/xapi/spec_schema/1.0.1"
    allowed = {one["$ref"].removeprefix("#") for one in json.loads((schema / "inversefunctional.json").read_text())["oneOf"]}
    feed = read_column_map("xapi").feeds["statements"]
    read = {source for table in feed.tables if "worker_id" in table.columns for source in table.columns["worker_id"].sources}
    assert {source.split(".")[1] for source in read} == allowed and len(allowed) == 4
    scaled = json.loads((schema / "score.json").read_text())["properties"]["scaled"]
    assert (scaled["minimum"], scaled["maximum"]) == (-1, 1)


STRUCTURE = """<?xml version="1.0" encoding="utf-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id="urn:c">
    <title><langstring lang="en">Rocks</langstring><langstring lang="de">Steine</langstring></title></course>
  <objectives><objective id="urn:o"><title><langstring>Know rocks</langstring></title></objective></objectives>
  <block id="urn:b1"><title><langstring lang="en">Outside</langstring></title>
    <block id="urn:b2"><title><langstring lang="en">Inside</langstring></title>
      <au id="urn:a1" activityType="http://adlnet.gov/expapi/activities/lesson">
        <title><langstring lang="en">A walk</langstring></title></au></block></block>
  <au id="urn:a2"><title><langstring lang="en">A quiz</langstring></title></au>
</courseStructure>
"""


def test_a_course_structure_is_its_course_blocks_and_units_however_deep(tmp_path: Path) -> None:
    reading = read_export(write(tmp_path, "cmi5.xml", STRUCTURE), "xapi")
    assert (reading.feed, reading.quarantined) == ("course_structure", [])
    assert reading.rows(COURSES, "course_id", "title", "kind") == [
        ("urn:a1", "A walk", "lesson"),
        ("urn:a2", "A quiz", "au"),
        ("urn:b1", "Outside", "block"),
        ("urn:b2", "Inside", "block"),
        ("urn:c", "Rocks", "course"),
    ]


def test_one_course_ends_no_other(workshop: Callable[..., Workshop]) -> None:
    shop = workshop({"lrs": {"map": "xapi"}})
    for name, content in (("rocks.xml", STRUCTURE), ("seas.xml", STRUCTURE.replace("urn:", "urn:sea:"))):
        shop.land("lrs", name, content)
        shop.ingest()
        shop.accept()
    assert shop.rows("select op, count(*) from lms.courses group by all") == [("i", 10)]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "kinds"), [("simple", {"course": 1, "au": 1}), ("complex", {"course": 1, "block": 6, "au": 14})]
)
def test_the_published_examples_are_read_element_by_element(shared_data: Path, name: str, kinds: dict[str, int]) -> None:
    path = shared_data / f"lms/xapi/{name}-cmi5.xml"
    written = {kind: re.findall(rf'<{kind}\s+id="([^"]+)"', path.read_text()) for kind in kinds}
    reading = read_export(path, "xapi")
    assert {kind: len(ids) for kind, ids in written.items()} == kinds
    assert sorted(reading.rows(COURSES, "course_id")) == sorted((one,) for ids in written.values() for one in ids)
    assert all(title for (title,) in reading.rows(COURSES, "title")) and not reading.quarantined
