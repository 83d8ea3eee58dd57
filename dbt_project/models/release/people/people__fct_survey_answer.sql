{{ config(alias='fct_survey_answer') }}
select * from {{ ref('fct_survey_answer') }}
