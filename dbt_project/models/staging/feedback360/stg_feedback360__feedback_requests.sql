with

in_force as (
    {{ rows_in_force('feedback360', 'feedback_requests', ['cycle_id', 'ratee_id', 'rater_id']) }}
),

final as (
    select
        in_force.rater_id as rater_token,
        in_force.cycle_id,
        ratee.worker_key as ratee_key,
        rater.worker_key as rater_key,
        in_force.relationship,
        in_force.status,
        in_force.requested_at,
        in_force.completed_at,
        in_force.debriefed_at,
        ratee.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('ratee', 'in_force.ratee_id',
        'coalesce(in_force.requested_at, in_force.completed_at)') }}
    {{ join_person('rater', 'in_force.rater_id',
        'coalesce(in_force.requested_at, in_force.completed_at)') }}
)

select * from final
