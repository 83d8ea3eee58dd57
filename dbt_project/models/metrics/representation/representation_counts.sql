with

employed as (
    select worker_key, month_end, org_unit_id, level, job_family, manager_key
    from {{ ref('worker_months') }}
    where is_employed_at_end and month_end = quarter_end
),

groups as (
    select * from {{ ref('worker_groups') }}
),

rows_by_place as (
    select
        employed.month_end,
        employed.org_unit_id,
        employed.level,
        employed.job_family,
        employed.manager_key,
        groups.attribute,
        groups.group_value,
        count(*) as n_members
    from employed
    inner join groups
        on
            employed.worker_key = groups.worker_key
            and employed.month_end >= groups.valid_from
            and employed.month_end < groups.valid_to
    group by all
),

members as (
    {{ roll_up('rows_by_place', ['month_end', 'attribute', 'group_value'], ['n_members'],
        ['company', 'org_unit', 'level', 'function']) }}
),

-- everybody employed is in exactly one group of each attribute
final as (
    select
        month_end,
        segment_kind,
        segment_id,
        attribute,
        group_value,
        cast(n_members as bigint) as n_members,
        cast(sum(n_members) over segment as bigint) as n,
        sum(n_members) over segment >= {{ var('divided_from') }} as is_divided
    from members
    window segment as (partition by month_end, segment_kind, segment_id, attribute)
)

select * from final
