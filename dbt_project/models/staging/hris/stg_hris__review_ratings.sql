with

in_force as (
    {{ rows_in_force('hris', 'review_ratings', ['review_id', 'competency_id']) }}
),

final as (
    select
        in_force.review_id,
        in_force.competency_id,
        in_force.rating,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
