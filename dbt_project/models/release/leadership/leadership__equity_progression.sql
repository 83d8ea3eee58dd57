{{ config(alias='equity_progression') }}
{{ released_equity_progression(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
