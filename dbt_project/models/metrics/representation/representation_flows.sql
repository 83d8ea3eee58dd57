{#- segment, the place that a person is in, and the movements that change it -#}
{%- set segments = [
    ('company', "'company'", "('@end')"),
    ('level', 'cast(@level as varchar)', "('@end', 'promotion', 'demotion', 'reclassification')"),
    ('function', '@job_family', "('@end', 'function_change', 'function_reclassification')"),
    ('org_unit', '@org_unit_id', "('@end', 'transfer', 'unit_reclassification')"),
] -%}
{%- set day = add_days('movements.moved_on', "case movements.kind when 'hire' then 0 else -1 end") -%}
-- A move is made by who somebody was the day before, and a group changes where they then are: a day may hold both, and each
-- is counted once. The tree of a month holds from its first day: what it moves, it moves with who was there then.
with

months as (
    select month_end, quarter_end, lag(month_end) over (order by month_end) as opening_month_end from {{ ref('months') }}
),

groups as (
    select *, lag(group_value) over (partition by worker_key, attribute order by valid_from) as from_group
    from {{ ref('worker_groups') }}
),

tree as (
    select month_end, org_unit_id, ancestor_id from {{ ref('org_tree') }}
),

moved as (
    select
        movements.month_end, movements.kind, movements.from_level, movements.to_level, movements.from_job_family,
        movements.to_job_family, movements.from_org_unit_id, movements.to_org_unit_id, groups.attribute,
        groups.group_value, count(*) as n
    from {{ ref('movements') }} as movements
    inner join groups
        on movements.worker_key = groups.worker_key and {{ day }} >= groups.valid_from and {{ day }} < groups.valid_to
    where movements.kind <> 'lateral'
    group by all
),

regrouped as (
    select
        {{ month_end('groups.valid_from') }} as month_end,
        case
            when groups.from_group = 'undisclosed' then 'declared'
            when groups.group_value = 'undisclosed' then 'withdrawn'
            else 'regrouped'
        end as kind,
        spans.level, spans.job_family, spans.org_unit_id, groups.attribute, groups.from_group, groups.group_value,
        count(*) as n
    from groups
    inner join {{ ref('worker_spans') }} as spans
        on
            groups.worker_key = spans.worker_key and groups.valid_from > spans.employed_from
            and groups.valid_from >= spans.starts_on and groups.valid_from < spans.ends_on
    where groups.group_value <> groups.from_group
    group by all
),

sides as (
    {%- for segment, place, kinds in segments %}
        {%- for sign, way, to, from, group, end in [(1, '_in', 'to_', 'from_', 'group_value', 'hire'),
                                                    (-1, '_out', 'from_', 'to_', 'from_group', 'exit')] %}
            select
                month_end, '{{ segment }}' as segment_kind, {{ sign }} as sign, attribute, group_value, n,
                case when kind = '{{ end }}' then kind else concat(kind, '{{ way }}') end as flow,
                {{ place | replace('@', to) }} as place,
                case when kind <> '{{ end }}' then {{ place | replace('@', from) }} end as other_place
            from moved
            where kind in {{ kinds | replace('@end', end) }}
            union all
            select
                month_end, '{{ segment }}', {{ sign }}, attribute, {{ group }}, n, kind,
                {{ place | replace('@', '') }}, null
            from regrouped
            {{ 'union all' if not loop.last }}
        {%- endfor %}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- nobody moves in a unit by a move between two units below it
reached as (
    select
        sides.month_end, sides.segment_kind, sides.flow, sides.attribute, sides.group_value, sides.n, sides.sign,
        case when sides.segment_kind = 'org_unit' then tree.ancestor_id else sides.place end as segment_id
    from sides
    -- an equality, not a condition of its own: that would make DuckDB compare each with each
    left join tree
        on
            sides.month_end = tree.month_end
            and case when sides.segment_kind = 'org_unit' then sides.place end = tree.org_unit_id
    left join tree as other
        on
            sides.month_end = other.month_end and sides.other_place = other.org_unit_id
            and tree.ancestor_id = other.ancestor_id
    where other.ancestor_id is null
),

-- a unit that comes under another one, or is closed with people in it
remapped as (
    {%- for sign, flow, at, beside in [(-1, 'unit_remapped_out', 'opening_month_end', 'month_end'),
                                       (1, 'unit_remapped_in', 'month_end', 'opening_month_end')] %}
        select
            months.month_end, months.opening_month_end, tree.org_unit_id, tree.ancestor_id, '{{ flow }}' as flow,
            {{ sign }} as sign
        from months
        inner join tree on months.{{ at }} = tree.month_end
        left join tree as beside
            on
                months.{{ beside }} = beside.month_end
                and tree.org_unit_id = beside.org_unit_id
                and tree.ancestor_id = beside.ancestor_id
        where beside.org_unit_id is null and months.opening_month_end is not null
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

carried as (
    select
        remapped.month_end, 'org_unit' as segment_kind, remapped.flow, groups.attribute, groups.group_value, count(*) as n,
        remapped.sign, remapped.ancestor_id as segment_id
    from remapped
    inner join {{ ref('worker_months') }} as places
        on
            remapped.opening_month_end = places.month_end and remapped.org_unit_id = places.org_unit_id
            and places.is_employed_at_end
    inner join groups
        on
            places.worker_key = groups.worker_key
            and places.month_end >= groups.valid_from and places.month_end < groups.valid_to
    group by all
),

flows as (
    select * from reached
    union all
    select * from carried
),

final as (
    select
        months.quarter_end, flows.segment_kind, flows.segment_id, flows.flow, flows.attribute, flows.group_value,
        cast(sum(flows.n * flows.sign) as bigint) as n_members,
        cast(sum(flows.n) as bigint) as n_events
    from flows
    inner join months on flows.month_end = months.month_end
    where flows.segment_id is not null
    group by all
)

select * from final
