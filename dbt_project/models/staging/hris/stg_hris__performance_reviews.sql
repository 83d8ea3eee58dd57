with

in_force as (
    {{ rows_in_force('hris', 'performance_reviews', ['review_id']) }}
),

final as (
    select
        in_force.review_id,
        worker.worker_key,
        in_force.cycle_id,
        in_force.reviewed_date,
        in_force.rating,
        in_force.potential,
        reviewer.worker_key as reviewer_key,
        in_force.checkin_before_date,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.reviewed_date') }}
    {{ join_person('reviewer', 'in_force.reviewer_id', 'in_force.reviewed_date') }}
    where {{ is_in_its_days('in_force', 'in_force.reviewed_date') }}
)

select * from final
