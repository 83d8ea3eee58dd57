{{ config(alias='data_quality') }}
select * from {{ ref('data_quality') }}
