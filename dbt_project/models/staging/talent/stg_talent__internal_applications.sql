with

in_force as (
    {{ rows_in_force('talent', 'internal_applications', ['posting_id', 'worker_id']) }}
),

final as (
    select
        in_force.posting_id,
        worker.worker_key,
        in_force.applied_at,
        in_force.decided_date,
        in_force.outcome,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.applied_at') }}
)

select * from final
