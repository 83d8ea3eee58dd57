-- What is summed by place again and again, once: everything below rolls up from here.
with

worker_months as (
    select * from {{ ref('worker_months') }}
),

final as (
    select
        month_end,
        quarter_end,
        org_unit_id,
        level,
        manager_key,
        cast(sum(case when is_employed_at_end then 1 else 0 end) as bigint) as n_employed,
        cast(sum(n_days) as bigint) as n_days,
        cast(sum(case when is_employed_at_end then fte else 0 end) as decimal(18, 4)) as fte
    from worker_months
    group by all
)

select * from final
