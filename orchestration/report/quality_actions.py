"""What a person should do about the data: late sources, files that wait, rows set aside, people not recognised, findings.

Here: records into actions, the gravest first. Not here: reading (`quality_records`), the tables beside them (`quality`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestration.report import wording
from orchestration.report.quality_records import Match, Measure, Quality

SEVERITIES = ("severe", "warning", "hint")
STATES = {"on_time": "on time", "late": "late", "overdue": "overdue", "no_rhythm": "no rhythm yet"}
REMEDIES = {
    "column map": "Add the value to the column map, or correct it in {source}.",
    "expected a": "Correct the column’s form in {source}’s export, or the format in the column map.",
    "": "Correct these rows in {source}; until then they count nowhere.",
}
# outcome -> (what the references do, what to do about them)
UNMATCHED = {
    "ambiguous": (
        "that two people claim at once",
        "Take it from one of them, or say in the identity data from when to when.",
    ),
    "outside_validity": (
        "that means somebody, but on other days",
        "Correct the days of the identifier in the identity data.",
    ),
    "unknown": ("that nobody is known by", "Add it to the identity data, or correct it in {source}."),
}
KINDS = {"email": "an e-mail address", "id": "an id", "login": "a login", "alias": "a former id", "name": "a name"}
COLUMNS = {"respondent_id": "respondent", "worker_id": "person"}


@dataclass(frozen=True)
class Action:
    """One thing to do: how grave, where, what is wrong, what to do, by whom, and where it was last seen."""

    severity: str
    where: str
    what: str
    next_step: str
    owner: str
    seen: str


def actions(quality: Quality) -> list[Action]:
    """What a person should do, the gravest first: silent sources, files that wait, rows set aside, people, findings."""
    lines = [
        *_silences(quality),
        *_waiting(quality.measures),
        *(
            Action(
                one.severity,
                f"{one.source}, {wording.table_title(one.table_name)}: {wording.plain(one.column_name)}",
                f"{one.sentence}.",
                f"{one.next_step}.",
                one.owner or "",
                f"load {one.last_load_seq}, {wording.short_day(one.last_exported_on)}",
            )
            for one in quality.findings
        ),
        *(_set_aside(one) for one in quality.measures if one.measure == "quarantine_reason"),
        *(line for one in quality.matches for line in _unmatched(one)),
    ]
    return sorted(lines, key=lambda one: (SEVERITIES.index(one.severity), one.where))


def _silences(quality: Quality) -> Iterable[Action]:
    for one in quality.measures:
        if one.measure == "days_since_export" and one.status in ("late", "overdue"):
            whole = one.feed == "*"
            told = f"is declared {one.reason}" if whole else "has its own rhythm, which it has missed"
            yield Action(
                "severe" if one.status == "overdue" else "warning",
                one.source if whole else f"{one.source}, {one.feed}",
                f"{STATES[one.status].capitalize()}: it {told}; the newest export is of {day_of(one)}, "
                f"{wording.counted(one.n_rows or 0, 'day')} before the newest of all.",
                "Find out whether the export still runs; if it comes less often, declare its cadence in sources.yml."
                if whole
                else "Find out whether the export still runs.",
                one.owner or "",
                day_of(one),
            )


def _waiting(measures: Sequence[Measure]) -> Iterable[Action]:
    for one in measures:
        if one.measure == "files_waiting":
            noun = "file waits" if one.n_rows == 1 else "files wait"
            yield Action(
                "severe",
                f"{one.source}, {one.feed}",
                f"{wording.count(one.n_rows or 0)} {noun} for a decision; nothing of it is in these numbers.",
                "fairlead loads lists what waits and why; accept or reject it with a reason.",
                one.owner or "",
                day_of(one),
            )


def _set_aside(one: Measure) -> Action:
    rows = "A few rows are" if one.is_few else f"{wording.counted(one.n_bad or 0, 'row')} {_are(one.n_bad)}"
    remedy = next(remedy for part, remedy in REMEDIES.items() if part in (one.reason or ""))
    column = f": {wording.plain(one.column_name)}" if one.column_name else ""
    return Action(
        "warning",
        f"{one.source}, {wording.table_title(one.table_name)}{column}",
        f"{rows} set aside under “{one.reason}”.",
        remedy.format(source=one.source),
        one.owner or "",
        day_of(one),
    )


def _unmatched(one: Match) -> Iterable[Action]:
    where = f"{one.source}, {wording.table_title(one.table_name)}: {person(one.column_name)}"
    kind = KINDS.get(one.kind, f"a {wording.plain(one.kind)}")
    if one.is_few:
        what = f"A few of {wording.counted(one.n_rows, 'reference')} name somebody by {kind} that means nobody then."
        yield Action("warning", where, what, UNMATCHED["unknown"][1].format(source=one.source), one.owner or "", "")
        return
    for outcome, (words, remedy) in UNMATCHED.items():
        n_rows, n_identifiers = getattr(one, f"n_rows_{outcome}"), getattr(one, f"n_identifiers_{outcome}")
        if n_rows:
            yield Action(
                "warning",
                where,
                f"{wording.count(n_rows)} of {wording.counted(one.n_rows, 'reference')} name somebody by {kind} {words} "
                f"({wording.count(n_identifiers)} different).",
                remedy.format(source=one.source),
                one.owner or "",
                "",
            )


def day_of(one: Measure) -> str:
    """The last day that a measure tells of."""
    return wording.short_day(one.last_on) if one.last_on else ""


def person(column: str) -> str:
    """Who a column of a contract names."""
    return COLUMNS.get(column, wording.plain(column.removesuffix("_id")))


def _are(number: int | None) -> str:
    return "is" if number == 1 else "are"
