{{ config(description='Of every migration, the person-months of both sides are the sum of their outcomes.') }}
with

told as (
    select spells.migration, spells.side, months.month_end, count(distinct spells.told_key) as n
    from {{ ref('stg_identity__migrated_workers') }} as spells
    cross join {{ ref('months') }} as months
    where
        months.month_end >= spells.hire_date
        and coalesce(months.month_end < spells.exit_date, true)
        and (
            months.month_end <= spells.last_told_on
            or (spells.side = 'old' and months.month_end < spells.cut_over)
        )
    group by all
),

outcomes as (
    select migration, side, month_end, sum(n) as n from {{ ref('identity_survivorship') }} group by all
)

select coalesce(told.migration, outcomes.migration) as migration, told.n, outcomes.n as n_outcomes
from told
full outer join outcomes
    on told.migration = outcomes.migration and told.side = outcomes.side and told.month_end = outcomes.month_end
where told.n is distinct from outcomes.n
