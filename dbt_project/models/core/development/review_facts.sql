-- Growth beside a rating is what was learned in the twelve months before the review, by others' record, not the rater's.
with

reviews as (
    select * from {{ ref('stg_hris__performance_reviews') }} where worker_key is not null
),

competencies as (
    select competency_id from {{ ref('stg_talent__competencies') }} where is_leadership
),

rated as (
    select distinct ratings.review_id
    from {{ ref('stg_hris__review_ratings') }} as ratings
    inner join competencies on ratings.competency_id = competencies.competency_id
),

-- a conversation on the day of the review is the review
conversations as (
    select distinct reviews.review_id
    from reviews
    inner join {{ ref('checkins') }} as checkins
        on
            reviews.worker_key = checkins.worker_key
            and checkins.kind in ('coaching', 'career')
            and reviews.reviewed_date > checkins.held_at
            and checkins.held_at >= {{ add_days('reviews.reviewed_date', -60) }}
),

learned as (
    select worker_key, month_end, sum(hours) as hours
    from {{ ref('learning') }}
    where status = 'completed' and hours is not null
    group by worker_key, month_end
),

grown as (
    select reviews.review_id, sum(learned.hours) as hours
    from reviews
    inner join learned
        on
            reviews.worker_key = learned.worker_key
            and reviews.reviewed_date > learned.month_end
            and learned.month_end >= {{ add_months('reviews.reviewed_date', -12) }}
    group by reviews.review_id
),

judged as (
    select
        reviews.*,
        case when rated.review_id is not null then 1 else 0 end as has_competencies,
        case when conversations.review_id is not null then 1 else 0 end as has_conversation,
        coalesce(grown.hours, 0) as hours
    from reviews
    left join rated on reviews.review_id = rated.review_id
    left join conversations on reviews.review_id = conversations.review_id
    left join grown on reviews.review_id = grown.review_id
),

final as (
    select
        'reviews_with_competencies' as fact, review_id, worker_key, reviewed_date as happened_on,
        cast(has_competencies as double) as numerator, cast(1 as double) as denominator
    from judged
    union all
    select 'reviews_after_conversation', review_id, worker_key, reviewed_date, has_conversation, 1
    from judged
    union all
    -- where the review names no conversation, none is stated: unknown in a source that never names one
    select
        'reviews_after_stated_conversation', review_id, worker_key, reviewed_date,
        case
            when
                checkin_before_date <= reviewed_date
                and checkin_before_date >= {{ add_days('reviewed_date', -60) }}
                then 1
            else 0
        end, 1
    from judged
    union all
    select 'rating_with_growth', review_id, worker_key, reviewed_date, rating, hours from judged where rating is not null
    union all
    select 'ratings_given', review_id, reviewer_key, reviewed_date, rating, 1
    from judged
    where rating is not null and reviewer_key is not null
)

select * from final
