-- A wave belongs to the quarter in which it closed; one that never says when, to that of its last answer.
with

surveys as (
    select * from {{ ref('stg_survey__surveys') }}
),

answers as (
    select survey_id, max(answered_at) as last_answered_at
    from {{ ref('stg_survey__survey_answers') }}
    group by survey_id
),

invitations as (
    select survey_id, max(coalesce(responded_at, sent_at)) as last_invited_at
    from {{ ref('stg_survey__survey_invitations') }}
    group by survey_id
),

waves as (
    select survey_id from surveys
    union
    select survey_id from answers
    union
    select survey_id from invitations
),

dated as (
    select
        waves.survey_id,
        surveys.title,
        surveys.kind,
        coalesce(surveys.minimum, 5) as minimum,
        cast(
            coalesce(
                surveys.opened_date, answers.last_answered_at, invitations.last_invited_at, surveys.closed_date
            ) as date
        ) as opened_date,
        cast(
            coalesce(
                surveys.closed_date, answers.last_answered_at, invitations.last_invited_at, surveys.opened_date
            ) as date
        ) as closed_date
    from waves
    left join surveys on waves.survey_id = surveys.survey_id
    left join answers on waves.survey_id = answers.survey_id
    left join invitations on waves.survey_id = invitations.survey_id
),

final as (
    select
        survey_id,
        title,
        kind,
        minimum,
        opened_date,
        closed_date,
        {{ month_end('opened_date') }} as month_end,
        {{ quarter_end('closed_date') }} as quarter_end
    from dated
    where closed_date is not null
)

select * from final
