{{ config(alias='target_progress') }}
{{ released_target_progress(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
where relation.goal_kind = 'target'
