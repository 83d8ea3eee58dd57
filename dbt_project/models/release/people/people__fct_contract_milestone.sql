{{ config(alias='fct_contract_milestone') }}
select * from {{ ref('fct_contract_milestone') }}
