with recursive

leaders as (
    select distinct month_end, manager_key as leader_key
    from {{ ref('worker_months') }}
    where manager_key is not null and is_employed_at_end
),

own_managers as (
    select leaders.month_end, leaders.leader_key, months.manager_key
    from leaders
    inner join {{ ref('worker_months') }} as months
        on leaders.month_end = months.month_end and leaders.leader_key = months.worker_key
),

climb as (
    select month_end, leader_key, leader_key as ancestor_key, manager_key as next_key, 0 as depth
    from own_managers
    union all
    select climb.month_end, climb.leader_key, climb.next_key, own_managers.manager_key, climb.depth + 1
    from climb
    inner join own_managers on climb.month_end = own_managers.month_end and climb.next_key = own_managers.leader_key
    -- a loop of managers ends where it comes back to its start
    where climb.next_key is not null and climb.next_key <> climb.leader_key and climb.depth < 30
),

final as (
    select month_end, leader_key, ancestor_key, min(depth) as depth
    from climb
    group by all
)

select * from final
