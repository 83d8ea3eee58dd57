-- People count where they were in the cycle before, so that who left is counted where they left from.
with

placed as (
    select * from {{ ref('boxes_placed') }}
),

cycles as (
    select distinct cycle_id, quarter_end, from_cycle_id from placed
),

rows_by_place as (
    select
        later.cycle_id,
        later.quarter_end,
        later.from_cycle_id,
        earlier.quarter_end as month_end,
        earlier.org_unit_id,
        earlier.level,
        earlier.manager_key,
        earlier.performance as from_performance,
        earlier.potential as from_potential,
        case
            when still.worker_key is null then 'left'
            when still.performance is null then 'not_rated'
            else 'rated'
        end as became,
        still.performance,
        still.potential,
        count(*) as n
    from placed as earlier
    inner join cycles as later on earlier.cycle_id = later.from_cycle_id
    left join placed as still on later.cycle_id = still.cycle_id and earlier.worker_key = still.worker_key
    where earlier.performance is not null
    group by all
),

segmented as (
    {{ roll_up('rows_by_place',
        ['cycle_id', 'quarter_end', 'from_cycle_id', 'from_performance', 'from_potential', 'became', 'performance',
         'potential'],
        ['n'], ['company', 'org_unit']) }}
),

segments as (
    select cycle_id, quarter_end, from_cycle_id, segment_kind, segment_id
    from segmented
    group by all
    having sum(n) >= {{ var('divided_from') }}
),

boxes as (
    select performance.band as performance, potential.band as potential
    from {{ ref('nine_box_bands') }} as performance
    inner join {{ ref('nine_box_bands') }} as potential on performance.axis = 'performance' and potential.axis = 'potential'
),

outcomes as (
    select 'rated' as became, performance, potential from boxes
    union all
    select 'not_rated', null, null
    union all
    select 'left', null, null
),

-- Every movement that could have been made is a row: one that only stood where somebody made it would tell of few.
final as (
    select
        row_number() over () as cell_number,
        segments.cycle_id,
        segments.quarter_end as period_end,
        segments.from_cycle_id,
        segments.segment_kind,
        segments.segment_id,
        boxes.performance as from_performance,
        boxes.potential as from_potential,
        outcomes.became,
        outcomes.performance,
        outcomes.potential,
        cast(coalesce(segmented.n, 0) as bigint) as n,
        cast(coalesce(sum(segmented.n) over (
            partition by segments.cycle_id, segments.segment_kind, segments.segment_id, boxes.performance, boxes.potential
        ), 0) as bigint) as total
    from segments
    cross join boxes
    cross join outcomes
    left join segmented
        on
            segments.cycle_id = segmented.cycle_id
            and segments.segment_kind = segmented.segment_kind
            and segments.segment_id = segmented.segment_id
            and boxes.performance = segmented.from_performance
            and boxes.potential = segmented.from_potential
            and outcomes.became = segmented.became
            and outcomes.performance is not distinct from segmented.performance
            and outcomes.potential is not distinct from segmented.potential
)

select * from final
