{{ config(alias='equity_pay_gap') }}
{{ released_equity_pay_gap(['survey', 'rater']) }}
