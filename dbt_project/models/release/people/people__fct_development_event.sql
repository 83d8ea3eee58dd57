{{ config(alias='fct_development_event') }}
select * from {{ ref('fct_development_event') }}
