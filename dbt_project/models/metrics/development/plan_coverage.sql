-- The population is who reports to somebody on the last day of the quarter.
with

reports as (
    select
        months.month_end,
        months.org_unit_id,
        months.level,
        months.manager_key,
        count(*) as n_reports,
        count(plans.plan_id) as n_plans,
        sum(case when plans.has_interest then 1 else 0 end) as n_interests,
        sum(case when plans.has_track then 1 else 0 end) as n_tracks,
        sum(coalesce(plans.age_days, 0)) as age_days,
        sum(coalesce(plans.age_days * plans.age_days, 0)) as age_squared
    from {{ ref('worker_months') }} as months
    left join {{ ref('plan_quarters') }} as plans
        on months.worker_key = plans.worker_key and months.month_end = plans.quarter_end
    where months.month_end = months.quarter_end and months.is_employed_at_end and months.manager_key is not null
    group by all
),

segmented as (
    {{ roll_up('reports', ['month_end'], ['n_reports', 'n_plans', 'n_interests', 'n_tracks', 'age_days', 'age_squared'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

measured as (
    select
        'plan_coverage' as metric, 'live_at_quarter_end' as convention_id, month_end as period_end, segment_kind, segment_id,
        n_reports as n, n_plans as numerator, n_reports as denominator, null as sum_squares, true as is_sufficient
    from segmented
    union all
    select
        'plan_age', 'days_of_live_plans', month_end, segment_kind, segment_id,
        n_plans, age_days, n_plans, age_squared, n_plans > 1
    from segmented
    union all
    select
        'aspiration_stated', 'career_interest', month_end, segment_kind, segment_id,
        n_plans, n_interests, n_plans, null, true
    from segmented
    union all
    select
        'aspiration_stated', 'target_track', month_end, segment_kind, segment_id,
        n_plans, n_tracks, n_plans, null, true
    from segmented
),

final as (
    {{ metric_cells(['plan_coverage', 'plan_age', 'aspiration_stated'], 'measured', moments=['sum_squares']) }}
)

select * from final
