with

in_force as (
    {{ rows_in_force('talent', 'competency_behaviours', ['competency_id', 'level', 'track', 'behaviour_id']) }}
),

final as (
    select
        in_force.competency_id,
        in_force.level,
        in_force.track,
        in_force.behaviour_id,
        in_force.behaviour,
        in_force.valid_from,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
