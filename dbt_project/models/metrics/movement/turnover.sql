with

years as (
    select * from {{ ref('movement_years') }}
),

measured as (
    select
        'average_month_ends' as convention_id, period_end, segment_kind, segment_id,
        greatest(floor(average_headcount), 1) as n, n_exits as numerator, average_headcount as denominator,
        is_whole_year as is_sufficient
    from years
    union all
    select
        'person_days' as convention_id, period_end, segment_kind, segment_id,
        greatest(floor(average_employed), 1) as n, n_exits as numerator, average_employed as denominator,
        is_whole_year as is_sufficient
    from years
),

final as (
    {{ metric_cells('turnover', 'measured') }}
)

select * from final
