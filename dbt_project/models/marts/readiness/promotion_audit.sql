with

final as (
    select
        audit_of,
        item,
        segment_kind,
        segment_id,
        attribute,
        group_value,
        n,
        selected,
        rate,
        reference_group,
        reference_n,
        reference_selected,
        reference_rate,
        impact_ratio,
        ratio_low,
        ratio_high,
        p_value,
        q_value,
        n_tests,
        is_below_four_fifths,
        cast(shortfall as bigint) as shortfall,
        smallest_detectable_ratio,
        verdict,
        -- the reference of waiting is the largest group, so a ratio may be off on either side
        verdict = 'gap'
        and (coalesce(is_below_four_fifths, false) or audit_of = 'time_waited' and impact_ratio not between 0.8 and 1.25)
            as is_material,
        coalesce(audit_of = 'criterion' and verdict = 'gap' and is_below_four_fifths and stratified_verdict = 'gap', false)
            as screens_out,
        flips_with_one_decision,
        cast(n_strata as bigint) as n_strata,
        stratified_ratio,
        stratified_low,
        stratified_high,
        stratified_p_value,
        stratified_verdict,
        reverses,
        category_share,
        ratio_to_most_selected,
        case
            when audit_of = 'time_waited' then 'largest_disclosed_group_by_stratum'
            else 'highest_disclosed_rate_10_percent_30_people'
        end as convention_id,
        'outcome' as sensitivity_class,
        'ok' as status
    from {{ ref('audit_verdicts') }}
)

select * from final
