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

-- members of a panel that had their own case before it
own_cases as (
    select members.feed_id, members.load_seq, members.row_no
    from {{ ref('stg_talent__panel_members') }} as members
    inner join {{ ref('stg_talent__panel_decisions') }} as decisions
        on members.panel_id = decisions.panel_id and members.member_key = decisions.candidate_key
),

reviews as (
    select
        reviews.feed_id, reviews.load_seq, reviews.row_no, reviews.reviewer_key = reviews.worker_key as is_own,
        reviews.reviewed_date > parameters.as_of as is_ahead
    from {{ ref('stg_hris__performance_reviews') }} as reviews
    cross join parameters
    where reviews.reviewer_key = reviews.worker_key or reviews.reviewed_date > parameters.as_of
),

learnt_ahead as (
    select records.feed_id, records.load_seq, records.row_no
    from {{ ref('stg_lms__learning_records') }} as records
    inner join parameters on cast(records.completed_at as date) > parameters.as_of
),

final as (
    {{ suspects('score_off_scale', 'feedback360.feedback_ratings', 'ratings', 'is_off_scale') }}
    union all
    {{ suspects('rates_oneself_as_another', 'feedback360.feedback_ratings', 'ratings', 'is_own') }}
    union all
    {{ suspects('self_rating_by_another', 'feedback360.feedback_ratings', 'ratings', 'is_anothers') }}
    union all
    {{ suspects('attests_oneself', 'hris.performance_reviews', 'reviews', 'is_own') }}
    union all
    {{ suspects('attests_oneself', 'talent.panel_members', 'own_cases') }}
    union all
    {{ suspects('evidence_dated_ahead', 'hris.performance_reviews', 'reviews', 'is_ahead') }}
    union all
    {{ suspects('evidence_dated_ahead', 'lms.learning_records', 'learnt_ahead') }}
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
