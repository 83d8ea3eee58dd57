with

records as (
    select * from {{ ref('stg_lms__learning_records') }} where worker_key is not null
),

courses as (
    select * from {{ ref('stg_lms__courses') }}
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

final as (
    select
        records.record_id,
        records.worker_key,
        records.course_id,
        courses.kind,
        courses.competency_tags,
        coalesce(courses.is_leadership, false) as is_leadership,
        records.enrolled_at,
        records.started_at,
        records.completed_at,
        records.due_date,
        records.status,
        records.score,
        coalesce(records.hours, courses.hours) as hours,
        coalesce(records.is_protected_time, false) as is_protected_time,
        {{ month_end('records.completed_at') }} as month_end,
        records.load_seq
    from records
    left join courses on records.course_id = courses.course_id
    cross join parameters
    where
        coalesce(records.completed_at, records.enrolled_at, records.started_at) is null
        or coalesce(records.enrolled_at, records.started_at, records.completed_at)
        < {{ add_days('parameters.as_of', 1) }}
)

select * from final
