"""The page: a release's contents and facts, section by section, through the template beside this module.

Here: the head, the sentences in front, and the rendering. Not here: the sections (`equity`, `sections`), reading
(`reading`), words (`wording`), drawing (`charts`). The template escapes everything but the drawings.
"""

import calendar
import datetime as dt
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orchestration.report import equity, sections, wording
from orchestration.report.grouping import grouped
from orchestration.report.reading import Cell, Contents, Convention

FOLDER = Path(__file__).parent


def render(contents: Contents, facts: dict[str, Any]) -> str:
    """The report of a release as one HTML page.

    `facts`: company, as_of, as_known_at, code_version, release_id, gates, inputs. What is missing is left out.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = wording.count
    company = str(facts.get("company") or "The company")
    return environment.get_template("page.html.j2").render(
        css=Markup((FOLDER / "page.css").read_text(encoding="utf-8")),
        company=company,
        head=_head(contents, facts),
        statuses=wording.STATUSES,
        says=_says(contents, company),
        figures=sections.company(contents),
        representation=sections.representation(contents),
        equity=equity.section(contents),
        units=sections.units(contents),
        leaders=sections.leaders(contents),
        quality=sections.quality(contents, facts),
        definitions=sections.definitions(contents),
    )


def _head(contents: Contents, facts: dict[str, Any]) -> dict[str, str]:
    as_of, known = facts.get("as_of"), facts.get("as_known_at")
    return {
        "as_of": wording.day(dt.date.fromisoformat(str(as_of)[:10])) if as_of else "",
        "release_id": str(facts.get("release_id") or ""),
        "code_version": str(facts.get("code_version") or ""),
        "known": f"As known at {wording.moment(known)}: what came in later is not in it." if known else "",
        "sources": _freshness(contents, facts),
        "gates": wording.gate_line(facts.get("gates") or {}),
    }


def _freshness(contents: Contents, facts: dict[str, Any]) -> str:
    waits = {one.source: one.n_rows for one in contents.quality if one.measure == "days_since_export"}
    if not waits:
        return "No source has delivered anything."
    parts = [f"{len(waits)} {'source' if len(waits) == 1 else 'sources'}"]
    if newest := sections.newest_exports(facts):
        source = max(newest, key=lambda source: newest[source])
        parts.append(f"newest export {wording.day(newest[source])} ({source})")
    oldest = max(waits, key=lambda source: waits[source])
    parts.append(f"oldest feed in force exported {wording.days_before(waits[oldest])} ({oldest})")
    return f"{'; '.join(parts)}."


def _says(contents: Contents, company: str) -> dict[str, Any]:
    """The sentences in front: where the company stands, what lies apart from a year ago, what promotion shows."""
    last = sections.latest(contents)
    standing: list[str] = []
    without: dict[str, list[str]] = {}
    for convention in (one for one in sections.company_conventions(contents) if one.is_default):
        cell = last.get((convention.metric, convention.convention_id))
        shown = wording.show(cell, convention.unit)
        if not shown.is_number:
            without.setdefault(shown.word, []).append(wording.lower(convention.title))
        elif cell is not None and (sentence := wording.standing_sentence(company, convention, cell)):
            standing.append(sentence)
    return {
        "standing": standing,
        "without": [f"{word.capitalize()}: {wording.listed(names)}." for word, names in without.items()],
        "equity": equity.sentences(contents),
        **_changes(contents),
    }


def _changes(contents: Contents) -> dict[str, Any]:
    """Sentences on what lies apart from a year before, and how many numbers could be compared."""
    sentences: list[str] = []
    n_compared = 0
    for name, convention, cells in _histories(contents):
        now = cells[-1]
        before = next((cell for cell in cells if cell.period_end == _year_before(now.period_end)), None)
        apart = wording.lies_apart(now, before) if before else None
        n_compared += apart is not None
        if before and apart:
            sentences.append(wording.change_sentence(name, convention, now, before))
    return {"changes": sentences, "n_compared": n_compared}


def _histories(contents: Contents) -> list[tuple[str, Convention, list[Cell]]]:
    """The company's metrics by their default convention, then the shares of groups, each with its cells in time."""
    history = dict(grouped(contents.company, lambda cell: (cell.metric, cell.convention_id)))
    defaults = {(one.metric, one.convention_id): one for one in contents.conventions if one.is_default}
    metrics = [(one.title, one, history[key]) for key, one in defaults.items() if key in history]
    of_company = [cell for cell in contents.representation if cell.segment_kind == "company"]
    shares = [
        (f"The share of {wording.people_of(attribute or '', group or '')} in the company", defaults[key], cells)
        for (attribute, group), cells in grouped(of_company, lambda cell: (cell.attribute, cell.group_value))
        if (key := (cells[0].metric, cells[0].convention_id)) in defaults
    ]
    return metrics + shares


def _year_before(day: dt.date) -> dt.date:
    """The end of the same month a year before."""
    return dt.date(day.year - 1, day.month, calendar.monthrange(day.year - 1, day.month)[1])
