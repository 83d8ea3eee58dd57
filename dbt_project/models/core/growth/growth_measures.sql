-- Team outcomes are the leader's measures: of the people who reported to the leader in that quarter, and of nobody later.
with

scores as (
    select ratee_key as worker_key, 'score_360' as measure, quarter_end, score as total, 1 as weight
    from {{ ref('ratee_scores') }}
    where competency_id = '*' and rater_group = 'all_others' and is_shown
),

ratings as (
    select
        worker_key, 'rating' as measure, {{ quarter_end('reviewed_date') }} as quarter_end,
        rating as total, 1 as weight
    from {{ ref('stg_hris__performance_reviews') }}
    where worker_key is not null and rating is not null and reviewed_date is not null
),

promotions as (
    select worker_key, 'promotion' as measure, {{ quarter_end('moved_on') }} as quarter_end, 1 as total, 1 as weight
    from {{ ref('movements') }}
    where kind = 'promotion'
),

recognitions as (
    select
        worker_key, 'recognition' as measure, {{ quarter_end('happened_at') }} as quarter_end,
        1 as total, 1 as weight
    from {{ ref('development_events') }}
    where event_table = 'recognitions' and happened_at is not null
),

items as (
    select
        worker_key, 'milestones_met' as measure, quarter_end,
        case when item_status = 'met_on_time' then 1 else 0 end as total, 1 as weight
    from {{ ref('plan_progress') }}
    where due_date is not null and item_status <> 'open'
    union all
    select
        leader_key, 'milestones_met', quarter_end,
        case when milestone_status = 'met_on_time' then 1 else 0 end, 1
    from {{ ref('contract_milestones') }}
    where milestone_status not in ('open', 'leader_left', 'met_before_set')
),

talks as (
    select
        manager_key as worker_key, 'team_checkins' as measure, quarter_end,
        sum(n_checkin_months) as total, sum(n_report_months) as weight
    from {{ ref('worker_quarters') }}
    where manager_key is not null and n_report_months > 0
    group by manager_key, quarter_end
),

exits as (
    select months.manager_key as worker_key, months.quarter_end, count(*) as n_exits
    from {{ ref('movements') }} as movements
    inner join {{ ref('worker_months') }} as months
        on movements.worker_key = months.worker_key and movements.place_month_end = months.month_end
    where movements.kind = 'exit' and movements.is_voluntary and months.manager_key is not null
    group by months.manager_key, months.quarter_end
),

-- the share of report-months after which nobody left by choice
stays as (
    select
        talks.worker_key, 'team_retention' as measure, talks.quarter_end,
        talks.weight - coalesce(exits.n_exits, 0) as total, talks.weight
    from talks
    left join exits on talks.worker_key = exits.worker_key and talks.quarter_end = exits.quarter_end
),

uplifts as (
    select
        leader_key as worker_key, 'team_uplift' as measure, {{ quarter_end('observed_on') }} as quarter_end,
        uplift as total, 1 as weight
    from {{ ref('team_uplift') }}
),

measured as (
    {%- for part in ['scores', 'ratings', 'promotions', 'recognitions', 'items', 'talks', 'stays', 'uplifts'] %}
        select worker_key, measure, quarter_end, total, weight from {{ part }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        worker_key,
        measure,
        quarter_end,
        {{ quarter_number('quarter_end') }} as quarter_number,
        cast(sum(total) as double) as total,
        cast(sum(weight) as double) as weight
    from measured
    group by worker_key, measure, quarter_end
)

select * from final
