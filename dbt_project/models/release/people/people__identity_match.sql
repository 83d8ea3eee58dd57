{{ config(alias='identity_match') }}
select * from {{ ref('identity_match') }}
