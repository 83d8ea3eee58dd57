"""The dictionary: every metric in words, its conventions side by side, who fixed each and where it comes from.

Here: entries made of the catalogue's rows, for the report's page and for dbt's docs. Not here: the words themselves, which
stand in the catalogue (`dbt_project/seeds/metric_catalogue.csv`) and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.report import rendering, wording
from orchestration.report.grouping import grouped, unique
from orchestration.report.reading import Convention, Minimum
from orchestration.report.sections import INTERVALS, window

UNITS = {
    "share": "share, shown in percent",
    "score": "score on the scale of the answers",
    "points": "points, from −100 to +100",
    "hours": "hours",
    "people": "people",
}


@dataclass(frozen=True)
class Line:
    """One property of a metric: one text where all conventions agree, else one a convention."""

    label: str
    texts: list[str]


@dataclass(frozen=True)
class Entry:
    """One metric with its conventions, the default one first."""

    metric: str
    title: str
    family: str
    conventions: list[Convention]
    lines: list[Line]


def page(conventions: Iterable[Convention], minimums: Mapping[str, Minimum], facts: dict[str, Any]) -> str:
    """The dictionary as one HTML page that can be searched."""
    found = entries(conventions, minimums)
    families = [(wording.family_title(name), members) for name, members in grouped(found, lambda entry: entry.family)]
    return rendering.rendered("dictionary.html.j2", "Dictionary", facts, script="dictionary.js", families=families)


def entries(conventions: Iterable[Convention], minimums: Mapping[str, Minimum]) -> list[Entry]:
    """Entries in the catalogue's order."""
    found = []
    for metric, members in grouped(conventions, lambda one: one.metric):
        ordered = sorted(members, key=lambda one: not one.is_default)
        properties = [_properties(one, minimums) for one in ordered]
        lines = [Line(label, _once([each[label] for each in properties])) for label in properties[0]]
        lines = [line for line in lines if any(line.texts)]
        found.append(Entry(metric, ordered[0].title, ordered[0].family, ordered, lines))
    return found


def markdown(conventions: Iterable[Convention], minimums: Mapping[str, Minimum]) -> str:
    """The dictionary as Markdown, for dbt's docs."""
    parts = []
    for family, members in grouped(entries(conventions, minimums), lambda entry: entry.family):
        parts.append(f"## {wording.family_title(family)}\n")
        for entry in members:
            names = [f"`{one.convention_id}`{' (default)' if one.is_default else ''}" for one in entry.conventions]
            rows = [["`" + entry.metric + "`", *names], ["---"] * (len(names) + 1)]
            rows += [[line.label, *(line.texts * len(names))[: len(names)]] for line in entry.lines]
            table = "\n".join(f"| {' | '.join(text.replace('|', '&#124;') for text in row)} |" for row in rows)
            parts.append(f"### {entry.title}\n\n{table}\n")
    return "\n".join(parts)


def _properties(one: Convention, minimums: Mapping[str, Minimum]) -> dict[str, str]:
    return {
        "What it tells": one.says or "",
        "Who is looked at": one.population,
        "Counted or summed": one.numerator,
        "Divided by": one.denominator or "nothing: it is a count",
        "Over": f"{window(one)}, every {one.grain}",
        "Unit": UNITS.get(one.unit, wording.plain(one.unit)),
        "95% interval": INTERVALS.get(one.interval_method, wording.plain(one.interval_method)),
        "At the edges": one.tie_rule or "",
        "Smallest group shown": _minimum(minimums.get(one.sensitivity_class)),
        "Fixed by": wording.FIXED_BY.get(one.fixed_by, f"a {one.fixed_by}"),
        "Source": one.source,
        "Needs": ", ".join(one.input_columns.split(";")),
    }


def _minimum(minimum: Minimum | None) -> str:
    if minimum is None:
        return ""
    if minimum.minimum == minimum.leader_minimum:
        size = "no minimum" if minimum.minimum <= 1 else f"{minimum.minimum}"
    else:
        leaders = "no minimum" if minimum.leader_minimum <= 1 else f"{minimum.leader_minimum}"
        size = f"{minimum.minimum}; in a leader’s indicators {leaders}"
    return f"{size} ({minimum.reason})"


def _once(texts: list[str]) -> list[str]:
    return texts if len(unique(texts)) > 1 else texts[:1]
