{{ config(alias='metric_values') }}
{{ released_metric_values(['open', 'outcome', 'survey', 'rater', 'rater_known', 'own', 'pay']) }}
