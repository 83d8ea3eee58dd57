with

in_force as (
    {{ rows_in_force('hris', 'succession', ['position_id', 'candidate_id', 'rated_date']) }}
),

final as (
    select
        in_force.position_id,
        candidate.worker_key as candidate_key,
        in_force.rated_date,
        in_force.readiness,
        rater.worker_key as rater_key,
        in_force.valid_to,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('candidate', 'in_force.candidate_id', 'in_force.rated_date') }}
    {{ join_person('rater', 'in_force.rater_id', 'in_force.rated_date') }}
    where {{ is_in_its_days('in_force', 'in_force.rated_date') }}
)

select * from final
