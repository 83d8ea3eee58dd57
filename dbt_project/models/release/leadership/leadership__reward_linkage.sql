{{ config(alias='reward_linkage') }}
{{ released_reward_linkage(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
