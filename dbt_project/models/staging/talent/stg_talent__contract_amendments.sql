with

in_force as (
    {{ rows_in_force('talent', 'contract_amendments', ['contract_id', 'amendment_id']) }}
),

final as (
    select
        in_force.contract_id,
        in_force.amendment_id,
        in_force.to_version,
        approved_by.worker_key as approved_by_key,
        in_force.approved_at,
        in_force.changed,
        in_force.reason,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('approved_by', 'in_force.approved_by_id', 'in_force.approved_at') }}
)

select * from final
