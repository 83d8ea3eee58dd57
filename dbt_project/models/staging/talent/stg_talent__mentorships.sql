with

in_force as (
    {{ rows_in_force('talent', 'mentorships', ['mentorship_id']) }}
),

final as (
    select
        in_force.mentorship_id,
        mentee.worker_key as mentee_key,
        mentor.worker_key as mentor_key,
        in_force.offered_at,
        in_force.accepted_at,
        in_force.declined_at,
        in_force.ended_at,
        in_force.kind,
        in_force.satisfaction,
        in_force.outcome,
        mentee.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('mentee', 'in_force.mentee_id', 'in_force.offered_at') }}
    {{ join_person('mentor', 'in_force.mentor_id', 'in_force.offered_at') }}
)

select * from final
