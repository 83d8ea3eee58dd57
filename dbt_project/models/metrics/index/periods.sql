with

months as (
    select * from {{ ref('months') }}
),

quarters as (
    select
        'quarter' as grain,
        min(month_start) as period_start,
        quarter_end as period_end,
        max(month_number) as last_month_number
    from months
    group by quarter_end
    -- a quarter that began before history did is not whole
    having count(*) = 3
),

final as (
    select 'month' as grain, month_start as period_start, month_end as period_end, month_number as last_month_number
    from months
    union all
    select * from quarters
)

select * from final
