with

in_force as (
    {{ rows_in_force('lms', 'program_enrolments', ['program_id', 'worker_id']) }}
),

final as (
    select
        in_force.program_id,
        worker.worker_key,
        in_force.offered_at,
        in_force.accepted_at,
        in_force.declined_at,
        in_force.completed_at,
        offered_by.worker_key as offered_by_key,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.offered_at') }}
    {{ join_person('offered_by', 'in_force.offered_by_id', 'in_force.offered_at') }}
)

select * from final
