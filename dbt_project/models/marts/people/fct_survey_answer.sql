with

answers as (
    select * from {{ ref('survey_answers') }}
),

-- what a row keeps of who answered, before the answers are joined: a respondent has ten of them
respondents as (
    select
        respondents.survey_id,
        respondents.respondent_token,
        respondents.quarter_end,
        keys.survey_key,
        places.kept_org_unit_id,
        places.kept_level
    from {{ ref('survey_respondents') }} as respondents
    inner join {{ ref('stg_run__confidential_keys') }} as keys
        on coalesce(respondents.worker_key, respondents.respondent_token) = keys.token
    left join {{ ref('survey_places') }} as places
        on
            respondents.survey_id = places.survey_id
            and respondents.org_unit_id is not distinct from places.org_unit_id
            and respondents.level is not distinct from places.level
),

final as (
    select
        answers.survey_id,
        respondents.survey_key as respondent_key,
        answers.item_id,
        answers.theme,
        answers.index_name,
        answers.answer,
        cast(answers.favourable_rank as decimal(12, 4)) as favourable_rank,
        answers.is_favourable,
        respondents.quarter_end as period_end,
        respondents.kept_org_unit_id as org_unit_id,
        respondents.kept_level as level,
        answers.load_seq
    from answers
    inner join respondents
        on
            answers.survey_id = respondents.survey_id
            and answers.respondent_token = respondents.respondent_token
)

select * from final
