"""What `sources.yml` says of migrations and of identity: refused where it cannot hold, and in the tokens where it does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.home import Configuration, ConfigurationError, Home
from ingest.inputs import read_inputs
from ingest.raw_store import open_raw_store

from ..conftest import Workshop

OLD, NEW, LIST = {"map": "m", "ids": "old"}, {"map": "m", "ids": "new"}, {"map": "id_crosswalk", "ids": "new"}
CONTINUES = {"source": "old", "from": "2025-01-01", "people": "list"}
PEOPLE = {
    "feeds": {
        "people": {
            "recognise": {"columns": ["id", "hired", "mail"]},
            "exported_at": {"file_name": r"(\d{4}-\d{2}-\d{2})"},
            "tables": [
                {"table": "hris.workers", "columns": {"worker_id": "id", "hire_date": "hired"}},
                {
                    "table": "hris.identifiers",
                    "where": {"mail": {"present": True}},
                    "columns": {"worker_id": "id", "kind": {"constant": "email"}, "value": "mail"},
                },
            ],
        }
    }
}


def read(root: Path, sources: dict[str, Any]) -> Configuration:
    home = Home(root)
    home.sources_file.write_text(yaml.safe_dump({"sources": sources}))
    return home.read_configuration()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"new": NEW | {"continues": CONTINUES | {"source": "gone"}}}, "there is no source gone"),
        ({"new": NEW | {"continues": CONTINUES | {"people": "gone"}}}, "there is no source gone"),
        ({"old": OLD | {"identity": "anonymous"}}, "old names no persons"),
        ({"list": LIST | {"ids": "old"}}, "both need the same `ids`"),
        ({"other": NEW | {"continues": CONTINUES}}, "old is continued by new already"),
        ({"third": NEW | {"continues": CONTINUES | {"source": "new"}}}, "list tells the former ids of new already"),
        ({"old": OLD | {"continues": {"source": "new", "from": "2026-01-01"}}}, "in a circle"),
        ({"new": NEW | {"continues": {"source": "new", "from": "2026-01-01"}}}, "in a circle"),
        ({"new": NEW | {"continues": CONTINUES | {"tolerated_loss": 2}}}, "less than or equal to 1"),
    ],
)
def test_a_migration_that_cannot_hold_is_refused_by_name(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    sources = {"old": OLD, "new": NEW | {"continues": CONTINUES}, "list": LIST}
    assert read(tmp_path, sources).succession == {"old": "new", "new": "new"}
    with pytest.raises(ConfigurationError, match=said):
        read(tmp_path, sources | changed)


def test_a_line_of_migrations_leads_to_the_newest_system(tmp_path: Path) -> None:
    third = {"map": "m", "ids": "third", "continues": {"source": "new", "from": "2027-01-01"}}
    configuration = read(tmp_path, {"old": OLD, "new": NEW | {"continues": CONTINUES}, "list": LIST, "third": third})
    assert configuration.succession == dict.fromkeys(("old", "new", "third"), "third")
    assert configuration.namespaces("list").aliases == "old"
    assert configuration.namespaces("third").aliases == "new"
    assert configuration.namespaces("new").aliases == "new", "the list tells, so its own aliases are its own former ids"


def test_ids_are_the_system_s_own_and_addresses_everybodys(workshop: Callable[..., Workshop]) -> None:
    sources = {"old": OLD, "new": NEW | {"continues": CONTINUES}, "list": LIST, "poll": OLD | {"identity": "anonymous"}}
    shop = workshop(sources, {"m": PEOPLE})
    for source in ("old", "new", "poll"):
        shop.land(source, "people_2025-01-31.csv", "id,hired,mail\n7,2020-01-01,a@x.example\n")
    shop.land("list", "list.csv", "former_id,worker_id\n7,8\n")
    assert {outcome.status for outcome in shop.ingest()} == {"pending"}
    ids = dict(shop.rows("select source, worker_id from hris.workers inner join ledger.loads using (load_seq)"))
    assert len(set(ids.values())) == 3, "7 is somebody else in every system"
    mails = dict(
        shop.rows(
            "select source, value_token from identity.identifiers inner join ledger.loads using (load_seq) "
            "where kind = 'email'"
        )
    )
    assert mails["old"] == mails["new"] != mails["poll"]
    [(former, today)] = shop.rows("select value_token, worker_key from identity.identifiers where kind = 'alias'")
    assert former == ids["old"]
    assert today == shop.pseudonyms.token("8", namespace="new")


def test_a_source_cannot_become_anonymous_after_its_people_were_read(workshop: Callable[..., Workshop]) -> None:
    shop = workshop({"poll": {"map": "m"}}, {"m": PEOPLE})
    shop.land("poll", "people_2025-01-31.csv", "id,hired,mail\n7,2020-01-01,\n")
    shop.ingest()
    shop.home.sources_file.write_text(yaml.safe_dump({"sources": {"poll": {"map": "m", "identity": "anonymous"}}}))
    shop.land("poll", "people_2025-02-28.csv", "id,hired,mail\n7,2020-01-01,\n")
    with pytest.raises(ConfigurationError, match="under a new source name"):
        shop.ingest()


def test_an_address_that_a_snapshot_drops_says_whose_it_was(workshop: Callable[..., Workshop]) -> None:
    shop = workshop({"hr": {"map": "m"}}, {"m": PEOPLE})
    for day, mail in (("2025-01-31", "maiden@x.example"), ("2025-02-28", "married@x.example")):
        shop.land("hr", f"people_{day}.csv", f"id,hired,mail\n7,2020-01-01,{mail}\n")
    shop.ingest()
    token = shop.pseudonyms.token
    assert shop.rows("select op, worker_key, value_token from ledger.identity_map order by load_seq, op") == [
        ("i", token("7"), token("maiden@x.example", "email")),
        ("d", token("7"), token("maiden@x.example", "email")),
        ("i", token("7"), token("married@x.example", "email")),
    ]


def test_a_migration_declared_anew_is_something_new_to_build(workshop: Callable[..., Workshop]) -> None:
    shop = workshop({"old": OLD, "new": NEW, "list": LIST}, {"m": PEOPLE})
    shop.land("old", "people_2025-01-31.csv", "id,hired,mail\n7,2020-01-01,\n")
    shop.ingest()
    digests = []
    for day in (None, "2025-01-01", "2025-02-01"):
        continues = {"continues": CONTINUES | {"from": day}} if day else {}
        configuration = read(shop.home.root, {"old": OLD, "new": NEW | continues, "list": LIST})
        with open_raw_store(shop.home.raw, read_only=True) as raw:
            digests.append(read_inputs(raw, configuration, None).digest)
    assert len(set(digests)) == 3
