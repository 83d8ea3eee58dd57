with

final as (
    select
        metric,
        convention_id,
        is_default,
        sensitivity_class,
        period_start,
        period_end,
        segment_kind,
        segment_id,
        attribute,
        group_value,
        comparable_since,
        n_people,
        n,
        numerator,
        denominator,
        value,
        ci_low,
        ci_high,
        status,
        cast(null as varchar) as verdict
    from {{ ref('metric_cells_inferred') }}
    where segment_kind in ('company', 'org_unit', 'level')
)

select * from final
