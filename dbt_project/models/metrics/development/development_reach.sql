{%- set kinds = ['company', 'org_unit', 'level', 'leader_direct', 'leader_org'] -%}
with

mentorships as (
    select worker_key, offered_at, accepted_at, ended_at
    from {{ ref('development_events') }}
    where event_table = 'mentorships'
),

quarters as (
    select period_end, last_month_number from {{ ref('periods') }} where grain = 'quarter'
),

months as (
    select worker_key, month_end, quarter_end, is_employed_at_end, org_unit_id, level, manager_key
    from {{ ref('worker_months') }}
),

active as (
    select distinct mentorships.worker_key, quarters.period_end
    from mentorships
    inner join quarters
        on
            mentorships.accepted_at < {{ add_days('quarters.period_end', 1) }}
            and (mentorships.ended_at is null or mentorships.ended_at >= {{ add_days('quarters.period_end', 1) }})
),

advanced as (
    select distinct measures.worker_key, quarters.period_end
    from {{ ref('growth_measures') }} as measures
    inner join quarters
        on
            measures.quarter_end <= quarters.period_end
            and measures.quarter_end > {{ month_end(add_months('quarters.period_end', -12)) }}
    where measures.measure = 'milestones_met' and measures.total > 0 and quarters.last_month_number >= 12
),

people as (
    select
        months.quarter_end as period_end,
        months.month_end,
        months.org_unit_id,
        months.level,
        months.manager_key,
        count(*) as n_people,
        count(active.worker_key) as n_mentored,
        count(advanced.worker_key) as n_advanced
    from months
    left join active on months.worker_key = active.worker_key and months.quarter_end = active.period_end
    left join advanced on months.worker_key = advanced.worker_key and months.quarter_end = advanced.period_end
    where months.month_end = months.quarter_end and months.is_employed_at_end
    group by months.quarter_end, months.month_end, months.org_unit_id, months.level, months.manager_key
),

offers as (
    select
        quarters.period_end,
        months.month_end,
        months.org_unit_id,
        months.level,
        months.manager_key,
        1 as n_offered,
        case when mentorships.accepted_at is not null then 1 else 0 end as n_accepted
    from mentorships
    inner join quarters
        on
            mentorships.offered_at < {{ add_days('quarters.period_end', 1) }}
            and mentorships.offered_at >= {{ add_days(month_end(add_months('quarters.period_end', -12)), 1) }}
    inner join months
        on mentorships.worker_key = months.worker_key and {{ month_end('mentorships.offered_at') }} = months.month_end
),

people_by_segment as (
    {{ roll_up('people', ['period_end'], ['n_people', 'n_mentored', 'n_advanced'], kinds) }}
),

offers_by_segment as (
    {{ roll_up('offers', ['period_end'], ['n_offered', 'n_accepted'], kinds) }}
),

participating as (
    select
        'active_at_quarter_end' as convention_id, period_end, segment_kind, segment_id,
        n_people as n, n_mentored as numerator, n_people as denominator, true as is_sufficient
    from people_by_segment
),

advancing as (
    select
        'any_milestone_in_a_year' as convention_id, people_by_segment.period_end, segment_kind, segment_id,
        n_people as n, n_advanced as numerator, n_people as denominator,
        quarters.last_month_number >= 12 as is_sufficient
    from people_by_segment
    inner join quarters on people_by_segment.period_end = quarters.period_end
),

accepting as (
    select
        'accepted_of_offered' as convention_id, period_end, segment_kind, segment_id,
        n_offered as n, n_accepted as numerator, n_offered as denominator, true as is_sufficient
    from offers_by_segment
),

final as (
    {{ metric_cells('mentoring_participation', 'participating') }}
    union all
    {{ metric_cells('mentoring_acceptance', 'accepting') }}
    union all
    {{ metric_cells('people_advancing', 'advancing') }}
)

select * from final
