with

in_force as (
    {{ rows_in_force('hris', 'leaves', ['worker_id', 'valid_from', 'kind']) }}
),

final as (
    select
        worker.worker_key,
        greatest(in_force.valid_from, in_force.speaks_from) as valid_from,
        in_force.kind,
        least(in_force.valid_to, in_force.speaks_to) as valid_to,
        in_force.paid_share,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.valid_from') }}
    where
        coalesce(in_force.valid_from < in_force.speaks_to, true)
        and coalesce(in_force.valid_to > in_force.speaks_from, true)
)

select * from final
