{{ config(alias='identity_survivorship') }}
select * from {{ ref('identity_survivorship') }}
