-- Several reviews of one person in one cycle: the last of them holds.
with

reviews as (
    select worker_key, cycle_id, reviewed_date, rating, potential
    from {{ ref('stg_hris__performance_reviews') }}
    where worker_key is not null
    qualify row_number() over (
        partition by worker_key, cycle_id order by reviewed_date desc, review_id desc
    ) = 1
),

bands as (
    select
        axis,
        band,
        from_rating,
        lead(from_rating, 1, 1e9) over (partition by axis order by from_rating) as below_rating
    from {{ ref('nine_box_bands') }}
),

-- A cycle stands in the quarter in which most of its reviews were written.
quarters as (
    select cycle_id, quarter_end
    from (
        select cycle_id, {{ quarter_end('reviewed_date') }} as quarter_end, count(*) as n_reviews
        from reviews
        group by all
    ) as counted
    qualify row_number() over (partition by cycle_id order by n_reviews desc, quarter_end desc) = 1
),

final as (
    select
        reviews.worker_key,
        reviews.cycle_id,
        quarters.quarter_end,
        reviews.reviewed_date,
        lead(reviews.reviewed_date, 1, {{ far_future() }}) over (
            partition by reviews.worker_key order by reviews.reviewed_date, reviews.cycle_id
        ) as next_reviewed_date,
        performance.band as performance,
        potential.band as potential
    from reviews
    inner join quarters on reviews.cycle_id = quarters.cycle_id
    left join bands as performance
        on
            performance.axis = 'performance'
            and reviews.rating >= performance.from_rating
            and reviews.rating < performance.below_rating
    left join bands as potential
        on
            potential.axis = 'potential'
            and reviews.potential >= potential.from_rating
            and reviews.potential < potential.below_rating
)

select * from final
