{{ config(alias='equity_representation') }}
{{ released_equity_representation(['survey', 'rater']) }}
