{{ config(alias='learning_effect') }}
{{ released_learning_effect(['survey', 'rater']) }}
