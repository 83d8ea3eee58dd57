{{ config(alias='equity_pay_gap_adjusted') }}
{{ released_equity_pay_gap_adjusted(['survey', 'rater']) }}
