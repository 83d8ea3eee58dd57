with

final as (
    select
        selection,
        selection_window,
        period_end,
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
        verdict = 'gap' and impact_ratio < 0.8 as is_material,
        flips_with_one_decision,
        'highest_disclosed_rate_10_percent_30_people' as convention_id,
        'outcome' as sensitivity_class,
        case when n > 0 then 'ok' else 'no_population' end as status
    from {{ ref('selection_verdicts') }}
)

select * from final
