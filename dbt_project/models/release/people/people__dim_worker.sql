{{ config(alias='dim_worker') }}
select * from {{ ref('dim_worker') }}
