with

in_force as (
    {{ rows_in_force('lms', 'certifications', ['worker_id', 'certification', 'awarded_date']) }}
),

final as (
    select
        worker.worker_key,
        in_force.certification,
        in_force.awarded_date,
        in_force.expires_date,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.awarded_date') }}
)

select * from final
