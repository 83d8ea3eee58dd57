with

in_force as (
    {{ rows_in_force('talent', 'panel_decisions', ['panel_id', 'candidate_id']) }}
),

final as (
    select
        in_force.panel_id,
        candidate.worker_key as candidate_key,
        in_force.target_level,
        in_force.target_track,
        in_force.decision,
        in_force.n_votes_for,
        in_force.n_votes_against,
        in_force.is_override,
        in_force.reason,
        candidate.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('candidate', 'in_force.candidate_id') }}
)

select * from final
