{{ config(alias='metric_conventions') }}
select * from {{ ref('metric_conventions') }}
