{{ config(alias='metric_values') }}
{{ released_metric_values(['survey', 'rater'], nests=false) }}
