"""The change log: any order of arrival and acceptance gives the same state, and what was known stays readable."""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from ingest.contracts import CONTRACTS
from ingest.files import UnreadableFile
from ingest.loads import LoadProblem, accept_loads, hold_load, read_load, reject_load, settle_pending
from ingest.raw_store import open_raw_store, rows_in_force

from ..conftest import Workshop

Make = Callable[..., Workshop]
MAP = {
    "feeds": {
        "units": {
            "recognise": {"columns": ["unit", "name"]},
            "exported_at": {"file_name": r"(\d{4}-\d{2}-\d{2})"},
            "tables": [{"table": "hris.org_units", "columns": {"org_unit_id": "unit", "name": "name"}}],
        },
        "changes": {
            "recognise": {"columns": ["changed_unit", "name"]},
            "mode": "changes",
            "exported_at": {"file_name": r"(\d{4}-\d{2}-\d{2})"},
            "tables": [{"table": "hris.org_units", "columns": {"org_unit_id": "changed_unit", "name": "name"}}],
        },
    }
}
# four snapshots: units come, go, come back, change and change back
SNAPSHOTS = {
    "2026-01-31": {"a": "A", "b": "B", "c": "C"},
    "2026-02-28": {"a": "A2", "b": "B", "d": "D"},
    "2026-03-31": {"b": "B", "c": "C3", "d": "D"},
    "2026-04-30": {"a": "A", "c": "C3", "d": "D4", "e": "E"},
}


def snapshot(date: str) -> str:
    return "unit,name\n" + "".join(f"{unit},{name}\n" for unit, name in SNAPSHOTS[date].items())


def state(workshop: Workshop, *, as_known_at: dt.datetime | None = None) -> dict[str, str]:
    known = as_known_at or dt.datetime(9999, 1, 1)
    loads = f"""
        select load_seq, row_number() over (order by exported_at, file, load_seq) as load_order from ledger.loads
        where status in ('accepted', 'superseded') and loaded_at <= timestamp '{known}'
            and (superseded_at is null or superseded_at > timestamp '{known}')
    """
    return dict(workshop.rows(f"select org_unit_id, name from ({rows_in_force(CONTRACTS['hris.org_units'], loads)})"))


def make_units(make: Make, name: str = "home") -> Workshop:
    return make({"hr": {"map": "units"}}, {"units": MAP}, name=name)


@pytest.mark.parametrize("arrival", list(itertools.permutations(SNAPSHOTS)))
def test_snapshots_may_arrive_in_any_order(workshop: Make, arrival: tuple[str, ...]) -> None:
    shop = make_units(workshop)
    with shop.kept_open():
        for date in arrival:
            shop.land("hr", f"units_{date}.csv", snapshot(date))
            shop.ingest()
            shop.accept()
            newest = max(arrival[: arrival.index(date) + 1])
            assert state(shop) == SNAPSHOTS[newest]


@pytest.mark.parametrize("acceptance", list(itertools.permutations(range(4))))
def test_snapshots_may_be_accepted_in_any_order(workshop: Make, acceptance: tuple[int, ...]) -> None:
    shop = make_units(workshop)
    for date in SNAPSHOTS:
        shop.land("hr", f"units_{date}.csv", snapshot(date))
    dates = list(SNAPSHOTS)
    with shop.kept_open():
        shop.ingest()
        for n_accepted, index in enumerate(acceptance, start=1):
            [(load_seq,)] = shop.rows(
                "select load_seq from ledger.loads where file = ? and superseded_at is null",
                [f"hr/units_{dates[index]}.csv"],
            )
            shop.accept([load_seq])
            assert state(shop) == SNAPSHOTS[max(dates[i] for i in acceptance[:n_accepted])]


def test_what_was_known_never_changes_afterwards(workshop: Make) -> None:
    shop = make_units(workshop)
    known = {}
    for date in ("2026-02-28", "2026-04-30", "2026-01-31", "2026-03-31"):
        shop.land("hr", f"units_{date}.csv", snapshot(date))
        shop.ingest()
        shop.accept()
        known[shop.now] = state(shop)
        for moment, then in known.items():
            assert state(shop, as_known_at=moment) == then
    assert state(shop, as_known_at=dt.datetime(2025, 1, 1)) == {}


def test_the_same_bytes_twice_are_a_no_op(workshop: Make) -> None:
    shop = make_units(workshop)
    shop.land("hr", "units_2026-01-31.csv", snapshot("2026-01-31"))
    shop.ingest()
    shop.accept()
    n_rows = shop.rows("select count(*) from hris.org_units")
    shop.land("hr", "again_2026-01-31.csv", snapshot("2026-01-31"))
    assert [outcome.status for outcome in shop.ingest()] == ["seen"]
    assert shop.ingest() == [] and shop.rows("select count(*) from hris.org_units") == n_rows


def test_a_load_that_waits_is_no_part_of_what_was_accepted_behind_it(workshop: Make) -> None:
    shop = make_units(workshop)
    everything = SNAPSHOTS["2026-01-31"]
    for date, units in (("2026-01-31", everything), ("2026-03-31", {**everything, "e": "E"})):
        shop.land("hr", f"units_{date}.csv", "unit,name\n" + "".join(f"{unit},{name}\n" for unit, name in units.items()))
        shop.ingest()
        shop.accept()
    # an older snapshot, which nobody has accepted yet, would have ended b and c
    shop.land("hr", "units_2026-02-28.csv", "unit,name\na,A\n")
    shop.ingest()
    shop.land("hr", "units_2026-04-30.csv", "unit,name\nb,B\n")
    shop.ingest()
    [(load_seq,)] = shop.rows("select load_seq from ledger.loads where file like '%04-30%'")
    shop.accept([load_seq])
    assert state(shop) == {"b": "B"}


def test_the_same_bytes_of_another_day_say_that_things_are_as_they_were(workshop: Make) -> None:
    shop = make_units(workshop)
    for date, content in (("2026-01-31", "2026-01-31"), ("2026-02-28", "2026-02-28"), ("2026-03-31", "2026-01-31")):
        shop.land("hr", f"units_{date}.csv", snapshot(content))
        shop.ingest()
        shop.accept()
        assert state(shop) == SNAPSHOTS[content]


# a parent is found and lost, b is garbled and then gone, c comes back, and one night says nothing new
TOLD = {
    "2026-01-31": "a,A,\nb,B,p\nc,C,p\n",
    "2026-02-28": "a,A,p\nb,B,p\nb,Bx,p\nd,D,p\ne,E,p\nf,F,p\ng,G,p\n",
    "2026-03-31": "a,A,p\nc,C,p\n",
    "2026-04-30": "a,A,\nc,C,p\n",
    "2026-05-31": "c,C,p\na,A,\n",
}


@pytest.mark.parametrize("runs", [[[*TOLD]], [["2026-03-31"], ["2026-01-31", "2026-04-30"], ["2026-02-28", "2026-05-31"]]])
def test_snapshots_of_one_run_leave_the_log_of_one_a_night(workshop: Make, runs: list[list[str]]) -> None:
    with_parent = {"table": "hris.org_units", "columns": {"org_unit_id": "unit", "name": "name", "parent_id": "parent"}}
    feed = {"exported_at": {"file_name": r"(\d{4}-\d{2}-\d{2})"}, "tables": [with_parent]}

    def told(name: str, runs: list[list[str]]) -> list[Any]:
        shop = workshop({"hr": {"map": "units"}}, {"units": {"feeds": {"units": feed}}}, name=name)
        for dates in runs:
            for date in dates:
                shop.land("hr", f"units_{date}.csv", "unit,name,parent\n" + TOLD[date])
            assert {outcome.status for outcome in shop.ingest()} == {"pending"}
        log = "select load_seq, op, row_no, org_unit_id, name, parent_id from hris.org_units order by all"
        counts = "from ledger.load_tables order by all", "from ledger.load_columns order by all"
        written = ", ".join(f"count(*) filter (where op = '{op}')" for op in "iud")
        noted = "select load_seq, n_inserted, n_updated, n_deleted from ledger.load_tables"
        per_load = f"select load_seq, {written} from ledger.loads left join hris.org_units using (load_seq) group by 1"
        assert set(shop.rows(noted)) == set(shop.rows(per_load)), "what the gate is told is what was written"
        return [shop.rows(query) for query in (log, *counts, "select path, sha256 from ledger.files order by all")]

    at_once = told("at_once", runs)
    assert at_once == told("nightly", [[date] for dates in runs for date in dates])
    assert {row[1] for row in at_once[0]} == {"i", "u", "d"}


def test_a_night_costs_what_changed(workshop: Make) -> None:
    shop = make_units(workshop)
    for date in ("2026-01-31", "2026-02-28"):
        shop.land("hr", f"units_{date}.csv", snapshot(date))
        shop.ingest()
        shop.accept()
    [counts] = shop.rows("select n_inserted, n_updated, n_deleted from ledger.load_tables where load_seq = 2")
    assert counts == (1, 1, 1), "d is new, a changed, c is gone; b costs nothing"


def test_a_held_load_poisons_no_later_night(workshop: Make) -> None:
    shop = make_units(workshop)
    for date in ("2026-01-31", "2026-02-28"):
        shop.land("hr", f"units_{date}.csv", snapshot(date))
    shop.ingest()
    shop.accept([1])
    with open_raw_store(shop.home.raw) as raw:
        hold_load(raw, 2, "a test's reason", shop.now)
    shop.land("hr", "units_2026-03-31.csv", snapshot("2026-03-31"))
    shop.ingest()
    shop.accept()
    assert state(shop) == SNAPSHOTS["2026-03-31"]
    assert shop.accept([2]) == [2]
    [(again,)] = shop.rows("select base_seq from ledger.loads where status = 'accepted' order by load_seq desc limit 1")
    assert again == 2, "the snapshot that follows was derived again, on the base of the accepted one"
    assert state(shop) == SNAPSHOTS["2026-03-31"], "an older snapshot does not overrule a newer one"


def test_what_waits_behind_a_held_load_is_derived_again_before_it_is_judged(workshop: Make) -> None:
    shop = make_units(workshop)
    for date in SNAPSHOTS:
        shop.land("hr", f"units_{date}.csv", snapshot(date))
    shop.ingest()
    shop.accept([1])
    with open_raw_store(shop.home.raw) as raw:
        hold_load(raw, 2, "a test's reason", shop.now)
        settle_pending(raw, shop._ingest(raw).reread, shop.now)
        waiting = {load.file: load for load in _waiting(raw)}
        assert waiting["hr/units_2026-03-31.csv"].base_seq == 1
        assert waiting["hr/units_2026-04-30.csv"].base_seq == waiting["hr/units_2026-03-31.csv"].load_seq


def _waiting(raw: Any) -> list[Any]:
    from ingest.loads import read_loads

    return read_loads(raw, "status = 'pending'")


@pytest.mark.parametrize("arrival", list(itertools.permutations(["2026-01-31", "2026-02-28", "2026-03-31"])))
def test_changes_may_arrive_in_any_order_and_the_newest_word_holds(workshop: Make, arrival: tuple[str, ...]) -> None:
    shop = make_units(workshop)
    content = {
        "2026-01-31": "changed_unit,name\na,A1\nb,B1\n",
        "2026-02-28": "changed_unit,name\na,A2\n",
        "2026-03-31": "changed_unit,name\na,A1\nc,C3\n",
    }
    for date in arrival:
        shop.land("hr", f"delta_{date}.csv", content[date])
        shop.ingest()
        shop.accept()
    assert state(shop) == {"a": "A1", "b": "B1", "c": "C3"}


def test_a_garbled_row_ends_nobody(workshop: Make) -> None:
    shop = make_units(workshop)
    shop.land("hr", "units_2026-01-31.csv", snapshot("2026-01-31"))
    shop.ingest()
    shop.accept()
    # b stands twice and differs: quarantined, not deleted; c is really gone
    shop.land("hr", "units_2026-02-28.csv", "unit,name\na,A\nb,B\nb,Bx\nd,D\ne,E\n")
    shop.ingest()
    shop.accept()
    assert state(shop) == {"a": "A", "b": "B", "d": "D", "e": "E"}


def test_a_line_that_cannot_be_placed_withholds_every_end(workshop: Make) -> None:
    shop = make_units(workshop)
    shop.land("hr", "units_2026-01-31.csv", snapshot("2026-01-31"))
    shop.ingest()
    shop.accept()
    shop.land("hr", "units_2026-02-28.csv", "unit,name\na,A\nb,B,x\n")
    shop.ingest()
    shop.accept()
    assert state(shop) == SNAPSHOTS["2026-01-31"]
    assert shop.rows("select n_ends_withheld, n_quarantined from ledger.load_tables where load_seq = 2") == [(2, 1)]


def test_a_scoped_snapshot_speaks_only_for_its_scope(workshop: Make) -> None:
    feed = {
        "recognise": {"columns": ["wave", "item"]},
        "scope": "survey_id",
        "exported_at": {"file_name": r"(\d{4}-\d{2}-\d{2})"},
        "tables": [{"table": "survey.survey_items", "columns": {"survey_id": "wave", "item_id": "item"}}],
    }
    shop = workshop({"tool": {"map": "waves"}}, {"waves": {"feeds": {"items": feed}}})
    shop.land("tool", "items_2026-01-31.csv", "wave,item\nw1,a\nw1,b\n")
    shop.land("tool", "items_2026-02-28.csv", "wave,item\nw2,a\n")
    shop.land("tool", "items_2026-03-31.csv", "wave,item\nw1,b\n")
    shop.ingest()
    shop.accept()
    loads = "select load_seq, load_seq as load_order from ledger.loads"
    rows = shop.rows(f"select survey_id, item_id from ({rows_in_force(CONTRACTS['survey.survey_items'], loads)})")
    assert sorted(rows) == [("w1", "b"), ("w2", "a")]


def test_a_killed_load_leaves_nothing_behind(workshop: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_units(workshop)
    shop.land("hr", "units_2026-01-31.csv", snapshot("2026-01-31"))
    monkeypatch.setattr("ingest.appending.Appender._note", _explode)
    with pytest.raises(RuntimeError, match="killed"):
        shop.ingest()
    assert shop.rows("select count(*) from ledger.loads") == [(0,)]
    assert shop.rows("select count(*) from hris.org_units") == [(0,)]
    monkeypatch.undo()
    assert [outcome.status for outcome in shop.ingest()] == ["pending"]


def _explode(*_: Any) -> None:
    raise RuntimeError("killed")


def test_decisions_are_recorded_with_who_and_why(workshop: Make) -> None:
    shop = make_units(workshop)
    shop.land("hr", "units_2026-01-31.csv", snapshot("2026-01-31"))
    shop.ingest()
    with open_raw_store(shop.home.raw) as raw:
        hold_load(raw, 1, "too few", shop.now)
        reject_load(raw, 1, "ann", "wrong company", shop.now)
        with pytest.raises(LoadProblem, match="only pending and held loads can be rejected"):
            reject_load(raw, 1, "ann", "again", shop.now)
        accept_loads(raw, [1], "bob", "it was right after all", shop._ingest(raw).reread, shop.now)
        assert read_load(raw, 1).status == "accepted"
        with pytest.raises(LoadProblem, match="load 9: there is none"):
            read_load(raw, 9)
    assert shop.rows("select decision, decided_by, reason from ledger.decisions") == [
        ("held", "gate", "too few"),
        ("rejected", "ann", "wrong company"),
        ("accepted", "bob", "it was right after all"),
    ]


def test_a_load_whose_file_is_gone_or_changed_is_not_derived_again(workshop: Make) -> None:
    shop = make_units(workshop)
    for date in ("2026-01-31", "2026-02-28"):
        path = shop.land("hr", f"units_{date}.csv", snapshot(date))
    shop.ingest()
    shop.accept([2])
    path = shop.home.landing / "hr" / "units_2026-02-28.csv"
    path.write_text("unit,name\nz,Z\n")
    with pytest.raises(UnreadableFile, match="has changed since it was loaded"):
        shop.accept([1])
    path.unlink()
    with pytest.raises(UnreadableFile, match="no longer in landing"):
        shop.accept([1])
    assert state(shop) == SNAPSHOTS["2026-02-28"], "a failed acceptance leaves the ledger as it was"
