with

spans as (
    select * from {{ ref('worker_spans') }}
),

months as (
    select * from {{ ref('months') }}
),

-- The last span of a spell stands for the whole month in which it ends: leavers keep the place that they left from.
reach as (
    select
        *,
        case
            when ends_on = employed_to and employed_to < {{ far_future() }}
                then {{ add_days(month_end(add_days('employed_to', -1)), 1) }}
            else ends_on
        end as reaches_to
    from spans
),

placed as (
    select
        reach.worker_key,
        reach.spell_number,
        reach.starts_on,
        months.month_start,
        months.month_end,
        months.quarter_end,
        reach.employed_to > months.month_end as is_employed_at_end,
        {{ days_between('greatest(reach.employed_from, months.month_start)',
            'least(reach.employed_to, ' ~ add_days('months.month_end', 1) ~ ')') }} as n_days,
        reach.org_unit_id,
        reach.manager_key
    from reach
    inner join months on reach.starts_on <= months.month_end and reach.reaches_to > months.month_end
),

-- Who leaves and comes back within one month has two rows there; the later spell holds.
returners as (
    select worker_key, month_end, max(spell_number) as spell_number
    from placed
    semi join (select worker_key from spans where spell_number > 1) as rehired using (worker_key)
    group by worker_key, month_end
),

final as (
    select placed.*
    from placed
    left join returners on placed.worker_key = returners.worker_key and placed.month_end = returners.month_end
    where returners.spell_number is null or returners.spell_number = placed.spell_number
)

select * from final
