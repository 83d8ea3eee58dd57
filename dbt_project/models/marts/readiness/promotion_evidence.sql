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
        evidence.rule,
        evidence.competency_id,
        evidence.observed_on,
        evidence.measure,
        evidence.threshold,
        evidence.counts,
        evidence.counted_so_far,
        evidence.expires_on,
        evidence.evidence_table,
        loads.source,
        evidence.load_seq,
        loads.loaded_at,
        evidence.rule_version
    from {{ ref('readiness_evidence') }} as evidence
    left join {{ ref('stg_ledger__loads_in_force') }} as loads on evidence.load_seq = loads.load_seq
)

select * from final
