{%- set of_plans = [
    'n_with_plan', 'plan_coverage', 'n_due', 'n_met_on_time', 'n_met_late', 'n_overdue', 'on_time_rate', 'plan_age_months'
] -%}
with

-- a company that collects no plans has none of their numbers, and not noughts
collected as (
    select count(*) > 0 as has_plans
    from {{ ref('stg_ledger__collected_inputs') }}
    where input_name = 'talent.plans'
),

shares as (
    select
        *,
        {{ quarter_number('quarter_end') }} as quarter_number,
        n_with_plan / nullif(n_people, 0) as plan_coverage,
        n_met_on_time / nullif(n_due, 0) as on_time_rate,
        plan_months / nullif(n_with_plan, 0) as plan_age_months
    from {{ ref('development_quarters') }}
),

quarters as (
    select
        {%- for column in of_plans %}
            case when collected.has_plans then shares.{{ column }} end as {{ column }},
        {%- endfor %}
        shares.quarter_end,
        shares.quarter_number,
        shares.segment_kind,
        shares.segment_id,
        shares.track,
        shares.n_people,
        shares.n_milestones_due,
        shares.n_milestones_on_time,
        shares.n_began_programme,
        shares.n_began_mentoring,
        collected.has_plans
    from shares
    cross join collected
),

final as (
    select
        cast(date_trunc('quarter', later.quarter_end) as date) as period_start,
        later.quarter_end as period_end,
        later.segment_kind,
        later.segment_id,
        later.track,
        'outcome' as sensitivity_class,
        later.n_people,
        later.n_with_plan,
        later.plan_coverage,
        later.plan_age_months,
        later.n_due,
        later.n_met_on_time,
        later.n_met_late,
        later.n_overdue,
        later.on_time_rate,
        later.n_milestones_due,
        later.n_milestones_on_time,
        later.n_began_programme,
        later.n_began_mentoring,
        later.plan_coverage - earlier.plan_coverage as plan_coverage_change,
        later.on_time_rate - earlier.on_time_rate as on_time_rate_change,
        later.n_began_programme - earlier.n_began_programme as n_began_programme_change,
        earlier.n_people as n_people_before,
        case when later.has_plans then 'ok' else 'not_collected' end as status
    from quarters as later
    left join quarters as earlier
        on
            later.quarter_number = earlier.quarter_number + 1
            and later.segment_kind = earlier.segment_kind
            and later.segment_id = earlier.segment_id
            and later.track = earlier.track
)

select * from final
