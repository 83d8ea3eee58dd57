{{ config(materialized='view') }}
with

final as (
    select
        worker_key,
        as_of,
        knowledge,
        target_level,
        target_track,
        criterion_id,
        rule,
        competency_id,
        requirement,
        one_of_group,
        criterion_status,
        met_on,
        measure,
        needed,
        missing,
        threshold,
        n_observations,
        n_expired,
        last_observed_on,
        lead_months,
        has_open_plan_item,
        attester,
        has_attester,
        rule_version
    from {{ ref('readiness_criteria') }}
)

select * from final
