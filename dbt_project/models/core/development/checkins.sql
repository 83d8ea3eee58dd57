with

checkins as (
    select * from {{ ref('stg_talent__checkins') }} where worker_key is not null
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

final as (
    select
        checkins.checkin_id,
        checkins.worker_key,
        checkins.leader_key,
        checkins.held_at,
        {{ month_end('checkins.held_at') }} as month_end,
        checkins.kind,
        checkins.load_seq
    from checkins
    cross join parameters
    where checkins.held_at < {{ add_days('parameters.as_of', 1) }}
)

select * from final
