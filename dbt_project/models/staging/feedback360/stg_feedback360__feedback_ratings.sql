with

in_force as (
    {{ rows_in_force('feedback360', 'feedback_ratings', ['cycle_id', 'ratee_id', 'rater_id', 'item_id']) }}
),

final as (
    select
        in_force.rater_id as rater_token,
        in_force.cycle_id,
        ratee.worker_key as ratee_key,
        rater.worker_key as rater_key,
        in_force.item_id,
        in_force.relationship,
        in_force.competency_id,
        in_force.score,
        ratee.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('ratee', 'in_force.ratee_id') }}
    {{ join_person('rater', 'in_force.rater_id') }}
)

select * from final
