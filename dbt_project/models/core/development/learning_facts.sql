{%- set types = "('stretch', 'rotation', 'shadowing', 'cohort', 'simulation', 'peer_circle', 'micro_credential', 'coaching',"
    ~ " 'course')" -%}
-- What was offered or granted counts by its own day, so what came of it is never earlier than what it is a share of.
with

programmes as (
    select * from {{ ref('stg_lms__programs') }}
),

seats as (
    select seats.*, programmes.kind, programmes.is_leadership, programmes.end_date
    from {{ ref('stg_lms__program_enrolments') }} as seats
    inner join programmes on seats.program_id = programmes.program_id
),

-- a grant counts once its period is over; one without a stated use is unknown, not unused
grants as (
    select *, {{ add_days('period_end', -1) }} as ended_on
    from {{ ref('stg_lms__learning_grants') }}
    where period_end is not null and granted > 0 and used is not null
),

-- a programme is a cohort and a learning item a course unless it says to be something else
activities as (
    select worker_key, kind, cast(accepted_at as date) as happened_on
    from {{ ref('stg_talent__assignments') }}
    where accepted_at is not null
    union all
    select worker_key, case when kind in {{ types }} then kind else 'cohort' end, cast(accepted_at as date)
    from seats
    where accepted_at is not null
    union all
    select worker_key, case when kind in {{ types }} then kind else 'course' end, cast(completed_at as date)
    from {{ ref('learning') }}
    where status = 'completed'
),

final as (
    select
        'programme_seats_offered' as fact, worker_key, cast(coalesce(offered_at, accepted_at) as date) as happened_on,
        cast(1 as double) as numerator, cast(0 as double) as denominator
    from seats
    where is_leadership
    union all
    select
        'programme_seats_taken', worker_key, cast(offered_at as date), case when accepted_at is not null then 1 else 0 end, 1
    from seats
    where is_leadership and offered_at is not null
    union all
    select 'programme_seats_completed', worker_key, end_date, case when completed_at is not null then 1 else 0 end, 1
    from seats
    where is_leadership and accepted_at is not null
    union all
    select 'protected_hours_used', worker_key, ended_on, used, granted from grants where kind = 'hours'
    union all
    -- each budget is a share of itself, so that no rate of exchange is needed
    select 'budget_used', worker_key, ended_on, used / granted, 1 from grants where kind = 'budget'
    union all
    select concat('activity_mix:', case when kind in {{ types }} then kind else 'other' end), worker_key, happened_on, 1, 0
    from activities
    union all
    select 'own_learning_hours', worker_key, cast(completed_at as date), hours, 0
    from {{ ref('learning') }}
    where status = 'completed' and hours is not null
)

select * from final
