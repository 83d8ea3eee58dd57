-- Not summed up the tree: one person may stand in the pools of two units and is one person in the unit above both.
with

positions as (
    select * from {{ ref('positions_held') }}
),

placed as (
    select
        'company' as segment_kind, 'company' as segment_id, quarter_end, position_id, is_leadership, is_critical,
        incumbent_key
    from positions
    union all
    select
        'org_unit', tree.ancestor_id, positions.quarter_end, positions.position_id, positions.is_leadership,
        positions.is_critical, positions.incumbent_key
    from positions
    inner join {{ ref('org_tree') }} as tree
        on positions.quarter_end = tree.month_end and positions.org_unit_id = tree.org_unit_id
),

successors as (
    select * from {{ ref('successors') }}
),

-- before anybody was ever named, nobody knows how deep the bench is
first_named as (
    select min(quarter_end) as quarter_end from successors
),

final as (
    select
        placed.quarter_end,
        placed.segment_kind,
        placed.segment_id,
        placed.position_id,
        placed.is_leadership,
        placed.is_critical,
        placed.incumbent_key,
        successors.worker_key,
        successors.readiness,
        1.0 / successors.n_positions as n_shared,
        coalesce(placed.quarter_end >= first_named.quarter_end, false) as is_told
    from placed
    cross join first_named
    left join successors
        on placed.quarter_end = successors.quarter_end and placed.position_id = successors.position_id
    where placed.is_leadership or placed.is_critical
)

select * from final
