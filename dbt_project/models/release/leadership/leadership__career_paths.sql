{{ config(alias='career_paths') }}
{{ released_career_paths(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
