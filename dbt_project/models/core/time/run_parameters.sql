-- History begins where the company says that it is whole, at the earliest with its first hire. A company without an HRIS
-- begins with the quarter of its first wave, course or conversation: nothing of it can be missed before.
with

parameters as (
    select * from {{ ref('stg_run__parameters') }}
),

hires as (
    select min(hire_date) as first_on from {{ ref('stg_hris__workers') }} where worker_key is not null
),

other_beginnings as (
    select min(coalesce(opened_date, closed_date)) as first_on from {{ ref('stg_survey__surveys') }}
    union all
    select min(cast(coalesce(sent_at, responded_at) as date)) from {{ ref('stg_survey__survey_invitations') }}
    union all
    select min(cast(answered_at as date)) from {{ ref('stg_survey__survey_answers') }}
    union all
    select min(opened_date) from {{ ref('stg_feedback360__feedback_cycles') }}
    union all
    select min(cast(enrolled_at as date)) from {{ ref('stg_lms__learning_records') }}
    union all
    select min(cast(held_at as date)) from {{ ref('stg_talent__checkins') }}
),

beginnings as (
    select
        coalesce(
            min(hires.first_on), cast(date_trunc('quarter', min(other_beginnings.first_on)) as date)
        ) as first_on
    from hires
    cross join other_beginnings
),

final as (
    select
        parameters.as_of,
        parameters.as_known_at,
        greatest(
            coalesce(parameters.history_from, beginnings.first_on, parameters.as_of),
            coalesce(beginnings.first_on, parameters.as_of)
        ) as history_from
    from parameters
    cross join beginnings
)

select * from final
