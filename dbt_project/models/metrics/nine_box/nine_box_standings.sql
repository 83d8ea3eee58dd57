with

rows_by_place as (
    select
        cycle_id, quarter_end as month_end, org_unit_id, level, manager_key, performance, potential, count(*) as n
    from {{ ref('boxes_placed') }}
    where performance is not null
    group by all
),

segmented as (
    {{ roll_up('rows_by_place', ['month_end', 'cycle_id', 'performance', 'potential'], ['n'], ['company', 'org_unit']) }}
),

totals as (
    select month_end, cycle_id, segment_kind, segment_id, sum(n) as total
    from segmented
    group by all
),

bands as (
    select * from {{ ref('nine_box_bands') }}
),

-- a box that nobody of the segment stands in is a zero
final as (
    select
        row_number() over () as cell_number,
        totals.cycle_id,
        totals.month_end as period_end,
        totals.segment_kind,
        totals.segment_id,
        performance.band as performance,
        potential.band as potential,
        cast(coalesce(segmented.n, 0) as bigint) as n,
        cast(totals.total as bigint) as total
    from totals
    inner join bands as performance on performance.axis = 'performance'
    inner join bands as potential on potential.axis = 'potential'
    left join segmented
        on
            totals.cycle_id = segmented.cycle_id
            and totals.segment_kind = segmented.segment_kind
            and totals.segment_id = segmented.segment_id
            and performance.band = segmented.performance
            and potential.band = segmented.potential
)

select * from final
