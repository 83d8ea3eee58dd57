-- Exits and promotions beside the headcount that they are divided by, month by month and segment by segment.
with

movements as (
    select * from {{ ref('movements') }} where kind in ('exit', 'promotion')
),

months as (
    select * from {{ ref('months') }}
),

worker_months as (
    select worker_key, month_end, manager_key, org_unit_id, level from {{ ref('worker_months') }}
),

-- The place is that of the last month employed in; somebody promoted is counted where they were before.
events as (
    select
        months.month_end,
        worker_months.manager_key,
        movements.from_org_unit_id as org_unit_id,
        movements.from_level as level,
        sum(case when movements.kind = 'exit' then 1 else 0 end) as n_exits,
        sum(case when movements.kind = 'exit' and movements.is_voluntary then 1 else 0 end) as n_voluntary_exits,
        sum(case when movements.kind = 'promotion' then 1 else 0 end) as n_promotions,
        0 as n_employed,
        0 as n_days
    from movements
    inner join months on movements.month_end = months.month_end
    left join worker_months
        on movements.worker_key = worker_months.worker_key and movements.place_month_end = worker_months.month_end
    group by all
),

rows_by_place as (
    select month_end, manager_key, org_unit_id, level, n_exits, n_voluntary_exits, n_promotions, n_employed, n_days
    from events
    union all
    select month_end, manager_key, org_unit_id, level, 0, 0, 0, n_employed, n_days
    from {{ ref('places') }}
),

final as (
    {{ roll_up('rows_by_place', ['month_end'],
        ['n_exits', 'n_voluntary_exits', 'n_promotions', 'n_employed', 'n_days'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
)

select * from final
