"""LMS: courses, what people took and finished, programmes, certifications and learning grants.

Here: canonical tables of the learning system. Not here: what an activity develops (talent.activity_competencies).
"""

import dataframely as dy
import polars as pl

from ingest.contracts.columns import amount, date, flag, moment, number, person, text, whole
from ingest.contracts.registry import canonical


@canonical("lms.courses")
class Courses(dy.Schema):
    """One course, simulation or other learning item on offer."""

    course_id = text("The course.", key=True)
    title = text("Title.", nullable=True)
    kind = text("Course, micro_credential, simulation, peer_circle, ...", nullable=True)
    competency_tags = text("Competencies it develops, separated by semicolons.", nullable=True)
    hours = number("Planned hours.", nullable=True, low=0)
    cost = amount("Cost a seat in `currency`.", nullable=True, sensitivity="none", low=0)
    currency = text("ISO 4217 code.", nullable=True)
    is_leadership = flag("Whether it develops leadership.", nullable=True)


@canonical("lms.learning_records")
class LearningRecords(dy.Schema):
    """One enrolment of one person in one course."""

    record_id = text("The enrolment.", key=True)
    worker_id = person("The learner.")
    course_id = text("The course.")
    enrolled_at = moment("When enrolled.", nullable=True)
    started_at = moment("When started.", nullable=True)
    completed_at = moment("When completed.", nullable=True)
    due_date = date("When due.", nullable=True)
    status = text(
        "Where it stands.",
        is_in=("enrolled", "in_progress", "completed", "failed", "withdrawn", "exempt", "no_show"),
    )
    score = number("Score as the source gives it.", nullable=True, sensitivity="personal")
    hours = number("Hours spent.", nullable=True, sensitivity="personal", low=0)
    cost = amount("Cost in `currency`.", nullable=True, low=0)
    currency = text("ISO 4217 code.", nullable=True)
    is_protected_time = flag("Whether it used protected learning time.", nullable=True)

    @dy.rule()
    def completed_rows_say_when(cls) -> pl.Expr:
        return (pl.col("status") != "completed") | pl.col("completed_at").is_not_null()

    @dy.rule()
    def completion_is_not_before_enrolment(cls) -> pl.Expr:
        return pl.col("completed_at") >= pl.col("enrolled_at")


@canonical("lms.programs")
class Programs(dy.Schema):
    """One run of one development programme."""

    program_id = text("The programme run.", key=True)
    title = text("Title.", nullable=True)
    kind = text("Cohort, simulation, peer_circle, academy, ...", nullable=True)
    is_leadership = flag("Whether it is a leadership programme.", nullable=True)
    n_seats = whole("Seats.", nullable=True, low=0)
    start_date = date("First day.", nullable=True, sensitivity="none")
    end_date = date("First day after it.", nullable=True, sensitivity="none")


@canonical("lms.program_enrolments")
class ProgramEnrolments(dy.Schema):
    """One seat of one programme run offered to one person."""

    program_id = text("The programme run.", key=True)
    worker_id = person("To whom.", key=True)
    offered_at = moment("When offered.", nullable=True)
    accepted_at = moment("When accepted.", nullable=True)
    declined_at = moment("When declined.", nullable=True)
    completed_at = moment("When completed.", nullable=True)
    offered_by_id = person("Who offered it.", nullable=True)


@canonical("lms.certifications")
class Certifications(dy.Schema):
    """One certificate of one person."""

    worker_id = person("Who holds it.", key=True)
    certification = text("Which.", key=True)
    awarded_date = date("When awarded.", key=True)
    expires_date = date("First day on which it is not valid any more.", nullable=True)


@canonical("lms.learning_grants")
class LearningGrants(dy.Schema):
    """One person's grant of protected hours or budget for one period, and how much was used."""

    worker_id = person("Who was granted it.", key=True)
    kind = text("What is granted.", key=True, is_in=("hours", "budget"))
    period_start = date("First day of the period.", key=True)
    period_end = date("First day after it.", nullable=True)
    granted = amount("How much: hours, or money in `currency`.", low=0)
    used = amount("How much was used.", nullable=True, low=0)
    currency = text("ISO 4217 code, for budgets.", nullable=True)
