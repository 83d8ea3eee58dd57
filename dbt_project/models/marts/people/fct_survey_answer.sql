with

answers as (
    select * from {{ ref('survey_answers') }}
),

places as (
    select * from {{ ref('survey_places') }}
),

keys as (
    select * from {{ ref('stg_run__confidential_keys') }}
),

final as (
    select
        answers.survey_id,
        keys.survey_key as respondent_key,
        answers.item_id,
        answers.theme,
        answers.index_name,
        answers.answer,
        cast(answers.favourable_rank as decimal(12, 4)) as favourable_rank,
        answers.is_favourable,
        answers.quarter_end as period_end,
        places.kept_org_unit_id as org_unit_id,
        places.kept_level as level,
        answers.load_seq
    from answers
    inner join keys on coalesce(answers.worker_key, answers.respondent_token) = keys.token
    left join places
        on
            answers.survey_id = places.survey_id
            and answers.org_unit_id is not distinct from places.org_unit_id
            and answers.level is not distinct from places.level
)

select * from final
