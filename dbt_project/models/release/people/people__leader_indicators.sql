{{ config(alias='leader_indicators') }}
{{ released_leader_indicators(['survey', 'rater'], nests=false) }}
