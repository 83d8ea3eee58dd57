"""The page on the rules of promotion: notice for employees, model card, outline of a data protection impact assessment.

Here: what these say, made of the rules in force, what was delivered, the minimums and the policy of this release; a rule
that changes changes the page. What only the company can say is asked for as a question. Not here: how a criterion is put
in words (`framework`), results (`promotion`).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.contracts import CONTRACTS
from orchestration.readiness_words import BANDS, RULES, SOURCES
from orchestration.report import framework, rendering, wording
from orchestration.report.framework_records import Criterion, Framework
from orchestration.report.grouping import grouped, unique
from orchestration.report.promotion import AUDITS
from orchestration.report.promotion_records import Promotion
from orchestration.report.quality_records import Quality
from orchestration.report.reading import Contents, Minimum

SENSITIVITIES = {"personal": "personal", "special_category": "special category", "free_text": "free text"}
# audited like attributes, for they may stand for one
STAND_INS = ("leave", "site", "working_time")


@dataclass(frozen=True)
class Input:
    """One rule that is in force: what it asks, on which steps, and which data answer it."""

    title: str
    steps: str
    table: str
    columns: str
    delivered_by: str


@dataclass(frozen=True)
class Risk:
    """One way in which the processing may harm people, and what stands against it in this release."""

    risk: str
    measure: str


def page(found: Promotion, ladder: Framework, contents: Contents, facts: dict[str, Any]) -> str:
    """The rules, the notice and the two outlines as one HTML page."""
    day = rendering.day_of(facts)
    criteria = [one for one in ladder.criteria if one.valid_from <= day and (one.valid_to is None or one.valid_to > day)]
    policy = facts.get("policy") or {}
    attributes = unique(one.attribute for one in found.comparisons)
    return rendering.rendered(
        "notice.html.j2",
        "Notice",
        facts,
        has_ladder=bool(criteria),
        version=wording.day(max(one.valid_from for one in criteria)) if criteria else "",
        rules=_rules(criteria),
        inputs=_inputs(criteria, contents.quality),
        n_criteria=len(criteria),
        steps=_steps(criteria),
        bands=[words for band, words in BANDS.items() if band != "no_ladder"],
        audited=[wording.lower(wording.attribute_title(one)) for one in attributes if one not in STAND_INS],
        stand_ins=[wording.plain(one) for one in attributes if one in STAND_INS],
        tallies=_tallies(found),
        findings=[
            f"{one.sentence[:1].upper()}{one.sentence[1:]}"
            for one in contents.quality.findings
            if one.table_name == "talent.ladder_criteria"
        ],
        minimum=_minimum(contents.minimums),
        looks=_days(policy.get("days_of_looks")),
        leavers=_months(policy.get("months_after_exit")),
        owners=_owners(contents.quality),
        backtests=_backtests(found),
        risks=_risks(found, contents.minimums, policy),
    )


def _rules(criteria: Sequence[Criterion]) -> list[tuple[str, list[str]]]:
    """(step, criteria in words), in the order of track and level."""
    return [
        (
            f"{wording.capital(wording.plain(track))}, to level {level}",
            [
                framework.criterion_words(one)
                + (f" (one of “{wording.plain(one.one_of_group)}” is enough)" if one.one_of_group else "")
                for one in members
            ],
        )
        for (track, level), members in grouped(criteria, lambda one: (one.track, one.level))
    ]


def _steps(criteria: Sequence[Criterion]) -> str:
    """Which steps have criteria: people lead, levels 4 to 8."""
    parts = []
    for track, members in grouped(criteria, lambda one: one.track):
        levels = sorted({one.level for one in members})
        through = f"levels {levels[0]} to {levels[-1]}" if len(levels) > 1 else f"level {levels[0]}"
        parts.append(f"{wording.plain(track)}, {through}")
    return "; ".join(parts)


def _inputs(criteria: Sequence[Criterion], quality: Quality) -> list[Input]:
    """Every rule in force with the table that answers it, its columns about people, and who delivers it."""
    systems = {
        table: wording.listed(unique(f"{one.source}{f' ({one.owner})' if one.owner else ''}" for one in members))
        for table, members in grouped(quality.measures, lambda one: one.table_name)
    }
    found = []
    for rule, members in sorted(grouped(criteria, lambda one: one.rule), key=lambda pair: list(RULES).index(pair[0])):
        table = SOURCES[rule]
        about = [f"{one.name} ({SENSITIVITIES[one.sensitivity]})" for one in _columns(table)]
        found.append(
            Input(
                wording.capital(RULES[rule][0]),
                _steps(members),
                table,
                ", ".join(about) or "none",
                systems.get(table, "nobody: it cannot be met"),
            )
        )
    return found


def _columns(table: str) -> Iterable[Any]:
    """The columns of a canonical table that its contract calls personal or more."""
    return (one for one in CONTRACTS[table].columns if one.sensitivity in SENSITIVITIES)


def _tallies(found: Promotion) -> list[str]:
    """Of each part of the audit, how many comparisons of the company found a gap."""
    company = {one.measure: one for one in found.tallies if one.segment_kind == "company"}
    return [
        f"{wording.capital(title)}: {wording.counted(one.n_gap, 'gap')} among "
        f"{wording.counted(one.n_gap + one.n_excluded + one.n_undecided, 'comparison')}, "
        f"{wording.count(one.n_undecided)} of which cannot tell"
        for name, title in AUDITS.items()
        if (one := company.get(name)) and one.n_gap + one.n_excluded + one.n_undecided
    ]


def _minimum(minimums: Mapping[str, Minimum]) -> str:
    outcome = minimums.get("outcome")
    return wording.count(outcome.minimum) if outcome else ""


def _days(days: int | None) -> str:
    return "" if days is None else wording.counted(days, "day")


def _months(months: int | None) -> str:
    return "" if months is None else wording.counted(months, "month")


def _owners(quality: Quality) -> list[str]:
    """Who answers for the systems that the evidence comes from."""
    used = set(SOURCES.values())
    told = [(one.owner, one.source) for one in quality.measures if one.table_name in used and one.owner]
    return [f"{owner}: {wording.listed(unique(source for _, source in of))}" for owner, of in grouped(told, lambda x: x[0])]


def _backtests(found: Promotion) -> list[str]:
    """How far back, and with what knowledge, the rules have been tried."""
    days: list[tuple[dt.date, str]] = unique((one.as_of, one.knowledge) for one in found.outcomes)
    knowledge = {"history_as_corrected": "with what is known of it today", "as_known_then": "with what was known then"}
    return [f"{wording.day(day)}, {knowledge.get(known, wording.plain(known))}" for day, known in days]


def _risks(found: Promotion, minimums: Mapping[str, Minimum], policy: Mapping[str, Any]) -> list[Risk]:
    """Risks to people, with what stands against each in this release."""
    n_hidden = sum(one.n_hidden for one in found.tallies)
    n_gap = sum(one.n_gap for one in found.tallies if one.segment_kind == "company")
    kept = _days(policy.get("days_of_looks"))
    return [
        Risk(
            "A criterion keeps a group out without a reason of the work.",
            f"Every criterion is audited by group and by what may stand for one. In this release "
            f"{wording.counted(len(found.screens), 'comparison')} on single criteria name a group that is kept out, and "
            f"{wording.counted(n_gap, 'gap')} stand in the company in all.",
        ),
        Risk(
            "A decision is left to the page.",
            "No score and no order of people exists. A case lists evidence and what is missing, and a panel decides; "
            "overrides are recorded with their reason and audited by group.",
        ),
        Risk(
            "Somebody is judged by evidence that is wrong, old, or their own word.",
            "Each piece names its day, system and load. What left its window does not count, a case without new evidence "
            "says so, and a review of oneself is none. A person sees the case and can have its source corrected.",
        ),
        Risk(
            "Somebody was never offered what a criterion asks for.",
            "Who lacks a criterion and was offered nothing that serves it is counted by unit, level and group, on "
            "the page on promotion.",
        ),
        Risk(
            "What groups are told of gives away one of their people.",
            f"Nothing is told of fewer than {_minimum(minimums) or 'the minimum of'} people; "
            f"{wording.counted(n_hidden, 'comparison')} of the audit are hidden in this release. What is hidden can in "
            "places be worked out from what is shown around it: the page is for the leadership team.",
        ),
        Risk(
            "A case is read by those who need not.",
            "Cases are in the analysts’ file by pseudonym alone. Looking one up by name writes a line with who looked"
            + (f"; lines are kept for {kept}." if kept else "."),
        ),
        Risk(
            "Leave or part-time work counts against somebody.",
            "Days on leave extend the window in which evidence counts, hours at work are no evidence, and both are audited.",
        ),
    ]
