{{ config(alias='promotion_backtest') }}
{{ released_promotion_backtest(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
