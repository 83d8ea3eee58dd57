"""Survey: what was asked, whom, and what was answered.

Here: canonical tables of engagement and pulse surveys. Not here: 360 feedback. No free text of any answer is kept.
"""

import dataframely as dy
import polars as pl

from ingest.contracts.columns import date, moment, number, person, text, whole
from ingest.contracts.registry import canonical


@canonical("survey.surveys")
class Surveys(dy.Schema):
    """One wave of one survey."""

    survey_id = text("The wave.", key=True)
    title = text("Title.", nullable=True)
    kind = text("Engagement, pulse, onboarding, exit, ...", nullable=True)
    opened_date = date("First day open.", nullable=True, sensitivity="none")
    closed_date = date("First day closed.", nullable=True, sensitivity="none")
    minimum = whole("Smallest group that was promised to be reported.", nullable=True, low=1)


@canonical("survey.survey_items")
class SurveyItems(dy.Schema):
    """One item as asked in one wave. A new wording or scale is not comparable before `comparable_since`."""

    survey_id = text("The wave.", key=True)
    item_id = text("The item.", key=True)
    item_version = text("Version of wording and scale.", nullable=True)
    wording_hash = text("Hash of the wording.", nullable=True)
    theme = text("What it asks about: engagement, coaching, openness, safety, fairness, ...", nullable=True)
    index_name = text("The index it belongs to: engagement, enps, or the company's own.", nullable=True)
    scale_min = whole("Lowest answer.", nullable=True)
    scale_max = whole("Highest answer.", nullable=True)
    direction = whole("1 where a high answer is favourable, -1 where a low one is.", nullable=True, low=-1, high=1)
    comparable_since = date("First wave date with which answers compare.", nullable=True, sensitivity="none")

    @dy.rule()
    def scale_has_at_least_two_points(cls) -> pl.Expr:
        return pl.col("scale_max") > pl.col("scale_min")


@canonical("survey.survey_invitations")
class SurveyInvitations(dy.Schema):
    """One invitation of one person to one wave."""

    survey_id = text("The wave.", key=True)
    respondent_id = person("Who was asked.", key=True)
    sent_at = moment("When asked.", nullable=True)
    responded_at = moment("When answered; empty where not.", nullable=True)
    declared_unit = text("Unit that an unmatched respondent belongs to, as the survey tool holds it.", nullable=True)
    declared_level = whole("Level that an unmatched respondent holds.", nullable=True, low=0, high=99)


@canonical("survey.survey_answers")
class SurveyAnswers(dy.Schema):
    """One answer of one person to one item of one wave. An item left open is no row, and not neutral."""

    survey_id = text("The wave.", key=True)
    respondent_id = person("Who answered.", key=True)
    item_id = text("The item.", key=True)
    answer = number("The answer on the item's scale.", sensitivity="personal", low=-1000, high=1000)
    answered_at = moment("When answered.", nullable=True)
