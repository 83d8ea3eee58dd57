{{ config(description='People on each month end are those whose spells cover it, and every one of them stands once.') }}
with

covered as (
    select months.month_end, count(distinct spells.worker_key) as n
    from {{ ref('months') }} as months
    left join {{ ref('worker_spells') }} as spells
        on months.month_end >= spells.employed_from and months.month_end < spells.employed_to
    group by months.month_end
),

counted as (
    select month_end, count(*) as n_rows, count(distinct worker_key) as n_people
    from {{ ref('worker_months') }}
    where is_employed_at_end
    group by month_end
)

select covered.month_end, covered.n, counted.n_rows, counted.n_people
from covered
left join counted on covered.month_end = counted.month_end
where covered.n <> coalesce(counted.n_rows, 0) or coalesce(counted.n_rows, 0) <> coalesce(counted.n_people, 0)
