with

in_force as (
    {{ rows_in_force('talent', 'sponsorships', ['sponsorship_id']) }}
),

final as (
    select
        in_force.sponsorship_id,
        sponsored.worker_key as sponsored_key,
        sponsor.worker_key as sponsor_key,
        in_force.offered_at,
        in_force.accepted_at,
        in_force.declined_at,
        in_force.ended_at,
        in_force.outcome,
        sponsored.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('sponsored', 'in_force.sponsored_id', 'in_force.offered_at') }}
    {{ join_person('sponsor', 'in_force.sponsor_id', 'in_force.offered_at') }}
)

select * from final
