-- Whoever accepted counts, completed or not: those who complete are a selection of their own.
with

seats as (
    select
        enrolments.worker_key,
        coalesce(programs.title, programs.kind, enrolments.program_id) as programme,
        'programme' as kind,
        coalesce(programs.start_date, cast(enrolments.accepted_at as date)) as started_on
    from {{ ref('stg_lms__program_enrolments') }} as enrolments
    left join {{ ref('stg_lms__programs') }} as programs on enrolments.program_id = programs.program_id
    where enrolments.worker_key is not null and enrolments.accepted_at is not null
),

mentored as (
    select
        mentee_key as worker_key,
        'mentoring' as programme,
        'mentoring' as kind,
        cast(accepted_at as date) as started_on
    from {{ ref('stg_talent__mentorships') }}
    where mentee_key is not null and accepted_at is not null
),

begun as (
    select worker_key, programme, kind, started_on from seats
    union all
    select worker_key, programme, kind, started_on from mentored
),

final as (
    select distinct
        begun.worker_key,
        begun.programme,
        begun.kind,
        {{ quarter_end('begun.started_on') }} as quarter_end,
        {{ quarter_number('begun.started_on') }} as quarter_number
    from begun
    cross join {{ ref('run_parameters') }} as parameters
    where begun.started_on <= parameters.as_of
)

select * from final
