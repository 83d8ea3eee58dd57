"""A framework as plain CSV, and the one that is shipped, which every company without its own can begin with."""

import datetime as dt
import itertools
from pathlib import Path

import pytest

from ingest.contracts.talent import ACTIVITY_TYPES
from ingest.simulate.framework import ACTIVITY_TYPES as SIMULATED_TYPES
from ingest.simulate.framework import COMPETENCY_IDS, LADDER, LEADERSHIP_IDS, SHIPPED
from ingest.simulate.vocabulary import TRACKS

from .reading import Reading, read_export, write


@pytest.fixture(scope="module")
def shipped() -> dict[str, Reading]:
    return {path.stem: read_export(path, "framework") for path in sorted(SHIPPED.glob("*.csv"))}


def test_the_shipped_framework_is_read_whole(shipped: dict[str, Reading]) -> None:
    assert {name: reading.feed for name, reading in shipped.items()} == {name: name for name in shipped}
    assert set(shipped) == {"competencies", "behaviours", "activities"}
    assert not any(reading.quarantined or reading.unplaced for reading in shipped.values())


def test_the_shipped_framework_expects_something_of_everybody_at_every_level(shipped: dict[str, Reading]) -> None:
    competencies = {row[0] for row in shipped["competencies"].rows("talent.competencies", "competency_id")}
    rows = shipped["behaviours"].rows("talent.competency_behaviours", "track", "level", "competency_id", "behaviour")
    levels = {"people_lead": range(3, 9), "technical": range(1, 8), "strategy": range(1, 8)}
    expected = {(track, level, one) for track in TRACKS for level in levels[track] for one in competencies}
    assert {row[:3] for row in rows} == expected
    assert len({row[3] for row in rows}) == len(rows), "no behaviour is expected twice in the same words"
    for *_, behaviour in rows:
        assert behaviour.endswith(".") and 6 <= len(behaviour.split()) <= 30, behaviour
        assert behaviour.split()[0].rstrip(",").endswith("s") or behaviour.startswith("Can "), f"observable: {behaviour}"
    developed = shipped["activities"].rows("talent.activity_competencies", "competency_id", "activity_type")
    assert {competency for competency, _ in developed} == competencies
    assert {activity for _, activity in developed} == set(ACTIVITY_TYPES) - {"other"}


def test_the_simulated_company_lives_by_the_shipped_framework(shipped: dict[str, Reading]) -> None:
    rows = shipped["competencies"].rows("talent.competencies", "competency_id", "is_leadership")
    assert {name for name, _ in rows} == set(COMPETENCY_IDS)
    assert {name for name, is_leadership in rows if is_leadership} == set(LEADERSHIP_IDS)
    assert set(SIMULATED_TYPES) == set(ACTIVITY_TYPES) - {"other"}
    steps = {(level, track) for track, level in shipped["behaviours"].rows("talent.competency_behaviours", "track", "level")}
    assert {(level, TRACKS[track]) for level, track in LADDER} <= steps, "every step of the ladder has its behaviours"


def test_a_company_brings_items_criteria_and_days_of_its_own(tmp_path: Path) -> None:
    items = read_export(
        write(tmp_path, "items.csv", "instrument,item_id,competency_id\nsurvey,Q1,craft\nexam,Q2,craft\n"), "framework"
    )
    assert items.rows("talent.item_competencies", "item_id") == [("Q1",)]
    assert [(table, column) for table, _, column, _ in items.quarantined] == [("talent.item_competencies", "instrument")]
    behaviours = (
        "competency_id,level,track,behaviour_id,behaviour,valid_from\ncraft,1,technical,b1,Tests first.,2026-01-01\n"
    )
    read = read_export(write(tmp_path, "behaviours.csv", behaviours), "framework")
    assert read.rows("talent.competency_behaviours", "behaviour_id", "valid_from") == [("b1", dt.date(2026, 1, 1))]
    head = "level,track,criterion_id,valid_from,rule,threshold,lead_months,requirement"
    ladder = f"{head}\n2,technical,t2,2026-01-01,rating,4,12,required\n2,technical,t3,2026-01-01,charm,4,12,required\n"
    read = read_export(write(tmp_path, "ladder.csv", ladder), "framework")
    assert read.rows("talent.ladder_criteria", "criterion_id", "rule") == [("t2", "rating")]
    assert [column for _, _, column, _ in read.quarantined] == ["rule"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",technical,t4,2026-01-01,,rating,4,12,,,required,", "level"),
        ("top,technical,t4,2026-01-01,,rating,4,12,,,required,", "level"),
        ("2,,t4,2026-01-01,,rating,4,12,,,required,", "track"),
        ("2,technical,t4,,,rating,4,12,,,required,", "valid_from"),
        ("2,technical,t4,2026-01-01,,rating,lots,12,,,required,", "threshold"),
        ("2,technical,t4,2026-01-01,2026-01-01,rating,4,12,,,required,", None),
        ("2,technical,t4,2026-01-01,,rating,4,12,3,2,required,", None),
        ("2,technical,t4,2026-01-01,,rating,4,12,,,one_of,", None),
    ],
)
def test_a_criterion_that_cannot_be_applied_is_set_aside_with_its_reason_and_the_others_stand(
    tmp_path: Path, row: str, column: str | None
) -> None:
    head = "level,track,criterion_id,valid_from,valid_to,rule,threshold,lead_months,k,m,requirement,one_of_group"
    good = "2,technical,t2,2026-01-01,2027-01-01,rating,4,12,2,3,one_of,growth"
    read = read_export(write(tmp_path, "ladder.csv", f"{head}\n{good}\n{row}\n"), "framework")
    assert read.rows("talent.ladder_criteria", "criterion_id") == [("t2",)]
    [(table, _, named, reason)] = read.quarantined
    assert table == "talent.ladder_criteria" and reason
    assert column is None or named == column


def test_no_file_of_a_framework_passes_for_another(shipped: dict[str, Reading]) -> None:
    tables = [set(reading.tables) for reading in shipped.values()]
    assert all(one.isdisjoint(other) for one, other in itertools.combinations(tables, 2))
