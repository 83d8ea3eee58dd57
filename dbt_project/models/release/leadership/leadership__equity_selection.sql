{{ config(alias='equity_selection') }}
{{ released_equity_selection(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
