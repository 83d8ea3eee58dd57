with

milestones as (
    select * from {{ ref('contract_milestones') }}
    where milestone_status not in ('leader_left', 'met_before_set')
),

periods as (
    select * from {{ ref('periods') }} where grain = 'quarter'
),

months as (
    select worker_key, month_end, org_unit_id, level, manager_key from {{ ref('worker_months') }}
),

due as (
    select
        periods.period_end,
        milestones.leader_key,
        months.org_unit_id,
        months.level,
        months.manager_key,
        periods.period_end as month_end,
        1 as n_due,
        case when milestones.milestone_status = 'met_on_time' then 1 else 0 end as n_on_time
    from milestones
    inner join periods
        on
            milestones.due_date <= periods.period_end
            and milestones.due_date > {{ add_months('periods.period_end', -12) }}
    left join months on milestones.leader_key = months.worker_key and periods.period_end = months.month_end
),

segmented as (
    {{ roll_up('due', ['period_end'], ['n_due', 'n_on_time'], ['company', 'org_unit', 'level']) }}
),

cells as (
    select period_end, segment_kind, segment_id, n_due, n_on_time from segmented
    union all
    select period_end, 'leader_direct' as segment_kind, leader_key as segment_id, sum(n_due), sum(n_on_time)
    from due
    group by period_end, leader_key
),

final as (
    select
        period_end, segment_kind, segment_id, cast(n_due as bigint) as n_due, cast(n_on_time as bigint) as n_on_time
    from cells
)

select * from final
