with

measured as (
    select
        'quarter_end' as convention_id,
        quarter_end as period_end,
        segment_kind,
        segment_id,
        n_employed as n,
        n_employed as numerator,
        cast(null as bigint) as denominator,
        true as is_sufficient
    from {{ ref('segments') }}
    where segment_kind = 'leader_direct' and month_end = quarter_end
),

final as (
    {{ metric_cells('direct_reports', 'measured') }}
)

select * from final
