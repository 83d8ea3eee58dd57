with

final as (
    select
        opportunity,
        measure,
        opportunity_window,
        period_end,
        segment_kind,
        segment_id,
        attribute,
        group_value,
        n,
        total,
        case when measure = 'taken' then n_declined end as n_declined,
        value,
        reference_group,
        reference_n,
        reference_value,
        impact_ratio,
        difference,
        ci_low,
        ci_high,
        p_value,
        q_value,
        n_tests,
        shortfall,
        smallest_detectable_ratio,
        smallest_detectable_difference,
        stratified_difference,
        stratified_low,
        stratified_high,
        stratified_p_value,
        is_reversed,
        verdict,
        coalesce(
            verdict = 'gap' and coalesce(impact_ratio < 0.8, abs(standardised_difference) >= 0.3), false
        ) as is_material,
        flips_with_one_decision,
        case
            when measure in ('hours', 'used') then 'difference_from_largest_disclosed_group'
            else 'highest_disclosed_rate_10_percent_30_people'
        end as convention_id,
        'outcome' as sensitivity_class,
        case when n > 0 then 'ok' else 'no_population' end as status
    from {{ ref('opportunity_verdicts') }}
)

select * from final
