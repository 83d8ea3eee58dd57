with

in_force as (
    {{ rows_in_force('talent', 'contract_activities', ['contract_id', 'activity_id']) }}
),

final as (
    select
        in_force.contract_id,
        in_force.activity_id,
        in_force.activity_type,
        owner.worker_key as owner_key,
        in_force.deadline_date,
        in_force.completed_at,
        in_force.budget,
        in_force.currency,
        in_force.hours,
        support.worker_key as support_key,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('owner', 'in_force.owner_id', 'in_force.deadline_date') }}
    {{ join_person('support', 'in_force.support_id', 'in_force.deadline_date') }}
)

select * from final
