with

cells as (
    select * from {{ ref('bench_cells') }}
),

intervals as (
    select * from {{ ref('pipeline_intervals') }} where cell_of = 'bench'
),

final as (
    select
        cells.quarter_end as period_end,
        cells.position_kind,
        cells.segment_kind,
        cells.segment_id,
        cells.counted,
        cells.bench_depth,
        cells.attribute,
        cells.group_value,
        'outcome' as sensitivity_class,
        -- how deep benches are is told of enough positions, who sits on them of enough people
        cast(case when cells.counted = 'positions' or cells.n = 0 then cells.total else cells.n end as bigint) as n_people,
        cast(cells.n as bigint) as n,
        cast(cells.total as bigint) as total,
        cast(cells.n as double) / cells.total as share,
        intervals.ci_low,
        intervals.ci_high,
        cast(cells.n_successors as bigint) as n_successors,
        cast(cells.n_shared as double) as n_successors_shared,
        'ok' as status
    from cells
    inner join intervals on cells.cell_number = intervals.cell_number
)

select * from final
