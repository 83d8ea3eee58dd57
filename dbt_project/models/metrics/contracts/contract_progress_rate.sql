with

measured as (
    select
        'on_time_of_due' as convention_id,
        period_end,
        segment_kind,
        segment_id,
        n_due as n,
        n_on_time as numerator,
        n_due as denominator,
        true as is_sufficient
    from {{ ref('contract_progress_cells') }}
),

final as (
    {{ metric_cells('contract_progress', 'measured') }}
)

select * from final
