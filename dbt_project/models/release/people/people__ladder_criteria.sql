{{ config(alias='ladder_criteria') }}
select * from {{ ref('ladder_criteria') }}
