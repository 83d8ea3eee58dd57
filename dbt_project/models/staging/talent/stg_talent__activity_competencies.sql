with

in_force as (
    {{ rows_in_force('talent', 'activity_competencies', ['activity_type', 'competency_id']) }}
),

final as (
    select
        in_force.activity_type,
        in_force.competency_id,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
