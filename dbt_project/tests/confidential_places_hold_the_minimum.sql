-- A wave with fewer respondents than its minimum keeps no place at all.
{{ config(description='No unit and level of a wave is kept for fewer respondents than the wave promised.') }}
with

kept as (
    select
        answers.survey_id,
        answers.org_unit_id,
        answers.level,
        count(distinct answers.respondent_key) as n
    from {{ ref('fct_survey_answer') }} as answers
    group by answers.survey_id, answers.org_unit_id, answers.level
)

select kept.survey_id, kept.org_unit_id, kept.level, kept.n, waves.minimum
from kept
inner join {{ ref('survey_waves') }} as waves on kept.survey_id = waves.survey_id
where kept.n < waves.minimum and (kept.org_unit_id is not null or kept.level is not null)
