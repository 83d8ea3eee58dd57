{%- set offers = [
    ('stg_talent__mentorships', 'mentorship_id', "'mentoring'", 'mentee_key', 'mentor_key', 'ended_at', 'null', 'outcome'),
    ('stg_talent__sponsorships', 'sponsorship_id', "'sponsorship'", 'sponsored_key', 'sponsor_key', 'ended_at', 'null',
        'outcome'),
    ('stg_talent__assignments', 'development_id', 'kind', 'worker_key', 'offered_by_key', 'end_date', 'debriefed_at',
        'outcome'),
    ('stg_lms__program_enrolments', 'program_id', "'programme_seat'", 'worker_key', 'offered_by_key', 'completed_at',
        'null', 'null'),
] -%}
{%- set moments = [
    ('stg_talent__feedback_notes', 'note_id', "'feedback_note'", 'receiver_key', 'giver_key', 'given_at'),
    ('stg_talent__recognitions', 'recognition_id', "'recognition'", 'receiver_key', 'giver_key', 'given_at'),
    ('stg_talent__checkins', 'checkin_id', 'kind', 'worker_key', 'leader_key', 'held_at'),
] -%}
with

parameters as (
    select * from {{ ref('run_parameters') }}
),

events as (
    {%- for model, id, kind, worker, counterpart, ended, debriefed, outcome in offers %}
        select
            '{{ model.split('__')[1] }}' as event_table,
            {{ id }} as event_id,
            {{ worker }} as worker_key,
            {{ kind }} as kind,
            {{ counterpart }} as counterpart_key,
            offered_at,
            accepted_at,
            declined_at,
            cast({{ ended }} as timestamp) as ended_at,
            cast({{ debriefed }} as timestamp) as debriefed_at,
            coalesce(offered_at, accepted_at) as happened_at,
            cast({{ outcome }} as varchar) as outcome,
            load_seq
        from {{ ref(model) }}
        union all
    {%- endfor %}
    {%- for model, id, kind, worker, counterpart, at in moments %}
        select
            '{{ model.split('__')[1] }}' as event_table,
            {{ id }} as event_id,
            {{ worker }} as worker_key,
            {{ kind }} as kind,
            {{ counterpart }} as counterpart_key,
            null as offered_at,
            null as accepted_at,
            null as declined_at,
            null as ended_at,
            null as debriefed_at,
            {{ at }} as happened_at,
            null as outcome,
            load_seq
        from {{ ref(model) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        events.event_table,
        events.event_id,
        events.worker_key,
        events.kind,
        events.counterpart_key,
        events.offered_at,
        events.accepted_at,
        events.declined_at,
        events.ended_at,
        events.debriefed_at,
        events.happened_at,
        events.outcome,
        events.load_seq
    from events
    cross join parameters
    where
        events.worker_key is not null
        and (events.happened_at is null or events.happened_at < {{ add_days('parameters.as_of', 1) }})
)

select * from final
