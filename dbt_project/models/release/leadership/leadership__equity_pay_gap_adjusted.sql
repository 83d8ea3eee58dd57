{{ config(alias='equity_pay_gap_adjusted') }}
{{ released_equity_pay_gap_adjusted(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
