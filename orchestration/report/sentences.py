"""Sentences that never say more than their records do: where the company stands, what changed, who is meant.

Here: pure functions from records to plain words. Not here: numbers, dates and statuses in words (`wording`),
comparisons of groups (`equity_sentences`).
"""

import re

from orchestration.report import wording
from orchestration.report.reading import Cell, Convention

# a metric's sentence about the company; every one carries what n counts, and the interval where there is one
STANDING = {
    "headcount": "{company} employed {value} people {period}{before}.",
    "turnover": "{numerator} in the {period}: {value} of an average headcount of {n} ({interval}).",
    "voluntary_turnover": "{numerator} by the person’s own choice: {value} of an average headcount of {n} ({interval}).",
    "promotion_rate": "{numerator} in the {period}: {value} of an average headcount of {n} ({interval}).",
    "engagement_index": "The engagement index was {value} in the {period} ({interval}; n {n}).",
    "enps": "The employee net promoter score (eNPS) was {value} in the {period} ({interval}; n {n}).",
    "response_rate": "{value} of the {n} people invited answered the survey ({interval}).",
}

NUMERATORS = {"turnover": "exit", "voluntary_turnover": "exit", "promotion_rate": "promotion"}

NOUNS = {
    ("gender", "female"): "women",
    ("gender", "male"): "men",
    ("gender", "nonbinary"): "non-binary people",
}


def people_of(attribute: str, group: str) -> str:
    """The people of a group within a sentence: women, people aged 30 to 39, people recorded as “asian”."""
    if noun := NOUNS.get((attribute, group)):
        return noun
    if group == "undisclosed" and "_x_" not in attribute:
        return f"people of undisclosed {wording.plain(attribute)}"
    if re.fullmatch(r"(under_)?\d+(_to_\d+|_and_over)?", group):
        return f"people aged {wording.plain(group)}"
    return f"people recorded as “{wording.plain(group)}”"


def standing_sentence(company: str, convention: Convention, cell: Cell, before: Cell | None) -> str:
    """One sentence on where the company stands; empty unless the number stands for the company itself."""
    shown, earlier = wording.show(cell, convention.unit), wording.show(before, convention.unit)
    template = STANDING.get(convention.metric, "")
    if cell.status != "ok" or not shown.is_number or ("{interval}" in template and not shown.interval):
        return ""
    return template.format(
        company=company,
        value=shown.value,
        interval=f"interval {shown.interval}",
        n=shown.n,
        numerator=wording.counted(cell.numerator or 0, NUMERATORS.get(convention.metric, "")),
        period=wording.period(convention, cell.period_end, written=True),
        before=f", {earlier.value} a year before" if earlier.is_number and earlier.status == "ok" else "",
    )


def lies_apart(now: Cell, before: Cell) -> bool | None:
    """Whether the intervals of two cells do not overlap; None where either has none or is not the company's own."""
    if now.status != "ok" or before.status != "ok":
        return None
    if now.ci_low is None or now.ci_high is None or before.ci_low is None or before.ci_high is None:
        return None
    return now.ci_low > before.ci_high or now.ci_high < before.ci_low


def change_sentence(name: str, convention: Convention, now: Cell, before: Cell) -> str:
    """What changed since a year ago, of two cells whose intervals do not overlap."""
    shown, earlier = wording.show(now, convention.unit), wording.show(before, convention.unit)
    rose = "rose" if (now.value or 0) > (before.value or 0) else "fell"
    return (
        f"{name} {rose} to {shown.value} ({shown.beside}) {wording.period(convention, now.period_end, written=True)}, "
        f"from {earlier.value} ({earlier.beside}) a year before."
    )
