"""How readiness for promotion is spoken of, in a person's case and on the report's pages: rules, bands, states.

Here: words for what the ladder's data name. Not here: what stands where (`explain`, `report.promotion`).
"""

# rule of the ladder -> what it asks for, what is counted, and what can be done for it where no competency says so
RULES = {
    "months_in_level": ("time in level", "months", "it passes by itself; alone it makes nobody ready"),
    "competency_360": ("360 by others", "cycles", "ask for the next 360"),
    "competency_review": ("review of the competency", "cycles", "agree with the reviewer what would show it"),
    "learning_hours": ("documented learning", "hours", "courses and programmes of the learning catalogue"),
    "mentoring_given": ("mentoring given", "mentorships", "offer to mentor a colleague"),
    "led_initiative": ("initiatives led", "initiatives", "lead a cross-functional or critical assignment"),
    "rating": ("rating", "cycles", "agree with the reviewer what the next level asks for"),
    "milestones_met": ("contract milestones met", "milestones", "agree on milestones with dates"),
    "team_uplift": ("rise of the team's engagement", "waves", "work on what the team's survey names"),
}
# rule -> the table of the contracts that its evidence comes from
SOURCES = {
    "months_in_level": "hris.job_assignments",
    "competency_360": "feedback360.feedback_ratings",
    "competency_review": "hris.review_ratings",
    "learning_hours": "lms.learning_records",
    "mentoring_given": "talent.mentorships",
    "led_initiative": "talent.assignments",
    "rating": "hris.performance_reviews",
    "milestones_met": "talent.contract_milestones",
    "team_uplift": "survey.survey_answers",
}
BANDS = {
    "ready_now": "ready now",
    "within_6_months": "within 6 months",
    "within_18_months": "within 18 months",
    "developing": "developing",
    "no_ladder": "no ladder: time alone would satisfy this step, so it says nothing",
}
STATUSES = {"met": "met", "not_met": "not met", "no_evidence": "no evidence"}
KNOWLEDGE = {
    "current": "as known now",
    "as_known_then": "as known then",
    "history_as_corrected": "history as corrected since: what was known on that day may have been less",
}
