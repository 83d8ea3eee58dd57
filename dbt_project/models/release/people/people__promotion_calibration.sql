{{ config(alias='promotion_calibration') }}
select * from {{ ref('promotion_calibration') }}
