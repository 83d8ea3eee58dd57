"""A leader's pack: what leadership's tables tell of one leader, of their people as they stood in each period, and no more.

Here: `fairlead pack`. It is a part of leadership's release, so nothing is in it that is hidden there. Not here: the packs
that laws ask for (`query`).
"""

import datetime as dt

from ingest.home import ConfigurationError, Home
from ingest.persons import find_person
from ingest.pseudonyms import open_pseudonyms
from ingest.raw_store import open_raw_store
from orchestration.query import run_query

# Numbers about the leader's own people; how many leaders were tested with them is no affair of theirs.
PACK = """
select
    {columns}
from leader_indicators
where leader_key in ({keys}) {rows}
order by period_end desc, scope, metric, convention_id
"""
WHOLE = """scope, metric, convention_id, is_default, period_start, period_end, n, value, ci_low, ci_high, is_reliable,
    difference_from_peers, difference_low, difference_high, verdict, baseline_period_end, change_from_baseline, change_low,
    change_high, status"""
# what a line of a terminal holds, of default conventions
LINE = """period_end, scope, metric, n, round(value, 2) as value, round(difference_from_peers, 2) as beside_peers, verdict,
    status"""
COUNT = "select count(*) as n from leader_indicators where leader_key in ({keys})"


def leader_pack(home: Home, written: str, source: str | None, style: str, by: str, now: dt.datetime) -> str:
    """The pack of the leader meant by a worker key or an id of the HRIS, as text; the statement is logged.

    ConfigurationError where that is nobody, or nobody who led anybody in the periods of the current release.
    """
    with open_raw_store(home.raw, read_only=True) as raw:
        person = find_person(raw, home.read_configuration(), open_pseudonyms(home), written, source)
    keys = ", ".join(f"'{key}'" for key in sorted(person.ids))
    if run_query(home, COUNT.format(keys=keys), "leadership", None, "csv", by, now).splitlines()[-1] == "0":
        raise ConfigurationError("nobody reported to that person in any period of the current release; there is no pack.")
    columns, rows = (LINE, "and is_default") if style == "table" else (WHOLE, "")
    return run_query(home, PACK.format(columns=columns, keys=keys, rows=rows), "leadership", None, style, by, now)
