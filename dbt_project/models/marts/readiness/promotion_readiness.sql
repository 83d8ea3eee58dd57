{{ config(materialized='view') }}
with

final as (
    select
        worker_key,
        as_of,
        target_level,
        target_track,
        band,
        n_criteria,
        n_met,
        n_without_evidence,
        criteria_met,
        criteria_missing,
        rule_version
    from {{ ref('readiness_bands') }}
)

select * from final
