{{ config(alias='leader_indicators') }}
{{ released_leader_indicators(['open', 'outcome', 'survey', 'rater', 'rater_known', 'own', 'pay']) }}
