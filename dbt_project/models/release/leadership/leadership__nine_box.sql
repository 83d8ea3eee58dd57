{{ config(alias='nine_box') }}
{{ released_nine_box(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
