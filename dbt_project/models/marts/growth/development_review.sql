with

-- a unit or leader on one track, and last quarter's row of the same beside it
quarters as (
    select
        *,
        {{ quarter_number('quarter_end') }} as quarter_number,
        n_with_plan / nullif(n_people, 0) as plan_coverage,
        n_met_on_time / nullif(n_due, 0) as on_time_rate
    from {{ ref('development_quarters') }}
),

collected as (
    select count(*) > 0 as has_plans
    from {{ ref('stg_ledger__collected_inputs') }}
    where input_name = 'talent.plans'
),

final as (
    select
        cast(date_trunc('quarter', current_quarter.quarter_end) as date) as period_start,
        current_quarter.quarter_end as period_end,
        current_quarter.segment_kind,
        current_quarter.segment_id,
        current_quarter.track,
        'outcome' as sensitivity_class,
        current_quarter.n_people,
        {%- for column in ['n_with_plan', 'plan_coverage', 'n_due', 'n_met_on_time', 'n_met_late', 'n_overdue',
                           'on_time_rate'] %}
        case when collected.has_plans then current_quarter.{{ column }} end as {{ column }},
        {%- endfor %}
        case when collected.has_plans then current_quarter.plan_months / nullif(current_quarter.n_with_plan, 0) end as plan_age_months,
        current_quarter.n_milestones_due,
        current_quarter.n_milestones_on_time,
        current_quarter.n_began_programme,
        current_quarter.n_began_mentoring,
        case when collected.has_plans then current_quarter.plan_coverage - last_quarter.plan_coverage end as plan_coverage_change,
        case when collected.has_plans then current_quarter.on_time_rate - last_quarter.on_time_rate end as on_time_rate_change,
        current_quarter.n_began_programme - last_quarter.n_began_programme as n_began_programme_change,
        last_quarter.n_people as n_people_before,
        case when collected.has_plans then 'ok' else 'not_collected' end as status
    from quarters as current_quarter
    cross join collected
    left join quarters as last_quarter
        on
            current_quarter.quarter_number = last_quarter.quarter_number + 1
            and current_quarter.segment_kind = last_quarter.segment_kind
            and current_quarter.segment_id = last_quarter.segment_id
            and current_quarter.track = last_quarter.track
)

select * from final
