with

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
        leader_key,
        owner_key,
        baseline_date,
        baseline_value,
        is_baseline_measured,
        target_value,
        target_change,
        due_date,
        period_start,
        period_end,
        is_last,
        measured_on,
        path_value,
        n_people,
        is_hidden,
        n,
        value,
        ci_low,
        ci_high,
        share_of_change,
        status,
        progress,
        is_clear
    from {{ ref('goal_progress') }}
)

select * from final
