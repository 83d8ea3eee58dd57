{{ config(alias='dim_leader') }}
select * from {{ ref('dim_leader') }}
