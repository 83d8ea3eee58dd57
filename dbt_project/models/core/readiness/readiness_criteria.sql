-- Counted rules (hours, mentoring, initiatives, milestones) add up within the window; judged ones (360, reviews, ratings,
-- uplift) must meet the threshold in k of the last m observations: sustained, not once.
with

parameters as (
    select * from {{ ref('run_parameters') }}
),

workers as (
    select worker_key, level, track
    from {{ ref('worker_months') }}
    where
        is_employed_at_end and level is not null and track is not null
        and month_end = (select max(month_end) from {{ ref('months') }})
),

ladder as (
    select criteria.*
    from {{ ref('stg_talent__ladder_criteria') }} as criteria
    cross join parameters
    where criteria.valid_from <= parameters.as_of and coalesce(criteria.valid_to, {{ far_future() }}) > parameters.as_of
),

wanted as (
    select
        workers.worker_key,
        ladder.level as target_level,
        ladder.track as target_track,
        ladder.criterion_id,
        ladder.rule,
        ladder.competency_id,
        cast(ladder.threshold as double) as threshold,
        coalesce(ladder.window_months, 1200) as window_months,
        ladder.lead_months,
        coalesce(ladder.k, 2) as k,
        coalesce(ladder.m, 3) as m,
        ladder.requirement,
        ladder.one_of_group,
        ladder.valid_from as rule_version,
        ladder.rule in ('learning_hours', 'mentoring_given', 'led_initiative', 'milestones_met') as is_counted
    from workers
    inner join ladder on ladder.level = workers.level + 1 and workers.track = ladder.track
),

observed as (
    select
        wanted.worker_key,
        wanted.criterion_id,
        evidence.observed_on,
        evidence.measure,
        row_number() over (
            partition by wanted.worker_key, wanted.criterion_id order by evidence.observed_on desc
        ) as observations_ago
    from wanted
    cross join parameters
    inner join {{ ref('readiness_evidence') }} as evidence
        on
            wanted.worker_key = evidence.worker_key
            and wanted.rule = evidence.rule
            and (wanted.competency_id is null or wanted.competency_id = evidence.competency_id)
            and (wanted.competency_id is not null or evidence.competency_id is null)
            and evidence.observed_on > {{ dbt.dateadd('month', '-1 * wanted.window_months', 'parameters.as_of') }}
),

judged as (
    select
        wanted.worker_key,
        wanted.criterion_id,
        count(observed.measure) as n_observations,
        sum(observed.measure) as total,
        max(observed.measure) as highest,
        count(*) filter (
            where observed.observations_ago <= wanted.m and observed.measure >= wanted.threshold
        ) as n_meeting,
        max(observed.observed_on) as last_observed_on
    from wanted
    left join observed on wanted.worker_key = observed.worker_key and wanted.criterion_id = observed.criterion_id
    group by wanted.worker_key, wanted.criterion_id
),

open_items as (
    select distinct plans.worker_key, items.criterion_id
    from {{ ref('stg_talent__plan_items') }} as items
    inner join {{ ref('stg_talent__plans') }} as plans on items.plan_id = plans.plan_id
    where items.completed_at is null and plans.closed_at is null and items.criterion_id is not null
),

final as (
    select
        wanted.worker_key,
        parameters.as_of,
        wanted.target_level,
        wanted.target_track,
        wanted.criterion_id,
        wanted.rule,
        wanted.requirement,
        wanted.one_of_group,
        wanted.threshold,
        wanted.lead_months,
        wanted.rule_version,
        judged.n_observations,
        case
            when wanted.is_counted then coalesce(judged.total, 0)
            when wanted.rule = 'months_in_level' then judged.highest
            else judged.n_meeting
        end as measure,
        judged.last_observed_on,
        case
            when judged.n_observations = 0 then 'no_evidence'
            when wanted.is_counted and judged.total >= wanted.threshold then 'met'
            when wanted.rule = 'months_in_level' and judged.highest >= wanted.threshold then 'met'
            when not wanted.is_counted and wanted.rule <> 'months_in_level' and judged.n_meeting >= wanted.k then 'met'
            else 'not_met'
        end as criterion_status,
        open_items.criterion_id is not null as has_open_plan_item
    from wanted
    cross join parameters
    inner join judged on wanted.worker_key = judged.worker_key and wanted.criterion_id = judged.criterion_id
    left join open_items on wanted.worker_key = open_items.worker_key and wanted.criterion_id = open_items.criterion_id
)

select * from final
