{{ config(alias='minimums') }}
select * from {{ ref('minimums') }}
