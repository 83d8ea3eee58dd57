with

in_force as (
    {{ rows_in_force('hris', 'worker_attributes', ['worker_id', 'attribute', 'valid_from']) }}
),

final as (
    select
        worker.worker_key,
        in_force.attribute,
        in_force.valid_from,
        in_force.value,
        in_force.declared_at,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.valid_from') }}
)

select * from final
