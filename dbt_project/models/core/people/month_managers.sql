with

placed as (
    select worker_key, month_end, org_unit_id, manager_key, is_employed_at_end from {{ ref('worker_months_placed') }}
),

lines as (
    select * from {{ ref('solid_lines') }} where worker_key is not null
),

months as (
    select * from {{ ref('months') }}
),

line_managers as (
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

named as (
    select
        placed.worker_key,
        placed.month_end,
        placed.is_employed_at_end,
        coalesce(placed.manager_key, line_managers.manager_key, headed.manager_key) as manager_key,
        case
            when placed.manager_key is not null then 'stated'
            when line_managers.manager_key is not null then 'line'
            else 'unit_head'
        end as manager_basis
    from placed
    left join line_managers
        on placed.worker_key = line_managers.worker_key and placed.month_end = line_managers.month_end
    left join headed on placed.worker_key = headed.worker_key and placed.month_end = headed.month_end
    where coalesce(placed.manager_key, line_managers.manager_key, headed.manager_key) is not null
),

-- one person in eight manages: looking only those up is an eighth of the memory
managers as (
    select worker_key, month_end, is_employed_at_end
    from placed
    semi join (
        select stated.manager_key as worker_key from placed as stated
        union all
        select manager_key from line_managers
        union all
        select manager_key from heads
    ) as ever_named using (worker_key)
),

-- Nobody reports to somebody who is not there on the last day: such a manager is dropped and counted (data_quality). Who
-- leaves in the month keeps the manager of that month.
present as (
    select
        named.worker_key,
        named.month_end,
        named.manager_basis,
        case
            when managers.is_employed_at_end or not named.is_employed_at_end then managers.worker_key
        end as manager_key
    from named
    left join managers on named.manager_key = managers.worker_key and named.month_end = managers.month_end
),

final as (
    select
        worker_key,
        month_end,
        manager_key,
        case when manager_key is null then 'not_employed' else manager_basis end as manager_basis
    from present
)

select * from final
