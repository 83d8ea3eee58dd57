{{ config(alias='dim_org_unit') }}
select * from {{ ref('dim_org_unit') }}
