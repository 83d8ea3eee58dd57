with

in_force as (
    {{ rows_in_force('lms', 'learning_grants', ['worker_id', 'kind', 'period_start']) }}
),

final as (
    select
        worker.worker_key,
        in_force.kind,
        in_force.period_start,
        in_force.period_end,
        in_force.granted,
        in_force.used,
        in_force.currency,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.period_start') }}
)

select * from final
