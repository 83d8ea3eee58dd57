with

parameters as (
    select * from {{ ref('run_parameters') }}
),

loads as (
    select load_seq, load_order, cast(exported_at as date) as exported_date from {{ ref('stg_ledger__loads_in_force') }}
),

pay as (
    select
        pay.currency, pay.valid_from, pay.op, pay.feed_id, pay.load_seq, pay.row_no,
        loads.load_order, loads.exported_date, parameters.as_of
    from {{ ref('stg_hris__compensation') }} as pay
    inner join loads on pay.load_seq = loads.load_seq
    cross join parameters
),

rated_currencies as (
    select from_currency as currency from {{ ref('stg_hris__fx_rates') }}
    union
    select to_currency from {{ ref('stg_hris__fx_rates') }}
),

currencies as (
    select count(distinct currency) as n_currencies from pay
),

unrated_pay as (
    select pay.*
    from pay
    -- one currency needs no rate
    inner join currencies on currencies.n_currencies > 1
    anti join rated_currencies on pay.currency = rated_currencies.currency
),

ratings as (
    select
        ratings.feed_id,
        ratings.load_seq,
        ratings.row_no,
        ratings.score not between cycles.scale_min and cycles.scale_max as is_off_scale,
        ratings.rater_key = ratings.ratee_key and ratings.relationship <> 'self' as is_own,
        ratings.rater_key <> ratings.ratee_key and ratings.relationship = 'self' as is_anothers
    from {{ ref('stg_feedback360__feedback_ratings') }} as ratings
    left join {{ ref('stg_feedback360__feedback_cycles') }} as cycles on ratings.cycle_id = cycles.cycle_id
    where
        ratings.score not between cycles.scale_min and cycles.scale_max
        or (ratings.rater_key = ratings.ratee_key) <> (ratings.relationship = 'self')
),

final as (
    {{ suspects('score_off_scale', 'feedback360.feedback_ratings', 'ratings', 'is_off_scale') }}
    union all
    {{ suspects('rates_oneself_as_another', 'feedback360.feedback_ratings', 'ratings', 'is_own') }}
    union all
    {{ suspects('self_rating_by_another', 'feedback360.feedback_ratings', 'ratings', 'is_anothers') }}
    union all
    {{ suspects('completed_before_begun', 'lms.learning_records', ref('stg_lms__learning_records'),
        'completed_at < started_at') }}
    union all
    {{ suspects('hours_beyond_reason', 'lms.learning_records', ref('stg_lms__learning_records'),
        'hours > ' ~ var('most_learning_hours')) }}
    union all
    {{ suspects('currency_without_a_rate', 'hris.compensation', 'unrated_pay') }}
    union all
    {{ suspects('dated_far_ahead', 'hris.compensation', 'pay',
        'valid_from > ' ~ add_days('as_of', var('days_far_ahead'))) }}
    union all
    {{ suspects('told_long_after', 'hris.compensation', 'pay',
        "op = 'i' and load_order > 1 and valid_from < " ~ add_days('exported_date', -var('days_long_after'))) }}
)

select * from final
