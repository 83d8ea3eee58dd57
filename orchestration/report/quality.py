"""The section of data quality: what came in, what was set aside, who was recognised, what became of the files.

Here: records into lines and their words. Not here: what to do (`quality_actions`), reading (`quality_records`), drawing
(`charts`), markup (`page.html.j2`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from orchestration.report import charts, wording
from orchestration.report.grouping import grouped, unique
from orchestration.report.quality_actions import STATES, actions, day_of, person
from orchestration.report.quality_records import Match, Measure, Point, Quality

SPARK = (110, 20)
FEW = "a few"
IDENTIFIERS = {"email": "e-mail", "alias": "former id"}


@dataclass(frozen=True)
class Delivery:
    """One feed's line: how old it is, how much came, and what of it was set aside."""

    feed: str
    state: str
    state_word: str
    last_on: str
    n_loads: str
    newest: str
    usual: str
    has_moved: bool
    trend: Markup
    set_aside: str


def section(quality: Quality) -> dict[str, Any]:
    """Everything that the template prints."""
    by_source = grouped(quality.measures, lambda one: one.source)
    return {
        "summary": _summary(quality),
        "actions": actions(quality),
        "deliveries": [(_source_line(source, members), _deliveries(quality, source)) for source, members in by_source],
        "reasons": _reasons(quality),
        "columns": _columns(quality.points),
        "matches": _matches(quality.matches),
        "outcomes": _outcomes(quality.measures),
    }


def waits(quality: Quality) -> list[Measure]:
    """The sources as wholes, with the days since their newest exports."""
    return [one for one in quality.measures if one.measure == "days_since_export" and one.feed == "*"]


def _summary(quality: Quality) -> str:
    found = grouped(actions(quality), lambda one: one.severity)
    if not quality.measures:
        return ""
    if not found:
        return "Nothing to do: every source is on time, every row was used, and no check found anything."
    parts = [f"{wording.count(len(members))} severe" if severity == "severe" else wording.counted(len(members), severity)
             for severity, members in found]  # fmt: skip
    return f"Things to look at: {wording.listed(parts)}."


def _source_line(source: str, measures: Sequence[Measure]) -> dict[str, str]:
    whole = next((one for one in measures if one.measure == "days_since_export" and one.feed == "*"), None)
    owner = next((one.owner for one in measures if one.owner), "")
    if whole is None:
        return {"source": source, "owner": owner, "state": "", "word": "", "about": "nothing of it was accepted yet"}
    rhythm = "comes once" if whole.reason == "once" else f"declared {whole.reason}"
    return {
        "source": source,
        "owner": owner,
        "state": whole.status or "",
        "word": STATES.get(whole.status or "", ""),
        "about": f"{rhythm}, newest export {day_of(whole)}",
    }


def _deliveries(quality: Quality, source: str) -> list[Delivery]:
    volumes = dict(
        grouped((one for one in quality.points if one.source == source and one.measure == "rows"), lambda one: one.feed)
    )
    lines = []
    for feed, measures in grouped((one for one in quality.measures if one.source == source), lambda one: one.feed):
        silence = next((one for one in measures if one.measure == "days_since_export"), None)
        if feed == "*" or silence is None:
            continue
        tables = grouped(volumes.get(feed, []), lambda one: one.table_name)
        # names and e-mails are as many as the people whom they come with
        tables = [pair for pair in tables if pair[0] != "hris.identifiers"] or tables
        # of the tables that one file fills, the one with the most rows shows how the file grows
        points = max(
            (members for _, members in tables), key=lambda members: max(one.amount or 0 for one in members), default=[]
        )
        newest = points[-1] if points else None
        loads = sum(one.n_rows or 0 for one in measures if one.measure == "loads_in_force")
        lines.append(
            Delivery(
                feed=wording.plain(feed),
                state=silence.status or "",
                state_word=STATES.get(silence.status or "", ""),
                last_on=day_of(silence),
                n_loads=wording.count(loads),
                newest=FEW if newest and newest.amount is None else wording.count(newest.amount or 0) if newest else "",
                usual=wording.count(newest.usual) if newest and newest.usual is not None else "",
                has_moved=any(members[-1].has_moved for _, members in tables if members[-1].is_last_load),
                trend=_spark(points, f"Rows of {wording.plain(feed)}", wording.count),
                set_aside=_bad_of_all([one for one in measures if one.measure == "rows_quarantined"]),
            )
        )
    return lines


def _reasons(quality: Quality) -> list[dict[str, Any]]:
    histories = dict(
        grouped(
            (one for one in quality.points if one.measure == "quarantine_reason"),
            lambda one: (one.source, one.feed, one.table_name, one.column_name, one.reason),
        )
    )
    lines = []
    for one in quality.measures:
        if one.measure != "quarantine_reason":
            continue
        points = histories.get((one.source, one.feed, one.table_name, one.column_name, one.reason), [])
        newest = points[-1] if points else None
        lines.append(
            {
                "where": f"{one.source}, {wording.table_title(one.table_name)}",
                "reason": f"{wording.plain(one.column_name)}: {one.reason}" if one.column_name else one.reason or "",
                "n": FEW if one.is_few else f"{wording.count(one.n_bad or 0)} of {wording.count(one.n_rows or 0)}",
                "newest": "" if newest is None else FEW if newest.amount is None else _share(newest.amount),
                "usual": _share(newest.usual) if newest and newest.usual is not None else "",
                "last_on": day_of(one),
                "trend": _spark(points, f"Share set aside for {one.reason}", _share),
            }
        )
    return lines


def _columns(points: Sequence[Point]) -> list[dict[str, str]]:
    return [
        {
            "where": f"{one.source}, {wording.table_title(one.table_name)}",
            "column": wording.plain(one.column_name or ""),
            "amount": _share(one.amount or 0),
            "usual": _share(one.usual or 0),
            "n": wording.count(one.n_rows or 0),
            "last_on": wording.short_day(one.exported_on),
        }
        for one in points
        if one.measure == "null_share"
    ]


def _matches(matches: Sequence[Match]) -> list[tuple[str, list[dict[str, str]]]]:
    """By system: what is not wholly resolved line by line, and the rest in one line a kind of identifier."""
    tables = []
    for source, members in grouped(matches, lambda one: one.source):
        whole = [one for one in members if not one.is_few and one.n_rows_matched == one.n_rows]
        lines = [
            {
                "where": f"{wording.table_title(one.table_name)}: {person(one.column_name)}",
                "kind": IDENTIFIERS.get(one.kind, wording.plain(one.kind)),
                "n": wording.count(one.n_rows),
                **{
                    outcome: _few_or_count(getattr(one, f"n_rows_{outcome}"))
                    for outcome in ("matched", "ambiguous", "outside_validity", "unknown")
                },
            }
            for one in members
            if one not in whole
        ]
        for kind, same in grouped(whole, lambda one: one.kind):
            n_rows = wording.count(sum(one.n_rows for one in same))
            lines.append(
                {
                    "where": f"{wording.counted(len(same), 'column')} without a miss",
                    "kind": IDENTIFIERS.get(kind, wording.plain(kind)),
                    "n": n_rows,
                    "matched": n_rows,
                    **dict.fromkeys(("ambiguous", "outside_validity", "unknown"), "0"),
                }
            )
        tables.append((source, lines))
    return tables


def _outcomes(measures: Sequence[Measure]) -> list[dict[str, str]]:
    """What became of the files, by source; an outcome by the gate names the expectation that held the file."""
    lines = []
    for (source, outcome, reason), members in grouped(
        (one for one in measures if one.measure.startswith("files_")),
        lambda one: (one.source, one.measure.removeprefix("files_"), one.reason),
    ):
        feeds = unique(wording.plain(one.feed) for one in members if one.feed != "*")
        days = [one.last_on for one in members if one.last_on]
        first = [one.first_on for one in members if one.first_on]
        lines.append(
            {
                "source": source,
                "outcome": outcome,
                "reason": wording.plain(reason or ""),
                "feeds": "" if outcome == "accepted" else wording.listed(feeds),
                "n": wording.count(sum(one.n_rows or 0 for one in members)),
                "first": wording.short_day(min(first)) if first else "",
                "last": wording.short_day(max(days)) if days else "",
            }
        )
    return lines


def _spark(points: Sequence[Point], title: str, words: Callable[[float], str]) -> Markup:
    shown = [(one.amount, wording.short_day(one.exported_on)) for one in points if one.amount is not None]
    if len(points) < 2 or not any(amount for amount, _ in shown):
        return charts.NOTHING
    hidden = len(points) - len(shown)
    ends = ", ".join(f"{words(amount)} on {on}" for amount, on in (shown[0], shown[-1]))
    without = f"; {wording.counted(hidden, 'load')} with too few to tell" if hidden else ""
    alternative = f"{title} over {wording.counted(len(points), 'load')}: {ends}{without}."
    return charts.spark([one.amount for one in points], alternative, *SPARK)


def _bad_of_all(measures: Sequence[Measure]) -> str:
    if any(one.is_few for one in measures):
        return FEW
    rows = sum(one.n_rows or 0 for one in measures)
    return f"{wording.count(sum(one.n_bad or 0 for one in measures))} of {wording.count(rows)}" if rows else ""


def _few_or_count(number: int | None) -> str:
    return "not told" if number is None else wording.count(number)


def _share(value: float) -> str:
    return wording.amount(value, "share", 2 if 0 < value < 0.01 else 1) if value else "0%"
