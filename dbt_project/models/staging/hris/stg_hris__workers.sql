with

told as (
    {{ rows_in_force('hris', 'workers', ['worker_id', 'hire_date']) }}
),

-- A spell that goes on in the next system ends in this one without anybody leaving.
in_force as (
    select *, coalesce(exit_date <= speaks_to, speaks_to is null) as is_ended_here
    from told
    where coalesce(hire_date < speaks_to, true) and coalesce(exit_date > speaks_from, true)
),

final as (
    select
        worker.worker_key,
        greatest(in_force.hire_date, in_force.speaks_from) as hire_date,
        in_force.original_hire_date,
        least(in_force.exit_date, in_force.speaks_to) as exit_date,
        in_force.exit_basis,
        case when in_force.is_ended_here then in_force.notice_date end as notice_date,
        case when in_force.is_ended_here then in_force.exit_reason end as exit_reason,
        case when in_force.is_ended_here then in_force.is_voluntary end as is_voluntary,
        case when in_force.is_ended_here then in_force.is_regretted end as is_regretted,
        in_force.is_rehire,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.hire_date') }}
)

select * from final
