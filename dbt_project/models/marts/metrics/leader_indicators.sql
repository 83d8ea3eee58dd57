-- Shown is a leader's difference from the mean of the other leaders, never a rank; peers are the leaders of the same scope.
with

cells as (
    select
        segment_id as leader_key,
        case segment_kind when 'leader_direct' then 'direct_reports' else 'organisation_below' end as scope,
        metric,
        convention_id,
        is_default,
        sensitivity_class,
        period_start,
        period_end,
        n_people,
        n,
        numerator,
        denominator,
        value,
        ci_low,
        ci_high,
        status
    from {{ ref('metric_cells_inferred') }}
    where segment_kind in ('leader_direct', 'leader_org')
),

compared as (
    select
        *,
        sum(value) over peers - value as sum_of_others,
        count(value) over peers - 1 as n_peers,
        min_by(value, period_end) over own as baseline_value,
        min(case when value is not null then period_end end) over own as baseline_period_end
    from cells
    window
        peers as (partition by scope, metric, convention_id, period_end),
        own as (partition by leader_key, scope, metric, convention_id)
),

final as (
    select
        leader_key,
        scope,
        metric,
        convention_id,
        is_default,
        sensitivity_class,
        period_start,
        period_end,
        n_people,
        n,
        numerator,
        denominator,
        value,
        ci_low,
        ci_high,
        cast(case when value is not null then n_peers end as bigint) as n_peers,
        case when n_peers > 0 then value - sum_of_others / n_peers end as difference_from_peers,
        case when n_peers > 0 then ci_low - sum_of_others / n_peers end as difference_low,
        case when n_peers > 0 then ci_high - sum_of_others / n_peers end as difference_high,
        baseline_period_end,
        value - baseline_value as change_from_baseline,
        status
    from compared
)

select * from final
