-- Leaders are compared with those whose cells may be shown, or a mean of peers would tell the one that is hidden.
with

cells as (
    select * from {{ ref('measured_cells') }} where segment_kind in ('leader_direct', 'leader_org') and status = 'ok'
),

classes as (
    select * from {{ ref('sensitivity_classes') }}
),

agreement as (
    select * from {{ ref('item_agreement') }}
),

final as (
    select
        cells.cell_number,
        cells.metric,
        concat_ws(' ', cells.metric, cells.convention_id, cells.segment_kind, cells.period_end) as family,
        cells.interval_method,
        cells.scale,
        cells.n,
        cells.numerator,
        cells.denominator,
        cells.sum_squares,
        cells.sum_cross,
        cells.sum_denominator_squares,
        agreement.item_variance,
        agreement.null_variance,
        agreement.n_items
    from cells
    inner join classes
        on cells.sensitivity_class = classes.sensitivity_class and cells.n_people >= classes.leader_minimum
    left join agreement
        on
            cells.segment_kind = 'leader_direct'
            and cells.metric = agreement.metric
            and cells.segment_id = agreement.leader_key
            and cells.period_end = agreement.period_end
)

select * from final
