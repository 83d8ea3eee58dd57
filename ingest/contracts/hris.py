"""HRIS: who was employed, in which job, unit and pay, and how they were reviewed.

Here: canonical tables of the human-resources system. Not here: learning, surveys, 360 and talent processes.
"""

import datetime as dt

import dataframely as dy
import polars as pl

from ingest.contracts.columns import amount, date, flag, moment, number, person, rate, text, whole
from ingest.contracts.registry import canonical

FAR = dt.date(9999, 12, 31)


def spans_do_not_overlap(*by: str) -> pl.Expr:
    """True unless a stated end reaches behind the next start of the same subject; marks the later of the two rows.

    A running maximum, because comparing with the row before misses a row behind a longer one further back. An open end
    is no overlap: a row ends where the next one begins, at the latest. Nor are several rows of one day: the highest
    sequence holds, so each is compared with those that begin earlier alone.
    """
    start, no_end = pl.col("valid_from"), dt.date(1, 1, 1)
    latest_end = pl.col("valid_to").fill_null(no_end).cum_max().shift(1, fill_value=no_end)
    is_first_of_day = start.ne_missing(start.shift(1))
    return pl.when(is_first_of_day).then(latest_end).forward_fill().over(by, order_by="valid_from") <= start


@canonical("hris.workers")
class Workers(dy.Schema):
    """One employment spell of one person. A rehire is a second row with a later hire date."""

    worker_id = person("The person, by the source's own id.", key=True)
    hire_date = date("First day employed in this spell.", key=True)
    original_hire_date = date("First day ever employed, where the source keeps it.", nullable=True)
    exit_date = date("First day not employed any more; empty while employed.", nullable=True)
    exit_basis = text(
        "How the end is known: stated by the source, or the end of the last assignment where it states none.",
        nullable=True,
        is_in=("stated", "last_assignment"),
        default="stated",
    )
    notice_date = date("Day on which notice was given by either side.", nullable=True)
    exit_reason = text("The source's reason code for leaving.", nullable=True, sensitivity="personal")
    is_voluntary = flag("Whether the person chose to leave.", nullable=True, sensitivity="personal")
    is_regretted = flag("Whether the company would have kept the person.", nullable=True, sensitivity="personal")
    is_rehire = flag("Whether the person had been employed before.", nullable=True, sensitivity="personal")

    @dy.rule()
    def exit_is_after_hire(cls) -> pl.Expr:
        return pl.col("exit_date") > pl.col("hire_date")

    @dy.rule()
    def notice_is_not_after_exit(cls) -> pl.Expr:
        return pl.col("notice_date") <= pl.col("exit_date")


@canonical("hris.identifiers", is_identity=True)
class Identifiers(dy.Schema):
    """One way by which one person is known, for a time. The only table that keeps names, e-mails and ids in clear."""

    worker_id = person("The person, by the source's own id.", key=True)
    kind = text("What the value is.", key=True, is_in=("id", "email", "login", "alias", "name", "node", "display_name"))
    value = text("The identifier as the source wrote it.", key=True, sensitivity="personal")
    valid_from = date(
        "First day on which the value means this person; 1900-01-01 where not said.", key=True, default="1900-01-01"
    )
    valid_to = date("First day on which it does not any more.", nullable=True)


@canonical("hris.worker_attributes")
class WorkerAttributes(dy.Schema):
    """One declared value of one attribute of one person from a day on. Values are inputs to audits only."""

    worker_id = person("The person.", key=True)
    attribute = text("Which attribute: gender, ethnicity, age_band, or any that the company declares.", key=True)
    valid_from = date(
        "From when the value holds; 1900-01-01 where the person did not date it.", key=True, default="1900-01-01"
    )
    value = text("The declared value; undisclosed is a value of its own.", sensitivity="special_category")
    declared_at = moment("When it was declared.", nullable=True)


ASSIGNMENT = ("worker_id", "assignment_id", "layer")


@canonical("hris.job_assignments", compared_within=ASSIGNMENT)
class JobAssignments(dy.Schema):
    """One stretch of one assignment of one person. A higher layer overlays a lower one, column by column."""

    worker_id = person("The person.", key=True)
    assignment_id = text("Which of several concurrent assignments; 1 where the source has only one.", key=True, default="1")
    layer = whole(
        "Precedence where rows of one assignment tell different things of the same days.", key=True, low=0, default="0"
    )
    valid_from = date("First day on which the row holds.", key=True)
    sequence = whole("Order of several changes on one day; the highest holds.", key=True, low=0, default="0")
    valid_to = date("First day on which it does not hold any more; the next row ends it at the latest.", nullable=True)
    job_id = text("Job code.", nullable=True)
    title = text("Job title.", nullable=True)
    job_family = text("Job family.", nullable=True)
    level = whole("Level on the company's ladder, ordered: more is higher.", nullable=True, low=0, high=99)
    track = text("Career track: people_lead, technical, strategy, or the company's own.", nullable=True)
    org_unit_id = text("Organisational unit.", nullable=True)
    manager_id = person("Line manager.", nullable=True)
    position_id = text("Position held.", nullable=True)
    location = text("Site.", nullable=True)
    legal_entity = text("Employing legal entity.", nullable=True)
    country = text("Country of employment, ISO 3166.", nullable=True)
    worker_category = text("Category of workers doing work of equal value (EU 2023/970).", nullable=True)
    eeo_category = text("EEO-1 job category.", nullable=True)
    fte = number("Full-time equivalent; 1 is full time.", nullable=True, low=0, high=2)
    weekly_hours = number("Contracted hours a week.", nullable=True, low=0, high=168)
    is_primary = flag("Whether this is the person's primary assignment.", nullable=True)
    event_reason = text("The source's reason for the change.", nullable=True)

    @dy.rule()
    def end_is_after_start(cls) -> pl.Expr:
        return pl.col("valid_to") > pl.col("valid_from")

    @dy.rule()
    def stated_spans_do_not_overlap(cls) -> pl.Expr:
        return spans_do_not_overlap(*ASSIGNMENT)

    @dy.rule()
    def nobody_manages_themselves(cls) -> pl.Expr:
        return pl.col("manager_id") != pl.col("worker_id")


@canonical("hris.reporting_lines")
class ReportingLines(dy.Schema):
    """One reporting line for a time: of a person, or of everybody in a unit whose own manager is not stated."""

    line_id = text("Identifier of the line; subject and kind where the source has none.", key=True)
    valid_from = date("First day of the line.", key=True)
    valid_to = date("First day after it; the next row of the same line ends it at the latest.", nullable=True)
    worker_id = person("The person who reports.", nullable=True)
    org_unit_id = text("The unit whose people report, where the line is a unit's.", nullable=True)
    manager_id = person("Whom they report to.")
    kind = text("Solid lines count in spans; dotted ones do not.", is_in=("solid", "dotted"), default="solid")

    @dy.rule()
    def one_subject(cls) -> pl.Expr:
        return pl.col("worker_id").is_null() != pl.col("org_unit_id").is_null()

    @dy.rule()
    def end_is_after_start(cls) -> pl.Expr:
        return pl.col("valid_to") > pl.col("valid_from")


@canonical("hris.positions")
class Positions(dy.Schema):
    """One position for a time, filled or vacant."""

    position_id = text("The position.", key=True)
    valid_from = date("First day on which the row holds.", key=True, sensitivity="none")
    valid_to = date("First day on which it does not any more.", nullable=True, sensitivity="none")
    title = text("Title.", nullable=True)
    org_unit_id = text("Unit that owns it.", nullable=True)
    level = whole("Level of the position.", nullable=True, low=0, high=99)
    is_leadership = flag("An identified leadership position (ISO/TS 30433).", nullable=True)
    is_critical = flag("A critical position.", nullable=True)
    incumbent_id = person("Who holds it.", nullable=True)
    vacant_from = date("Since when it is vacant.", nullable=True, sensitivity="none")
    filled_at = moment("When it was filled.", nullable=True, sensitivity="none")
    fill_source = text("Where the person came from.", nullable=True, is_in=("internal", "external"))


@canonical("hris.compensation")
class Compensation(dy.Schema):
    """One pay component of one person from a day on, or one payment."""

    worker_id = person("The person.", key=True)
    component = text("Kind of pay.", key=True, is_in=("base", "allowance", "bonus", "other"))
    valid_from = date("First day of the rate, or the day of the payment.", key=True)
    sequence = whole("Order of several changes on one day; the highest holds.", key=True, low=0, default="0")
    valid_to = date("First day on which the rate does not hold any more.", nullable=True)
    amount = amount("Amount in `currency` for one `per`.", low=0)
    currency = text("ISO 4217 code.")
    per = text("What the amount covers.", is_in=("hour", "week", "fortnight", "month", "year", "once"))
    period_start = date("First day that a payment covers.", nullable=True)
    period_end = date("First day after the days it covers.", nullable=True)
    hours = number("Hours that the amount pays for.", nullable=True, sensitivity="personal", low=0)
    reason = text("Why it changed.", nullable=True, sensitivity="personal")


@canonical("hris.org_units")
class OrgUnits(dy.Schema):
    """One organisational unit for a time, under its parent of that time."""

    org_unit_id = text("The unit.", key=True)
    valid_from = date(
        "First day on which the row holds; 1900-01-01 where not said.",
        key=True,
        sensitivity="none",
        default="1900-01-01",
    )
    valid_to = date("First day on which it does not any more.", nullable=True, sensitivity="none")
    name = text("Name of the unit.", nullable=True)
    parent_id = text("Unit above; empty at the top.", nullable=True)
    kind = text("Company, division, department, team.", nullable=True)

    @dy.rule()
    def no_unit_is_its_own_parent(cls) -> pl.Expr:
        return pl.col("parent_id") != pl.col("org_unit_id")


@canonical("hris.leaves")
class Leaves(dy.Schema):
    """One leave of absence of one person."""

    worker_id = person("The person.", key=True)
    valid_from = date("First day of leave.", key=True)
    kind = text("Parental, sick, sabbatical, ...", key=True, sensitivity="special_category")
    valid_to = date("First day back.", nullable=True)
    paid_share = number("Share of pay continued.", nullable=True, sensitivity="personal", low=0, high=1)

    @dy.rule()
    def end_is_after_start(cls) -> pl.Expr:
        return pl.col("valid_to") > pl.col("valid_from")


@canonical("hris.fx_rates")
class FxRates(dy.Schema):
    """One exchange rate on one day."""

    from_currency = text("ISO 4217 code.", key=True)
    to_currency = text("ISO 4217 code.", key=True)
    rate_date = date("Day of the rate.", key=True, sensitivity="none")
    rate = rate("Units of `to_currency` for one of `from_currency`.")


@canonical("hris.pay_gap_justifications")
class PayGapJustifications(dy.Schema):
    """One pay gap of a category of workers for which objective, gender-neutral reasons stand (2023/970, article 10)."""

    legal_entity = text("Employing legal entity.", key=True)
    country = text("Country of employment, ISO 3166.", key=True)
    worker_category = text("Category of workers doing work of equal value.", key=True)
    valid_from = date("First day on which the reasons hold.", key=True, sensitivity="none")
    valid_to = date("First day on which they do not any more.", nullable=True, sensitivity="none")
    criterion = text("The objective criterion: seniority, shift, market, or the company's own word.", nullable=True)
    agreed_on = date("Day on which workers' representatives were heard.", nullable=True, sensitivity="none")


@canonical("hris.performance_reviews")
class PerformanceReviews(dy.Schema):
    """One review of one person in one cycle."""

    review_id = text("The review.", key=True)
    worker_id = person("Who is reviewed.")
    cycle_id = text("The cycle.")
    reviewed_date = date("Day of the review.")
    rating = number("Overall rating on the company's scale.", nullable=True, sensitivity="personal", low=0)
    potential = number("Potential on the company's scale.", nullable=True, sensitivity="personal", low=0)
    reviewer_id = person("Who rated.", nullable=True)
    checkin_before_date = date("Last development check-in before it, where the source keeps it.", nullable=True)


@canonical("hris.review_ratings")
class ReviewRatings(dy.Schema):
    """One competency rated in one review."""

    review_id = text("The review.", key=True)
    competency_id = text("The competency.", key=True)
    rating = number("Rating on the company's scale.", sensitivity="personal", low=0)


@canonical("hris.succession")
class Succession(dy.Schema):
    """One candidate in the succession pool of one position as named on one day."""

    position_id = text("The position.", key=True)
    candidate_id = person("The candidate.", key=True)
    rated_date = date("When named.", key=True)
    readiness = text("How soon.", is_in=("ready_now", "within_1_year", "within_3_years", "emergency_only"))
    rater_id = person("Who named them.", nullable=True)
    valid_to = date("First day on which the nomination does not hold any more.", nullable=True)
