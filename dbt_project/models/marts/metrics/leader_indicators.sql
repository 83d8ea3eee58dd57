-- Shown is a leader's difference from the mean of the other leaders, never a rank; peers are the leaders of the same scope.
with

cells as (
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
        comparable_since,
        n_people,
        n,
        numerator,
        denominator,
        value,
        ci_low,
        ci_high,
        status
    from {{ ref('metric_cells_inferred') }}
    where segment_kind in ('leader_direct', 'leader_org', 'leader_self')
),

-- Sums and a join, where windows would sort every row.
peers as (
    select
        scope, metric, convention_id, period_end,
        sum(value) as sum_of_values,
        count(value) as n_values
    from cells
    group by scope, metric, convention_id, period_end
),

baselines as (
    select
        leader_key, scope, metric, convention_id, comparable_since,
        min_by(value, period_end) as baseline_value,
        min(period_end) as baseline_period_end
    from cells
    where value is not null
    group by leader_key, scope, metric, convention_id, comparable_since
),

compared as (
    select
        cells.*,
        peers.sum_of_values - cells.value as sum_of_others,
        peers.n_values - 1 as n_peers,
        baselines.baseline_value,
        baselines.baseline_period_end
    from cells
    inner join peers
        on
            cells.scope = peers.scope
            and cells.metric = peers.metric
            and cells.convention_id = peers.convention_id
            and cells.period_end = peers.period_end
    left join baselines
        on
            cells.leader_key = baselines.leader_key
            and cells.scope = baselines.scope
            and cells.metric = baselines.metric
            and cells.convention_id = baselines.convention_id
            and cells.comparable_since is not distinct from baselines.comparable_since
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
        comparable_since,
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
