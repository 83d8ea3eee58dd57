{{ config(alias='promotion_backtest') }}
select * from {{ ref('promotion_backtest') }}
