with

final as (
    select
        event_table,
        event_id,
        worker_key,
        kind,
        counterpart_key,
        offered_at,
        accepted_at,
        declined_at,
        ended_at,
        debriefed_at,
        happened_at,
        outcome,
        load_seq
    from {{ ref('development_events') }}
)

select * from final
