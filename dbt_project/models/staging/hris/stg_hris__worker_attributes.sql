with

told as (
    {{ rows_in_force('hris', 'worker_attributes', ['worker_id', 'attribute', 'valid_from']) }}
),

in_force as (
    {{ in_their_days(
        'told',
        ['worker_id', 'attribute', 'valid_from'],
        ['worker_id', 'attribute', 'valid_from', 'value', 'declared_at']
    ) }}
),

final as (
    select
        worker.worker_key,
        in_force.attribute,
        in_force.valid_from,
        in_force.value,
        in_force.declared_at,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', "nullif(in_force.valid_from, date '1900-01-01')") }}
)

select * from final
