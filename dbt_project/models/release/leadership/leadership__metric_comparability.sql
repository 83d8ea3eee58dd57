{{ config(alias='metric_comparability') }}
select * from {{ ref('metric_comparability') }}
