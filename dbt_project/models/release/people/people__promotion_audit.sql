{{ config(alias='promotion_audit') }}
select * from {{ ref('promotion_audit') }}
