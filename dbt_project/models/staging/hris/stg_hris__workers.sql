with

in_force as (
    {{ rows_in_force('hris', 'workers', ['worker_id', 'hire_date']) }}
),

final as (
    select
        worker.worker_key,
        in_force.hire_date,
        in_force.original_hire_date,
        in_force.exit_date,
        in_force.exit_basis,
        in_force.notice_date,
        in_force.exit_reason,
        in_force.is_voluntary,
        in_force.is_regretted,
        in_force.is_rehire,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.hire_date') }}
)

select * from final
