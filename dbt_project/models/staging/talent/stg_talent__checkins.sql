with

in_force as (
    {{ rows_in_force('talent', 'checkins', ['checkin_id']) }}
),

final as (
    select
        in_force.checkin_id,
        worker.worker_key,
        leader.worker_key as leader_key,
        in_force.held_at,
        in_force.kind,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.held_at') }}
    {{ join_person('leader', 'in_force.leader_id', 'in_force.held_at') }}
)

select * from final
