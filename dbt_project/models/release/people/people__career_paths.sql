{{ config(alias='career_paths') }}
{{ released_career_paths(['survey', 'rater']) }}
