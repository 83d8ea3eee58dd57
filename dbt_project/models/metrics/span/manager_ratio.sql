with

segmented as (
    select
        month_end,
        segment_kind,
        segment_id,
        sum(n_people) as n_people,
        sum(case when n_reports > 0 then n_people else 0 end) as n_managers
    from {{ ref('report_counts') }}
    group by all
),

measured as (
    select
        'managers_of_headcount' as convention_id,
        month_end as period_end,
        segment_kind,
        segment_id,
        n_people as n,
        n_managers as numerator,
        n_people as denominator,
        true as is_sufficient
    from segmented
),

final as (
    {{ metric_cells('manager_ratio', 'measured') }}
)

select * from final
