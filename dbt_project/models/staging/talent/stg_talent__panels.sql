with

in_force as (
    {{ rows_in_force('talent', 'panels', ['panel_id']) }}
),

final as (
    select
        in_force.panel_id,
        in_force.cycle_id,
        in_force.held_date,
        in_force.org_unit_id,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
