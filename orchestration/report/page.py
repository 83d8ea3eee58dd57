"""The first page: a release's contents and facts, section by section.

Here: the head and the sentences in front. Not here: the sections (`quality`, `sections`), comparisons (`equity`, `pay`),
reading (`reading`), words (`wording`), drawing (`charts`), templates (`rendering`).
"""

import datetime as dt
from typing import Any

from orchestration.report import equity, pay, quality, rendering, sections, sentences, trends, wording
from orchestration.report.equity_records import Equity
from orchestration.report.grouping import grouped, unique
from orchestration.report.quality_actions import STATES
from orchestration.report.reading import REPRESENTATION, Cell, Contents, Convention


def render(contents: Contents, found: Equity, facts: dict[str, Any]) -> str:
    """The report of a release as one HTML page.

    `facts`: company, as_of, as_known_at, code_version, release_id, gates, inputs. What is missing is left out.
    """
    company = str(facts.get("company") or "The company")
    return rendering.rendered(
        "page.html.j2",
        "Report",
        facts,
        head=_head(contents, facts),
        says=_says(contents, found, company),
        figures=sections.company(contents),
        units=sections.units(contents),
        leaders=sections.leaders(contents),
        quality=quality.section(contents.quality),
        definitions=sections.definitions(contents),
    )


def _head(contents: Contents, facts: dict[str, Any]) -> dict[str, str]:
    known = facts.get("as_known_at")
    return rendering.head(facts) | {
        "known": f"As known at {known} UTC: what came in later is not in it." if known else "",
        "sources": _freshness(contents),
        "gates": wording.gate_line(facts.get("gates") or {}),
    }


def _freshness(contents: Contents) -> str:
    waits = [one for one in quality.waits(contents.quality) if one.last_on]
    if not waits:
        return "No source has delivered anything."
    newest = max(waits, key=lambda one: one.last_on or dt.date.min)
    silent = [f"{one.source} is {STATES[one.status or '']}" for one in waits if one.status in ("late", "overdue")]
    parts = [
        wording.counted(len(waits), "source"),
        f"newest export {wording.day(newest.last_on)} ({newest.source})" if newest.last_on else "",
        wording.listed(silent) or "none is late",
    ]
    return f"{'; '.join(parts)}."


def _says(contents: Contents, found: Equity, company: str) -> dict[str, Any]:
    """The sentences in front: where the company stands, what lies apart from a year ago, what comparisons show."""
    standing: list[str] = []
    without: dict[str, list[str]] = {}
    defaults = [
        (one, cells)
        for one, cells in sections.histories(contents)
        if one.is_default and (cells or not sections.told_of(contents, one, cells))
    ]
    for family, members in grouped(defaults, lambda member: member[0].family):
        words = [
            wording.show(cells[-1], one.unit).word if cells else sections.without(contents, one, cells)
            for one, cells in members
        ]
        for (one, cells), word in zip(members, words, strict=True):
            shown = wording.show(cells[-1] if cells else None, one.unit)
            if shown.is_number:
                standing.append(sentences.standing_sentence(company, one, cells[-1], trends.year_before(cells)))
            else:
                # a family that lacks all its numbers for one reason is named once
                title = wording.family_title(family) if len(members) > 1 and set(words) == {word} else one.title
                without.setdefault(word, []).append(wording.lower(title))
    return {
        "standing": [sentence for sentence in standing if sentence],
        "without": [f"{word.capitalize()}: {wording.listed(unique(names))}." for word, names in without.items()],
        "equity": [*equity.says(found, contents), *pay.says(found)],
        "n_within": sum(one.n_gap for one in found.tallies),
        **_changes(contents, defaults),
    }


def _changes(contents: Contents, defaults: list[tuple[Convention, list[Cell]]]) -> dict[str, Any]:
    """Sentences on what lies apart from a year before, and how many numbers could be compared."""
    named = [(one.title, one, cells) for one, cells in defaults]
    shares = [cell for cell in contents.representation if cell.segment_kind == "company"]
    for convention in (one for one in contents.conventions if one.metric == REPRESENTATION and one.is_default):
        for (attribute, group), cells in grouped(shares, lambda cell: (cell.attribute or "", cell.group_value or "")):
            named.append((f"The share of {sentences.people_of(attribute, group)} in the company", convention, cells))
    told: list[str] = []
    n_compared = 0
    for name, convention, cells in named:
        before = trends.year_before(cells)
        apart = sentences.lies_apart(cells[-1], before) if before else None
        n_compared += apart is not None
        if before and apart:
            told.append(sentences.change_sentence(name, convention, cells[-1], before))
    return {"changes": told, "n_compared": n_compared}
