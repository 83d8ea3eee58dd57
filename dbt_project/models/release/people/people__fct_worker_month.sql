{{ config(alias='fct_worker_month') }}
select * from {{ ref('fct_worker_month') }}
