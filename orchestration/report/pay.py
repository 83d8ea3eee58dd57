"""The page on pay: gaps with nothing controlled, pay quarters, the law's days, and gaps at equal controls.

Here: which gaps stand where, and the words of gaps at equal controls. Not here: tables (`equity_tables`), verdicts (a
release holds them).
"""

from collections.abc import Sequence
from typing import Any

from orchestration.report import charts, equity_words, rendering, trends, wording
from orchestration.report.equity import Topic, topic
from orchestration.report.equity_records import Equity, Share, Specification
from orchestration.report.equity_tables import counted, ordered, table, tables, told
from orchestration.report.grouping import grouped
from orchestration.report.reading import SHOWN, Contents
from orchestration.report.representation import show
from orchestration.report.sentences import people_of

PANEL = (300, 84)
LAWS = {"company": "The company’s own day", "uk": "British law", "ie": "Irish law", "eu": "European law"}
HOURLY = ("hourly_pay_mean", "hourly_pay_median")
VERDICTS = {"gap": "gap", "no_gap_above": "excluded", "insufficient": "cannot tell"}


def page(found: Equity, contents: Contents, facts: dict[str, Any]) -> str:
    """Pay as one HTML page."""
    rows = ordered([one for one in found.comparisons if one.topic == "pay"], contents)
    company = [one for one in rows if one.segment_kind == "company"]
    entities = [one for one in rows if one.segment_kind == "legal_entity" and one.measure in HOURLY]
    categories = [one for one in found.tallies if one.topic == "pay" and one.segment_kind == "worker_category"]
    days = {one.snapshot_date for one in found.specifications}
    return rendering.rendered(
        "pay.html.j2",
        "Pay",
        facts,
        raw=tables(company, contents),
        raw_day=wording.day(company[0].period_end) if company else "",
        laws=[
            (
                f"{LAWS.get(law, wording.plain(law))}, {wording.day(members[0].period_end)}",
                law,
                table(members, contents, f"law-{law}", by_place=True),
            )
            for law, members in sorted(grouped(entities, lambda one: one.period_kind), key=lambda pair: pair[0] == "company")
        ],
        categories=[
            f"{equity_words.measure_of(one.measure).title}: "
            + counted(one.n_gap, one.n_excluded, one.n_undecided, one.n_hidden)
            for one in sorted(categories, key=lambda one: one.measure)
            if one.measure in HOURLY
        ],
        quarters=_quarters(found.quarters),
        specifications=_specifications(found.specifications),
        sentences=[words for one in _leading(found.specifications) if (words := adjusted_sentence(one))],
        adjusted_told=told(_leading(found.specifications)),
        adjusted_day=wording.day(max(days)) if days else "",
    )


def says(found: Equity) -> list[Topic]:
    """What the first page says of pay at equal controls, by the set of controls that leads."""
    leading = [one for one in _leading(found.specifications) if one.status in SHOWN and one.verdict]
    sentences = [words for one in leading if (words := short_sentence(one))]
    return [topic("Hourly pay at equal controls", "pay.html#adjusted", leading, sentences)] if leading else []


def _leading(specifications: Sequence[Specification]) -> list[Specification]:
    return sorted(
        (one for one in specifications if one.is_default),
        key=lambda one: ("_x_" in one.attribute, one.attribute, wording.group_order(one.group_value)),
    )


def short_sentence(one: Specification) -> str:
    """A gap at equal controls that was found, in a sentence; '' for every other verdict."""
    if one.status not in SHOWN or one.verdict != "gap" or one.gap_percent is None:
        return ""
    group, reference = people_of(one.attribute, one.group_value), people_of(one.attribute, one.reference_group or "")
    return wording.capital(
        f"{group} were paid {_percent(abs(one.gap_percent))} {'less' if one.gap_percent > 0 else 'more'} an hour than "
        f"{reference} at equal {_listed(one.controls)} on {wording.day(one.snapshot_date)} (interval of the gap "
        f"{_between(one)}; n {wording.count(one.n or 0)} and {wording.count(one.reference_n or 0)})."
    )


def adjusted_sentence(one: Specification) -> str:
    """The same, and what it is not."""
    if not (told_of := short_sentence(one)):
        return ""
    notes = ["Unexplained is no proof of bias."]
    if one.biased_controls:
        notes.append(f"{wording.capital(_listed(one.biased_controls))} may carry the cause itself.")
    if one.is_material is False:
        notes.append("The margin of 5% is not passed.")
    return " ".join([told_of, *notes])


def _listed(controls: str | None) -> str:
    return wording.listed([wording.plain(control) for control in (controls or "").split(" + ")])


def _percent(value: float) -> str:
    return f"{wording.amount(value, '', 1)}%"


def _between(one: Specification) -> str:
    return (
        f"{_percent(one.ci_low)} to {_percent(one.ci_high)}"
        if one.ci_low is not None and one.ci_high is not None
        else "none"
    )


def _specifications(found: Sequence[Specification]) -> list[dict[str, Any]]:
    """Of each attribute the sets of controls in a fixed order, and every group's gap under each: a curve, and numbers."""
    attributes = []
    for attribute, members in wording.by_attribute(found):
        sets = sorted({one.controls for one in members}, key=lambda controls: (controls.count("+"), controls))
        groups = sorted(grouped(members, lambda one: one.group_value), key=lambda pair: wording.group_order(pair[0]))
        curves = {group: [{one.controls: one for one in ones}.get(controls) for controls in sets] for group, ones in groups}
        reference = next((one.reference_group for one in members if one.reference_group), None)
        attributes.append(
            {
                "title": wording.attribute_title(attribute),
                "reference": wording.plain(reference) if reference else "",
                "panels": [_panel(group, ones) for group, ones in curves.items()],
                "rows": [
                    (
                        place + 1,
                        _listed(controls),
                        _flags(controls, members),
                        [_cell(ones[place]) for ones in curves.values()],
                    )
                    for place, controls in enumerate(sets)
                ],
            }
        )
    return attributes


def _panel(group: str, ones: Sequence[Specification | None]) -> dict[str, Any]:
    """One group's curve of specifications, with the gap when nothing is controlled."""
    title, shown = wording.plain(group), [one for one in ones if one and one.status in SHOWN and one.gap_percent is not None]
    if not shown:
        status = next((one.status for one in ones if one and one.status not in SHOWN), "insufficient")
        return {"title": title, "status": status, "raw": "", "n": "", "picture": charts.NOTHING}
    gaps = [one.gap_percent or 0.0 for one in shown]
    n = f"n {wording.count(shown[0].n or 0)} beside {wording.count(shown[0].reference_n or 0)}"
    over = f"from {_percent(min(gaps))} to {_percent(max(gaps))} over {wording.counted(len(gaps), 'set')} of controls"
    raw = shown[0].raw_gap_percent
    (low, low_label), (high, high_label) = trends.ends([charts.Point(0, 0.0), *_points(ones)], "percent")
    ends = (low, f"{low_label}%"), (high, f"{high_label}%")
    return {
        "title": title,
        "status": "",
        "raw": "" if raw is None else f"{_percent(raw)} with nothing controlled",
        "n": n,
        "picture": charts.profile(
            charts.Series(_points(ones), ends, f"Gap of {title}: {over}; {n}."),
            *PANEL,
            [str(place + 1) for place in range(len(ones))],
            "set",
            with_zero=True,
        ),
    }


def _flags(controls: str, members: Sequence[Specification]) -> str:
    one = next(one for one in members if one.controls == controls)
    parts = [
        "this one leads" if one.is_default else "",
        f"{_listed(one.biased_controls)} may carry the cause" if one.biased_controls else "",
    ]
    return "; ".join(part for part in parts if part)


def _points(ones: Sequence[Specification | None]) -> tuple[charts.Point, ...]:
    return tuple(
        charts.Point(float(place), one.gap_percent, one.ci_low, one.ci_high)
        for place, one in enumerate(ones)
        if one is not None and one.status in SHOWN and one.gap_percent is not None
    )


def _cell(one: Specification | None) -> dict[str, str]:
    if one is None:
        return {"status": "no_row"}
    if one.status not in SHOWN or one.gap_percent is None:
        return {"status": one.status if one.status not in SHOWN else "insufficient"}
    verdict = one.verdict if one.verdict in VERDICTS else ""
    return {
        "status": "",
        "value": _percent(one.gap_percent),
        "interval": _between(one),
        "mark": verdict or "",
        "verdict": VERDICTS.get(verdict or "", ""),
    }


def _quarters(found: Sequence[Share]) -> list[dict[str, Any]]:
    """Of each attribute the four pay quarters: who is in each, as numbers, and as a bar where every group is told."""
    attributes = []
    for attribute, members in wording.by_attribute(found):
        groups = sorted({one.group_value for one in members}, key=wording.group_order)
        rows = []
        for place, of_place in sorted(grouped(members, lambda one: one.place), key=lambda pair: pair[0]):
            by_group = {one.group_value: one for one in of_place}
            shown = [show(by_group[group]) if group in by_group else wording.show(None, "share") for group in groups]
            parts = [(wording.plain(group), by_group[group].share or 0.0) for group in groups if group in by_group]
            words = "; ".join(f"{name} {one.value} (n {one.n})" for (name, _), one in zip(parts, shown, strict=False))
            is_whole = all(one.is_number for one in shown)
            bar = (
                charts.shares([("", share) for _, share in parts], f"Who is in it: {words}.") if is_whole else charts.NOTHING
            )
            rows.append((_quarter(place), shown, bar))
        attributes.append(
            {"title": wording.attribute_title(attribute), "groups": [wording.plain(group) for group in groups], "rows": rows}
        )
    return attributes


def _quarter(place: str) -> str:
    names = {"quarter_1": "Lowest quarter", "quarter_2": "Second", "quarter_3": "Third", "quarter_4": "Highest quarter"}
    return names.get(place, wording.plain(place))
