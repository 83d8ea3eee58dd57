with

in_force as (
    {{ rows_in_force('hris', 'pay_gap_justifications', ['legal_entity', 'country', 'worker_category', 'valid_from']) }}
),

final as (
    select
        in_force.legal_entity,
        in_force.country,
        in_force.worker_category,
        in_force.valid_from,
        in_force.valid_to,
        in_force.criterion,
        in_force.agreed_on,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    where {{ is_in_its_days('in_force', 'in_force.valid_from') }}
)

select * from final
