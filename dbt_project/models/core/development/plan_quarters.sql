-- The newest plan speaks for whoever has several; what a plan says is what it says now, for sources keep no versions of it.
with

plans as (
    select * from {{ ref('stg_talent__plans') }} where worker_key is not null
),

quarter_ends as (
    select month_end as quarter_end from {{ ref('months') }} where month_end = quarter_end
),

final as (
    select
        plans.worker_key,
        quarter_ends.quarter_end,
        plans.plan_id,
        {{ days_between('cast(plans.created_at as date)', 'quarter_ends.quarter_end') }} as age_days,  -- noqa: LT05
        plans.is_shared,
        plans.career_interest is not null as has_interest,
        plans.target_track is not null as has_track
    from plans
    inner join quarter_ends
        on
            plans.created_at < {{ add_days('quarter_ends.quarter_end', 1) }}
            and (
                plans.closed_at is null
                or plans.closed_at >= {{ add_days('quarter_ends.quarter_end', 1) }}
            )
    qualify row_number() over (
        partition by plans.worker_key, quarter_ends.quarter_end order by plans.created_at desc, plans.plan_id desc
    ) = 1
)

select * from final
