-- Every month, every unit: opening + hires + transfers in + reclassified in − exits − transfers out − reclassified out =
-- closing. Each flow is counted from events; none is the remainder.
{{ config(description='Headcount of every unit reconciles with its movements, every month.') }}
with

closing as (
    select month_end, coalesce(org_unit_id, '') as place, count(*) as n
    from {{ ref('worker_months') }}
    where is_employed_at_end
    group by all
),

flows as (
    select month_end, coalesce(to_org_unit_id, '') as place, count(*) as n
    from {{ ref('movements') }} where kind in ('hire', 'transfer', 'unit_reclassification') group by all
    union all
    select month_end, coalesce(from_org_unit_id, '') as place, -count(*) as n
    from {{ ref('movements') }} where kind in ('exit', 'transfer', 'unit_reclassification') group by all
)

{{ residuals('closing', 'flows') }}
