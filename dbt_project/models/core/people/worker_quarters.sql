-- A person who changes place or manager within the quarter has a row for each; sums over all rows count them once.
with

worker_months as (
    select * from {{ ref('worker_months') }}
),

hours as (
    select worker_key, month_end, sum(hours) as hours
    from {{ ref('learning') }}
    where status = 'completed' and worker_key is not null and hours is not null
    group by all
),

checkin_months as (
    select distinct worker_key, month_end from {{ ref('checkins') }}
),

final as (
    select
        worker_months.worker_key,
        worker_months.quarter_end,
        max(worker_months.month_end) as month_end,
        worker_months.org_unit_id,
        worker_months.level,
        worker_months.manager_key,
        -- a third of the full-time equivalent for each month end employed in: the quarter's mean
        sum(case when worker_months.is_employed_at_end then worker_months.fte else 0 end) / 3 as fte,
        cast(sum(coalesce(hours.hours, 0)) as decimal(18, 4)) as learning_hours,
        count(
            case when worker_months.manager_key is not null and worker_months.n_leave_days < worker_months.n_days then 1 end
        ) as n_report_months,
        count(
            case
                when worker_months.manager_key is not null and worker_months.n_leave_days < worker_months.n_days
                    then checkin_months.worker_key
            end
        ) as n_checkin_months
    from worker_months
    left join hours
        on worker_months.worker_key = hours.worker_key and worker_months.month_end = hours.month_end
    left join checkin_months
        on
            worker_months.worker_key = checkin_months.worker_key
            and worker_months.month_end = checkin_months.month_end
    group by
        worker_months.worker_key,
        worker_months.quarter_end,
        worker_months.org_unit_id,
        worker_months.level,
        worker_months.manager_key
)

select * from final
