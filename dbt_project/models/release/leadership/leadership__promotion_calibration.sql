{{ config(alias='promotion_calibration') }}
{{ released_promotion_calibration(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
