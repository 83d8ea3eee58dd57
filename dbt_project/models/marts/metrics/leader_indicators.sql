-- Shown is a leader's difference from the mean of the other leaders, never a rank; peers are the leaders of the same scope.
-- Intervals of differences are made of the two intervals (MOVER: Zou and Donner 2008), so they fit any method of a cell.
-- Other cells than those that may be shown enter no comparison and no baseline: a difference would tell them.
with

comparability as (
    select * from {{ ref('metric_comparability') }}
),

cells as (
    select cells.*, comparability.comparable_since
    from {{ ref('metric_cells_inferred') }} as cells
    left join comparability on cells.metric = comparability.metric and cells.period_end = comparability.period_end
    where cells.segment_kind in ('leader_direct', 'leader_org', 'leader_self')
),

comparisons as (
    select * from {{ ref('leader_comparisons') }}
),

-- Each wording and scale has a baseline of its own: the periods from which on a number compares, with when that began.
since as (
    select later.metric, later.period_end, first.comparable_since
    from comparability as later
    inner join (select distinct metric, comparable_since from comparability) as first
        on later.metric = first.metric and later.period_end >= first.comparable_since
),

baselines as (
    select
        cells.segment_kind, cells.segment_id, cells.metric, cells.convention_id, since.comparable_since,
        min(cells.period_end) as period_end,
        min_by(cells.value, cells.period_end) as value,
        arg_min_null(cells.ci_low, cells.period_end) as ci_low,
        arg_min_null(cells.ci_high, cells.period_end) as ci_high
    from cells
    inner join comparisons on cells.cell_number = comparisons.cell_number
    left join since on cells.metric = since.metric and cells.period_end = since.period_end
    group by cells.segment_kind, cells.segment_id, cells.metric, cells.convention_id, since.comparable_since
),

-- what may not be shown finds no baseline: a condition on one side alone would make the join compare every pair
judged as (
    select
        cells.*,
        comparisons.* exclude (cell_number),
        case when comparisons.cell_number is not null then cells.segment_id end as shown_id
    from cells
    left join comparisons on cells.cell_number = comparisons.cell_number
),

compared as (
    select
        judged.*,
        judged.value - judged.peer_mean as difference,
        baselines.period_end as baseline_period_end,
        baselines.ci_low as baseline_low,
        baselines.ci_high as baseline_high,
        baselines.value as baseline_value,
        judged.value - baselines.value as change
    from judged
    left join baselines
        on
            judged.shown_id = baselines.segment_id
            and judged.segment_kind = baselines.segment_kind
            and judged.metric = baselines.metric
            and judged.convention_id = baselines.convention_id
            and judged.comparable_since is not distinct from baselines.comparable_since
            and judged.period_end > baselines.period_end
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
    from compared
)

select * from final
