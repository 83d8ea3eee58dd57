{{ config(alias='fct_movement') }}
select * from {{ ref('fct_movement') }}
