{{ config(alias='succession_bench') }}
{{ released_succession_bench(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
