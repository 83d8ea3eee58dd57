with

workers as (
    select * from {{ ref('stg_hris__workers') }} where worker_key is not null
),

assignments as (
    select * from {{ ref('stg_hris__job_assignments') }} where worker_key is not null
),

ordered as (
    select
        *,
        lead(hire_date, 1, {{ far_future() }}) over (partition by worker_key order by hire_date) as next_hire_date
    from workers
),

-- Where the source states no exits, a spell ends with the last assignment that began in it.
last_assignment as (
    select
        ordered.worker_key,
        ordered.hire_date,
        max(coalesce(assignments.valid_to, {{ far_future() }})) as ends_on
    from ordered
    inner join assignments
        on
            ordered.worker_key = assignments.worker_key
            and ordered.next_hire_date > assignments.valid_from
    where ordered.exit_basis = 'last_assignment'
    group by all
),

stated as (
    select
        ordered.worker_key,
        ordered.hire_date,
        case
            when ordered.exit_basis = 'last_assignment' then coalesce(last_assignment.ends_on, {{ far_future() }})
            else coalesce(ordered.exit_date, {{ far_future() }})
        end as ends_on,
        ordered.notice_date,
        ordered.exit_reason,
        ordered.is_voluntary,
        ordered.is_regretted,
        ordered.load_seq
    from ordered
    left join last_assignment
        on ordered.worker_key = last_assignment.worker_key and ordered.hire_date = last_assignment.hire_date
),

-- Overlapping rows of one person are one spell: a corrected hire date, or two systems that both know them.
marked as (
    select
        *,
        case
            when hire_date <= max(ends_on) over (
                partition by worker_key order by hire_date, ends_on
                rows between unbounded preceding and 1 preceding
            ) then 0 else 1
        end as is_start
    from stated
    where ends_on > hire_date
),

numbered as (
    select
        *,
        sum(is_start) over (partition by worker_key order by hire_date, ends_on rows unbounded preceding) as spell_number
    from marked
),

final as (
    select
        worker_key,
        cast(spell_number as integer) as spell_number,
        min(hire_date) as employed_from,
        max(ends_on) as employed_to,
        max_by(notice_date, ends_on) as notice_date,
        max_by(exit_reason, ends_on) as exit_reason,
        max_by(is_voluntary, ends_on) as is_voluntary,
        max_by(is_regretted, ends_on) as is_regretted,
        max(load_seq) as load_seq
    from numbered
    group by worker_key, spell_number
)

select * from final
