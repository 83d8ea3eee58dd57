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
        case when reports.n_reports is not null then 1 else 0 end as n_managers,
        case when reports.n_reports is null then 1 else 0 end as n_non_managers,
        coalesce(reports.n_reports, 0) as n_reports,
        coalesce(reports.n_reports * reports.n_reports, 0) as n_reports_squared
    from employed
    left join reports on employed.month_end = reports.month_end and employed.worker_key = reports.worker_key
),

segmented as (
    {{ roll_up('rows_by_place', ['month_end'], ['n_managers', 'n_non_managers', 'n_reports', 'n_reports_squared'],
        ['company', 'org_unit', 'level', 'leader_org']) }}
),

measured as (
    select
        'mean_direct_reports' as convention_id, month_end as period_end, segment_kind, segment_id,
        n_managers as n, n_reports as numerator, n_managers as denominator, n_reports_squared as sum_squares,
        n_managers > 1 as is_sufficient
    from segmented
    union all
    select
        'non_managers_to_managers' as convention_id, month_end as period_end, segment_kind, segment_id,
        n_managers + n_non_managers as n, n_non_managers as numerator, n_managers as denominator,
        null as sum_squares, true as is_sufficient
    from segmented
),

final as (
    {{ metric_cells('span_of_control', 'measured', moments=['sum_squares']) }}
)

select * from final
