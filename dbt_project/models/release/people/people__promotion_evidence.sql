{{ config(alias='promotion_evidence') }}
select * from {{ ref('promotion_evidence') }}
