-- grain: one table of goals or contracts as leadership would be handed it
with

cells as (
    select metric, convention_id, period_end, segment_kind, segment_id, status from leadership.metric_values
    where attribute is null
    union all
    select
        metric, convention_id, period_end, case scope when 'direct_reports' then 'leader_direct' else 'leader_org' end,
        leader_key, status
    from leadership.leader_indicators
),

goals as (
    select
        'leadership.target_progress' as subject,
        goals.status,
        goals.n < case when goals.segment_kind like 'leader%' then least.leader_minimum else least.minimum end as is_small,
        coalesce(
            goals.n, goals.baseline_value, goals.target_value, goals.path_value, goals.value, goals.ci_low, goals.ci_high,
            goals.share_of_change
        ) is not null or goals.progress is not null or goals.is_clear is not null as has_numbers,
        cells.status = 'suppressed' and goals.status <> 'suppressed' or goals.goal_kind <> 'target' as is_told_elsewhere_hidden
    from leadership.target_progress as goals
    inner join marts.minimums as least using (sensitivity_class)
    left join cells
        on
            goals.metric = cells.metric
            and goals.convention_id = cells.convention_id
            and goals.measured_on = cells.period_end
            and goals.segment_kind = cells.segment_kind
            and goals.segment_id = cells.segment_id
    union all
    select
        'leadership.contract_progress',
        status,
        n_leaders < minimum,
        coalesce(n_leaders, n_contracts, n_milestones_due, n_milestones_missed, n_escalations, n_indicators) is not null,
        segment_kind = 'leader'
    from leadership.contract_progress
    inner join marts.minimums using (sensitivity_class)
)

select
    subject,
    count(*) filter (where status = 'ok' and is_small) as n_small,
    count(*) filter (where status = 'suppressed' and has_numbers) as n_leaking,
    count(*) filter (where is_told_elsewhere_hidden) as n_hidden_elsewhere
from goals
group by subject
order by subject
