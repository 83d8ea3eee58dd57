{{ config(alias='nine_box') }}
{{ released_nine_box(['survey', 'rater']) }}
