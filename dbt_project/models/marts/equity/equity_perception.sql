-- What all raters gave is told of by the people rated; what a group of raters gave, by these raters too.
with

final as (
    select
        measure,
        rater_group_value,
        period_end,
        segment_kind,
        segment_id,
        attribute,
        group_value,
        n,
        n_raters,
        mean,
        reference_group,
        reference_n,
        reference_n_raters,
        reference_mean,
        difference,
        ci_low,
        ci_high,
        standardised_difference,
        p_value,
        q_value,
        n_tests,
        smallest_detectable_difference,
        stratified_difference,
        stratified_low,
        stratified_high,
        stratified_p_value,
        is_reversed,
        verdict,
        coalesce(verdict = 'gap' and abs(standardised_difference) >= 0.3, false) as is_material,
        'difference_from_largest_disclosed_group' as convention_id,
        case when measure = 'engagement_index' then 'survey' else 'rater' end as sensitivity_class,
        case when n > 1 then 'ok' else 'insufficient' end as status
    from {{ ref('perception_verdicts') }}
)

select * from final
