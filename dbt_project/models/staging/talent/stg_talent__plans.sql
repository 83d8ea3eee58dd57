with

in_force as (
    {{ rows_in_force('talent', 'plans', ['plan_id']) }}
),

final as (
    select
        in_force.plan_id,
        worker.worker_key,
        in_force.created_at,
        in_force.closed_at,
        in_force.career_interest,
        in_force.target_track,
        in_force.is_shared,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.created_at') }}
)

select * from final
