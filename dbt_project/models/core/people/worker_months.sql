with

placed as (
    select * from {{ ref('worker_months_placed') }}
),

spans as (
    select * from {{ ref('worker_spans') }}
),

managers as (
    select * from {{ ref('month_managers') }}
),

months as (
    select * from {{ ref('months') }}
),

leaves as (
    select worker_key, valid_from, coalesce(valid_to, {{ far_future() }}) as valid_to
    from {{ ref('stg_hris__leaves') }}
    where worker_key is not null
),

on_leave as (
    select
        leaves.worker_key,
        months.month_end,
        sum({{ days_between('greatest(leaves.valid_from, months.month_start)',
            'least(leaves.valid_to, ' ~ add_days('months.month_end', 1) ~ ')') }}) as n_leave_days
    from leaves
    inner join months on leaves.valid_from <= months.month_end and leaves.valid_to > months.month_start
    group by all
),

final as (
    select
        placed.worker_key,
        placed.month_start,
        placed.month_end,
        placed.quarter_end,
        placed.spell_number,
        spans.employed_from,
        spans.employed_to,
        placed.is_employed_at_end,
        cast(placed.n_days as integer) as n_days,
        cast(least(coalesce(on_leave.n_leave_days, 0), placed.n_days) as integer) as n_leave_days,
        spans.level_since,
        spans.job_id,
        spans.title,
        spans.job_family,
        spans.level,
        spans.track,
        spans.org_unit_id,
        managers.manager_key,
        managers.manager_basis,
        spans.position_id,
        spans.location,
        spans.legal_entity,
        spans.country,
        spans.worker_category,
        spans.eeo_category,
        cast(coalesce(spans.fte, 1) as decimal(12, 4)) as fte,
        spans.weekly_hours,
        spans.load_seq
    from placed
    inner join spans
        on
            placed.worker_key = spans.worker_key
            and placed.spell_number = spans.spell_number
            and placed.starts_on = spans.starts_on
    left join managers on placed.worker_key = managers.worker_key and placed.month_end = managers.month_end
    left join on_leave on placed.worker_key = on_leave.worker_key and placed.month_end = on_leave.month_end
)

select * from final
