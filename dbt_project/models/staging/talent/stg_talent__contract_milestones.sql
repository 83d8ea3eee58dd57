with

in_force as (
    {{ rows_in_force('talent', 'contract_milestones', ['contract_id', 'milestone_id']) }}
),

final as (
    select
        in_force.contract_id,
        in_force.milestone_id,
        in_force.due_date,
        in_force.met_at,
        in_force.is_blocked,
        in_force.cause,
        in_force.remedy,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
