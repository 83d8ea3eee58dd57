{# Every column of a contract that names a person: (domain, table, column, key in staging). A test holds it to the contracts. #}
{% macro person_references() -%}
{%- set tables = [
    ('feedback360', 'feedback_requests', ['ratee_id', 'rater_id']),
    ('feedback360', 'feedback_ratings', ['ratee_id', 'rater_id']),
    ('hris', 'workers', ['worker_id']),
    ('hris', 'worker_attributes', ['worker_id']),
    ('hris', 'job_assignments', ['worker_id', 'manager_id']),
    ('hris', 'reporting_lines', ['worker_id', 'manager_id']),
    ('hris', 'positions', ['incumbent_id']),
    ('hris', 'compensation', ['worker_id']),
    ('hris', 'leaves', ['worker_id']),
    ('hris', 'performance_reviews', ['worker_id', 'reviewer_id']),
    ('hris', 'succession', ['candidate_id', 'rater_id']),
    ('lms', 'learning_records', ['worker_id']),
    ('lms', 'program_enrolments', ['worker_id', 'offered_by_id']),
    ('lms', 'certifications', ['worker_id']),
    ('lms', 'learning_grants', ['worker_id']),
    ('survey', 'survey_invitations', ['respondent_id']),
    ('survey', 'survey_answers', ['respondent_id']),
    ('talent', 'plans', ['worker_id']),
    ('talent', 'plan_items', ['owner_id']),
    ('talent', 'contracts', ['leader_id', 'owner_id', 'approver_id']),
    ('talent', 'contract_activities', ['owner_id', 'support_id']),
    ('talent', 'contract_indicators', ['owner_id']),
    ('talent', 'contract_amendments', ['approved_by_id']),
    ('talent', 'contract_escalations', ['raised_by_id']),
    ('talent', 'checkins', ['worker_id', 'leader_id']),
    ('talent', 'feedback_notes', ['giver_id', 'receiver_id']),
    ('talent', 'recognitions', ['giver_id', 'receiver_id']),
    ('talent', 'mentorships', ['mentee_id', 'mentor_id']),
    ('talent', 'sponsorships', ['sponsored_id', 'sponsor_id']),
    ('talent', 'assignments', ['worker_id', 'offered_by_id']),
    ('talent', 'panel_members', ['member_id']),
    ('talent', 'panel_decisions', ['candidate_id']),
    ('talent', 'internal_applications', ['worker_id']),
    ('talent', 'targets', ['owner_id']),
    ('talent', 'external_measures', ['owner_id']),
] -%}
{%- set references = [] -%}
{%- for domain, table, columns in tables -%}
{%- for column in columns -%}
{%- do references.append((domain, table, column, column | replace('respondent', 'worker') | replace('_id', '_key'))) -%}
{%- endfor -%}
{%- endfor -%}
{{ return(references) }}
{%- endmacro %}
