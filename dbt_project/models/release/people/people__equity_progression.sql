{{ config(alias='equity_progression') }}
{{ released_equity_progression(['survey', 'rater']) }}
