with

in_force as (
    {{ rows_in_force('talent', 'competencies', ['competency_id']) }}
),

final as (
    select
        in_force.competency_id,
        in_force.name,
        in_force.description,
        in_force.is_leadership,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
