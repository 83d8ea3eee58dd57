with

employed as (
    select * from {{ ref('worker_months') }} where is_employed_at_end and month_end = quarter_end
),

reports as (
    select month_end, manager_key as worker_key, count(*) as n_reports
    from employed
    where manager_key is not null
    group by all
),

-- Managers stand in their own place; the organisation below a leader includes the leader as its head.
rows_by_place as (
    select
        employed.month_end,
        employed.org_unit_id,
        employed.level,
        case when reports.n_reports is not null then employed.worker_key else employed.manager_key end as manager_key,
        coalesce(reports.n_reports, 0) as n_reports,
        count(*) as n_people
    from employed
    left join reports on employed.month_end = reports.month_end and employed.worker_key = reports.worker_key
    group by all
),

segmented as (
    {{ roll_up('rows_by_place', ['month_end', 'n_reports'], ['n_people'],
        ['company', 'org_unit', 'level', 'leader_org']) }}
),

final as (
    select month_end, n_reports, segment_kind, segment_id, cast(n_people as bigint) as n_people from segmented
)

select * from final
