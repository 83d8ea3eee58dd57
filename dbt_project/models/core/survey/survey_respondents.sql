-- Place and manager are those of the month in which the wave opened, or of the last whole month before it.
with

invitations as (
    select * from {{ ref('stg_survey__survey_invitations') }}
),

answers as (
    select survey_id, respondent_token, any_value(worker_key) as worker_key, any_value(feed_id) as feed_id
    from {{ ref('stg_survey__survey_answers') }}
    group by survey_id, respondent_token
),

feeds as (
    select distinct feed_id, identity from {{ ref('stg_ledger__loads_in_force') }}
),

waves as (
    select * from {{ ref('survey_waves') }}
),

months as (
    select worker_key, month_end, org_unit_id, level, manager_key from {{ ref('worker_months') }}
),

last_month as (
    select max(month_end) as month_end from {{ ref('months') }}
),

asked as (
    select
        coalesce(invitations.survey_id, answers.survey_id) as survey_id,
        coalesce(invitations.respondent_token, answers.respondent_token) as respondent_token,
        coalesce(invitations.worker_key, answers.worker_key) as worker_key,
        coalesce(invitations.feed_id, answers.feed_id) as feed_id,
        invitations.respondent_token is not null as is_invited,
        answers.respondent_token is not null or invitations.responded_at is not null as has_responded,
        invitations.declared_unit,
        invitations.declared_level
    from invitations
    full outer join answers
        on
            invitations.survey_id = answers.survey_id
            and invitations.respondent_token = answers.respondent_token
),

final as (
    select
        asked.survey_id,
        asked.respondent_token,
        asked.worker_key,
        waves.quarter_end,
        waves.opened_date,
        asked.is_invited,
        asked.has_responded,
        coalesce(months.org_unit_id, asked.declared_unit) as org_unit_id,
        coalesce(months.level, asked.declared_level) as level,
        months.manager_key
    from asked
    inner join waves on asked.survey_id = waves.survey_id
    inner join feeds on asked.feed_id = feeds.feed_id
    cross join last_month
    left join months
        on
            asked.worker_key = months.worker_key
            and least(waves.month_end, last_month.month_end) = months.month_end
    -- sources that declare persons count whom they name; the others are never matched and count as they come
    where feeds.identity <> 'person' or asked.worker_key is not null
)

select * from final
