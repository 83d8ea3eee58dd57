with

final as (
    select
        metric,
        convention_id,
        is_default = 1 as is_default,
        title,
        says,
        family,
        grain,
        window_months,
        unit,
        interval as interval_method,
        sensitivity_class,
        fixed_by,
        population as population_definition,
        numerator as numerator_definition,
        denominator as denominator_definition,
        tie_rule,
        input_columns,
        source
    from {{ ref('conventions') }}
)

select * from final
