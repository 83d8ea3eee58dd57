{{ config(alias='equity_representation_walk') }}
{{ released_equity_representation_walk(['survey', 'rater']) }}
