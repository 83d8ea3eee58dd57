-- Shown is a leader's difference from the mean of the other leaders, never a rank; peers are the leaders of the same scope.
-- Intervals of differences are made of the two intervals (MOVER: Zou and Donner 2008), so they fit any method of a cell.
with

cells as (
    select
        *,
        value - peer_mean as difference,
        value - baseline_value as change
    from {{ ref('metric_cells_inferred') }}
    where segment_kind in ('leader_direct', 'leader_org', 'leader_self')
),

final as (
    select
        segment_id as leader_key,
        case segment_kind
            when 'leader_direct' then 'direct_reports' when 'leader_self' then 'leader' else 'organisation_below'
        end as scope,
        metric,
        convention_id,
        is_default,
        sensitivity_class,
        period_start,
        period_end,
        n_people,
        is_hidden,
        n,
        numerator,
        denominator,
        value,
        ci_low,
        ci_high,
        icc_1,
        icc_2,
        r_wg,
        is_reliable,
        shrinkage_weight,
        shrunken_value,
        n_peers,
        difference as difference_from_peers,
        difference - sqrt(pow(value - ci_low, 2) + pow(peer_margin, 2)) as difference_low,
        difference + sqrt(pow(ci_high - value, 2) + pow(peer_margin, 2)) as difference_high,
        peer_spread,
        p_value,
        p_adjusted,
        n_tests,
        verdict,
        baseline_period_end,
        change as change_from_baseline,
        change - sqrt(pow(value - ci_low, 2) + pow(baseline_high - baseline_value, 2)) as change_low,
        change + sqrt(pow(ci_high - value, 2) + pow(baseline_value - baseline_low, 2)) as change_high,
        status
    from cells
)

select * from final
