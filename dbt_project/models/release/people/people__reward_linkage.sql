{{ config(alias='reward_linkage') }}
{{ released_reward_linkage(['survey', 'rater']) }}
