with

in_force as (
    {{ rows_in_force('feedback360', 'feedback_cycles', ['cycle_id']) }}
),

final as (
    select
        in_force.cycle_id,
        in_force.title,
        in_force.opened_date,
        in_force.closed_date,
        in_force.minimum,
        in_force.scale_min,
        in_force.scale_max,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
