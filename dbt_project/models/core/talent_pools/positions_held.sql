-- A row ends where the next one of its position begins. Who left by the quarter's end holds nothing.
with

quarters as (
    select quarter_end from {{ ref('months') }} where month_end = quarter_end
),

positions as (
    select
        *,
        least(
            coalesce(valid_to, {{ far_future() }}),
            lead(valid_from, 1, {{ far_future() }}) over (partition by position_id order by valid_from)
        ) as holds_to
    from {{ ref('stg_hris__positions') }}
),

employed as (
    select worker_key, month_end
    from {{ ref('worker_months') }}
    where is_employed_at_end and month_end = quarter_end
),

final as (
    select
        quarters.quarter_end,
        positions.position_id,
        positions.org_unit_id,
        positions.level,
        coalesce(positions.is_leadership, false) as is_leadership,
        coalesce(positions.is_critical, false) as is_critical,
        employed.worker_key as incumbent_key
    from positions
    inner join quarters on positions.valid_from <= quarters.quarter_end and positions.holds_to > quarters.quarter_end
    left join employed
        on positions.incumbent_key = employed.worker_key and quarters.quarter_end = employed.month_end
)

select * from final
