"""The page on equity: what people are selected for, how long they wait, what they are offered, how they are seen.

Here: which comparisons stand where, and what the first page says of them. Not here: tables (`equity_tables`), words
(`equity_words`, `equity_sentences`), pay (`pay`), verdicts (a release holds them).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.report import charts, equity_sentences, equity_words, rendering, trends, wording
from orchestration.report.equity_records import Comparison, Curve, Equity, Tally
from orchestration.report.equity_tables import KINDS, Table, counted, ordered, table, tables, told
from orchestration.report.grouping import grouped
from orchestration.report.reading import SHOWN, Contents

# Beyond so many lines a table belongs to the release's files, not to a page; the first page names so many gaps of a topic.
MOST_COMPARISONS = 400
MOST_SENTENCES = 4
MONTHS = ("12", "24", "36")
PANEL = (150, 60)
PLACES = {"org_unit": "units", "level": "levels", "function": "job families", "worker_category": "categories of workers"}
TOPICS = {
    "selection": ("Selection", "equity.html#selection"),
    "progression": ("Time to promotion", "equity.html#progression"),
    "opportunity": ("Opportunity", "equity.html#opportunity"),
    "perception": ("Perception", "equity.html#perception"),
    "pay": ("Hourly pay, unadjusted", "pay.html#raw"),
}


@dataclass(frozen=True)
class Topic:
    """What the first page says of one topic: how many comparisons ended how, the first gaps, and where the rest is."""

    title: str
    address: str
    told: str
    gaps: list[str]
    n_further: int


def page(found: Equity, contents: Contents, facts: dict[str, Any]) -> str:
    """Equity as one HTML page."""
    rows = ordered([one for one in found.comparisons if one.topic != "pay"], contents)
    company = [one for one in rows if one.segment_kind == "company"]
    within = [one for one in rows if one.segment_kind != "company" and one.period_kind != "cycle"]
    gaps = [one for one in within if one.verdict == "gap"]
    promotion = [one for one in within if one.measure == "promotion"]
    of_topic = dict(grouped(company, lambda one: one.topic))
    leading = [one for one in company if is_leading(one)]
    return rendering.rendered(
        "equity.html.j2",
        "Equity",
        facts,
        found=[equity_sentences.gap_sentence(one, contents.unit_names) for one in leading if one.verdict == "gap"],
        n_compared=len(leading),
        promotion=_promotion([one for one in leading if one.measure == "promotion"]),
        selection=tables(of_topic.get("selection", []), contents),
        progression=tables(of_topic.get("progression", []), contents),
        curves=_curves(found.curves),
        opportunity=tables(of_topic.get("opportunity", []), contents),
        perception=tables(of_topic.get("perception", []), contents),
        counts=_counts(found.tallies),
        gaps=[
            table(members, contents, f"within-{scale}", f"Gaps within units, levels and job families: {word}", by_place=True)
            for scale, word in (
                ("ratio", "ratios of rates"),
                ("hazard", "rates of promotion"),
                ("difference", "differences"),
            )
            if (members := [one for one in gaps[:MOST_COMPARISONS] if one.scale == scale])
        ],
        places=_places(promotion[:MOST_COMPARISONS], contents),
        n_left_out=max(0, len(gaps) - MOST_COMPARISONS) + max(0, len(promotion) - MOST_COMPARISONS),
    )


def says(found: Equity, contents: Contents) -> list[Topic]:
    """What the first page says: of each topic the company's gaps, and how many comparisons cannot tell."""
    rows = [one for one in ordered(found.comparisons, contents) if is_leading(one)]
    topics = dict(grouped(rows, lambda one: one.topic))
    return [
        topic(*TOPICS[name], members, [equity_sentences.short_gap_sentence(one, contents.unit_names) for one in gaps])
        for name in TOPICS
        if (members := topics.get(name, []))
        for gaps in [[one for one in members if one.verdict == "gap"]]
    ]


def topic(title: str, address: str, rows: Sequence[Any], sentences: Sequence[str]) -> Topic:
    """A topic of the first page, of records with a verdict."""
    return Topic(title, address, told(rows), list(sentences[:MOST_SENTENCES]), max(0, len(sentences) - MOST_SENTENCES))


def is_leading(one: Comparison) -> bool:
    """A verdict of the company as a whole by the longest window; of scores that of all raters, of pay the mean an hour."""
    is_own = one.segment_kind == "company" and one.period_kind != "cycle" and one.raters == "*"
    is_own = is_own and (one.topic != "pay" or one.measure == "hourly_pay_mean")
    return is_own and one.status in SHOWN and bool(one.verdict) and bool(one.reference_group)


def _promotion(rows: Sequence[Comparison]) -> dict[str, Any]:
    """Of promotion, by attribute, what is excluded and what cannot be told."""
    lines = []
    for _, members in grouped(rows, lambda one: one.attribute):
        lines += [equity_sentences.excluded_sentence(one) for one in members if one.verdict == "no_gap_above"]
        if undecided := [one for one in members if one.verdict == "insufficient"]:
            lines.append(equity_sentences.undecided_sentence(undecided))
    return {"window": equity_sentences.when(rows[0]) if rows else "", "lines": lines}


def _places(rows: Sequence[Comparison], contents: Contents) -> list[tuple[str, Table]]:
    """(place, its comparisons) in the order of the page."""
    return [
        (
            wording.segment_title(kind, segment_id, contents.unit_names),
            table(members, contents, f"place-{number}", by_place=True),
        )
        for number, ((kind, segment_id), members) in enumerate(grouped(rows, lambda one: (one.segment_kind, one.segment_id)))
    ]


def _counts(tallies: Sequence[Tally]) -> list[str]:
    """Comparisons within units, levels and job families, counted by measure and kind of place."""
    measures, kinds = list(equity_words.MEASURES), list(KINDS)
    known = [one for one in tallies if one.topic != "pay"]
    measures += sorted({one.measure for one in known} - set(measures))
    kinds += sorted({one.segment_kind for one in known} - set(kinds))
    places = PLACES | {kind: wording.plain(kind) for kind in kinds if kind not in PLACES}
    return [
        f"{equity_words.measure_of(one.measure).title}, within {places[one.segment_kind]}: "
        + counted(one.n_gap, one.n_excluded, one.n_undecided, one.n_hidden)
        for one in sorted(known, key=lambda one: (measures.index(one.measure), kinds.index(one.segment_kind)))
    ]


def _curves(found: Sequence[Curve]) -> list[tuple[str, list[dict[str, Any]]]]:
    """(attribute, groups): how many are promoted by 12, 24 and 36 months in level, on one axis an attribute."""
    attributes = []
    for attribute, members in wording.by_attribute(found):
        groups = sorted(members, key=lambda one: wording.group_order(one.group_value))
        points = [_points(one) for one in groups]
        ends = trends.ends([point for run in points for point in run], "share", 0.0)
        lines = [_curve(one, run, ends) for one, run in zip(groups, points, strict=True)]
        attributes.append((wording.attribute_title(attribute), lines))
    return attributes


def _curve(one: Curve, points: tuple[charts.Point, ...], ends: Any) -> dict[str, Any]:
    title, is_shown = wording.plain(one.group_value), one.status in SHOWN and one.n is not None
    cells = [_incidence(one, months) for months in MONTHS]
    parts = [
        f"by month {months} {value} ({between})" if value else f"by month {months} no number"
        for months, (value, between) in zip(MONTHS, cells, strict=True)
    ]
    series = charts.Series(points, ends, f"Promoted, {title}, n {wording.count(one.n or 0)}: {'; '.join(parts)}.")
    return {
        "title": title,
        "status": one.status if one.status not in SHOWN else "insufficient",
        "one": one if is_shown else None,
        "cells": cells,
        "median": equity_words.number(one.median_months, "months") or "not reached",
        "picture": charts.profile(series, *PANEL, MONTHS, "month"),
    }


def _incidence(one: Curve, months: str) -> tuple[str, str]:
    value, low, high = (getattr(one, f"incidence_{months}{end}") for end in ("", "_low", "_high"))
    return ("", "") if value is None else (wording.amount(value, "share"), wording.between(low, high, "share"))


def _points(one: Curve) -> tuple[charts.Point, ...]:
    return tuple(
        charts.Point(float(place), value, getattr(one, f"incidence_{months}_low"), getattr(one, f"incidence_{months}_high"))
        for place, months in enumerate(MONTHS)
        if (value := getattr(one, f"incidence_{months}")) is not None
    )
