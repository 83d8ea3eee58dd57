"""Feedback 360: cycles, who was asked about whom, and the ratings given.

Here: canonical tables of multi-rater feedback. Not here: feedback notes between colleagues (talent).
"""

import dataframely as dy
import polars as pl

from ingest.contracts.columns import date, moment, number, person, text, whole
from ingest.contracts.registry import canonical

RELATIONSHIPS = ("self", "manager", "peer", "direct_report", "other")


def self_means_oneself() -> pl.Expr:
    """True where the relationship is self exactly when rater and ratee are the same person."""
    return (pl.col("relationship") == "self") == (pl.col("rater_id") == pl.col("ratee_id"))


@canonical("feedback360.feedback_cycles")
class FeedbackCycles(dy.Schema):
    """One feedback cycle."""

    cycle_id = text("The cycle.", key=True)
    title = text("Title.", nullable=True)
    opened_date = date("First day open.", nullable=True, sensitivity="none")
    closed_date = date("First day closed.", nullable=True, sensitivity="none")
    minimum = whole("Fewest raters of a group that was promised to be reported.", nullable=True, low=1)
    scale_min = whole("Lowest score.", nullable=True)
    scale_max = whole("Highest score.", nullable=True)


@canonical("feedback360.feedback_requests")
class FeedbackRequests(dy.Schema):
    """One rater asked about one ratee in one cycle."""

    cycle_id = text("The cycle.", key=True)
    ratee_id = person("About whom.", key=True)
    rater_id = person("Who was asked.", key=True)
    relationship = text("What the rater is to the ratee.", is_in=RELATIONSHIPS)
    status = text("Where it stands.", nullable=True, is_in=("requested", "completed", "declined", "expired"))
    requested_at = moment("When asked.", nullable=True)
    completed_at = moment("When given.", nullable=True)
    debriefed_at = moment("When the ratee talked the results through.", nullable=True)

    @dy.rule()
    def self_rating_is_by_oneself(cls) -> pl.Expr:
        return self_means_oneself()


@canonical("feedback360.feedback_ratings")
class FeedbackRatings(dy.Schema):
    """One score given by one rater to one ratee on one item in one cycle."""

    cycle_id = text("The cycle.", key=True)
    ratee_id = person("About whom.", key=True)
    rater_id = person("Who rated.", key=True)
    item_id = text("The item.", key=True)
    relationship = text("What the rater is to the ratee.", is_in=RELATIONSHIPS)
    competency_id = text("The competency that the item measures.", nullable=True)
    score = number("Score on the cycle's scale.", sensitivity="personal", low=0, high=1000)

    @dy.rule()
    def self_rating_is_by_oneself(cls) -> pl.Expr:
        return self_means_oneself()
