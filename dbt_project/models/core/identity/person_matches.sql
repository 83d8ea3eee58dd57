{%- set people = [
    ('hris', 'workers', 'worker_key'),
    ('hris', 'job_assignments', 'worker_key'),
    ('hris', 'worker_attributes', 'worker_key'),
    ('hris', 'compensation', 'worker_key'),
    ('hris', 'leaves', 'worker_key'),
    ('hris', 'performance_reviews', 'worker_key'),
    ('lms', 'learning_records', 'worker_key'),
    ('lms', 'program_enrolments', 'worker_key'),
    ('survey', 'survey_invitations', 'worker_key'),
    ('survey', 'survey_answers', 'worker_key'),
    ('feedback360', 'feedback_requests', 'ratee_key'),
    ('feedback360', 'feedback_ratings', 'ratee_key'),
    ('talent', 'checkins', 'worker_key'),
    ('talent', 'plans', 'worker_key'),
    ('talent', 'contracts', 'leader_key'),
    ('talent', 'mentorships', 'mentee_key'),
    ('talent', 'sponsorships', 'sponsored_key'),
    ('talent', 'assignments', 'worker_key'),
    ('talent', 'panel_decisions', 'candidate_key'),
    ('talent', 'internal_applications', 'worker_key'),
] -%}
with

feeds as (
    select distinct feed_id, source, identity from {{ ref('stg_ledger__loads_in_force') }}
),

told as (
    {%- for domain, table, key in people %}
        select
            '{{ domain }}.{{ table }}' as table_name,
            feed_id,
            case
                when {{ key }} is not null then 'matched'
                when is_ambiguous then 'ambiguous'
                else 'unknown'
            end as outcome,
            count(*) as n
        from {{ ref('stg_' ~ domain ~ '__' ~ table) }}
        group by all
        {{ 'union all' if not loop.last }}
    {%- endfor %}
    union all
    select table_name, feed_id, 'set_aside' as outcome, n
    from {{ ref('stg_ledger__rows_set_aside') }}
),

final as (
    select
        feeds.source,
        told.table_name,
        case when feeds.identity = 'person' or told.outcome = 'set_aside' then told.outcome else 'not_asked' end as outcome,
        cast(sum(told.n) as bigint) as n
    from told
    inner join feeds on told.feed_id = feeds.feed_id
    group by all
)

select * from final
