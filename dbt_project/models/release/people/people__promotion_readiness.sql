{{ config(alias='promotion_readiness') }}
select * from {{ ref('promotion_readiness') }}
