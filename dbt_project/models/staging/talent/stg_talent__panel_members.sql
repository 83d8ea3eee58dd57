with

in_force as (
    {{ rows_in_force('talent', 'panel_members', ['panel_id', 'member_id']) }}
),

final as (
    select
        in_force.panel_id,
        member.worker_key as member_key,
        in_force.role,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('member', 'in_force.member_id') }}
)

select * from final
