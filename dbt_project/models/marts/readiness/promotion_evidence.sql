{{ config(materialized='view') }}
with

final as (
    select
        evidence.worker_key,
        evidence.as_of,
        evidence.knowledge,
        evidence.target_level,
        evidence.target_track,
        evidence.criterion_id,
        requirements.rule,
        requirements.competency_id,
        evidence.observed_on,
        evidence.measure,
        requirements.threshold,
        evidence.counts,
        evidence.counted_so_far,
        evidence.expires_on,
        evidence.evidence_table,
        loads.source,
        evidence.load_seq,
        loads.loaded_at,
        requirements.rule_version
    from {{ ref('readiness_evidence') }} as evidence
    inner join {{ ref('readiness_requirements') }} as requirements
        on
            evidence.worker_key = requirements.worker_key
            and evidence.as_of = requirements.as_of
            and evidence.knowledge = requirements.knowledge
            and evidence.target_track = requirements.target_track
            and evidence.criterion_id = requirements.criterion_id
    left join {{ ref('stg_ledger__loads_in_force') }} as loads on evidence.load_seq = loads.load_seq
)

select * from final
