"""The page on promotion: what a step takes, where people stand, what was never offered, the audit, and the back-test.

Here: records into lines and their words; nobody is named, and places, groups and cases stand in an order that no number
decides. A verdict is the release's own and its words say no more. Reading is in `promotion_records`, markup in
`promotion.html.j2`; what the rules are and who answers for them is on a page of its own (`notice`).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orchestration.readiness_words import BANDS, KNOWLEDGE, RULES, STATUSES
from orchestration.report import equity_sentences, equity_words, framework, rendering, wording
from orchestration.report.equity_records import Comparison
from orchestration.report.equity_tables import Table, counted, ordered, table
from orchestration.report.framework_records import Criterion, Framework
from orchestration.report.grouping import grouped, natural
from orchestration.report.promotion_records import Missed, Outcome, Promotion, Standing
from orchestration.report.reading import SHOWN, Contents
from orchestration.report.sentences import people_of
from orchestration.report.wording import Shown

ALL_BANDS, READY = "all", "ready_now"
# the parts of the audit in the order of a promotion: judged, put forward, decided, what came of it, what was offered
AUDITS = {
    "band": "bands",
    "criterion": "single criteria",
    "put_forward": "being put forward",
    "panel_decision": "panels’ decisions",
    "panel_override": "overrides of panels",
    "panel_seat": "seats on panels",
    "ready_and_promoted": "the ready who were promoted",
    "promoted_with_evidence": "the promoted who had the evidence",
    "time_waited": "time waited",
    "opportunity": "offers of what is missing",
}
OPPORTUNITIES = {
    "stretch_work": "Stretch work, for initiatives to lead",
    "mentor": "A mentor, for competencies and ratings",
    "programme_seat": "A programme seat, for learning and for mentoring others",
}
VERDICTS = {"gap": "gap", "no_gap_above": "excluded: below four fifths", "insufficient": "cannot tell"}


@dataclass(frozen=True)
class Line:
    """A line of a table of counts: its title, how deep it stands in a tree, and its cells."""

    title: str
    depth: int
    cells: list[Shown]
    beside: str = ""

    @property
    def only(self) -> Shown | None:
        """What stands once in the place of all cells, where none of them is a number and all say the same."""
        first = self.cells[0]
        return first if not first.is_number and all(one == first for one in self.cells) else None


@dataclass(frozen=True)
class Case:
    """What some people's cases have in common."""

    step: str
    band: str
    met: str
    not_met: str
    no_evidence: str
    told: str


def page(found: Promotion, ladder: Framework, contents: Contents, facts: dict[str, Any]) -> str:
    """Promotion as one HTML page."""
    day = rendering.day_of(facts)
    criteria = [one for one in ladder.criteria if one.valid_from <= day and (one.valid_to is None or one.valid_to > day)]
    titles = {one.criterion_id: _short(one) for one in criteria}
    audited = ordered(found.comparisons, contents)
    company = sorted(
        (one for one in audited if one.segment_kind == "company"),
        key=lambda one: list(equity_words.MEASURES).index(one.measure) if one.measure in equity_words.MEASURES else 999,
    )
    within = [one for one in audited if one.segment_kind != "company"]
    return rendering.rendered(
        "promotion.html.j2",
        "Promotion",
        facts,
        says=_says(found, company),
        screens=[_screened(one, {one.criterion_id: one for one in criteria}) for one in found.screens],
        steps=_steps(criteria, [one for one in found.standings if one.told_of == "criterion"]),
        statuses_of_criteria=list(STATUSES.values()),
        bands=[words for band, words in BANDS.items() if band in _bands(found.standings)],
        places=_places(found.standings, contents),
        cases=grouped(_cases(found.standings, titles), lambda case: case.step),
        missed=_missed(found.missed, contents),
        tallies=_tallies(found),
        audits=_tables(company, contents),
        within=[
            table(members, contents, f"within-{scale}", "Gaps within units", by_place=True)
            for scale, members in grouped(within, lambda one: one.scale)
        ],
        backtests=_backtests(found.outcomes, contents),
    )


def _bands(standings: Iterable[Standing]) -> list[str]:
    """The bands that anybody has, in the order of the words."""
    has = {one.result for one in standings if one.told_of == "band"}
    return [band for band in BANDS if band in has]


def _short(one: Criterion) -> str:
    title = RULES[one.rule][0] if one.rule in RULES else wording.plain(one.rule)
    return f"{title}{f' ({wording.lower(one.competency)})' if one.competency else ''}"


def _part(one: Standing | None) -> Shown:
    """A count out of its total with the interval of the share; only its status where it is not shown."""
    if one is None:
        return Shown("no_population")
    return rate(one.n, one.total, one.ci_low, one.ci_high, one.status)


def rate(part: int | None, whole: int | None, low: float | None, high: float | None, status: str) -> Shown:
    """A share as its counts, with its interval; only its status where it is not shown, nobody where there is no whole."""
    if status not in SHOWN:
        return Shown(status)
    if not whole or part is None:
        return Shown("no_population")
    return Shown(status, f"{wording.count(part)} of {wording.count(whole)}", wording.between(low, high, "share"))


def _says(found: Promotion, company: Sequence[Comparison]) -> list[str]:
    """The sentences in front: how many are ready, whether readiness foretold anything, and the company's gaps."""
    whole = [one for one in found.standings if one.told_of == "band" and one.segment_kind == "company"]
    told = [
        f"{wording.counted(one.n or 0, 'person')} of {wording.count(one.total or 0)} with a case for a next level have all "
        f"the evidence that it asks for ({wording.amount(one.share or 0, 'share')}, interval "
        f"{wording.between(one.ci_low, one.ci_high, 'share')})."
        for one in whole
        if one.result == READY and one.n is not None
    ]
    everybody = [one for one in _chosen(found.outcomes) if one.segment_kind == "company" and one.attribute == "all"]
    told += [
        f"Of {wording.count(one.n_promoted)} promoted in the year from {wording.day(one.as_of)} on, "
        f"{wording.count(one.n_never_ready or 0)} had not been ready (interval "
        f"{wording.between(one.never_ready_low, one.never_ready_high, 'share')})."
        for one in everybody
        if one.band == ALL_BANDS and one.n_promoted
    ]
    gaps = [one for one in company if one.status in SHOWN and one.verdict == "gap"]
    return told + [equity_sentences.gap_sentence(one, {}) for one in gaps]


def _screened(one: Comparison, criteria: dict[str, Criterion]) -> str:
    """One sentence on a criterion that keeps a group out."""
    criterion = criteria.get(one.measure)
    name = _short(criterion) if criterion else wording.plain(one.measure)
    step = f"{wording.plain(criterion.track)}, level {criterion.level}" if criterion else "a step that has ended"
    sides = [equity_words.group_side(one)[0], equity_words.reference_side(one)[0]]
    return (
        f"{wording.capital(name)} ({step}) is met less often by {people_of(one.attribute, one.group_value)} than by "
        f"{people_of(one.attribute, one.reference_group or '')}: {sides[0]} against {sides[1]}; "
        f"{equity_words.estimated(one)}. {wording.counted(one.shortfall or 0, 'person')} more would have reached four "
        f"fifths. Among people of one level and track the ratio is {equity_words.within_words(replace(one, turns=None))}."
    )


def _steps(criteria: Sequence[Criterion], standings: Sequence[Standing]) -> list[tuple[str, list[tuple[str, list[Line]]]]]:
    """(track, steps): every criterion in words beside how many meet it."""
    held = {(one.segment_id, one.item, one.result): one for one in standings}

    def line(one: Criterion) -> Line:
        key = (f"{one.track} {one.level}", one.criterion_id)
        needed = f"one of “{wording.plain(one.one_of_group or '')}” is enough" if one.requirement == "one_of" else "required"
        cells = [_part(held.get((*key, status))) for status in STATUSES]
        return Line(wording.capital(framework.criterion_words(one)), 0, cells, f"{one.criterion_id}, {needed}")

    return [
        (
            wording.capital(wording.plain(track)),
            [
                (f"To level {level}", [line(one) for one in members])
                for level, members in grouped(steps, lambda one: one.level)
            ],
        )
        for track, steps in grouped(criteria, lambda one: one.track)
    ]


def _places(standings: Sequence[Standing], contents: Contents) -> list[Line]:
    """How many stand in which band: the company, its levels, its units in the order of the tree."""
    told = [one for one in standings if one.told_of == "band"]
    bands = _bands(told)
    held = {(one.segment_kind, one.segment_id, one.result): one for one in told}
    levels = sorted({one.segment_id for one in told if one.segment_kind == "level"}, key=natural)
    units = {one.segment_id for one in told if one.segment_kind == "org_unit"}
    rows = [("company", "company", "Company", 0)]
    rows += [("level", level, f"Level {level}", 1) for level in levels]
    rows += [("org_unit", one.unit_id, one.name, one.depth) for one in contents.units if one.unit_id in units]
    lines = [
        Line(title, depth, [_part(held.get((kind, segment, band))) for band in bands])
        for kind, segment, title, depth in rows
        if any((kind, segment, band) in held for band in bands)
    ]
    return _without_twins(lines)


def _without_twins(lines: Sequence[Line]) -> list[Line]:
    """Lines without a unit at the top that only says what the company's line has said."""
    return [line for place, line in enumerate(lines) if place == 0 or line.depth or line.cells != lines[0].cells]


def _cases(standings: Sequence[Standing], titles: dict[str, str]) -> list[Case]:
    """Cases that enough people share, by step and band; never by how many they are."""
    order = list(BANDS)
    told = []
    for one in standings:
        if one.told_of != "case" or one.status not in SHOWN:
            continue
        band, *parts = one.result.split(" | ")
        track, _, level = one.segment_id.rpartition(" ")
        met, not_met, no_evidence = [*(_listed(part.partition(": ")[2], titles) for part in parts), "", "", ""][:3]
        step = f"{wording.capital(wording.plain(track))}, level {level}"
        case = Case(step, BANDS.get(band, band), met, not_met, no_evidence, _part(one).value)
        told.append(((track, natural(level), order.index(band) if band in order else len(order), one.result), case))
    return [case for _, case in sorted(told, key=lambda pair: pair[0])]


def _listed(ids: str, titles: dict[str, str]) -> str:
    return "" if ids == "none" else wording.listed([titles.get(one, one) for one in ids.split(";")])


def _missed(missed: Sequence[Missed], contents: Contents) -> dict[str, Any]:
    """Who lacks a criterion and was never offered what serves it: a column an opportunity, by place and by group."""
    opportunities = [one for one in OPPORTUNITIES if any(row.opportunity == one for row in missed)]
    opportunities += sorted({one.opportunity for one in missed} - set(opportunities))
    held: dict[tuple[str, ...], Missed] = {
        (one.segment_kind, one.segment_id, one.attribute, one.group_value, one.opportunity): one for one in missed
    }

    def line(title: str, depth: int, *where: str) -> Line:
        return Line(title, depth, [_offer(held.get((*where, opportunity))) for opportunity in opportunities])

    levels = sorted({one.segment_id for one in missed if one.segment_kind == "level"}, key=natural)
    units = {one.segment_id for one in missed if one.segment_kind == "org_unit"}
    places = [line("Company", 0, "company", "company", "all", "all")]
    places += [line(f"Level {level}", 1, "level", level, "all", "all") for level in levels]
    places += [
        line(one.name, one.depth, "org_unit", one.unit_id, "all", "all") for one in contents.units if one.unit_id in units
    ]
    groups = [one for one in missed if one.segment_kind == "company" and one.attribute != "all"]
    return {
        "opportunities": [OPPORTUNITIES.get(one, wording.capital(wording.plain(one))) for one in opportunities],
        "places": _without_twins(places),
        "groups": [
            (
                wording.attribute_title(attribute),
                [
                    line(wording.plain(group), 0, "company", "company", attribute, group)
                    for group in sorted({one.group_value for one in members}, key=wording.group_order)
                ],
            )
            for attribute, members in wording.by_attribute(groups)
        ],
    }


def _offer(one: Missed | None) -> Shown:
    if one is None:
        return Shown("no_population")
    return rate(one.n_never_offered, one.n, one.ci_low, one.ci_high, one.status)


def _tallies(found: Promotion) -> list[str]:
    """How many comparisons ended how, by part of the audit, in the company and within units."""
    order = list(AUDITS)
    return [
        f"{wording.capital(AUDITS.get(one.measure, wording.plain(one.measure)))}, "
        f"{'in the company' if one.segment_kind == 'company' else 'within units'}: "
        + counted(one.n_gap, one.n_excluded, one.n_undecided, one.n_hidden)
        for one in sorted(
            found.tallies, key=lambda one: (order.index(one.measure) if one.measure in order else 99, one.segment_kind)
        )
    ]


def _tables(company: Sequence[Comparison], contents: Contents) -> list[Table]:
    return [table(members, contents, f"audit-{name}") for name, members in grouped(company, lambda one: one.measure)]


def _chosen(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The newest day that is looked back on, with what is known of it today."""
    told = [one for one in outcomes if one.knowledge == "history_as_corrected"]
    newest = max((one.as_of for one in told), default=dt.date.min)
    return [one for one in told if one.as_of == newest]


def _backtests(outcomes: Sequence[Outcome], contents: Contents) -> list[dict[str, Any]]:
    """Every day and knowledge: bands in the company, mistakes by place, and whether the ready of groups fare alike."""
    tables = []
    for (as_of, knowledge), members in grouped(outcomes, lambda one: (one.as_of, one.knowledge)):
        everybody = [one for one in members if one.attribute == "all"]
        company = {one.band: one for one in everybody if one.segment_kind == "company"}
        tables.append(
            {
                "title": f"{wording.day(as_of)}, {KNOWLEDGE.get(knowledge, wording.plain(knowledge))}",
                "bands": [
                    _foretold(wording.capital(BANDS.get(band, "everybody")), company[band])
                    for band in (*BANDS, ALL_BANDS)
                    if band in company
                ],
                "mistakes": _mistakes(everybody, contents),
                "groups": _alike([one for one in members if one.attribute != "all" and one.band == READY]),
            }
        )
    return tables


def _foretold(title: str, one: Outcome) -> dict[str, Any]:
    """What came of one band: counts, the survival estimate beside the naive mean, and the outcome two years on."""
    is_shown = one.status in SHOWN
    incidence = "" if one.incidence_12 is None else wording.amount(one.incidence_12, "share")
    between = wording.between(one.incidence_12_low, one.incidence_12_high, "share")
    return {
        "title": title,
        "conversion": rate(one.n_promoted, one.n, one.conversion_low, one.conversion_high, one.status),
        "incidence": Shown(one.status if incidence or not is_shown else "insufficient", incidence, between),
        "median": (_months(one.median_months) or "not reached") if is_shown else "",
        "naive": (_months(one.naive_mean_months_biased) or "nobody") if is_shown else "",
        "good": _later(one.n_good, one.n_known, one.good_low, one.good_high, one),
    }


def _later(part: int | None, whole: int | None, low: float | None, high: float | None, one: Outcome) -> Shown:
    """A share of those whose outcome two years on is known; of nobody's it cannot be yet."""
    return Shown("insufficient") if one.status in SHOWN and not whole else rate(part, whole, low, high, one.status)


def _months(value: float | None) -> str:
    return equity_words.number(value, "months")


def _mistakes(everybody: Sequence[Outcome], contents: Contents) -> list[Line]:
    """By place: promoted though not ready; ready, promoted, and a bad outcome."""
    held = {(one.segment_kind, one.segment_id, one.band): one for one in everybody}
    levels = sorted({one.segment_id for one in everybody if one.segment_kind == "level"}, key=natural)
    rows = [("company", "company", "Company", 0), *(("level", level, f"Level {level}", 1) for level in levels)]
    rows += [("org_unit", one.unit_id, one.name, one.depth) for one in contents.units]
    lines = []
    for kind, segment, title, depth in rows:
        whole, ready = held.get((kind, segment, ALL_BANDS)), held.get((kind, segment, READY))
        if whole is None:
            continue
        never = rate(whole.n_never_ready, whole.n_promoted, whole.never_ready_low, whole.never_ready_high, whole.status)
        false = Shown("no_population")
        if ready is not None:
            false = _later(ready.n_false_ready, ready.n_promoted_known, ready.false_ready_low, ready.false_ready_high, ready)
        lines.append(Line(title, depth, [never, false]))
    return _without_twins(lines)


def _alike(ready: Sequence[Outcome]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """(attribute, reference, groups): how many of each group's ready were promoted within the year, with the verdict."""
    tables = []
    for attribute, members in wording.by_attribute(ready):
        reference = next((one.reference_group for one in members if one.reference_group and one.status in SHOWN), None)
        lines = []
        for one in sorted(members, key=lambda one: wording.group_order(one.group_value)):
            mark = one.verdict if one.status in SHOWN and one.verdict in VERDICTS else ""
            state = VERDICTS[mark] if mark else ""
            if mark == "gap":
                state = f"gap: promoted {'less' if (one.impact_ratio or 0) < 1 else 'more'} often"
            lines.append(
                {
                    "title": wording.plain(one.group_value),
                    "cell": rate(one.n_promoted, one.n, one.conversion_low, one.conversion_high, one.status),
                    "ratio": wording.ratio(one.impact_ratio) if mark else "",
                    "mark": mark,
                    "state": state or ("compared with" if one.group_value == reference else ""),
                }
            )
        tables.append((wording.attribute_title(attribute), wording.plain(reference or ""), lines))
    return tables
