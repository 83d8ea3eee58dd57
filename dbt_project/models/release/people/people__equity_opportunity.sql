{{ config(alias='equity_opportunity') }}
{{ released_equity_opportunity(['survey', 'rater']) }}
