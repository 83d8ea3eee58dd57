"""The simulated company as if it had changed its HR system: the exports of one, told by two.

Here: the rewriting of landing files. Nobody's life changes by it, so every number must stay what it is; what is told on
the wrong side of the cut-over is made false on purpose. Not here: what is asked of it (`integration/test_migration`).
"""

import csv
import datetime as dt
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ingest.column_map import SHIPPED
from ingest.home import Home

OLD, NEW, WHO = "oldhr", "newhr", "crosswalk"
GRADES = {f"Grade {level}": str(level) for level in range(1, 9)}
Row = dict[str, str]


@dataclass
class Migration:
    """The HRIS exports of `source`, up to their last, as two systems would have told them around the day `cut_over`."""

    source: Path
    cut_over: dt.date
    # last day of the old system's parallel run; its archive of that day holds what was corrected later
    archived_on: str
    stamps: list[str] = field(init=False)
    # id of the old system -> id of the new one: the same numbers, in other hands
    new_ids: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.stamps = sorted(path.stem[-10:] for path in self.source.glob("workers_*.csv"))
        ids = sorted({row["Employee_ID"] for row in self.read("workers", self.stamps[-1])})
        self.new_ids = dict(zip(ids, reversed(ids), strict=True))

    def read(self, kind: str, stamp: str) -> list[Row]:
        """The rows of one export; none where there is no such file."""
        path = self.source / f"{kind}_{stamp}.csv"
        if not path.exists():
            return []
        with open(path, newline="") as handle:
            return list(csv.DictReader(handle))

    def write(self, home: Home, history_from: str, tolerated_loss: float | None = None) -> None:
        """Landing files, column map and `sources.yml` of a home."""
        home.prepare()
        continues: dict[str, Any] = {"source": OLD, "from": self.cut_over, "people": WHO}
        if tolerated_loss is not None:
            continues["tolerated_loss"] = tolerated_loss
        sources = {
            OLD: {"map": "demo_hris", "ids": OLD},
            NEW: {"map": NEW, "ids": NEW, "continues": continues},
            WHO: {"map": "id_crosswalk", "ids": NEW, "cadence": "once"},
        }
        policy = {"history_from": dt.date.fromisoformat(history_from)}
        home.sources_file.write_text(yaml.safe_dump({"sources": sources, "policy": policy}))
        (home.root / "maps").mkdir()
        (home.root / "maps" / f"{NEW}.yml").write_text(yaml.safe_dump(self.new_map(), sort_keys=False))
        self._write_old(home.landing / OLD)
        self._write_new(home.landing / NEW)
        crosswalk = [{"former_id": old, "worker_id": new} for old, new in self.new_ids.items()]
        _write(home.landing / WHO / "who_was_who.csv", crosswalk)

    def new_map(self) -> dict[str, Any]:
        """The old system's map, where units, levels and people have other names."""
        document: dict[str, Any] = yaml.safe_load((SHIPPED / "demo_hris.yml").read_text())
        document |= {"name": NEW, "description": "The system after the cut-over."}
        units = {self.unit(row["Organization_ID"]): row["Organization_ID"] for row in self._units()}
        jobs = document["feeds"]["job_changes"]["tables"][0]["columns"]
        jobs["org_unit_id"] = {"from": "Supervisory_Organization", "values": units}
        jobs["level"] = {"from": "Management_Level", "values": GRADES}
        columns = document["feeds"]["org_units"]["tables"][0]["columns"]
        columns["org_unit_id"] = {"from": "Organization_ID", "values": units}
        columns["parent_id"] = {"from": "Superior_Organization", "values": units}
        return document

    @staticmethod
    def unit(old: str) -> str:
        """A unit's code in the new system."""
        return old.replace("OU", "Cost Centre ") if old else ""

    def _units(self) -> list[Row]:
        return next(rows for stamp in reversed(self.stamps) if (rows := self.read("org_units", stamp)))

    def _is_before(self, day: str) -> bool:
        return bool(day) and dt.date.fromisoformat(day) < self.cut_over

    def _has_left(self, row: Row) -> bool:
        """Whether the last day at work lies before the cut-over."""
        left = row["Termination_Date"]
        return bool(left) and dt.date.fromisoformat(left) <= self.cut_over

    def _write_old(self, folder: Path) -> None:
        for stamp in self.stamps:
            if self._is_before(stamp):
                for kind in ("workers", "job_changes", "org_units"):
                    if rows := self.read(kind, stamp):
                        _write(folder / f"{kind}_{stamp}.csv", rows)
        archived = []
        for row in self.read("workers", self.stamps[-1]):
            if self._is_before(row["Hire_Date"]):
                kept = row if self._has_left(row) else row | {"Termination_Date": "", "Notice_Date": ""}
                archived.append(kept)
            elif row["Hire_Date"] < self.archived_on:
                # hired in the parallel run: the old system's word does not count, so let it be a false one
                archived.append(row | {"Termination_Date": self.archived_on, "Notice_Date": ""})
        _write(folder / f"workers_{self.archived_on}.csv", archived)
        late = [row for stamp in self.stamps if not self._is_before(stamp) for row in self.read("job_changes", stamp)]
        corrected = [row for row in late if self._is_before(row["Effective_Date"])]
        false = [
            row | {"Management_Level": "8_Executive", "Business_Title": "told by the wrong system"}
            for row in self.read("job_changes", self.archived_on)
            if not self._is_before(row["Effective_Date"])
        ]
        _write(folder / f"job_changes_{self.archived_on}.csv", _last_words([*corrected, *false]))

    def _write_new(self, folder: Path) -> None:
        for stamp in (stamp for stamp in self.stamps if not self._is_before(stamp)):
            people = [row for row in self.read("workers", stamp) if not self._has_left(row)]
            # what went before the cut-over is not its to say: it has everybody hired a year too early
            told = [row | {"Hire_Date": self._falsely_hired(row["Hire_Date"])} for row in people]
            _write(folder / f"workers_{stamp}.csv", self._renamed(told))
            here = {row["Employee_ID"] for row in people}
            months = [one for one in self.stamps if one <= stamp] if stamp == self.archived_on else [stamp]
            jobs = [row for month in months for row in self.read("job_changes", month) if row["Employee_ID"] in here]
            _write(folder / f"job_changes_{stamp}.csv", self._renamed(_last_words(jobs)))
            units = self._units() if stamp == self.archived_on else self.read("org_units", stamp)
            if units:
                _write(folder / f"org_units_{stamp}.csv", self._renamed(units))

    def _falsely_hired(self, day: str) -> str:
        hired = dt.date.fromisoformat(day)
        return (hired - dt.timedelta(days=365)).isoformat() if hired < self.cut_over else day

    def _renamed(self, rows: Iterable[Row]) -> list[Row]:
        rename: dict[str, Callable[[str], str]] = {
            "Employee_ID": lambda old: self.new_ids[old],
            "Manager_ID": lambda old: self.new_ids[old] if old else "",
            "Supervisory_Organization": self.unit,
            "Organization_ID": self.unit,
            "Superior_Organization": self.unit,
            "Management_Level": lambda old: f"Grade {old[0]}",
        }
        return [{name: rename.get(name, str)(value) for name, value in row.items()} for row in rows]


def _last_words(rows: list[Row]) -> list[Row]:
    return list({(row["Employee_ID"], row["Effective_Date"], row["Sequence"]): row for row in rows}.values())


def _write(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def rewrite(path: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    """A landing file with its rows changed."""
    with open(path, newline="") as handle:
        rows = list(csv.DictReader(handle))
    _write(path, change(rows))


def copied(home: Home, root: Path) -> Home:
    """The declarations and landing files of a home in a fresh one, without what was made of them."""
    shutil.copytree(home.landing, root / "landing")
    shutil.copytree(home.root / "maps", root / "maps")
    shutil.copy2(home.sources_file, root / "sources.yml")
    return Home(root)
