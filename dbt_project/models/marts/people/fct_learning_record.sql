with

final as (
    select
        record_id,
        worker_key,
        course_id,
        kind,
        is_leadership,
        status,
        enrolled_at,
        started_at,
        completed_at,
        due_date,
        hours,
        is_protected_time,
        load_seq
    from {{ ref('learning') }}
)

select * from final
