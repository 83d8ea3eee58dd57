{{ config(alias='development_review') }}
{{ released_development_review(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
