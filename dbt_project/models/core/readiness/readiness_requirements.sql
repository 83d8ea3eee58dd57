-- The ladder as it stood on the day, asked of everybody who was there. The run's day comes first; the ends of the months one
-- and two years before are for the back-test. Tracks run side by side: everybody's own, and the one that their open plan
-- aims at.
with

parameters as (
    select * from {{ ref('run_parameters') }}
),

ages as (
    select month_end, max(month_number) over () - month_number as months_ago from {{ ref('months') }}
),

first_load as (
    select min(loaded_at) as loaded_at from {{ ref('stg_ledger__loads_in_force') }}
),

-- A history that came in one backfill knew nothing then: what was known then stands beside it only where something was.
dates as (
    select ages.month_end, parameters.as_of, 'current' as knowledge
    from ages
    cross join parameters
    where ages.months_ago = 0
    union all
    select month_end, month_end, 'history_as_corrected' from ages where months_ago in (12, 24)
    union all
    select ages.month_end, ages.month_end, 'as_known_then'
    from ages
    inner join first_load on first_load.loaded_at < {{ add_days('ages.month_end', 1) }}
    where ages.months_ago in (12, 24)
),

workers as (
    select
        dates.as_of, dates.knowledge, months.worker_key, months.level, months.track, months.level_since,
        coalesce(months.manager_key <> months.worker_key, false) as has_manager
    from {{ ref('worker_months') }} as months
    inner join dates on months.month_end = dates.month_end
    where months.is_employed_at_end and months.level is not null and months.track is not null
),

aims as (
    select worker_key, target_track
    from {{ ref('stg_talent__plans') }}
    where closed_at is null and target_track is not null and worker_key is not null
    qualify row_number() over (partition by worker_key order by created_at desc, plan_id asc) = 1
),

targets as (
    select *, track as target_track, false as is_track_change from workers
    union all
    select workers.*, aims.target_track, true
    from workers
    inner join aims on workers.worker_key = aims.worker_key and workers.track <> aims.target_track
    where workers.knowledge = 'current'
),

open_items as (
    select
        plans.worker_key, items.criterion_id, plans.created_at,
        coalesce(least(items.completed_at, plans.closed_at), {{ far_future() }}) as ended_at
    from {{ ref('stg_talent__plan_items') }} as items
    inner join {{ ref('stg_talent__plans') }} as plans on items.plan_id = plans.plan_id
    where items.criterion_id is not null
),

planned as (
    select distinct targets.worker_key, targets.as_of, open_items.criterion_id
    from targets
    inner join open_items
        on
            targets.worker_key = open_items.worker_key
            and open_items.created_at < {{ add_days('targets.as_of', 1) }}
            and open_items.ended_at >= {{ add_days('targets.as_of', 1) }}
),

asked as (
    select
        targets.worker_key,
        targets.as_of,
        targets.knowledge,
        ladder.level as target_level,
        targets.target_track,
        targets.is_track_change,
        targets.level_since,
        ladder.criterion_id,
        ladder.rule,
        ladder.competency_id,
        cast(ladder.threshold as double) as threshold,
        ladder.window_months,
        ladder.lead_months,
        coalesce(ladder.k, least(2, ladder.m), 2) as k,
        coalesce(ladder.m, greatest(3, ladder.k), 3) as m,
        ladder.rule in ('learning_hours', 'mentoring_given', 'led_initiative', 'milestones_met') as is_counted,
        ladder.requirement,
        ladder.one_of_group,
        ladder.attester,
        targets.has_manager or coalesce(ladder.attester, '') <> 'manager' as has_attester,
        ladder.valid_from as rule_version,
        planned.criterion_id is not null as has_open_plan_item
    from targets
    inner join {{ ref('stg_talent__ladder_criteria') }} as ladder
        on
            ladder.level = targets.level + 1
            and targets.target_track = ladder.track
            and targets.as_of >= ladder.valid_from
            and targets.as_of < coalesce(ladder.valid_to, {{ far_future() }})
    left join planned
        on
            targets.worker_key = planned.worker_key
            and targets.as_of = planned.as_of
            and ladder.criterion_id = planned.criterion_id
),

final as (
    select
        *,
        cast(case when is_counted or rule = 'months_in_level' then threshold else k end as double) as needed
    from asked
)

select * from final
