{{ config(alias='development_review') }}
{{ released_development_review(['survey', 'rater']) }}
