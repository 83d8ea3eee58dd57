{{ config(alias='fct_feedback_rating') }}
select * from {{ ref('fct_feedback_rating') }}
