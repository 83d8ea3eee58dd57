with

measured as (
    select
        'opening_cohort' as convention_id,
        period_end,
        segment_kind,
        segment_id,
        n_opening as n,
        n_retained as numerator,
        n_opening as denominator,
        true as is_sufficient
    from {{ ref('retention_cohorts') }}
),

final as (
    {{ metric_cells('cohort_retention', 'measured') }}
)

select * from final
