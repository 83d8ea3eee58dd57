{{ config(alias='equity_perception') }}
{{ released_equity_perception(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
