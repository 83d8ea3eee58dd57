with

in_force as (
    {{ rows_in_force('talent', 'contract_escalations', ['contract_id', 'escalation_id']) }}
),

final as (
    select
        in_force.contract_id,
        in_force.escalation_id,
        in_force.milestone_id,
        raised_by.worker_key as raised_by_key,
        in_force.raised_at,
        in_force.resolved_at,
        in_force.reason,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('raised_by', 'in_force.raised_by_id', 'in_force.raised_at') }}
)

select * from final
