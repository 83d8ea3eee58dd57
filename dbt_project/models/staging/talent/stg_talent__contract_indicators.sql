with

in_force as (
    {{ rows_in_force('talent', 'contract_indicators', ['contract_id', 'indicator_id']) }}
),

final as (
    select
        in_force.contract_id,
        in_force.indicator_id,
        in_force.metric,
        in_force.scope_kind,
        in_force.scope_id,
        in_force.baseline_value,
        in_force.baseline_date,
        in_force.target_value,
        in_force.target_change,
        in_force.due_date,
        in_force.data_source,
        owner.worker_key as owner_key,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('owner', 'in_force.owner_id', 'in_force.baseline_date') }}
)

select * from final
