with

positions as (
    select
        quarter_end,
        segment_kind,
        segment_id,
        count(distinct position_id) as n_positions,
        count(distinct case when readiness = 'ready_now' then position_id end) as n_ready,
        bool_and(is_told) as is_told
    from {{ ref('bench') }}
    where is_critical
    group by all
),

measured as (
    select
        'named_ready_now' as convention_id, quarter_end as period_end, segment_kind, segment_id,
        n_positions as n, n_ready as numerator, n_positions as denominator, is_told as is_sufficient
    from positions
    union all
    select
        'fillable_together' as convention_id, positions.quarter_end, positions.segment_kind, positions.segment_id,
        positions.n_positions, coalesce(fillable.n_fillable, 0), positions.n_positions,
        positions.is_told
    from positions
    left join {{ ref('positions_fillable') }} as fillable
        on
            positions.quarter_end = fillable.quarter_end
            and positions.segment_kind = fillable.segment_kind
            and positions.segment_id = fillable.segment_id
),

final as (
    {{ metric_cells('succession_readiness', 'measured') }}
)

select * from final
