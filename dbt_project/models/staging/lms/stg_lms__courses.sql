with

in_force as (
    {{ rows_in_force('lms', 'courses', ['course_id']) }}
),

final as (
    select
        in_force.course_id,
        in_force.title,
        in_force.kind,
        in_force.competency_tags,
        in_force.hours,
        in_force.cost,
        in_force.currency,
        in_force.is_leadership,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
