{{ config(alias='competency_items') }}
select * from {{ ref('competency_items') }}
