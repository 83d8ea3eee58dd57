{{ config(alias='equity_pay_gap') }}
{{ released_equity_pay_gap(['open', 'outcome', 'survey', 'rater', 'rater_known', 'pay']) }}
