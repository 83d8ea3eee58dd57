-- The rule, once for targets and for contracts. The target is agreed, so the value alone counts against it; the path is our
-- own yardstick, so a value is behind it only where its whole interval is (DECISIONS 36).
with

goal_periods as (
    select * from {{ ref('goal_periods') }}
),

started as (
    select
        *,
        baseline_value is null and measured_baseline is not null as is_baseline_measured,
        coalesce(baseline_value, measured_baseline) as baseline,
        coalesce(target_value, coalesce(baseline_value, measured_baseline) * (1 + target_change)) as target,
        cast({{ days_between('baseline_date', 'measured_on') }} as double)
        / nullif({{ days_between('baseline_date', 'due_date') }}, 0) as share_of_time
    from goal_periods
),

stated as (
    select
        *,
        baseline + least(share_of_time, 1) * (target - baseline) as path,
        sign(target - baseline) as towards,
        period_end >= due_date as is_due,
        case
            when defect is not null then defect
            when leader_left_on <= period_end then 'leader_left'
            when cell_status = 'not_collected' then cell_status
            when baseline is null then 'no_baseline'
            when target_value is null and baseline = 0 then 'zero_baseline'
            when target = baseline then 'no_change'
            when cell_status is not null then cell_status
            when is_measured_rarely or period_end <= baseline_date then 'not_yet_measured'
            else 'no_population'
        end as status
    from started
),

-- within a billionth: 1.3 times 0.5 is reached by 0.65
judged as (
    select
        *,
        (value - target) * towards >= -1e-9 * abs(target) as is_reached,
        (case when towards > 0 then coalesce(ci_high, value) else coalesce(ci_low, value) end - path) * towards
        < -1e-9 * abs(path) as is_behind
    from stated
),

final as (
    select
        goal_kind,
        goal_id,
        contract_id,
        metric,
        convention_id,
        sensitivity_class,
        is_asserted,
        segment_kind,
        segment_id,
        case when goal_kind = 'contract_indicator' then leader_key end as leader_key,
        owner_key,
        baseline_date,
        baseline as baseline_value,
        is_baseline_measured,
        target as target_value,
        target_change,
        due_date,
        period_start,
        period_end,
        row_number() over (partition by goal_kind, goal_id order by period_end desc) = 1 as is_last,
        measured_on,
        case when status = 'ok' then path end as path_value,
        -- what is hidden at the start is hidden in everything that is worked out from it
        least(n_people, case when is_baseline_measured then n_people_of_baseline end) as n_people,
        coalesce(is_hidden, false) or coalesce(is_baseline_measured and is_baseline_hidden, false) as is_hidden,
        case when status = 'ok' then n end as n,
        case when status = 'ok' then value end as value,
        case when status = 'ok' then ci_low end as ci_low,
        case when status = 'ok' then ci_high end as ci_high,
        case when status = 'ok' then round((value - baseline) / nullif(target - baseline, 0), 9) end as share_of_change,
        status,
        case
            when status <> 'ok' then null
            when is_reached then 'met'
            when is_due then 'missed'
            when is_behind then 'at_risk'
            else 'on_track'
        end as progress,
        case
            when status = 'ok'
                then (case when is_reached or is_due then target else path end) not between ci_low and ci_high
        end as is_clear
    from judged
)

select * from final
