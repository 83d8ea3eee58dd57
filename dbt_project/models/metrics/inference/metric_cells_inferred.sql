with

cells as (
    select * from {{ ref('measured_cells') }}
),

intervals as (
    select * from {{ ref('cell_intervals') }}
),

final as (
    select
        cells.cell_number,
        cells.metric,
        cells.convention_id,
        cells.is_default,
        cells.sensitivity_class,
        cells.period_start,
        cells.period_end,
        cells.segment_kind,
        cells.segment_id,
        cells.attribute,
        cells.group_value,
        cells.comparable_since,
        cells.n_people,
        cells.n,
        cells.numerator,
        cells.denominator,
        cells.sum_squares,
        cells.numerator / coalesce(cells.denominator, 1) * cells.scale as value,
        intervals.ci_low * cells.scale as ci_low,
        intervals.ci_high * cells.scale as ci_high,
        cells.status
    from cells
    left join intervals on cells.cell_number = intervals.cell_number
)

select * from final
