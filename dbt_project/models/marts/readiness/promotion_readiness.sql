{{ config(materialized='view') }}
with

final as (
    select
        worker_key,
        as_of,
        knowledge,
        target_level,
        target_track,
        is_track_change,
        band,
        ready_since,
        n_criteria,
        n_met,
        n_without_evidence,
        n_missing_required,
        longest_lead_months,
        criteria_met,
        criteria_not_met,
        criteria_without_evidence,
        criteria_without_attester,
        last_evidence_on,
        is_stale,
        rule_version
    from {{ ref('readiness_bands') }}
)

select * from final
