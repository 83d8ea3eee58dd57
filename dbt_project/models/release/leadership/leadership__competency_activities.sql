{{ config(alias='competency_activities') }}
select * from {{ ref('competency_activities') }}
