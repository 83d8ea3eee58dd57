"""Workday as a connector's tables: versions of records, rescinded hires, several positions a worker, levels that fall."""

import csv
import datetime as dt
import io
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from .reading import Reading, read_export, write

FAR = "9999-12-31 23:59:59"
ANN, BEN, CAT = "a" * 32, "b" * 32, "c" * 32
REAL = "hris/workday"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def sheet(columns: str, *rows: dict[str, str]) -> str:
    out = io.StringIO()
    names = [*columns.split(), "_fivetran_synced"]
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def version(start: str, end: str = FAR, **values: str) -> dict[str, str]:
    history = {"_fivetran_start": f"{start} 00:00:00", "_fivetran_end": end, "_fivetran_deleted": "false"}
    return {**history, "_fivetran_active": "true", **values}


def read(folder: Path, content: str) -> Reading:
    return read_export(write(folder, "table.csv", content), "workday_tables")


WORKER = """id _fivetran_active _fivetran_start _fivetran_end _fivetran_deleted worker_code user_id hire_date
original_hire_date
hire_rescinded rehire resignation_date termination_date terminated termination_involuntary primary_termination_reason
regrettable_termination compensation_effective_date annual_summary_total_base_pay annual_summary_currency
annual_summary_frequency annual_summary_total_salary_and_allowances"""


def employed(start: str, end: str = FAR, **values: str) -> dict[str, str]:
    usual = {"worker_code": "101", "user_id": "ann", "hire_rescinded": "false", "rehire": "false"}
    return version(start, end, **{**usual, **values})


WORKERS = sheet(
    WORKER,
    employed("2000-01-01", "2019-06-30 23:59:59", id=ANN, hire_date="2015-02-01", original_hire_date="2015-02-01"),
    # entered, then corrected: a termination of the first spell
    employed("2019-07-01", "2019-07-09 23:59:59", id=ANN, hire_date="2015-02-01", termination_date="2019-06-28"),
    employed(
        "2019-07-10", "2021-12-31 23:59:59", id=ANN, hire_date="2015-02-01", resignation_date="2019-05-02",
        termination_date="2019-06-30", terminated="true", termination_involuntary="false",
        primary_termination_reason="Terminate_Employee_Voluntary_Study", regrettable_termination="true",
    ),
    employed("2022-01-01", id=ANN, hire_date="2022-01-10", original_hire_date="2015-02-01", rehire="true"),
    # hired, and the hire taken back
    employed("2021-01-01", "2021-01-31 23:59:59", id=BEN, hire_date="2021-02-01", worker_code="102", user_id="ben"),
    employed("2021-02-01", id=BEN, hire_date="2021-02-01", hire_rescinded="true", worker_code="102", user_id="ben"),
    employed("2020-01-01", id=CAT, hire_date="2020-01-01", _fivetran_deleted="true", worker_code="103", user_id="cat"),
)  # fmt: skip


def test_a_rehire_is_a_second_spell_and_the_newest_version_tells_how_the_first_ended(tmp_path: Path) -> None:
    reading = read(tmp_path, WORKERS)
    assert reading.feed == "worker_history" and reading.quarantined == []
    assert reading.rows("hris.workers") == [
        (
            ANN, day("2015-02-01"), None, day("2019-07-01"), "stated", day("2019-05-02"),
            "Terminate_Employee_Voluntary_Study", True, True, False,
        ),
        (ANN, day("2022-01-10"), day("2015-02-01"), None, "stated", None, None, None, None, True),
    ]  # fmt: skip


def test_hires_that_were_taken_back_and_deleted_records_are_no_hires(tmp_path: Path) -> None:
    assert {worker for (worker,) in read(tmp_path, WORKERS).rows("hris.workers", "worker_id")} == {ANN}


def test_a_hire_date_that_was_corrected_makes_no_second_spell(tmp_path: Path) -> None:
    content = sheet(
        WORKER,
        employed("2021-01-01", "2021-01-19 23:59:59", id=ANN, hire_date="2021-02-01"),
        employed("2021-01-20", "2021-12-31 23:59:59", id=ANN, hire_date="2021-02-15"),
        # terminated, and the termination taken back
        employed("2022-01-01", "2022-01-09 23:59:59", id=ANN, hire_date="2021-02-15", terminated="true")
        | {"termination_date": "2022-01-31"},
        employed("2022-01-10", id=ANN, hire_date="2021-02-15"),
    )
    reading = read(tmp_path, content)
    assert reading.rows("hris.workers", "worker_id", "hire_date", "exit_date") == [(ANN, day("2021-02-15"), None)]


def test_people_are_known_by_their_codes_and_logins(tmp_path: Path) -> None:
    assert read(tmp_path, WORKERS).rows("hris.identifiers", "worker_id", "kind", "value") == [
        (ANN, "alias", "101"),
        (ANN, "login", "ann"),
        (BEN, "alias", "102"),
        (BEN, "login", "ben"),
    ]


def test_base_pay_is_annual_in_the_own_currency_and_a_negative_total_is_not_read(tmp_path: Path) -> None:
    pay = {"annual_summary_currency": "MXN", "annual_summary_frequency": "Annual", "id": ANN, "hire_date": "2015-02-01"}
    content = sheet(
        WORKER,
        employed("2020-01-01", "2021-06-30 23:59:59", compensation_effective_date="2020-01-01", **pay)
        | {"annual_summary_total_base_pay": "500000.0", "annual_summary_total_salary_and_allowances": "-3.5"},
        # seen by the connector on another day than the one from which it holds
        employed("2021-07-01", compensation_effective_date="2021-05-01", **pay)
        | {"annual_summary_total_base_pay": "550000"},
    )
    columns = ["worker_id", "component", "valid_from", "valid_to", "amount", "currency", "per"]
    assert read(tmp_path, content).rows("hris.compensation", *columns) == [
        (ANN, "base", day("2020-01-01"), None, Decimal("500000.0000"), "MXN", "year"),
        (ANN, "base", day("2021-05-01"), None, Decimal("550000.0000"), "MXN", "year"),
    ]


POSITION = """position_id worker_id _fivetran_active _fivetran_start _fivetran_end _fivetran_deleted effective_date
start_date end_date business_title job_profile_id management_level_code is_primary_job full_time_equivalent_percentage
scheduled_weekly_hours business_site_summary_location employee_type working_fte"""


def held(start: str, end: str = FAR, **values: str) -> dict[str, str]:
    usual = {"worker_id": ANN, "is_primary_job": "true", "full_time_equivalent_percentage": "100", "working_fte": "0"}
    return version(start, end, **{**usual, **values})


POSITIONS = sheet(
    POSITION,
    held("2020-01-01", "2020-03-31 23:59:59", position_id="p1", effective_date="2020-01-01", business_title="Enginer"),
    # a correction of the same day, and a change that was entered after it held
    held("2020-04-01", "2020-08-31 23:59:59", position_id="p1", effective_date="2020-01-01", business_title="Engineer")
    | {"management_level_code": "8_Individual_Contributor"},
    held("2020-09-01", "2021-05-31 23:59:59", position_id="p1", effective_date="2020-07-01", business_title="Engineer II")
    | {"management_level_code": "7_Senior_Individual_Contributor", "end_date": "2030-12-31"},
    # the next position; the old one's row was only closed
    held("2021-06-01", position_id="p2", effective_date="2021-06-01", end_date="2025-12-31", business_title="Lead")
    | {"management_level_code": "6_Manager", "full_time_equivalent_percentage": "62.5", "scheduled_weekly_hours": "25"}
    | {"job_profile_id": "j2", "business_site_summary_location": "Oslo", "employee_type": "Regular"},
    held("2021-06-01", position_id="p9", effective_date="2021-06-01", is_primary_job="false", business_title="Tutor"),
    held("2021-06-01", position_id="p8", effective_date="2021-06-01", worker_id=BEN, _fivetran_deleted="true"),
)  # fmt: skip


def test_primary_positions_follow_one_another_and_further_ones_stand_beside(tmp_path: Path) -> None:
    reading = read(tmp_path, POSITIONS)
    assert reading.feed == "position_history" and reading.quarantined == []
    columns = ["worker_id", "assignment_id", "valid_from", "valid_to", "position_id", "title", "level", "fte", "is_primary"]
    whole = Decimal("1.0000")
    assert reading.rows("hris.job_assignments", *columns) == [
        (ANN, "1", day("2020-01-01"), None, "p1", "Engineer", 2, whole, True),
        (ANN, "1", day("2020-01-01"), None, "p1", "Enginer", None, whole, True),
        (ANN, "1", day("2020-07-01"), None, "p1", "Engineer II", 3, whole, True),
        (ANN, "1", day("2021-06-01"), day("2026-01-01"), "p2", "Lead", 4, Decimal("0.6250"), True),
        (ANN, "p9", day("2021-06-01"), None, "p9", "Tutor", None, whole, False),
    ]


def test_the_later_version_of_one_day_has_the_higher_sequence(tmp_path: Path) -> None:
    rows = read(tmp_path, POSITIONS).rows("hris.job_assignments", "valid_from", "sequence", "title")
    assert max(row for row in rows if row[0] == day("2020-01-01"))[2] == "Engineer"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("{} 00:00:00 UTC", "{} 23:59:59.999000 UTC"),
        ("{} 00:00:00.000 +00:00", "{} 23:59:59.999 +00:00"),
        ("{}T00:00:00Z", "{}T23:59:59Z"),
    ],
)
def test_versions_are_the_same_however_a_warehouse_prints_its_moments(tmp_path: Path, start: str, end: str) -> None:
    rows = list(csv.DictReader(io.StringIO(POSITIONS)))
    for row in rows:
        row["_fivetran_start"] = start.format(row["_fivetran_start"][:10])
        row["_fivetran_end"] = end.format(row["_fivetran_end"][:10])
    printed = sheet(POSITION, *rows)
    assert printed != POSITIONS
    assert read(tmp_path, printed).rows("hris.job_assignments") == read(tmp_path, POSITIONS).rows("hris.job_assignments")


def test_a_position_that_ends_before_it_begins_is_quarantined(tmp_path: Path) -> None:
    content = sheet(
        POSITION,
        held("2021-01-01", position_id="p3", effective_date="2021-01-01", end_date="2010-08-20"),
        held("2021-01-01", position_id="p4", effective_date="2021-01-01", end_date="2021-01-01", worker_id=BEN),
        held("2021-01-01", position_id="p5", effective_date="2021-02-01", worker_id=CAT),
    )
    reading = read(tmp_path, content)
    assert reading.quarantined == [("hris.job_assignments", 2, None, "end is after start")]
    assert reading.rows("hris.job_assignments", "worker_id", "valid_to") == [(BEN, day("2021-01-02")), (CAT, None)]


def test_the_newest_version_of_a_person_says_the_gender(tmp_path: Path) -> None:
    columns = "id type _fivetran_active _fivetran_start _fivetran_end _fivetran_deleted gender marital_status"
    content = sheet(
        columns,
        version("2020-01-01", "2021-12-31 23:59:59", id=ANN, type="worker", gender="Male", marital_status="Single"),
        version("2022-01-01", id=ANN, type="worker", gender="Female", marital_status="Married"),
        version("2020-01-01", id=BEN, type="worker", gender="Not_Declared"),
        version("2020-01-01", id=CAT, type="worker"),
        version("2020-01-01", id=CAT, type="dependent", gender="Male"),
    )
    reading = read(tmp_path, content)
    assert reading.feed == "personal_information_history" and reading.quarantined == []
    assert reading.rows("hris.worker_attributes", "worker_id", "attribute", "value") == [
        (ANN, "gender", "female"),
        (BEN, "gender", "undisclosed"),
    ]


def test_names_and_mails_are_identifiers_unless_deleted(tmp_path: Path) -> None:
    names = sheet(
        "index personal_info_system_id type _fivetran_deleted first_name last_name",
        {"index": "1", "personal_info_system_id": ANN, "type": "legal", "first_name": "Ann", "last_name": "Example"},
        {"index": "1", "personal_info_system_id": ANN, "type": "preferred", "first_name": "Ann", "last_name": "Example"},
        {
            "index": "1",
            "personal_info_system_id": BEN,
            "first_name": "Ben",
            "last_name": "Gone",
            "_fivetran_deleted": "true",
        },
    )
    mails = sheet(
        "id personal_info_system_id _fivetran_deleted email_address email_code",
        {"id": "m1", "personal_info_system_id": ANN, "email_address": "ann@example.org", "email_code": "Ann_WORK_Primary"},
        {"id": "m2", "personal_info_system_id": BEN, "email_address": "ben@example.org", "_fivetran_deleted": "true"},
    )
    columns = ["worker_id", "kind", "value"]
    assert read(tmp_path, names).rows("hris.identifiers", *columns) == [(ANN, "name", "Example, Ann")]
    assert read(tmp_path, mails).rows("hris.identifiers", *columns) == [(ANN, "email", "ann@example.org")]


def test_a_leave_ends_with_its_stated_last_day_and_never_with_an_estimate(tmp_path: Path) -> None:
    columns = """leave_request_event_id worker_id _fivetran_deleted leave_of_absence_type leave_start_date leave_end_date
    estimated_leave_end_date on_leave"""
    one = {"worker_id": ANN, "leave_of_absence_type": "Parental"}
    content = sheet(
        columns,
        {"leave_start_date": "2021-01-18", "leave_end_date": "2021-06-30", "estimated_leave_end_date": "2021-05-31"} | one,
        {"leave_start_date": "2023-01-18", "estimated_leave_end_date": "2023-05-31", "on_leave": "true"} | one,
        {"leave_start_date": "2024-01-18", "_fivetran_deleted": "true"} | one,
    )
    assert read(tmp_path, content).rows("hris.leaves") == [
        (ANN, day("2021-01-18"), "Parental", day("2021-07-01"), None),
        (ANN, day("2023-01-18"), "Parental", None, None),
    ]


def test_units_are_known_by_reference_and_their_managers_lead_who_is_in_them(tmp_path: Path) -> None:
    content = sheet(
        "id _fivetran_deleted organization_code name type manager_id superior_organization_id inactive",
        {"id": "o1", "organization_code": "SUP_A", "name": "Team A", "type": "SUPERVISORY", "manager_id": ANN},
        {"id": "o2", "organization_code": "CC_1", "name": "Cost centre 1", "type": "COST_CENTER", "manager_id": BEN},
        {"id": "o3", "organization_code": "SUP_OLD", "type": "SUPERVISORY", "manager_id": BEN, "inactive": "true"},
    )
    reading = read(tmp_path, content)
    assert reading.rows("hris.org_units", "org_unit_id", "name", "kind") == [
        ("CC_1", "Cost centre 1", "cost_center"),
        ("SUP_A", "Team A", "supervisory"),
    ]
    assert reading.rows("hris.reporting_lines", "org_unit_id", "worker_id", "manager_id", "kind") == [
        ("SUP_A", None, ANN, "solid")
    ]


def test_a_position_puts_its_holder_into_its_unit(tmp_path: Path) -> None:
    content = sheet(
        """id _fivetran_deleted position_code supervisory_organization_id worker_for_filled_position_id effective_date
        job_posting_title critical_job closed""",
        {"id": "p1", "supervisory_organization_id": "SUP_A", "worker_for_filled_position_id": ANN, "critical_job": "true"}
        | {"effective_date": "2020-03-01", "job_posting_title": "Lead", "closed": "false"},
        {"id": "p2", "supervisory_organization_id": "SUP_A", "effective_date": "2020-04-01", "critical_job": "false"},
        {"id": "p3", "supervisory_organization_id": "SUP_A", "effective_date": "2020-04-01", "closed": "true"},
    )
    reading = read(tmp_path, content)
    columns = ["position_id", "valid_from", "title", "org_unit_id", "is_critical", "incumbent_id"]
    assert reading.rows("hris.positions", *columns) == [
        ("p1", day("2020-03-01"), "Lead", "SUP_A", True, ANN),
        ("p2", day("2020-04-01"), None, "SUP_A", False, None),
    ]
    assert reading.rows("hris.job_assignments", "worker_id", "layer", "org_unit_id", "title") == [(ANN, 1, "SUP_A", None)]


@pytest.mark.parametrize("content", [WORKERS, POSITIONS])
def test_the_order_of_columns_means_nothing(tmp_path: Path, content: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(row[::-1] for row in csv.reader(io.StringIO(content)))
    reading, turned = read(tmp_path, content), read(tmp_path, out.getvalue())
    for table in reading.tables:
        assert turned.rows(table) == reading.rows(table)


def seed(shared_data: Path, name: str) -> tuple[Reading, list[dict[str, str]]]:
    path = shared_data / REAL / f"workday_{name}_data.csv"
    with open(path, encoding="utf-8-sig", newline="") as handle:
        return read_export(path, "workday_tables"), list(csv.DictReader(handle))


@pytest.mark.parametrize("person", ["country_personal_information_id", "personal_info_system_id"])
def test_ethnicity_is_the_workers_under_both_names_of_its_key(tmp_path: Path, person: str) -> None:
    rows = [
        {person: ANN, "ethnicity_code": "Asian_USA", "_fivetran_deleted": "false"},
        {person: BEN, "ethnicity_code": "White_USA", "_fivetran_deleted": "true"},
        {person: CAT, "ethnicity_code": "", "_fivetran_deleted": "false"},
    ]
    reading = read(tmp_path, sheet(f"{person} ethnicity_code _fivetran_deleted", *rows))
    assert reading.rows("hris.worker_attributes", "worker_id", "attribute", "value") == [(ANN, "ethnicity", "Asian_USA")]
    assert (reading.feed, reading.quarantined) == ("personal_information_ethnicity", [])


def test_of_several_declared_ethnicities_none_is_chosen(tmp_path: Path) -> None:
    codes = [(ANN, "Asian_USA"), (ANN, "White_USA"), (BEN, "Asian_USA"), (BEN, "Asian_USA"), (CAT, "White_USA")]
    rows = [{"country_personal_information_id": who, "ethnicity_code": code} for who, code in codes]
    reading = read(tmp_path, sheet("country_personal_information_id ethnicity_code _fivetran_deleted", *rows))
    assert reading.rows("hris.worker_attributes", "worker_id", "value") == [(BEN, "Asian_USA"), (CAT, "White_USA")]
    assert [line for _, line, _, _ in reading.quarantined] == [2, 3]


@pytest.mark.real_data
def test_real_workers_with_two_versions_have_one_spell(shared_data: Path) -> None:
    reading, rows = seed(shared_data, "worker_history")
    wanted = {
        (row["id"], day(row["hire_date"])): day(row["termination_date"]) + dt.timedelta(days=1)
        if row["termination_date"]
        else None
        for row in rows
    }
    spells = {
        (worker, hired): left for worker, hired, left in reading.rows("hris.workers", "worker_id", "hire_date", "exit_date")
    }
    assert spells == wanted and len(rows) == 7 and len(wanted) == 6 and reading.quarantined == []
    voluntary = Counter(row["termination_involuntary"] for row in rows if row["termination_date"])
    assert Counter(value for (value,) in reading.rows("hris.workers", "is_voluntary")) == {
        True: voluntary["false"],
        False: voluntary["true"],
        None: 1,
    }
    # the day on which a worker's status changed is the day after the last one employed
    changed = {row["id"]: day(row["active_status_date"]) for row in rows if row["terminated"] == "true"}
    assert {worker: left for (worker, _), left in spells.items() if left} == changed


@pytest.mark.real_data
def test_real_pay_is_the_base_in_the_own_currency_though_totals_are_negative(shared_data: Path) -> None:
    reading, rows = seed(shared_data, "worker_history")
    assert min(Decimal(row["annual_summary_total_salary_and_allowances"]) for row in rows) < 0
    wanted = sorted(
        (
            row["id"],
            day(row["compensation_effective_date"]),
            Decimal(row["annual_summary_total_base_pay"]),
            row["annual_summary_currency"],
        )
        for row in rows
    )
    assert sorted(reading.rows("hris.compensation", "worker_id", "valid_from", "amount", "currency")) == wanted
    assert len({currency for *_, currency in wanted}) == 4


@pytest.mark.real_data
def test_real_positions_are_read_but_for_the_one_that_ends_before_it_begins(shared_data: Path) -> None:
    reading, rows = seed(shared_data, "worker_position_history")
    in_force = [row for row in rows if row["_fivetran_end"] == FAR]
    backwards = [row for row in in_force if row["end_date"] and row["end_date"] < row["effective_date"]]
    assert [(line, reason) for _, line, _, reason in reading.quarantined] == [
        (rows.index(row) + 2, "end is after start") for row in backwards
    ]
    assert len(rows) == 7 and len(backwards) == 1
    wanted = sorted(
        (row["worker_id"], day(row["effective_date"]), row["position_id"], 10 - int(row["management_level_code"][0]))
        for row in rows
        if row not in backwards
    )
    assert sorted(reading.rows("hris.job_assignments", "worker_id", "valid_from", "position_id", "level")) == wanted
    assert {fte for (fte,) in reading.rows("hris.job_assignments", "fte")} == {Decimal("1.0000")}


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "feed", "table", "n_rows"),
    [
        ("personal_information_history", "personal_information_history", "hris.worker_attributes", 5),
        ("person_name", "person_name", "hris.identifiers", 5),
        ("person_contact_email_address", "email_address", "hris.identifiers", 5),
        ("worker_leave_status", "leave_status", "hris.leaves", 5),
        ("organization", "organization", "hris.org_units", 5),
        ("organization", "organization", "hris.reporting_lines", 5),
        ("personal_information_ethnicity", "personal_information_ethnicity", "hris.worker_attributes", 5),
        ("position", "position", "hris.positions", 5),
        ("position", "position", "hris.job_assignments", 5),
    ],
)
def test_each_real_table_is_known_by_its_columns_alone(
    shared_data: Path, name: str, feed: str, table: str, n_rows: int
) -> None:
    reading, _ = seed(shared_data, name)
    assert (reading.feed, len(reading.rows(table)), reading.quarantined) == (feed, n_rows, [])


@pytest.mark.real_data
def test_real_leaves_that_only_have_an_estimated_end_are_open(shared_data: Path) -> None:
    reading, rows = seed(shared_data, "worker_leave_status")
    assert all(row["estimated_leave_end_date"] and not row["leave_end_date"] for row in rows)
    wanted = sorted((row["worker_id"], day(row["leave_start_date"]), None) for row in rows)
    assert reading.rows("hris.leaves", "worker_id", "valid_from", "valid_to") == wanted
