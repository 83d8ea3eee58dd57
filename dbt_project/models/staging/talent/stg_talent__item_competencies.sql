with

in_force as (
    {{ rows_in_force('talent', 'item_competencies', ['instrument', 'item_id', 'competency_id']) }}
),

final as (
    select
        in_force.instrument,
        in_force.item_id,
        in_force.competency_id,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
