{{ config(alias='contract_progress') }}
select * from {{ ref('contract_progress') }}
