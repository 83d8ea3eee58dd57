{{ config(alias='leadership_contracts') }}
select * from {{ ref('leadership_contracts') }}
