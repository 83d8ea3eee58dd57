with

in_force as (
    {{ rows_in_force('talent', 'recognitions', ['recognition_id']) }}
),

final as (
    select
        in_force.recognition_id,
        giver.worker_key as giver_key,
        receiver.worker_key as receiver_key,
        in_force.given_at,
        in_force.reason_kind,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('giver', 'in_force.giver_id', 'in_force.given_at') }}
    {{ join_person('receiver', 'in_force.receiver_id', 'in_force.given_at') }}
)

select * from final
