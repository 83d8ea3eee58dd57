{{ config(alias='promotion_opportunity') }}
select * from {{ ref('promotion_opportunity') }}
