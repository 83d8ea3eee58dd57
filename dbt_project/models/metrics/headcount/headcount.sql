with

measured as (
    select
        'month_end' as convention_id,
        month_end as period_end,
        segment_kind,
        segment_id,
        n_employed as n,
        n_employed as numerator,
        cast(null as bigint) as denominator,
        true as is_sufficient
    from {{ ref('segments') }}
),

final as (
    {{ metric_cells('headcount', 'measured') }}
)

select * from final
