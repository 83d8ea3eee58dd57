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
{%- for domain, table, columns in tables %}{% for column in columns %}
{%- do references.append((domain, table, column, column | replace('respondent', 'worker') | replace('_id', '_key'))) -%}
{%- endfor %}{% endfor -%}
with

loads as (
    select load_seq, feed_id from {{ ref('stg_ledger__loads_in_force') }} where identity = 'person'
),

identifiers as (
    {{ rows_in_force('ledger', 'identity_map', ['worker_key', 'kind', 'value_token', 'valid_from']) }}
),

-- every identifier that somebody is known by; an id may be known from the list of workers alone
known as (
    select token, min(kind) as kind
    from (
        select value_token as token, kind from identifiers where value_token is not null
        union all
        select worker_id as token, 'id' as kind from {{ source('hris', 'workers') }} semi join loads using (load_seq)
    ) as named
    group by token
),

meanings as (
    select token, bool_or(valid_from <= date '1900-01-01' and valid_to >= {{ far_future() }}) as is_always
    from {{ ref('stg_identity__person_tokens') }}
    group by token
),

told as (
    {%- for domain, table, column, key in references %}
        select
            '{{ domain }}.{{ table }}' as table_name, '{{ column }}' as column_name,
            feed_id, {{ column }} as token, count(*) as n_rows
        from {{ source(domain, table) }}
        semi join loads using (load_seq, feed_id)
        where op <> 'd' and {{ column }} is not null
        group by feed_id, {{ column }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

judged as (
    select
        told.*,
        known.kind,
        case
            when meanings.is_always then 'matched'
            when meanings.token is not null then 'in_time'
            when known.token is not null then 'ambiguous'
            else 'unknown'
        end as outcome
    from told
    left join known on told.token = known.token
    left join meanings on told.token = meanings.token
),

-- Identifiers that mean somebody only for a time are few: how each of their rows was resolved is asked of staging.
in_time as (
    select * from judged where outcome = 'in_time'
),

resolved as (
    {%- for domain, table, column, key in references %}
        select
            '{{ domain }}.{{ table }}' as table_name, '{{ column }}' as column_name,
            rows_told.feed_id, rows_told.token, count(*) as n_rows, count(staged.{{ key }}) as n_matched
        from (
            select distinct feed_id, load_seq, row_no, {{ column }} as token
            from {{ source(domain, table) }} as log
            semi join in_time
                on log.{{ column }} = in_time.token and log.feed_id = in_time.feed_id
                and in_time.table_name = '{{ domain }}.{{ table }}' and in_time.column_name = '{{ column }}'
            where op <> 'd'
        ) as rows_told
        inner join {{ ref('stg_' ~ domain ~ '__' ~ table) }} as staged
            on
                rows_told.load_seq = staged.load_seq
                and rows_told.row_no = staged.row_no
                and rows_told.feed_id = staged.feed_id
        group by rows_told.feed_id, rows_told.token
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

outcomes as (
    select table_name, column_name, feed_id, token, kind, outcome, n_rows from judged where outcome <> 'in_time'
    union all
    select
        resolved.table_name, resolved.column_name, resolved.feed_id, resolved.token, known.kind, 'matched',
        resolved.n_matched
    from resolved
    inner join known on resolved.token = known.token
    where resolved.n_matched > 0
    union all
    select
        resolved.table_name, resolved.column_name, resolved.feed_id, resolved.token, known.kind, 'outside_validity',
        resolved.n_rows - resolved.n_matched
    from resolved
    inner join known on resolved.token = known.token
    where resolved.n_matched < resolved.n_rows
),

-- what nobody is known by is taken for what the column else holds
usual as (
    select table_name, column_name, feed_id, max_by(kind, n_tokens) as kind
    from (
        select table_name, column_name, feed_id, kind, count(*) as n_tokens
        from outcomes where kind is not null group by table_name, column_name, feed_id, kind
    ) as kinds
    group by table_name, column_name, feed_id
),

final as (
    select
        outcomes.feed_id,
        outcomes.table_name,
        outcomes.column_name,
        coalesce(outcomes.kind, usual.kind, 'not_known') as kind,
        outcomes.outcome,
        cast(sum(outcomes.n_rows) as bigint) as n_rows,
        count(distinct outcomes.token) as n_identifiers
    from outcomes
    left join usual
        on
            outcomes.feed_id = usual.feed_id
            and outcomes.table_name = usual.table_name
            and outcomes.column_name = usual.column_name
    group by outcomes.feed_id, outcomes.table_name, outcomes.column_name, coalesce(outcomes.kind, usual.kind, 'not_known'),
        outcomes.outcome
)

select * from final
