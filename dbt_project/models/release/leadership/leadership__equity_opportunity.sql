{{ config(alias='equity_opportunity') }}
{{ released_equity_opportunity(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
