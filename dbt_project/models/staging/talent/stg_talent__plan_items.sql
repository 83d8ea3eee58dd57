with

in_force as (
    {{ rows_in_force('talent', 'plan_items', ['plan_item_id']) }}
),

final as (
    select
        in_force.plan_item_id,
        in_force.plan_id,
        owner.worker_key as owner_key,
        in_force.activity_type,
        in_force.competency_id,
        in_force.criterion_id,
        in_force.due_date,
        in_force.completed_at,
        in_force.obstacle,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('owner', 'in_force.owner_id', 'in_force.due_date') }}
)

select * from final
