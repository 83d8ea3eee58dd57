{{ config(alias='identity_matches') }}
select * from {{ ref('identity_matches') }}
