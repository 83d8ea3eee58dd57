with

in_force as (
    {{ dated_rows_in_force(
        'hris',
        'compensation',
        ['worker_id', 'component', 'valid_from', 'sequence'],
        ['worker_id', 'component', 'valid_from', 'sequence', 'valid_to', 'amount', 'currency', 'per', 'period_start', 'period_end', 'hours', 'reason', 'op'],
        is_event="per = 'once'"
    ) }}
),

final as (
    select
        worker.worker_key,
        in_force.component,
        in_force.valid_from,
        in_force.sequence,
        in_force.valid_to,
        in_force.amount,
        in_force.currency,
        in_force.per,
        in_force.period_start,
        in_force.period_end,
        in_force.hours,
        in_force.reason,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no,
        in_force.op
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.valid_from') }}
)

select * from final
