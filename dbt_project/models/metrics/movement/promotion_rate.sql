with

measured as (
    select
        'average_headcount' as convention_id,
        period_end,
        segment_kind,
        segment_id,
        greatest(floor(average_headcount), 1) as n,
        n_promotions as numerator,
        average_headcount as denominator,
        is_whole_year as is_sufficient
    from {{ ref('movement_years') }}
),

final as (
    {{ metric_cells('promotion_rate', 'measured') }}
)

select * from final
