-- A group that waits no longer may still be fewer: this tells of those who are in a level, representation of who they are.
with

final as (
    select
        period_end,
        segment_kind,
        segment_id,
        attribute,
        group_value,
        n,
        n_promoted,
        n_exited,
        median_months,
        incidence_12,
        incidence_12_low,
        incidence_12_high,
        incidence_24,
        incidence_24_low,
        incidence_24_high,
        incidence_36,
        incidence_36_low,
        incidence_36_high,
        naive_mean_months_biased,
        reference_group,
        reference_n,
        reference_median_months,
        reference_incidence_24,
        hazard_ratio,
        ci_low,
        ci_high,
        proportionality_p,
        p_value,
        q_value,
        n_tests,
        smallest_detectable_ratio,
        verdict,
        verdict = 'gap' and (hazard_ratio < 0.8 or hazard_ratio > 1.25) as is_material,
        flips_with_one_decision,
        'largest_disclosed_group_by_stratum' as convention_id,
        'outcome' as sensitivity_class,
        case when n > 0 then 'ok' else 'no_population' end as status
    from {{ ref('progression_verdicts') }}
)

select * from final
