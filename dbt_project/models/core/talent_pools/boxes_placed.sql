-- Who left before the quarter ended has no place in it and is counted by the movement out of the cycle before.
with

boxes as (
    select worker_key, cycle_id, quarter_end, performance, potential
    from {{ ref('review_boxes') }}
    where performance is not null and potential is not null
),

cycles as (
    select
        cycle_id,
        quarter_end,
        lag(cycle_id) over (order by quarter_end, cycle_id) as from_cycle_id,
        lag(quarter_end) over (order by quarter_end, cycle_id) as from_quarter_end
    from (select distinct cycle_id, quarter_end from boxes) as found
),

people as (
    select worker_key, month_end, org_unit_id, level, manager_key
    from {{ ref('worker_months') }}
    where is_employed_at_end and month_end = quarter_end
),

final as (
    select
        people.worker_key,
        cycles.cycle_id,
        cycles.quarter_end,
        cycles.from_cycle_id,
        cycles.from_quarter_end,
        people.org_unit_id,
        people.level,
        people.manager_key,
        boxes.performance,
        boxes.potential
    from cycles
    inner join people on cycles.quarter_end = people.month_end
    left join boxes on cycles.cycle_id = boxes.cycle_id and people.worker_key = boxes.worker_key
)

select * from final
