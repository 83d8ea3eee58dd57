{{ config(alias='contract_terms') }}
select * from {{ ref('contract_terms') }}
