{%- set people = [
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

loads as (
    select * from {{ ref('stg_ledger__loads_in_force') }}
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

unmatched as (
    {%- for domain, table, key in people %}
        select
            '{{ domain }}.{{ table }}' as table_name,
            feed_id,
            count(*) as n_rows,
            count(*) filter (where {{ key }} is null) as n_bad
        from {{ ref('stg_' ~ domain ~ '__' ~ table) }}
        group by feed_id
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

feeds as (
    select feed_id, source, any_value(identity) as identity, max(exported_at) as last_exported_at, count(*) as n_loads
    from loads
    group by feed_id, source
),

measures as (
    select
        feeds.source, '*' as table_name, 'loads_in_force' as measure, '' as reason,
        sum(feeds.n_loads) as n_rows, 0 as n_bad
    from feeds
    group by feeds.source
    union all
    select
        feeds.source, '*' as table_name, 'days_since_export' as measure, '' as reason,
        max({{ days_between('cast(feeds.last_exported_at as date)', 'parameters.as_of') }}) as n_rows, 0 as n_bad
    from feeds
    cross join parameters
    group by feeds.source
    union all
    select
        feeds.source, unmatched.table_name, 'people_unmatched' as measure, '' as reason,
        sum(unmatched.n_rows) as n_rows, sum(unmatched.n_bad) as n_bad
    from unmatched
    inner join feeds on unmatched.feed_id = feeds.feed_id
    where feeds.identity = 'person'
    group by feeds.source, unmatched.table_name
    union all
    select
        loads.source, tables.table_name, 'rows_quarantined' as measure, '' as reason,
        sum(tables.n_valid + tables.n_quarantined) as n_rows, sum(tables.n_quarantined) as n_bad
    from {{ ref('stg_ledger__load_tables') }} as tables
    inner join loads on tables.load_seq = loads.load_seq
    group by loads.source, tables.table_name
    union all
    select
        loads.source, quarantine.table_name, 'quarantine_reason' as measure,
        concat(coalesce(concat(quarantine.column_name, ': '), ''), quarantine.reason) as reason,
        count(*) as n_rows, count(*) as n_bad
    from {{ ref('stg_ledger__quarantine') }} as quarantine
    inner join loads on quarantine.load_seq = loads.load_seq
    group by all
    union all
    select
        'warehouse' as source, 'hris.job_assignments' as table_name, 'managers_not_employed' as measure, '' as reason,
        count(*) as n_rows, count(*) filter (where manager_basis = 'not_employed') as n_bad
    from {{ ref('worker_months') }}
    union all
    select
        'warehouse' as source, 'survey.survey_answers' as table_name, 'answers_off_scale' as measure, '' as reason,
        count(*) as n_rows,
        count(*) filter (where answers.answer not between items.scale_min and items.scale_max) as n_bad
    from {{ ref('stg_survey__survey_answers') }} as answers
    inner join {{ ref('stg_survey__survey_items') }} as items
        on answers.survey_id = items.survey_id and answers.item_id = items.item_id
),

final as (
    select
        measures.source,
        measures.table_name,
        measures.measure,
        measures.reason,
        cast(measures.n_rows as bigint) as n_rows,
        cast(measures.n_bad as bigint) as n_bad,
        case when measures.n_rows > 0 then cast(measures.n_bad as double) / measures.n_rows end as bad_share,
        parameters.as_of
    from measures
    cross join parameters
)

select * from final
