"""SuccessFactors: two header rows, nobody's codes, several events of one day, and the XML of CompoundEmployee."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingest.files import UnreadableFile

from .reading import Reading, read_export, write


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def read(folder: Path, content: str, name: str = "export.csv") -> Reading:
    return read_export(write(folder, name, content), "successfactors")


USERS = """\
STATUS,USERID,USERNAME,FIRSTNAME,LASTNAME,GENDER,EMAIL,MANAGER,HR,DEPARTMENT,JOBCODE,TITLE,LOCATION,HIREDATE,EXITDATE,EMPID
STATUS,USERID,Account,Given Name,Surname,Sex,Mail,Supervisor,HR Partner,Team,Job,"Title,
shown",Site,Entry,Exit,Number
active,1,ada,Ada,Example,F,ada@example.org,NO_MANAGER,NO_HR,Board,J1,Head,Oslo,01/31/2010,,7
active,0042,bo,Bo,Sample,M,,0001,NO_HR,Sales,J2,Seller,Bergen,2015-02-01,,
inactive,43,cy,Cy,Model,,cy@example.org,1,NO_HR,Sales,J2,Seller,Bergen,03/01/2016,12/31/2020,
inactive,44,di,Di,Pattern,U,,NO_MGR,NO_HR,,,,,03/01/2016,,
"""


def test_data_of_a_user_file_begin_below_the_labels(tmp_path: Path) -> None:
    reading = read(tmp_path, "\ufeff" + USERS)
    assert reading.feed == "user_data" and reading.quarantined == [] and reading.unplaced == []
    assert reading.rows("hris.workers", "worker_id", "hire_date", "exit_date") == [
        ("1", day("2010-01-31"), None),
        ("42", day("2015-02-01"), None),
        ("43", day("2016-03-01"), day("2021-01-01")),
    ], "an inactive user without an exit date is on leave or gone, nobody knows which"


def test_nobody_is_no_manager_and_zeros_that_a_spreadsheet_lost_divide_nobody(tmp_path: Path) -> None:
    columns = ["worker_id", "manager_id", "org_unit_id", "job_id", "title", "location"]
    assert read(tmp_path, USERS).rows("hris.job_assignments", *columns) == [
        ("1", None, "Board", "J1", "Head", "Oslo"),
        ("42", "1", "Sales", "J2", "Seller", "Bergen"),
        ("43", "1", "Sales", "J2", "Seller", "Bergen"),
        ("44", None, None, None, None, None),
    ]


def test_users_are_known_by_name_login_and_mail(tmp_path: Path) -> None:
    reading = read(tmp_path, USERS)
    assert reading.rows("hris.identifiers", "worker_id", "kind", "value") == [
        ("1", "email", "ada@example.org"),
        ("1", "login", "ada"),
        ("1", "name", "Example, Ada"),
        ("42", "login", "bo"),
        ("42", "name", "Sample, Bo"),
        ("43", "email", "cy@example.org"),
        ("43", "login", "cy"),
        ("43", "name", "Model, Cy"),
        ("44", "login", "di"),
        ("44", "name", "Pattern, Di"),
    ]
    assert reading.rows("hris.worker_attributes", "worker_id", "value") == [
        ("1", "female"),
        ("42", "male"),
        ("44", "undisclosed"),
    ]
    assert reading.rows("hris.org_units", "org_unit_id", "kind") == [("Board", "department"), ("Sales", "department")]


def test_an_employee_number_that_is_the_id_of_somebody_else_is_nobodys_identifier(tmp_path: Path) -> None:
    reading = read(tmp_path, USERS.replace(",,7\n", ",,42\n"))
    assert "42" not in {value for (value,) in reading.rows("hris.identifiers", "value")}


def test_a_day_before_the_month_is_quarantined_on_its_line(tmp_path: Path) -> None:
    reading = read(tmp_path, USERS + "active,45,ed,Ed,Late,M,,1,NO_HR,Sales,J2,Seller,Oslo,31/12/2021,,\n")
    # the labels take two lines of the file
    assert reading.quarantined == [("hris.workers", 8, "hire_date", "expected a date in the map's format")]


HISTORY = """\
user-id,start-date,seq-number,event-reason,operation,manager-id,department,job-code,job-title,company,location,position,\
employee-class,fte,standard-hours,end-date
User ID,Event Date,Sequence Number,Event Reason,Operation,Supervisor,Department,Job,Title,Company,Location,Position,Class,\
FTE,Standard Hours,End Date
0042,02/01/2015,1,HIRNEW,,1,Sales,J2,Seller,EX,BGO,P2,REG,1,40,
42,07/01/2018,2,PROPRO,,1,Sales,J3,"Seller, Senior",EX,BGO,P3,REG,0.8,32,
42,07/01/2018,1,TRANSFER,,1,Sales,J2,Seller,EX,OSL,P2,REG,1,40,
1,2010-01-31,1,HIRNEW,,NO_MANAGER,Board,J1,Head,EX,OSL,P1,REG,1,40,
1,2020-01-31,1,DATACHG,,NO_MANAGER,&&NO_OVERWRITE&&,J1,Head,EX,OSL,P1,REG,1,40,
42,01/01/2019,1,DATACHG,DELETE,,,,,,,,,,,
"""


def test_events_of_one_day_keep_their_sequence_and_the_labels_are_no_event(tmp_path: Path) -> None:
    reading = read(tmp_path, HISTORY)
    assert reading.feed == "job_history" and reading.quarantined == []
    columns = ["worker_id", "layer", "valid_from", "sequence", "valid_to", "job_id", "title", "org_unit_id", "manager_id"]
    assert reading.rows("hris.job_assignments", *columns) == [
        ("1", 1, day("2010-01-31"), 1, None, "J1", "Head", "Board", None),
        ("1", 1, day("2020-01-31"), 1, None, "J1", "Head", None, None),
        ("42", 1, day("2015-02-01"), 1, None, "J2", "Seller", "Sales", "1"),
        ("42", 1, day("2018-07-01"), 1, None, "J2", "Seller", "Sales", "1"),
        ("42", 1, day("2018-07-01"), 2, None, "J3", "Seller, Senior", "Sales", "1"),
    ]
    columns = ["position_id", "location", "legal_entity", "worker_category", "fte", "weekly_hours", "event_reason"]
    assert reading.rows("hris.job_assignments", *columns)[-1] == (
        "P3", "BGO", "EX", "REG", Decimal("0.8000"), Decimal("32.0000"), "PROPRO",
    )  # fmt: skip


def test_a_template_may_name_its_columns_as_the_web_service_does(tmp_path: Path) -> None:
    hyphened = HISTORY.splitlines()[0]
    words = [name.split("-") for name in hyphened.split(",")]
    camelled = ",".join(first + "".join(map(str.capitalize, others)) for first, *others in words)
    reading, renamed = read(tmp_path, HISTORY), read(tmp_path, HISTORY.replace(hyphened, camelled))
    assert renamed.feed == "job_history_by_service_ids" and renamed.quarantined == []
    assert renamed.rows("hris.job_assignments") == reading.rows("hris.job_assignments")
    assert renamed.removed["hris.job_assignments"].equals(reading.removed["hris.job_assignments"])


def test_a_deleted_event_is_taken_back_by_its_key(tmp_path: Path) -> None:
    removed = read(tmp_path, HISTORY).removed["hris.job_assignments"]
    assert removed.select("worker_id", "layer", "valid_from", "sequence").rows() == [("42", 1, day("2019-01-01"), 1)]


def test_labels_that_nobody_foresaw_are_quarantined_and_not_read(tmp_path: Path) -> None:
    reading = read(tmp_path, HISTORY.replace("User ID,Event Date,Sequence Number", "Konto,Beginn,Nr"))
    assert {(line, column) for _, line, column, _ in reading.quarantined} == {
        (2, name) for name in ("valid_from", "sequence", "fte", "weekly_hours")
    }
    assert len(reading.rows("hris.job_assignments")) == 5


COMPOUND = """\
<?xml version="1.0" encoding="UTF-8"?>
<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>
<queryResponse xmlns="urn:sfobject.sfapi.successfactors.com"><result>
<sfobject><id>1</id><type>CompoundEmployee</type>
<person><person_id_external>0042</person_id_external><logon_user_name>bo</logon_user_name>
 <personal_information><first_name>Боян</first_name><last_name>Пример</last_name><gender>M</gender></personal_information>
 <employment_information><user_id>0042</user_id><start_date>2015-02-01</start_date><end_date>2021-12-31</end_date>
  <originalStartDate>2014-01-01</originalStartDate>
  <job_information><start_date>2018-07-01</start_date><end_date>9999-12-31</end_date><seq_number>2</seq_number>
   <event_reason>PROPRO</event_reason><emplStatus>A</emplStatus><fte>0.8</fte><standard_hours>32.0</standard_hours>
   <department>D2</department><job_code>J3</job_code><job_title>Старши</job_title><manager_id>0001</manager_id>
   <is_primary>true</is_primary><company>EX</company><employee_class>REG</employee_class></job_information>
  <job_information><start_date>2018-07-01</start_date><end_date>2018-07-01</end_date><seq_number>1</seq_number>
   <department>D2</department><manager_id>0001</manager_id></job_information>
  <job_information><start_date>2015-02-01</start_date><end_date>2018-06-30</end_date><seq_number>1</seq_number>
   <department>D1</department><manager_id>NO_MANAGER</manager_id></job_information>
 </employment_information>
</person></sfobject>
<sfobject><id>2</id><person><person_id_external>1</person_id_external>
 <personal_information><first_name>Ada</first_name><last_name>Example</last_name></personal_information>
 <employment_information><user_id>1</user_id><start_date>2010-01-31</start_date><end_date>9999-12-31</end_date>
  <job_information><start_date>2010-01-31</start_date><end_date>9999-12-31</end_date><seq_number>1</seq_number>
   <department>D0</department><manager_id>NO_MANAGER</manager_id></job_information>
 </employment_information>
</person></sfobject>
</result></queryResponse></S:Body></S:Envelope>
"""


def test_an_employment_of_the_xml_is_one_spell_however_many_events_it_has(tmp_path: Path) -> None:
    reading = read(tmp_path, COMPOUND, "answer.xml")
    assert reading.feed == "compound_employee" and reading.quarantined == []
    assert reading.rows("hris.workers", "worker_id", "hire_date", "original_hire_date", "exit_date") == [
        ("1", day("2010-01-31"), None, None),
        ("42", day("2015-02-01"), day("2014-01-01"), day("2022-01-01")),
    ]
    assert reading.rows("hris.identifiers", "worker_id", "kind", "value") == [
        ("1", "name", "Example, Ada"),
        ("42", "name", "Пример, Боян"),
    ]
    assert reading.rows("hris.worker_attributes", "worker_id", "value") == [("42", "male")]


def test_events_of_one_day_in_the_xml_are_ordered_and_none_is_lost(tmp_path: Path) -> None:
    columns = ["worker_id", "valid_from", "sequence", "valid_to", "org_unit_id", "manager_id", "fte", "title", "is_primary"]
    assert read(tmp_path, COMPOUND, "answer.xml").rows("hris.job_assignments", *columns) == [
        ("1", day("2010-01-31"), 1, None, "D0", None, None, None, None),
        ("42", day("2015-02-01"), 1, None, "D1", None, None, None, None),
        ("42", day("2018-07-01"), 1, None, "D2", "1", None, None, None),
        ("42", day("2018-07-01"), 2, None, "D2", "1", Decimal("0.8000"), "Старши", True),
    ]


def test_an_answer_with_changes_alone_ends_nobody_else(workshop: Callable[..., Any]) -> None:
    shop = workshop({"hr": {"map": "successfactors"}})
    shop.land("hr", "whole.xml", COMPOUND)
    head, _, rest = COMPOUND.partition("<sfobject><id>1</id>")
    _, _, tail = rest.partition("<sfobject><id>2</id>")
    shop.land("hr", "changes.xml", (head + "<sfobject><id>2</id>" + tail).replace("<department>D0<", "<department>D9<"))
    shop.ingest("whole.xml")
    shop.accept()
    shop.ingest("changes.xml")
    shop.accept()
    assert shop.rows("select op, org_unit_id from hris.job_assignments where load_seq = 2 order by 1") == [("u", "D9")]
    assert shop.rows("select count(*) from hris.workers where op = 'd'") == [(0,)]


def test_an_answer_is_known_by_its_content_and_refused_where_it_is_cut_off(tmp_path: Path) -> None:
    assert read(tmp_path, COMPOUND, "answer.txt").feed == "compound_employee"
    with pytest.raises(UnreadableFile, match="XML"):
        read(tmp_path, COMPOUND[:-200], "cut.xml")


@pytest.mark.parametrize("content", [USERS, HISTORY])
def test_the_order_of_columns_means_nothing(tmp_path: Path, content: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(row[::-1] for row in csv.reader(io.StringIO(content)))
    reading, turned = read(tmp_path, content), read(tmp_path, out.getvalue())
    for table in reading.tables:
        assert turned.rows(table) == reading.rows(table)
