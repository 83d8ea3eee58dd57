with

cohorts as (
    select * from {{ ref('retention_cohorts') }}
),

measured as (
    select
        'reviewed_potential' as convention_id, period_end, segment_kind, segment_id,
        n_reviewed as n, n_reviewed_retained as numerator, n_reviewed as denominator, true as is_sufficient
    from cohorts
    union all
    select
        'named_successors' as convention_id, period_end, segment_kind, segment_id,
        n_named as n, n_named_retained as numerator, n_named as denominator, true as is_sufficient
    from cohorts
),

final as (
    {{ metric_cells('high_potential_retention', 'measured') }}
)

select * from final
