{{ config(alias='learning_effect') }}
{{ released_learning_effect(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
