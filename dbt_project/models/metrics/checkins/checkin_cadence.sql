-- Who was in two places within the quarter has a row in each and counts by halves, so that the company counts them once.
with

people as (
    select
        month_end,
        quarter_end,
        org_unit_id,
        level,
        manager_key,
        1.0 / count(*) over (partition by worker_key, quarter_end) as n_people,
        n_checkin_months,
        n_report_months,
        n_checkin_months * n_checkin_months as held_squared,
        n_checkin_months * n_report_months as held_by_months,
        n_report_months * n_report_months as months_squared
    from {{ ref('worker_quarters') }}
    where n_report_months > 0
),

by_months as (
    {{ roll_up('people', ['quarter_end'],
        ['n_people', 'n_checkin_months', 'n_report_months', 'held_squared', 'held_by_months', 'months_squared'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

last_checkins as (
    select distinct worker_key, quarter_end as month_end
    from (select worker_key, held_at, {{ quarter_end('held_at') }} as quarter_end from {{ ref('checkins') }}) as held
    where held_at >= {{ add_days('quarter_end', -29) }}
),

reports as (
    select
        worker_months.month_end,
        worker_months.org_unit_id,
        worker_months.level,
        worker_months.manager_key,
        1 as n_reports,
        case when last_checkins.worker_key is not null then 1 else 0 end as n_seen
    from {{ ref('worker_months') }} as worker_months
    left join last_checkins
        on
            worker_months.worker_key = last_checkins.worker_key
            and worker_months.month_end = last_checkins.month_end
    where
        worker_months.month_end = worker_months.quarter_end
        and worker_months.is_employed_at_end
        and worker_months.manager_key is not null
),

in_last_days as (
    {{ roll_up('reports', ['month_end'], ['n_reports', 'n_seen'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

measured as (
    select
        'share_of_report_months' as convention_id, quarter_end as period_end, segment_kind, segment_id,
        n_people as n, n_checkin_months as numerator, n_report_months as denominator,
        held_squared as sum_squares, held_by_months as sum_cross, months_squared as sum_denominator_squares,
        n_people >= 2 as is_sufficient
    from by_months
    union all
    select
        'last_30_days' as convention_id, month_end as period_end, segment_kind, segment_id,
        n_reports as n, n_seen as numerator, n_reports as denominator,
        null as sum_squares, null as sum_cross, null as sum_denominator_squares, true as is_sufficient
    from in_last_days
),

final as (
    {{ metric_cells('checkin_cadence', 'measured',
        moments=['sum_squares', 'sum_cross', 'sum_denominator_squares']) }}
)

select * from final
