-- The pooled window is the last four cycles together: for pools too small to tell anything in one.
with

pools as (
    select * from {{ ref('promotion_pools') }}
),

groups as (
    select * from {{ ref('worker_groups') }}
),

cycle_numbers as (
    select cycle_end, row_number() over (order by cycle_end desc) as cycles_ago
    from (select distinct cycle_end from pools) as cycles
),

windows as (
    select 'cycle' as selection_window, cycle_end, cycle_end as period_end from cycle_numbers
    union all
    select 'four_cycles', cycle_numbers.cycle_end, last.cycle_end
    from cycle_numbers
    cross join (select max(cycle_end) as cycle_end from pools) as last
    where cycle_numbers.cycles_ago <= 4
),

rows_by_place as (
    select
        windows.selection_window,
        windows.period_end,
        pools.month_end,
        pools.org_unit_id,
        pools.level,
        pools.manager_key,
        groups.attribute,
        groups.group_value,
        count(*) as n,
        sum(case when pools.is_promoted then 1 else 0 end) as selected
    from pools
    inner join windows on pools.cycle_end = windows.cycle_end
    inner join groups
        on
            pools.worker_key = groups.worker_key
            and pools.month_end >= groups.valid_from
            and pools.month_end < groups.valid_to
    group by all
),

segmented as (
    {{ roll_up('rows_by_place', ['selection_window', 'period_end', 'attribute', 'group_value'], ['n', 'selected'],
        ['company', 'org_unit', 'level']) }}
),

-- Units are compared where they are large enough to be organisations of their own: the two top layers of the tree.
depths as (
    select ancestor_id, max(total_depth - depth) as unused, min(total_depth - depth) as unit_depth
    from (
        select
            org_unit_id, ancestor_id, depth,
            max(depth) over (partition by month_end, org_unit_id) as total_depth
        from {{ ref('org_tree') }}
    )
    group by ancestor_id
),

final as (
    select
        'promotion' as selection,
        segmented.selection_window,
        segmented.period_end,
        segmented.segment_kind,
        segmented.segment_id,
        segmented.attribute,
        segmented.group_value,
        cast(segmented.n as bigint) as n,
        cast(segmented.selected as bigint) as selected
    from segmented
    left join depths on segmented.segment_id = depths.ancestor_id
    where segmented.segment_kind <> 'org_unit' or depths.unit_depth <= 1
)

select * from final
