with

placed as (
    select * from {{ ref('worker_months_placed') }}
),

lines as (
    select
        worker_key,
        manager_key,
        valid_from,
        least(
            coalesce(valid_to, {{ far_future() }}),
            lead(valid_from, 1, {{ far_future() }}) over (partition by line_id order by valid_from)
        ) as holds_to
    from {{ ref('stg_hris__reporting_lines') }}
    where worker_key is not null and kind = 'solid' and manager_key is not null
),

months as (
    select * from {{ ref('months') }}
),

solid_lines as (
    select lines.worker_key, months.month_end, max(lines.manager_key) as manager_key
    from lines
    inner join months on lines.valid_from <= months.month_end and lines.holds_to > months.month_end
    group by all
),

heads as (
    select * from {{ ref('unit_heads') }}
),

headed as (
    select
        placed.worker_key,
        placed.month_end,
        min_by(heads.manager_key, heads.depth) as manager_key
    from placed
    inner join heads
        on
            placed.month_end = heads.month_end
            and placed.org_unit_id = heads.org_unit_id
            and placed.worker_key <> heads.manager_key
    where placed.manager_key is null
    group by all
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

named as (
    select
        placed.*,
        coalesce(placed.manager_key, solid_lines.manager_key, headed.manager_key) as named_manager_key,
        case
            when placed.manager_key is not null then 'stated'
            when solid_lines.manager_key is not null then 'line'
            when headed.manager_key is not null then 'unit_head'
        end as manager_basis,
        least(coalesce(on_leave.n_leave_days, 0), placed.n_days) as n_leave_days
    from placed
    left join solid_lines
        on placed.worker_key = solid_lines.worker_key and placed.month_end = solid_lines.month_end
    left join headed on placed.worker_key = headed.worker_key and placed.month_end = headed.month_end
    left join on_leave on placed.worker_key = on_leave.worker_key and placed.month_end = on_leave.month_end
),

-- Nobody reports to somebody who is not there on the last day: such a manager is dropped and counted (data_quality). Who
-- leaves in the month keeps the manager of that month.
managed as (
    select
        named.*,
        case
            when manager.is_employed_at_end or not named.is_employed_at_end then manager.worker_key
        end as present_manager_key
    from named
    left join placed as manager
        on named.named_manager_key = manager.worker_key and named.month_end = manager.month_end
),

final as (
    select
        worker_key,
        month_start,
        month_end,
        quarter_end,
        spell_number,
        employed_from,
        employed_to,
        is_employed_at_end,
        cast(n_days as integer) as n_days,
        cast(n_leave_days as integer) as n_leave_days,
        level_since,
        job_id,
        title,
        job_family,
        level,
        track,
        org_unit_id,
        present_manager_key as manager_key,
        case
            when named_manager_key is not null and present_manager_key is null then 'not_employed'
            else manager_basis
        end as manager_basis,
        position_id,
        location,
        legal_entity,
        country,
        worker_category,
        eeo_category,
        cast(coalesce(fte, 1) as decimal(12, 4)) as fte,
        weekly_hours,
        load_seq
    from managed
)

select * from final
