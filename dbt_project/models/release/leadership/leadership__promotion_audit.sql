{{ config(alias='promotion_audit') }}
{{ released_promotion_audit(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
