with

years as (
    select * from {{ ref('movement_years') }}
),

measured as (
    select
        'month_ends' as convention_id, period_end, segment_kind, segment_id,
        ceil(average_headcount) as n, average_headcount as numerator, cast(null as double) as denominator,
        is_whole_year as is_sufficient
    from years
    union all
    select
        'person_days' as convention_id, period_end, segment_kind, segment_id,
        ceil(average_employed) as n, average_employed as numerator, cast(null as double) as denominator,
        is_whole_year as is_sufficient
    from years
),

final as (
    {{ metric_cells('average_headcount', 'measured') }}
)

select * from final
