-- Every month, every level: opening + hires + moves in − exits − moves out = closing. Promotions, demotions and
-- reclassifications are the moves.
{{ config(description='Headcount of every level reconciles with its movements, every month.') }}
with

closing as (
    select month_end, coalesce(level, -1) as place, count(*) as n
    from {{ ref('worker_months') }}
    where is_employed_at_end
    group by all
),

flows as (
    select month_end, coalesce(to_level, -1) as place, count(*) as n
    from {{ ref('movements') }} where kind in ('hire', 'promotion', 'demotion', 'reclassification') group by all
    union all
    select month_end, coalesce(from_level, -1) as place, -count(*) as n
    from {{ ref('movements') }} where kind in ('exit', 'promotion', 'demotion', 'reclassification') group by all
)

{{ residuals('closing', 'flows') }}
