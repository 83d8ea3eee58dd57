{{ config(alias='equity_representation') }}
{{ released_equity_representation(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
