{%- set measures = [
    'n_people', 'n_with_plan', 'plan_months', 'n_due', 'n_met_on_time', 'n_met_late', 'n_overdue', 'n_milestones_due',
    'n_milestones_on_time', 'n_began_programme', 'n_began_mentoring'
] -%}
with

quarters as (
    select period_end as quarter_end from {{ ref('periods') }} where grain = 'quarter'
),

plans as (
    select plan_id, worker_key, any_value(created_date) as created_date, any_value(closed_date) as closed_date
    from {{ ref('plan_progress') }}
    group by plan_id, worker_key
),

-- a plan is as old as the newest of a person's live ones
planned as (
    select
        plans.worker_key,
        quarters.quarter_end,
        min({{ full_months('plans.created_date', 'quarters.quarter_end') }}) as plan_months
    from plans
    inner join quarters
        on
            plans.created_date <= quarters.quarter_end
            and coalesce(plans.closed_date, {{ far_future() }}) > quarters.quarter_end
    group by plans.worker_key, quarters.quarter_end
),

items as (
    select
        worker_key,
        quarter_end,
        count(*) as n_due,
        sum(case when item_status = 'met_on_time' then 1 else 0 end) as n_met_on_time,
        sum(case when item_status = 'met_late' then 1 else 0 end) as n_met_late,
        sum(case when item_status = 'overdue' then 1 else 0 end) as n_overdue
    from {{ ref('plan_progress') }}
    where due_date is not null and item_status <> 'open'
    group by worker_key, quarter_end
),

milestones as (
    select
        leader_key as worker_key,
        quarter_end,
        count(*) as n_milestones_due,
        sum(case when milestone_status = 'met_on_time' then 1 else 0 end) as n_milestones_on_time
    from {{ ref('contract_milestones') }}
    where milestone_status not in ('open', 'leader_left', 'met_before_set')
    group by leader_key, quarter_end
),

starts as (
    select
        worker_key,
        quarter_end,
        max(case when kind = 'programme' then 1 else 0 end) as n_began_programme,
        max(case when kind = 'mentoring' then 1 else 0 end) as n_began_mentoring
    from {{ ref('programme_starts') }}
    group by worker_key, quarter_end
),

people as (
    select
        months.quarter_end,
        months.month_end,
        months.org_unit_id,
        months.level,
        months.manager_key,
        coalesce(months.track, 'none') as track,
        1 as n_people,
        case when planned.worker_key is not null then 1 else 0 end as n_with_plan,
        {%- for measure in measures[3:] %}
            coalesce({{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        coalesce(planned.plan_months, 0) as plan_months
    from {{ ref('worker_months') }} as months
    left join planned on months.worker_key = planned.worker_key and months.quarter_end = planned.quarter_end
    left join items on months.worker_key = items.worker_key and months.quarter_end = items.quarter_end
    left join milestones on months.worker_key = milestones.worker_key and months.quarter_end = milestones.quarter_end
    left join starts on months.worker_key = starts.worker_key and months.quarter_end = starts.quarter_end
    where months.month_end = months.quarter_end and months.is_employed_at_end
),

rows_by_place as (
    select
        {%- for measure in measures %}
            sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        quarter_end, month_end, org_unit_id, level, manager_key, track
    from people
    group by quarter_end, month_end, org_unit_id, level, manager_key, track
),

by_track as (
    {{ roll_up('rows_by_place', ['quarter_end', 'track'], measures, ['company', 'org_unit']) }}
),

over_tracks as (
    {{ roll_up('rows_by_place', ['quarter_end'], measures, ['company', 'org_unit', 'leader_direct', 'leader_org']) }}
),

final as (
    select quarter_end, segment_kind, segment_id, track, {{ measures | join(', ') }} from by_track
    union all
    select quarter_end, segment_kind, segment_id, '*' as track, {{ measures | join(', ') }} from over_tracks
)

select
    final.quarter_end,
    final.segment_kind,
    final.segment_id,
    {%- for measure in measures %}
        cast(final.{{ measure }} as bigint) as {{ measure }},
    {%- endfor %}
    final.track
from final
inner join quarters on final.quarter_end = quarters.quarter_end
