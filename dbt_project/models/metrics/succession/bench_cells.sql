-- Positions by how many successors they have; their incumbents and successors by group, where there are enough to divide.
with

kinds as (
    select 'leadership' as position_kind, * from {{ ref('bench') }} where is_told and is_leadership
    union all
    select 'critical', * from {{ ref('bench') }} where is_told and is_critical
),

positions as (
    select
        position_kind, quarter_end, segment_kind, segment_id, position_id,
        count(worker_key) as n_successors,
        coalesce(sum(n_shared), 0) as n_shared
    from kinds
    group by all
),

by_depth as (
    select
        'positions' as counted, segments.position_kind, segments.quarter_end, segments.segment_kind, segments.segment_id,
        depths.bench_depth, cast(null as varchar) as attribute, cast(null as varchar) as group_value,
        count(held.position_id) as n,
        cast(coalesce(sum(held.n_successors), 0) as bigint) as n_successors,
        coalesce(sum(held.n_shared), 0) as n_shared
    from (select distinct position_kind, quarter_end, segment_kind, segment_id from positions) as segments
    cross join {{ ref('bench_depths') }} as depths
    left join positions as held
        on
            segments.position_kind = held.position_kind
            and segments.quarter_end = held.quarter_end
            and segments.segment_kind = held.segment_kind
            and segments.segment_id = held.segment_id
            and held.n_successors between depths.from_successors and depths.to_successors
    group by all
),

people as (
    select
        'successors' as counted, position_kind, quarter_end, segment_kind, segment_id, worker_key,
        count(*) as n_successors, sum(n_shared) as n_shared
    from kinds
    where worker_key is not null
    group by all
    union all
    select distinct
        'incumbents', position_kind, quarter_end, segment_kind, segment_id, incumbent_key, cast(null as bigint),
        cast(null as double)
    from kinds
    where incumbent_key is not null
),

many as (
    select counted, position_kind, quarter_end, segment_kind, segment_id
    from people
    group by all
    having count(*) >= {{ var('divided_from') }}
),

grouped as (
    select people.*, groups.attribute, groups.group_value
    from people
    inner join {{ ref('worker_groups') }} as groups
        on
            people.worker_key = groups.worker_key
            and people.quarter_end >= groups.valid_from
            and people.quarter_end < groups.valid_to
),

by_group as (
    select
        many.counted, many.position_kind, many.quarter_end, many.segment_kind, many.segment_id,
        cast(null as varchar) as bench_depth, groups.attribute, groups.group_value,
        count(people.worker_key) as n,
        cast(sum(case when many.counted = 'successors' then coalesce(people.n_successors, 0) end) as bigint)
            as n_successors,
        sum(case when many.counted = 'successors' then coalesce(people.n_shared, 0) end) as n_shared
    from many
    cross join (select distinct attribute, group_value from {{ ref('worker_groups') }}) as groups
    left join grouped as people
        on
            many.counted = people.counted
            and many.position_kind = people.position_kind
            and many.quarter_end = people.quarter_end
            and many.segment_kind = people.segment_kind
            and many.segment_id = people.segment_id
            and groups.attribute = people.attribute
            and groups.group_value = people.group_value
    group by all
),

cells as (
    select * from by_depth
    union all
    select * from by_group
),

totals as (
    select counted, position_kind, quarter_end, segment_kind, segment_id, attribute, cast(sum(n) as bigint) as total
    from cells
    group by all
),

final as (
    select
        row_number() over () as cell_number,
        cells.*,
        totals.total
    from cells
    inner join totals
        on
            cells.counted = totals.counted
            and cells.position_kind = totals.position_kind
            and cells.quarter_end = totals.quarter_end
            and cells.segment_kind = totals.segment_kind
            and cells.segment_id = totals.segment_id
            and cells.attribute is not distinct from totals.attribute
)

select * from final
