with

measured as (
    select
        'average_month_ends' as convention_id,
        period_end,
        segment_kind,
        segment_id,
        greatest(floor(average_headcount), 1) as n,
        n_voluntary_exits as numerator,
        average_headcount as denominator,
        is_whole_year as is_sufficient
    from {{ ref('movement_years') }}
),

final as (
    {{ metric_cells('voluntary_turnover', 'measured') }}
)

select * from final
