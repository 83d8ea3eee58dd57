with

ratings as (
    select * from {{ ref('feedback_ratings') }}
),

keys as (
    select * from {{ ref('stg_run__confidential_keys') }}
),

final as (
    select
        ratings.cycle_id,
        ratings.ratee_key,
        keys.feedback_key as rater_key,
        ratings.relationship,
        ratings.item_id,
        ratings.competency_id,
        ratings.score,
        ratings.quarter_end as period_end,
        ratings.load_seq
    from ratings
    inner join keys on coalesce(ratings.rater_key, ratings.rater_token) = keys.token
)

select * from final
