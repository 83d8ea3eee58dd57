with

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
)

select * from final
