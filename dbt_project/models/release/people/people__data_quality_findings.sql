{{ config(alias='data_quality_findings') }}
select * from {{ ref('data_quality_findings') }}
