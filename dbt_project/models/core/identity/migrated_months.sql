-- One id in one month: two ids that became one person count twice here, which is how they are found.
with

spells as (
    select *, coalesce(exit_date, {{ far_future() }}) as ends_on from {{ ref('stg_identity__migrated_workers') }}
),

-- the old system's last word is believed up to the cut-over, the new system's up to its last export
told as (
    select
        spells.migration,
        spells.side,
        spells.told_key,
        spells.worker_key,
        months.month_end,
        bool_and(months.month_end > spells.last_told_on) as is_untold
    from spells
    inner join {{ ref('months') }} as months
        on
            spells.hire_date <= months.month_end
            and spells.ends_on > months.month_end
            and months.month_end < greatest(
                {{ add_days('spells.last_told_on', 1) }},
                case when spells.side = 'old' then spells.cut_over else {{ add_days('spells.last_told_on', 1) }} end
            )
    group by all
),

shared as (
    select migration, side, worker_key, month_end
    from told
    group by all
    having count(*) > 1
),

final as (
    select
        told.migration,
        told.side,
        told.month_end,
        case
            when told.worker_key is null then 'ambiguous'
            when told.is_untold then 'untold'
            when shared.worker_key is not null then 'merged'
            else people.outcome
        end as outcome,
        count(*) as n
    from told
    left join {{ ref('migrated_people') }} as people
        on told.migration = people.migration and told.worker_key = people.worker_key
    left join shared
        on
            told.migration = shared.migration
            and told.side = shared.side
            and told.worker_key = shared.worker_key
            and told.month_end = shared.month_end
    group by all
)

select * from final
