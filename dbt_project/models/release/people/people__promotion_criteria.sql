{{ config(alias='promotion_criteria') }}
select * from {{ ref('promotion_criteria') }}
