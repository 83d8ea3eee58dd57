{{ config(alias='promotion_opportunity') }}
{{ released_promotion_opportunity(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
