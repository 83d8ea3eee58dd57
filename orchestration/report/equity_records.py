"""What the report knows of equity, as frozen records: comparisons of one form, and what has a form of its own.

Not here: how they are read (`equity_reading`), words (`equity_words`), pages (`equity`, `representation`, `pay`).
"""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """One group beside its reference in one table of one measure; numbers are None unless shown.

    `unit` is that of value: share, hours, score, months or a currency; `scale` that of estimate: ratio (of rates), hazard
    (ratio of rates of promotion), difference (in the unit) or percent (by which the group gets less). `within` is the same
    among people alike.
    """

    topic: str
    measure: str
    raters: str
    period_kind: str
    period_end: dt.date
    segment_kind: str
    segment_id: str
    attribute: str
    group_value: str
    unit: str
    scale: str
    status: str
    n: int | None = None
    total: float | None = None
    value: float | None = None
    reference_group: str | None = None
    reference_n: int | None = None
    reference_total: float | None = None
    reference_value: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    q_value: float | None = None
    n_tests: int | None = None
    detectable: float | None = None
    verdict: str | None = None
    is_material: bool | None = None
    is_below_four_fifths: bool | None = None
    shortfall: int | None = None
    flips: bool | None = None
    within: float | None = None
    within_low: float | None = None
    within_high: float | None = None
    within_verdict: str | None = None
    turns: bool | None = None


@dataclass(frozen=True)
class Tally:
    """How many comparisons of one measure ended how, in segments of one kind."""

    topic: str
    measure: str
    segment_kind: str
    n_gap: int
    n_excluded: int
    n_undecided: int
    n_hidden: int


@dataclass(frozen=True)
class Curve:
    """How long one group of the company waits in a level for promotion."""

    attribute: str
    group_value: str
    status: str
    n: int | None = None
    n_promoted: int | None = None
    n_exited: int | None = None
    median_months: float | None = None
    incidence_12: float | None = None
    incidence_12_low: float | None = None
    incidence_12_high: float | None = None
    incidence_24: float | None = None
    incidence_24_low: float | None = None
    incidence_24_high: float | None = None
    incidence_36: float | None = None
    incidence_36_low: float | None = None
    incidence_36_high: float | None = None


@dataclass(frozen=True)
class Flow:
    """One flow of people in the last calendar year, and by how much it moved the share of one group."""

    period_start: dt.date
    period_end: dt.date
    segment_kind: str
    segment_id: str
    attribute: str
    group_value: str
    flow: str
    status: str
    n_opening: int | None = None
    opening_members: int | None = None
    opening_share: float | None = None
    n_closing: int | None = None
    closing_members: int | None = None
    closing_share: float | None = None
    n: int | None = None
    n_members: int | None = None
    share_effect: float | None = None


@dataclass(frozen=True)
class Share:
    """The share of one group in one unit at the last quarter's end; of a pay quarter, `place` says which."""

    place: str
    period_end: dt.date
    attribute: str
    group_value: str
    status: str
    n: int | None = None
    share: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None


@dataclass(frozen=True)
class Specification:
    """One pay gap of one group of the company at equal controls."""

    snapshot_date: dt.date
    attribute: str
    group_value: str
    controls: str
    biased_controls: str | None
    is_default: bool
    status: str
    n: int | None = None
    reference_group: str | None = None
    reference_n: int | None = None
    raw_gap_percent: float | None = None
    gap_percent: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    verdict: str | None = None
    is_material: bool | None = None


@dataclass(frozen=True)
class Equity:
    """Everything that the pages on equity are made of, beside representation over time.

    `comparisons`: of the company, of promotion in levels and the units named, and every gap elsewhere.
    """

    comparisons: list[Comparison]
    tallies: list[Tally]
    curves: list[Curve]
    flows: list[Flow]
    unit_shares: list[Share]
    quarters: list[Share]
    specifications: list[Specification]
