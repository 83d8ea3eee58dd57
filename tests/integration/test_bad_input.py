"""Bad files and faults: nothing is published that should not be, it is said why, and a decision mends it."""

import getpass
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
import yaml

from .conftest import LAST_MONTHS, Run, Shop, bytes_of, manifest_of

MONTH, NEXT = LAST_MONTHS
WORKERS, SHIFTED, JOBS = f"workers_{MONTH}.csv", f"workers_{NEXT}.csv", f"job_changes_{MONTH}.csv"
CUT_SHORT, EMPTIED = "cut short; exported again", "the system dropped the column, as announced"


@dataclass
class Story:
    """What a home went through, in order, and what was said."""

    shop: Shop
    said: dict[str, Run] = field(default_factory=dict)
    release: dict[str, str] = field(default_factory=dict)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)

    def then(self, name: str, *arguments: str) -> Run:
        self.said[name] = self.shop.run(*arguments)
        self.release[name] = self.shop.home.current.resolve().name
        self.files[name] = bytes_of(self.shop.home.current.resolve())
        return self.said[name]

    def is_held(self, name: str) -> str:
        """The number of the load that is held now."""
        [(load_seq,)] = self.shop.raw("select load_seq from ledger.loads where status = 'held'")
        self.held[name] = load_seq
        return str(load_seq)


@pytest.fixture(scope="module")
def story(copy_home: Callable[[Path], Shop], tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A snapshot cut short, rejected; a month with damaged files, its emptied column accepted; a fault; a release."""
    shop = copy_home(tmp_path_factory.mktemp("bad_input") / "home")
    story = Story(shop)
    story.then("before", "status")

    workers = shop.export(WORKERS)
    shop.write(WORKERS, "".join(workers[: int(len(workers) * 0.6)]))
    story.then("cut", "refresh")
    load = story.is_held("cut")
    story.then("status", "status")
    story.then("show", "loads", "show", load)
    story.then("list", "loads")
    story.then("no reason", "loads", "reject", load)
    story.then("blank reason", "loads", "reject", load, "--reason", "  ")
    story.then("reject", "loads", "reject", load, "--reason", CUT_SHORT)
    story.then("after reject", "refresh")

    shop.land(MONTH)
    shop.write(WORKERS, with_column_emptied(workers, "Rehire"))
    jobs = shop.export(JOBS)
    shop.write(JOBS, "".join([*jobs, re.sub(r"^(E\d+),[^,]*,", r"\1,31.11.2025,", jobs[-1])]))
    shop.write(f"pay_changes_{MONTH}_again.csv", "".join(shop.export(f"pay_changes_{MONTH}.csv")))
    story.then("damaged", "refresh")
    load = story.is_held("damaged")
    story.then("show damaged", "loads", "show", load)
    story.then("accept without reason", "loads", "accept", load)
    story.then("accept", "loads", "accept", load, "--reason", EMPTIED)
    story.then("show accepted", "loads", "show", load)

    with pytest.MonkeyPatch.context() as patch:

        def fail(*_: object) -> None:
            raise duckdb.ConversionException("Could not convert string 'Marigold Fennimore' to DATE")

        patch.setattr("orchestration.assets.models.run_dbt", fail)
        story.then("fault", "refresh")

    shifted = [line if n == 0 else "," + line for n, line in enumerate(shop.export(SHIFTED))]
    shop.write(SHIFTED, "".join(re.sub(r",[^,]*\n$", "\n", line) if n else line for n, line in enumerate(shifted)))
    story.then("published", "refresh")
    story.then("again", "refresh")
    return story


def with_column_emptied(lines: list[str], column: str) -> str:
    place = lines[0].rstrip("\n").split(",").index(column)
    rows = [line.rstrip("\n").split(",") for line in lines]
    return "".join(
        ",".join(v if n == 0 or i != place else "" for i, v in enumerate(row)) + "\n" for n, row in enumerate(rows)
    )


def test_a_snapshot_cut_at_a_row_boundary_is_held_and_publishes_nothing(story: Story) -> None:
    cut = story.said["cut"]
    assert cut.exit_code == 3
    assert "held by a gate: nothing was published" in cut.output
    for expectation in ("a snapshot keeps its size", "a snapshot ends few", "nobody leaves in masses"):
        assert expectation in cut.output
    assert f"loads show {story.held['cut']}" in cut.output, "what to do next"


def test_the_last_release_stands_byte_for_byte_while_a_load_is_held(story: Story, published: Shop) -> None:
    steps = list(story.release)
    stands = steps[: steps.index("published")]
    assert {story.release[name] for name in stands} == {manifest_of(published.home)["release_id"]}
    assert all(story.files[name] == story.files["before"] for name in stands)
    read = "select count(*) from metric_values"
    with duckdb.connect(str(published.home.current / "leadership.duckdb"), read_only=True) as connection:
        assert connection.execute(read).fetchall() > [(1000,)]


def test_status_and_loads_say_why_a_load_is_held(story: Story) -> None:
    for name in ("status", "show", "list"):
        assert story.said[name].exit_code == 0
        assert str(story.held["cut"]) in story.said[name].output
        assert "held" in story.said[name].output
    for name in ("cut", "status", "show"):
        assert f"corehr/{WORKERS}" in story.said[name].output
    assert "active_ratio" in story.said["status"].output
    assert "finding: a snapshot keeps its size: table_name hris.workers: rows_ratio" in story.said["show"].output
    assert "held by gate" in story.said["show"].output


def test_what_is_said_of_bad_files_names_no_person(story: Story) -> None:
    words = {word for line in story.shop.export(WORKERS)[1:] for word in line.split(",")[:4]}
    said = "".join(run.output for run in story.said.values())
    assert len(words) > 400
    assert sum(bool(re.search(rf"\b{re.escape(word)}\b", said)) for word in words if len(word) > 3) == 0
    assert "31.11" not in said


@pytest.mark.parametrize("name", ["no reason", "blank reason", "accept without reason"])
def test_a_decision_asks_for_its_reason(story: Story, name: str) -> None:
    assert story.said[name].exit_code == 2
    assert "--reason" in story.said[name].output


def test_a_rejected_load_is_recorded_and_the_next_refresh_goes_on(story: Story) -> None:
    assert story.said["reject"].exit_code == 0
    assert story.said["after reject"].exit_code == 0
    assert "nothing new" in story.said["after reject"].output, "a rejected file is not read again"
    assert decisions(story, "cut")[-1] == ("rejected", getpass.getuser(), CUT_SHORT)


def test_an_accepted_load_is_recorded_with_who_why_and_when(story: Story) -> None:
    assert story.said["damaged"].exit_code == 3
    assert "a column does not empty" in story.said["damaged"].output
    assert "is_rehire" in story.said["damaged"].output
    assert story.said["accept"].exit_code == 0
    assert decisions(story, "damaged") == [
        ("held", "gate", decisions(story, "damaged")[0][2]),
        ("accepted", getpass.getuser(), EMPTIED),
    ]
    assert re.search(
        rf"\d{{4}}-\d\d-\d\d \d\d:\d\d accepted by {getpass.getuser()}: {EMPTIED}", story.said["show accepted"].output
    )


def decisions(story: Story, name: str) -> list[tuple[str, str, str]]:
    where = f"where load_seq = {story.held[name]} order by decided_at"
    return story.shop.raw(f"select decision, decided_by, reason from ledger.decisions {where}")  # type: ignore[return-value]


def test_after_acceptance_a_refresh_publishes_with_the_load(story: Story) -> None:
    assert story.said["published"].exit_code == 0
    manifest = manifest_of(story.shop.home)
    assert manifest["as_of"] == MONTH
    assert story.held["damaged"] in {entry["load_seq"] for entry in manifest["inputs"]}
    assert story.held["cut"] not in {entry["load_seq"] for entry in manifest["inputs"]}
    assert story.said["again"].exit_code == 0 and "nothing new" in story.said["again"].output


def test_an_unusable_file_is_rejected_with_file_row_column_and_reason(story: Story) -> None:
    run = story.said["published"]
    [line] = [line for line in run.output.splitlines() if line.startswith("rejected")]
    assert f"corehr/{SHIFTED}" in line
    assert re.search(r"row \d+", line) and re.search(r"column \w+", line)
    assert "rows of hris." in line and "Check the map's formats" in line
    assert run.exit_code == 0, "a rejected file holds back nothing but itself"


def test_a_bad_row_is_quarantined_and_counted_in_the_release(story: Story) -> None:
    quarantined = story.shop.raw(
        "select distinct table_name, column_name, shape from ledger.quarantine where reason is not null"
    )
    assert ("hris.job_assignments", "valid_from", "99.99.9999") in quarantined
    query = "select {} from data_quality where table_name = 'hris.job_assignments' and measure = 'rows_quarantined'"
    told = {}
    for audience, columns in (("people", "sum(n_bad)"), ("leadership", "max(n_bad), bool_or(is_few)")):
        with duckdb.connect(str(story.shop.home.current / f"{audience}.duckdb"), read_only=True) as connection:
            told[audience] = connection.execute(query.format(columns)).fetchall()
    assert told == {"people": [(1,)], "leadership": [(None, True)]}, "one row is a few, for leadership"


def test_the_same_bytes_under_another_name_are_loaded_once(story: Story) -> None:
    names = story.shop.raw(f"select file from ledger.loads where file like '%pay_changes_{MONTH}%'")
    assert len(names) == 1
    assert re.search(r"\b1 known already\b", story.said["damaged"].output)


def test_a_fault_exits_1_and_says_no_value(story: Story) -> None:
    fault = story.said["fault"]
    assert fault.exit_code == 1
    assert fault.exception is None, "an outcome, not a traceback"
    assert "failed" in fault.output and "dbt" in fault.output
    stored = [path.read_bytes() for path in story.shop.home.dagster.rglob("*") if path.is_file()]
    assert sum(b"Fennimore" in content for content in [*stored, fault.output.encode()]) == 0
    assert sum(b"Could not convert string" in content for content in stored) > 0, "but why it failed is kept"


# what is broken -> (sources.yml or None, words that the error must have)
BROKEN = {
    "no file": (None, ["sources.yml", "not found", "fairlead simulate"]),
    "no yaml": ("sources: [", ["sources.yml", "not valid YAML", "line"]),
    "unknown field": (
        "sources: {hr: {map: demo_hris, cadance: daily}}",
        ["sources.yml", "sources.hr.cadance", "not permitted"],
    ),
    "unknown word": ("sources: {hr: {map: demo_hris, cadence: hourly}}", ["sources.yml", "sources.hr.cadence", "'daily'"]),
    "unknown map": ("sources: {hr: {map: peoplehard}}", ["peoplehard", "column map"]),
    "undeclared folder": ("sources: {}", ["landing/hr", "sources.yml", "Declare it"]),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_the_owner_must_put_right_exits_2_and_says_what(tmp_path: Path, broken: str) -> None:
    content, words = BROKEN[broken]
    (tmp_path / "landing" / "hr").mkdir(parents=True)
    (tmp_path / "landing" / "hr" / "workers.csv").write_text("a,b\n1,2\n")
    if content is not None:
        (tmp_path / "sources.yml").write_text(content)
    command = [sys.executable, "-m", "orchestration.cli", "--home", str(tmp_path), "refresh"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=60, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert [word for word in words if word not in done.stderr] == [], done.stderr


def test_wrong_use_exits_2(published: Shop, tmp_path: Path) -> None:
    empty = Shop(type(published.home)(tmp_path), published.waiting)
    (tmp_path / "sources.yml").write_text(yaml.safe_dump({"sources": {}}))
    wrong = {
        "no such load": published.run("loads", "show", "9999"),
        "no such moment": published.run("refresh", "--as-known-at", "yesterday"),
        "no such release": published.run("query", "select 1", "--release", "2020"),
        "no such table": published.run("query", "select * from nothing"),
        "no report": empty.run("report", "--no-open"),
        "no loads": empty.run("loads"),
        "no load": empty.run("loads", "show", "1"),
        "nothing to decide on": empty.run("loads", "reject", "1", "--reason", "because"),
    }
    assert {name: (run.exit_code, run.exception) for name, run in wrong.items()} == dict.fromkeys(wrong, (2, None))
    assert all(run.output.startswith("fairlead: ") for run in wrong.values())


def test_a_refresh_leaves_a_running_one_alone(published: Shop) -> None:
    with published.home.lock():
        run = published.run("refresh")
    assert run.exit_code == 2
    assert "another refresh is running" in run.output
