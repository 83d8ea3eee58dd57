"""Words for comparisons of groups that never say more than their records do: measures, verdicts, numbers beside them.

Here: pure functions from the records of `equity_records` to the words of a table. Not here: sentences (`equity_sentences`),
numbers and dates in words (`wording`), which comparisons stand where (`equity`, `pay`).
"""

from dataclasses import dataclass

from orchestration.report import wording
from orchestration.report.equity_records import Comparison


@dataclass(frozen=True)
class Measure:
    """How a measure is spoken of: its title, what its n counts, and a verb of people or a noun of amounts."""

    title: str
    counts: str
    happened: str = ""
    amount: str = ""


MEASURES = {
    "promotion": Measure("Promotion", "Promoted of eligible", "were promoted"),
    "readiness": Measure("Readiness", "Ready now, of people", "were found ready"),
    "stretch_work": Measure("Stretch work", "Offered, of people", "were offered stretch work"),
    "sponsorship": Measure("Sponsorship", "Offered, of people", "were offered a sponsor"),
    "mentoring": Measure("Mentoring", "Offered, of people", "were offered mentoring"),
    "programme_seat": Measure("Programme seats", "Offered, of people", "were offered a programme seat"),
    "training": Measure("Training", "Enrolled, of people", "were enrolled in training"),
    "high_rating": Measure("High ratings", "Top band, of rated", "were rated in the top band"),
    "mentoring_offered": Measure("Mentoring, offered", "Offered, of people", "were offered mentoring"),
    "mentoring_taken": Measure("Mentoring, accepted", "Accepted, of offered", "accepted mentoring that they were offered"),
    "sponsorship_offered": Measure("Sponsorship, offered", "Offered, of people", "were offered a sponsor"),
    "sponsorship_taken": Measure(
        "Sponsorship, accepted", "Accepted, of offered", "accepted a sponsor whom they were offered"
    ),
    "stretch_offered": Measure("Stretch work, offered", "Offered, of people", "were offered stretch work"),
    "stretch_taken": Measure(
        "Stretch work, accepted", "Accepted, of offered", "accepted stretch work that they were offered"
    ),
    "programme_seat_offered": Measure("Programme seats, offered", "Offered, of people", "were offered a programme seat"),
    "programme_seat_taken": Measure(
        "Programme seats, accepted", "Accepted, of offered", "accepted a programme seat that they were offered"
    ),
    "feedback_received": Measure("Feedback notes", "Received one, of people", "were given a feedback note"),
    "budget_granted": Measure("Learning budget, granted", "Granted, of people", "were granted a learning budget"),
    "budget_used": Measure(
        "Learning budget, used", "Mean share used, of people with one", amount="the used share of the learning budget"
    ),
    "learning_hours": Measure("Learning", "Mean hours, of people", amount="the number of hours of learning"),
    "time_to_promotion": Measure("Time to promotion", "Promoted, of stays; median", "were promoted"),
    "band_ready_now": Measure("Ready now", "Ready now, of people", "were found ready now"),
    "band_within_6_months": Measure("Ready within 6 months", "Ready by then, of people", "were found ready within 6 months"),
    "band_within_18_months": Measure(
        "Ready within 18 months", "Ready by then, of people", "were found ready within 18 months"
    ),
    "put_forward": Measure("Put forward", "Before a panel, of eligible", "were put forward to a panel"),
    "panel_decision": Measure("Decided by panels", "Promoted, of candidates", "were promoted by panels"),
    "panel_override": Measure(
        "Left as panels decided", "Not overridden, of candidates", "were left as a panel had decided on them"
    ),
    "panel_seat": Measure("Seats on panels", "On a panel, of senior enough", "sat on panels"),
    "ready_and_promoted": Measure("Promoted when ready", "Promoted, of ready a year before", "were promoted when ready"),
    "promoted_with_evidence": Measure(
        "Promoted with evidence", "With all evidence, of promoted", "were promoted with evidence of all that is required"
    ),
    "opportunity_stretch_work": Measure(
        "Offered stretch work", "Offered, of who lack it", "were offered the stretch work that they lacked"
    ),
    "opportunity_mentor": Measure("Offered a mentor", "Offered, of who lack it", "were offered the mentor whom they lacked"),
    "opportunity_programme_seat": Measure(
        "Offered a programme seat", "Offered, of who lack it", "were offered the programme seat that they lacked"
    ),
    "time_waited_in_level": Measure("Time waited in a level", "Promoted, of stays", "were promoted"),
    "time_waited_since_ready": Measure("Time waited since ready", "Promoted, of the ready", "were promoted once ready"),
    "engagement_index": Measure("Engagement", "Mean, of people who answered", amount="the engagement index"),
    "score_360": Measure("360 feedback", "Mean, of people rated", amount="the 360 score by others"),
    "hourly_pay_mean": Measure("Hourly pay, mean", "Mean, of people", amount="mean hourly pay"),
    "hourly_pay_median": Measure("Hourly pay, median", "Median, of people", amount="median hourly pay"),
    "variable_pay_mean": Measure(
        "Variable pay, mean", "Mean, of people paid any", amount="mean variable pay of those paid any"
    ),
    "variable_pay_median": Measure(
        "Variable pay, median", "Median, of people paid any", amount="median variable pay of those paid any"
    ),
    "variable_pay_share_paid": Measure("Variable pay, who gets any", "Share paid, of people", "were paid variable pay"),
}
POINTS = {"share": " points of percent", "hours": " h", "score": " points"}


def measure_of(name: str) -> Measure:
    """How a measure is spoken of; one that nobody named is spoken of by its name."""
    words = wording.plain(name)
    return MEASURES.get(name) or Measure(wording.capital(words), "Of people", amount=words)


def number(value: float | None, unit: str) -> str:
    """A value or an amount in its unit; '' where there is none: 3.2%, 10.4 h, EUR 23.53."""
    if value is None:
        return ""
    if unit == "months":
        return f"{wording.amount(value, '', 0 if value.is_integer() else 1)} months"
    if unit in ("share", "hours", "score"):
        return wording.amount(value, unit)
    return f"{unit} {wording.amount(value, '', 2)}"


def group_side(one: Comparison) -> tuple[str, str]:
    """The group's side, its counts and its value: (21 of 647, 3.2%), (n 743, 3.81)."""
    return _side(one, one.n, one.total, one.value)


def reference_side(one: Comparison) -> tuple[str, str]:
    """The reference's side, as `group_side`."""
    total = one.reference_total
    if total is None and one.scale == "ratio" and one.reference_value is not None:
        total = float(round(one.reference_value * (one.reference_n or 0)))
    return _side(one, one.reference_n, total, one.reference_value)


def _side(one: Comparison, n: int | None, total: float | None, value: float | None) -> tuple[str, str]:
    words = number(value, one.unit)
    if one.scale not in ("ratio", "hazard") or total is None:
        return f"n {wording.count(n or 0)}", words
    counts = f"{wording.count(total)} of {wording.count(n or 0)}"
    if one.scale != "hazard":
        return counts, words
    if one.unit == "months":
        return counts, f"median {words or 'not reached'}"
    return counts, f"{words} by month 24" if words else ""


def both(side: tuple[str, str], unit: str) -> str:
    """A side within a sentence: 21 of 647; 3.81 (n 743)."""
    counts, value = side
    return counts if unit in ("share", "months") and not counts.startswith("n ") else f"{value} ({counts})"


def estimate(value: float | None, one: Comparison) -> str:
    """A number of the scale of the comparison's estimate: .45, −0.03, 4.2%."""
    if value is None:
        return ""
    if one.scale in ("ratio", "hazard"):
        return wording.ratio(value)
    if one.scale == "percent":
        return f"{wording.amount(value, '', 1)}%"
    return wording.signed(value, one.unit)


def interval(one: Comparison) -> str:
    """The 95% interval of the estimate; that of a ratio may have no upper end."""
    if one.low is None:
        return "none"
    return f"{estimate(one.low, one)} to {'no upper end' if one.high is None else estimate(one.high, one)}"


def estimated(one: Comparison) -> str:
    """The estimate with its interval: ratio .45, interval .28 to .73."""
    if one.estimate is None:
        return "no ratio can be formed" if one.scale in ("ratio", "hazard") else "no difference can be formed"
    name = {"ratio": "ratio", "hazard": "ratio of rates", "percent": "gap"}.get(one.scale, "difference")
    return f"{name} {estimate(one.estimate, one)}{difference_unit(one)}, interval {interval(one)}"


def difference_unit(one: Comparison) -> str:
    """What a difference is in, behind its number."""
    return POINTS.get(one.unit, "") if one.scale == "difference" else ""


def is_less(one: Comparison) -> bool:
    """Whether the group has less than its reference."""
    if one.scale == "percent":
        return (one.estimate or 0) > 0
    if one.scale == "difference":
        return (one.estimate or 0) < 0
    if one.scale == "ratio" and one.value is not None and one.reference_value is not None:
        return one.value < one.reference_value
    return (one.estimate or 0) < 1


def direction(one: Comparison) -> str:
    """Which way the numbers point: less often, lower, at a lower rate."""
    if one.scale == "hazard":
        return f"at a {'lower' if is_less(one) else 'higher'} rate"
    if measure_of(one.measure).happened:
        return "less often" if is_less(one) else "more often"
    return "lower" if is_less(one) else "higher"


def excluded(one: Comparison) -> str:
    """What a comparison without a gap excludes, by the ends of its interval."""
    low, high = estimate(one.low, one), estimate(one.high, one)
    if one.scale == "ratio":
        return "a lower rate than the reference’s" if one.low is not None and one.low >= 1 else f"a ratio below {low}"
    if one.scale == "hazard":
        return f"a ratio below {low}" + (f" or above {high}" if high else "")
    if one.scale == "percent":
        largest = max(abs(end) for end in (one.low or 0.0, one.high or 0.0))
        return f"a gap larger than {wording.amount(largest, '', 1)}%, either way"
    return f"a difference below {low} or above {high}"


def verdict_words(one: Comparison) -> str:
    """The state of a comparison in the few words of a table."""
    if one.verdict == "gap":
        happened = measure_of(one.measure).happened.removeprefix("were ")
        return f"gap: {happened if len(happened) < len('found ready ') else ''} {direction(one)}".replace(":  ", ": ")
    if one.verdict == "no_gap_above":
        return f"excluded: {excluded(one)}"
    return f"cannot tell{remark(one)}"


def remark(one: Comparison) -> str:
    """Why an undecided comparison is not what its estimate or its interval alone may look like."""
    nothing = 1 if one.scale in ("ratio", "hazard") else 0
    if one.q_value is not None and (
        (one.low is not None and one.low > nothing) or (one.high is not None and one.high < nothing)
    ):
        return f", apart on its own but not among {tests(one)}"
    return ", below four fifths, not distinguishable" if one.is_below_four_fifths else ""


def tests(one: Comparison) -> str:
    """How many comparisons it was judged among, with its q: 12 comparisons (q .012)."""
    return f"{wording.counted(one.n_tests or 1, 'comparison')} (q {wording.q_value(one.q_value)})"


def detectable(one: Comparison) -> str:
    """The smallest gap that so many people would have shown; 'none' where no gap would."""
    if one.detectable is None:
        return "none"
    return estimate(one.detectable, one).lstrip("+")


def within_words(one: Comparison) -> str:
    """The same among people alike, in the few words of a table; a reversal is said; '' where it was not asked."""
    if one.within is None:
        return ""
    if one.topic in ("selection", "audit"):
        high = "no upper end" if one.within_high is None else wording.ratio(one.within_high)
        told = f"{wording.ratio(one.within)} ({wording.ratio(one.within_low)} to {high})"
        state = {
            "gap": "gap",
            "no_gap_above": f"excluded: a ratio below {wording.ratio(one.within_low)}",
            "insufficient": "cannot tell",
        }
        told += f": {state[one.within_verdict]}" if one.within_verdict in state else ""
    else:
        told = wording.signed(one.within, one.unit) + POINTS.get(one.unit, "")
        ends = wording.signed_between(one.within_low, one.within_high, one.unit)
        told += f" ({ends})" if ends else ""
    return f"{told}; points the other way" if one.turns else told


def notes(one: Comparison) -> str:
    """What a verdict's record adds: people short of four fifths, a margin that is not passed, one decision that flips it."""
    parts = []
    if one.shortfall:
        parts.append(f"{wording.count(one.shortfall)} short of four fifths")
    if one.verdict == "gap" and one.is_material is False:
        parts.append(f"{margin(one)} not passed")
    if one.flips is not None:
        parts.append("one decision changes the verdict" if one.flips else "")
    return "; ".join(part for part in parts if part)


def margin(one: Comparison) -> str:
    """The margin beyond which a gap is called material."""
    if one.scale == "percent":
        return "the margin of 5%"
    if one.scale == "difference":
        return "the margin of 0.3 standard deviations"
    return "the margin of four fifths" if one.scale == "ratio" else "the margin of .80 to 1.25"
