{{ config(alias='equity_representation_walk') }}
{{ released_equity_representation_walk(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
