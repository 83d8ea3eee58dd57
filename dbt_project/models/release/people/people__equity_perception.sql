{{ config(alias='equity_perception') }}
{{ released_equity_perception(['survey', 'rater']) }}
