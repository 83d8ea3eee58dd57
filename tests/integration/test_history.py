"""History against a slow oracle: whatever the order of arrival and of decisions, the state is what the files say.

The oracle knows files and decisions alone: a snapshot feed holds what its newest accepted file says, a feed of changes
the last accepted word on each key. What was known at a moment never changes.
"""

import datetime as dt
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ingest.contracts import CONTRACTS
from ingest.landing import Ingest
from ingest.loads import accept_loads, hold_load, read_loads, reject_load, settle_pending
from ingest.raw_store import open_raw_store, rows_in_force

from ..conftest import Workshop

STAMP = {"file_name": r"(\d{4}-\d{2}-\d{2})"}
COLUMNS = {"org_unit_id": "unit", "name": "name"}
MAP = {
    "feeds": {
        feed: {
            "recognise": {"columns": ["unit", "name"], "file": f"{feed}_*"},
            "mode": feed,
            "exported_at": STAMP,
            "tables": [{"table": "hris.org_units", "columns": COLUMNS}],
        }
        for feed in ("snapshot", "changes")
    }
}
UNITS = st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["A", "B", "C"]), min_size=1)
DAYS = st.integers(1, 9).map(lambda day: f"2026-01-0{day}")
FEEDS = st.sampled_from(["snapshot", "changes"])
State = dict[tuple[str, str], str]


@dataclass
class File:
    """One landed file, as the oracle knows it."""

    name: str
    units: dict[str, str]
    accepted_at: dt.datetime | None = None

    @property
    def feed(self) -> str:
        return self.name.split("_")[0]


def said(files: list[File], at: dt.datetime) -> State:
    """What the files accepted by a moment say."""
    state: State = {}
    for file in sorted(files, key=lambda file: (file.name[-14:-4], file.name)):
        if file.accepted_at is None or file.accepted_at > at:
            continue
        if file.feed == "snapshot":
            state = {key: name for key, name in state.items() if key[0] != "snapshot"}
        state |= {(file.feed, unit): name for unit, name in file.units.items()}
    return state


@cache
def empty_store() -> Path:
    """A store with all its tables, and the name of its key beside it: made once, copied for every history."""
    shop = Workshop(Path(tempfile.mkdtemp(prefix="fairlead-history-")), {"hr": {"map": "m"}}, {"m": MAP})
    with open_raw_store(shop.home.raw):
        pass
    return shop.home.raw


class History(RuleBasedStateMachine):
    """Files land, are read, held, rejected and accepted in any order."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="fairlead-history-")
        raw = Path(self.folder.name) / "raw.duckdb"
        shutil.copy(empty_store(), raw)
        (raw.parent / "key_id").write_text(empty_store().with_name("key_id").read_text())
        self.shop = Workshop(raw.parent, {"hr": {"map": "m"}}, {"m": MAP})
        self.store = open_raw_store(self.shop.home.raw)
        self.raw: duckdb.DuckDBPyConnection = self.store.__enter__()
        self.files: dict[str, File] = {}
        self.known: dict[dt.datetime, State] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.__exit__(None, None, None)
            self.folder.cleanup()

    @rule(feed=FEEDS, day=DAYS, part=st.sampled_from("xy"), units=UNITS)
    def land(self, feed: str, day: str, part: str, units: dict[str, str]) -> None:
        name = f"{feed}_{part}_{day}.csv"
        # the same bytes with the same stamp are the same statement
        content = "unit,name\n" + "".join(f"{unit},{label}\n" for unit, label in units.items())
        same = any(other.units == units and list(other.units) == list(units) and other.name[-14:] == name[-14:]
                   for other in self.files.values())  # fmt: skip
        if name in self.files or same:
            return
        self.shop.land("hr", name, content)
        self.files[name] = File(name, units)

    @rule(feed=FEEDS, day=DAYS, part=st.sampled_from("xy"), units=UNITS)
    def land_and_accept(self, feed: str, day: str, part: str, units: dict[str, str]) -> None:
        self.land(feed, day, part, units)
        self.read_all()
        waiting = [
            load for load in read_loads(self.raw, "status = 'pending'") if load.file.endswith(f"{feed}_{part}_{day}.csv")
        ]
        self.accept(waiting)

    @rule(choice=st.integers(0, 99))
    def read_one(self, choice: int) -> None:
        ingest = self.ingest
        waiting = ingest.new_files()
        if waiting:
            list(ingest.ingest([waiting[choice % len(waiting)]]))

    @rule()
    def read_all(self) -> None:
        ingest = self.ingest
        list(ingest.ingest(ingest.new_files()))
        assert self.ingest.new_files() == []

    @rule(choice=st.integers(0, 99))
    def accept_one(self, choice: int) -> None:
        loads = [load for load in read_loads(self.raw, "superseded_at is null") if load.status != "accepted"]
        if loads:
            self.accept([loads[choice % len(loads)]])

    @rule()
    def accept_what_waits(self) -> None:
        settle_pending(self.raw, self.ingest.reread, self.later())
        self.accept(read_loads(self.raw, "status = 'pending'"))

    @rule(choice=st.integers(0, 99), decision=st.sampled_from(["hold", "reject"]))
    def refuse_one(self, choice: int, decision: str) -> None:
        waiting = read_loads(self.raw, "status = 'pending'")
        if not waiting:
            return
        load = waiting[choice % len(waiting)]
        if decision == "hold":
            hold_load(self.raw, load.load_seq, "a test", self.later())
        else:
            reject_load(self.raw, load.load_seq, "test", "a test", self.later())

    @precondition(lambda self: bool(self.files))
    @rule()
    def land_again_under_another_name(self) -> None:
        before = self.raw.execute("select count(*) from hris.org_units").fetchone()
        ingest = self.ingest
        list(ingest.ingest(ingest.new_files()))
        name = min(self.files)
        copy = self.shop.home.landing / "hr" / name
        self.shop.land("hr", name.replace("_x_", "_z_").replace("_y_", "_z_"), copy.read_bytes())
        ingest = self.ingest
        assert [outcome.status for outcome in ingest.ingest(ingest.new_files())] in (["seen"], [])
        after = self.raw.execute("select count(*) from hris.org_units").fetchone()
        assert before is not None and after is not None and after[0] >= before[0]

    @invariant()
    def state_is_what_accepted_files_say(self) -> None:
        if not hasattr(self, "store"):
            return
        now = self.shop.now
        assert self.state(now) == said(list(self.files.values()), now)
        self.known[now] = self.state(now)

    @invariant()
    def what_was_known_never_changes(self) -> None:
        for moment, state in getattr(self, "known", {}).items():
            assert self.state(moment) == state

    @property
    def ingest(self) -> Ingest:
        home = self.shop.home
        return Ingest(home, home.read_configuration(), self.raw, self.shop.pseudonyms, clock=lambda: self.shop.now)

    def later(self) -> dt.datetime:
        self.shop.now += dt.timedelta(hours=1)
        return self.shop.now

    def accept(self, loads: list[Any]) -> None:
        now = self.later()
        accept_loads(self.raw, [load.load_seq for load in loads], "test", "a test", self.ingest.reread, now)
        for load in loads:
            self.files[load.file.removeprefix("hr/")].accepted_at = now

    def state(self, moment: dt.datetime) -> State:
        loads = f"""
            select load_seq, row_number() over (partition by feed_id order by exported_at, file, load_seq) as load_order
            from ledger.loads
            where status in ('accepted', 'superseded') and loaded_at <= timestamp '{moment}'
                and (superseded_at is null or superseded_at > timestamp '{moment}')
        """
        rows = self.raw.execute(
            f"""
            select feed, org_unit_id, name from ({rows_in_force(CONTRACTS["hris.org_units"], loads)})
            inner join ledger.feeds using (feed_id)
            """
        ).fetchall()
        assert len({row[:2] for row in rows}) == len(rows), "a key holds twice"
        return {(feed, unit): name for feed, unit, name in rows}


TestHistory = History.TestCase
TestHistory.settings = settings(
    max_examples=int(os.environ.get("FAIRLEAD_HISTORIES", "100")),
    stateful_step_count=16,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
