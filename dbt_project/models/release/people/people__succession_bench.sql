{{ config(alias='succession_bench') }}
{{ released_succession_bench(['survey', 'rater']) }}
