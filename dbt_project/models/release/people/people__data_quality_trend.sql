{{ config(alias='data_quality_trend') }}
select * from {{ ref('data_quality_trend') }}
