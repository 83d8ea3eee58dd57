{{ config(alias='equity_selection') }}
{{ released_equity_selection(['survey', 'rater']) }}
