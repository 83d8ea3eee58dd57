with

in_force as (
    {{ rows_in_force('hris', 'leaves', ['worker_id', 'valid_from', 'kind']) }}
),

final as (
    select
        worker.worker_key,
        in_force.valid_from,
        in_force.kind,
        in_force.valid_to,
        in_force.paid_share,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.valid_from') }}
)

select * from final
