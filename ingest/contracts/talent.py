"""Talent: the competency framework, ladders, plans, everyday development, panels and postings.

Here: canonical tables of the talent processes. Not here: reviews (hris), programmes (lms), contracts and targets
(commitments).
"""

import dataframely as dy
import polars as pl

from ingest.contracts.columns import date, flag, moment, number, person, text, whole
from ingest.contracts.registry import canonical

ACTIVITY_TYPES = (
    "stretch", "rotation", "shadowing", "cohort", "simulation", "peer_circle", "micro_credential", "coaching",
    "mentoring", "sponsorship", "course", "other",
)  # fmt: skip

LADDER_RULES = (
    "months_in_level", "competency_360", "competency_review", "learning_hours", "mentoring_given", "led_initiative",
    "rating", "milestones_met", "team_uplift",
)  # fmt: skip


@canonical("talent.competencies")
class Competencies(dy.Schema):
    """One competency of the shared framework."""

    competency_id = text("The competency.", key=True)
    name = text("Name.")
    description = text("What it means.", nullable=True)
    is_leadership = flag("Whether it is a leadership competency.", nullable=True)


@canonical("talent.competency_behaviours")
class CompetencyBehaviours(dy.Schema):
    """One observable behaviour expected of one competency at one level on one track."""

    competency_id = text("The competency.", key=True)
    level = whole("Level on the company's ladder.", key=True, low=0, high=99)
    track = text("Career track.", key=True)
    behaviour_id = text("The behaviour.", key=True)
    behaviour = text("What can be observed.")
    valid_from = date("First day on which it is expected; empty: as long as known.", nullable=True, sensitivity="none")


@canonical("talent.activity_competencies")
class ActivityCompetencies(dy.Schema):
    """One competency that one kind of development activity develops."""

    activity_type = text("The activity.", key=True, is_in=ACTIVITY_TYPES)
    competency_id = text("The competency.", key=True)


@canonical("talent.item_competencies")
class ItemCompetencies(dy.Schema):
    """One competency that one item of an instrument measures."""

    instrument = text("Which instrument.", key=True, is_in=("survey", "feedback360", "review"))
    item_id = text("The item.", key=True)
    competency_id = text("The competency.", key=True)


@canonical("talent.ladder_criteria")
class LadderCriteria(dy.Schema):
    """One criterion for reaching one level on one track, from a day on."""

    level = whole("The level to be reached.", key=True, low=0, high=99)
    track = text("Career track.", key=True)
    criterion_id = text("The criterion.", key=True)
    valid_from = date("First day on which the criterion holds.", key=True, sensitivity="none")
    valid_to = date("First day on which it does not any more.", nullable=True, sensitivity="none")
    rule = text("What counts as evidence.", is_in=LADDER_RULES)
    competency_id = text("The competency, where the rule needs one.", nullable=True)
    threshold = number("The value that meets the rule.", low=0)
    window_months = whole("How far back evidence counts; empty: without limit.", nullable=True, low=1)
    lead_months = whole("Months that closing the gap usually takes.", low=0)
    k = whole("Cycles that must meet it ...", nullable=True, low=1)
    m = whole("... of the last so many.", nullable=True, low=1)
    requirement = text("Whether it must be met, or one of its group.", is_in=("required", "one_of"))
    one_of_group = text("Group of which one must be met.", nullable=True)
    attester = text("Who may attest.", nullable=True, is_in=("system", "manager", "panel", "raters"))

    @dy.rule()
    def one_of_names_its_group(cls) -> pl.Expr:
        return (pl.col("requirement") == "required") | pl.col("one_of_group").is_not_null()

    @dy.rule()
    def k_is_not_above_m(cls) -> pl.Expr:
        return pl.col("k") <= pl.col("m")

    @dy.rule()
    def ends_after_it_begins(cls) -> pl.Expr:
        return pl.col("valid_to") > pl.col("valid_from")


@canonical("talent.plans")
class Plans(dy.Schema):
    """One development plan of one person."""

    plan_id = text("The plan.", key=True)
    worker_id = person("Whose.")
    created_at = moment("When made.")
    closed_at = moment("When closed; empty while live.", nullable=True)
    career_interest = text("What the person wants next.", nullable=True, sensitivity="personal")
    target_track = text("Track aimed at.", nullable=True, sensitivity="personal")
    is_shared = flag("Whether shared with the manager.", nullable=True)


@canonical("talent.plan_items")
class PlanItems(dy.Schema):
    """One action of one development plan."""

    plan_item_id = text("The action.", key=True)
    plan_id = text("The plan.")
    owner_id = person("Who does it.", nullable=True)
    activity_type = text("What kind.", nullable=True, is_in=ACTIVITY_TYPES)
    competency_id = text("What it develops.", nullable=True)
    criterion_id = text("The ladder criterion that it serves.", nullable=True)
    due_date = date("When due.", nullable=True)
    completed_at = moment("When done.", nullable=True)
    obstacle = text("Coded obstacle, no text.", nullable=True)


@canonical("talent.checkins")
class Checkins(dy.Schema):
    """One conversation between one person and their leader."""

    checkin_id = text("The conversation.", key=True)
    worker_id = person("The person.")
    leader_id = person("The leader who held it.", nullable=True)
    held_at = moment("When.")
    kind = text("What it was for.", is_in=("check_in", "coaching", "career", "contract"))

    @dy.rule()
    def nobody_checks_in_with_themselves(cls) -> pl.Expr:
        return pl.col("leader_id") != pl.col("worker_id")


@canonical("talent.feedback_notes")
class FeedbackNotes(dy.Schema):
    """One piece of feedback given by one person to another; its text is not kept."""

    note_id = text("The note.", key=True)
    giver_id = person("Who gave it.")
    receiver_id = person("Who received it.")
    given_at = moment("When.")
    kind = text("Praise, advice or request.", nullable=True)


@canonical("talent.recognitions")
class Recognitions(dy.Schema):
    """One recognition of one person by another."""

    recognition_id = text("The recognition.", key=True)
    giver_id = person("Who gave it.", nullable=True)
    receiver_id = person("Who received it.")
    given_at = moment("When.")
    reason_kind = text("What for.", nullable=True, is_in=("growth", "outcome"))


@canonical("talent.mentorships")
class Mentorships(dy.Schema):
    """One mentorship offered to one person."""

    mentorship_id = text("The mentorship.", key=True)
    mentee_id = person("Who is mentored.")
    mentor_id = person("Who mentors.", nullable=True)
    offered_at = moment("When offered.", nullable=True)
    accepted_at = moment("When accepted.", nullable=True)
    declined_at = moment("When declined.", nullable=True)
    ended_at = moment("When ended.", nullable=True)
    kind = text("Mentoring, reverse mentoring, ...", nullable=True)
    satisfaction = number("The mentee's satisfaction.", nullable=True, sensitivity="personal", low=0)
    outcome = text("Coded outcome.", nullable=True)

    @dy.rule()
    def nobody_mentors_themselves(cls) -> pl.Expr:
        return pl.col("mentor_id") != pl.col("mentee_id")


@canonical("talent.sponsorships")
class Sponsorships(dy.Schema):
    """One sponsorship of one person by a senior one."""

    sponsorship_id = text("The sponsorship.", key=True)
    sponsored_id = person("Who is sponsored.")
    sponsor_id = person("Who sponsors.", nullable=True)
    offered_at = moment("When offered.", nullable=True)
    accepted_at = moment("When accepted.", nullable=True)
    declined_at = moment("When declined.", nullable=True)
    ended_at = moment("When ended.", nullable=True)
    outcome = text("Coded outcome.", nullable=True)


@canonical("talent.assignments")
class Assignments(dy.Schema):
    """One development assignment offered to one person: stretch work, a rotation, shadowing."""

    development_id = text("The assignment.", key=True)
    worker_id = person("To whom.")
    kind = text("What kind.", is_in=ACTIVITY_TYPES)
    role = text("Lead or member.", nullable=True, is_in=("lead", "member"))
    is_cross_functional = flag("Whether across functions.", nullable=True)
    is_critical = flag("Whether a critical initiative.", nullable=True)
    offered_by_id = person("Who offered it.", nullable=True)
    offered_at = moment("When offered.", nullable=True)
    accepted_at = moment("When accepted.", nullable=True)
    declined_at = moment("When declined.", nullable=True)
    start_date = date("First day.", nullable=True)
    end_date = date("First day after it.", nullable=True)
    debriefed_at = moment("When reflected on.", nullable=True)
    satisfaction = number("The person's satisfaction.", nullable=True, sensitivity="personal", low=0)
    outcome = text("Coded outcome.", nullable=True)


@canonical("talent.panels")
class Panels(dy.Schema):
    """One promotion panel that met in one cycle."""

    panel_id = text("The panel.", key=True)
    cycle_id = text("The promotion cycle.")
    held_date = date("When it met.", sensitivity="none")
    org_unit_id = text("Whose people it reviewed.", nullable=True)


@canonical("talent.panel_members")
class PanelMembers(dy.Schema):
    """One member of one panel."""

    panel_id = text("The panel.", key=True)
    member_id = person("The member.", key=True)
    role = text("Chair, member, HR, observer.", nullable=True)


@canonical("talent.panel_decisions")
class PanelDecisions(dy.Schema):
    """One decision of one panel on one candidate."""

    panel_id = text("The panel.", key=True)
    candidate_id = person("The candidate.", key=True)
    target_level = whole("Level decided on.", nullable=True, low=0, high=99)
    target_track = text("Track decided on.", nullable=True)
    decision = text("The decision.", is_in=("promote", "defer", "decline"))
    n_votes_for = whole("Votes for.", nullable=True, sensitivity="personal", low=0)
    n_votes_against = whole("Votes against.", nullable=True, sensitivity="personal", low=0)
    is_override = flag("Whether somebody overrode the panel.", nullable=True, sensitivity="personal")
    reason = text("Coded reason.", nullable=True, sensitivity="personal")


@canonical("talent.internal_postings")
class InternalPostings(dy.Schema):
    """One vacancy posted inside the company."""

    posting_id = text("The posting.", key=True)
    position_id = text("The position.", nullable=True)
    org_unit_id = text("The unit.", nullable=True)
    level = whole("Its level.", nullable=True, low=0, high=99)
    posted_at = moment("When posted.", sensitivity="none")
    closed_at = moment("When closed.", nullable=True, sensitivity="none")
    n_views = whole("Views.", nullable=True, low=0)


@canonical("talent.internal_applications")
class InternalApplications(dy.Schema):
    """One person's application to one internal posting."""

    posting_id = text("The posting.", key=True)
    worker_id = person("Who applied.", key=True)
    applied_at = moment("When.")
    decided_date = date("When decided.", nullable=True)
    outcome = text("Outcome.", nullable=True, is_in=("hired", "rejected", "withdrawn"))
