with

in_force as (
    {{ rows_in_force('lms', 'learning_records', ['record_id']) }}
),

final as (
    select
        in_force.record_id,
        worker.worker_key,
        in_force.course_id,
        in_force.enrolled_at,
        in_force.started_at,
        in_force.completed_at,
        in_force.due_date,
        in_force.status,
        in_force.score,
        in_force.hours,
        in_force.cost,
        in_force.currency,
        in_force.is_protected_time,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id',
        'coalesce(in_force.completed_at, in_force.enrolled_at)') }}
)

select * from final
