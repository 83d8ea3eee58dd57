with

in_force as (
    {{ rows_in_force('talent', 'contracts', ['contract_id', 'version']) }}
),

final as (
    select
        in_force.contract_id,
        in_force.version,
        leader.worker_key as leader_key,
        owner.worker_key as owner_key,
        approver.worker_key as approver_key,
        in_force.approved_at,
        in_force.valid_from,
        in_force.valid_to,
        in_force.checkin_cadence_days,
        leader.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('leader', 'in_force.leader_id', 'in_force.valid_from') }}
    {{ join_person('owner', 'in_force.owner_id', 'in_force.valid_from') }}
    {{ join_person('approver', 'in_force.approver_id', 'in_force.valid_from') }}
)

select * from final
