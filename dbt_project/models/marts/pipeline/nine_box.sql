with

cells as (
    select
        'standing' as view_of, cell_number, cycle_id, period_end, segment_kind, segment_id,
        cast(null as varchar) as from_cycle_id, cast(null as varchar) as from_performance,
        cast(null as varchar) as from_potential, 'rated' as became, performance, potential, n, total
    from {{ ref('nine_box_standings') }}
    union all
    select
        'movement', cell_number, cycle_id, period_end, segment_kind, segment_id, from_cycle_id, from_performance,
        from_potential, became, performance, potential, n, total
    from {{ ref('nine_box_movements') }}
),

intervals as (
    select * from {{ ref('pipeline_intervals') }}
),

final as (
    select
        cells.cycle_id,
        cells.period_end,
        cells.segment_kind,
        cells.segment_id,
        cells.view_of,
        cells.from_cycle_id,
        cells.from_performance,
        cells.from_potential,
        cells.became,
        cells.performance,
        cells.potential,
        'outcome' as sensitivity_class,
        case when cells.n = 0 then cells.total else cells.n end as n_people,
        case when cells.total > 0 then cells.n end as n,
        nullif(cells.total, 0) as total,
        cast(cells.n as double) / nullif(cells.total, 0) as share,
        intervals.ci_low,
        intervals.ci_high,
        case when cells.total > 0 then 'ok' else 'no_population' end as status
    from cells
    inner join intervals on cells.view_of = intervals.cell_of and cells.cell_number = intervals.cell_number
)

select * from final
