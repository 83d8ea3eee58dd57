{{ config(alias='competency_framework') }}
select * from {{ ref('competency_framework') }}
