-- Facts have exactly the rows that staging resolved to people: a join that multiplies or loses rows shows here.
{{ config(description='Core facts have as many rows as staging resolved.') }}
with

counts as (
    select
        'learning' as fact, (select count(*) from {{ ref('learning') }}) as n, (
            select count(*) from {{ ref('stg_lms__learning_records') }}, {{ ref('run_parameters') }} as parameters
            where
                worker_key is not null
                and (
                    coalesce(completed_at, enrolled_at, started_at) is null
                    or coalesce(enrolled_at, started_at, completed_at) < {{ add_days('parameters.as_of', 1) }}
                )
        ) as expected
    union all
    select
        'checkins', (select count(*) from {{ ref('checkins') }}), (
            select count(*) from {{ ref('stg_talent__checkins') }}, {{ ref('run_parameters') }} as parameters
            where worker_key is not null and held_at < {{ add_days('parameters.as_of', 1) }}
        )
    union all
    select
        'contract_milestones', (select count(*) from {{ ref('contract_milestones') }}), (
            select count(*) from {{ ref('stg_talent__contract_milestones') }}
            semi join (
                select contract_id from {{ ref('stg_talent__contracts') }} where leader_key is not null
            ) using (contract_id)
        )
    union all
    select
        'survey_answers', (select count(*) from {{ ref('fct_survey_answer') }}), (
            select count(*)
            from {{ ref('survey_answers') }}
            semi join {{ ref('survey_respondents') }} using (survey_id, respondent_token)
        )
    union all
    select
        'feedback_ratings', (select count(*) from {{ ref('fct_feedback_rating') }}), (
            select count(*) from {{ ref('feedback_ratings') }}
        )
    union all
    select 'survey_respondents', (select count(*) from {{ ref('survey_respondents') }}), (
        select count(*) from (select distinct survey_id, respondent_token from {{ ref('survey_respondents') }})
    )
)

select fact, n, expected from counts where n <> expected
