-- What no parser sees: every row here is well formed, and together they cannot all be true.
with

parameters as (
    select * from {{ ref('run_parameters') }}
),

loads as (
    select load_seq, load_order, cast(exported_at as date) as exported_date from {{ ref('stg_ledger__loads_in_force') }}
),

spells as (
    select worker_key, employed_from, employed_to from {{ ref('worker_spells') }}
),

workers as (
    select
        *,
        lag(hire_date) over (partition by worker_key order by hire_date) as earlier_hire_date,
        -- where no exits are stated (DECISIONS 13), nothing overlaps that the source says
        max(case when exit_basis = 'last_assignment' then hire_date else coalesce(exit_date, {{ far_future() }}) end) over (
            partition by worker_key order by hire_date rows between unbounded preceding and 1 preceding
        ) as employed_until
    from {{ ref('stg_hris__workers') }}
    inner join loads using (load_seq)
    cross join parameters
    where worker_key is not null
),

staff as (
    select feed_id, count(*) filter (where exit_date is null) as n_workers from workers group by feed_id
),

-- who leaves in one load, beside everybody whom the feed knows to be there
leaving as (
    select workers.feed_id, workers.load_seq, count(*) as n_leavers, max(staff.n_workers) as n_workers
    from workers
    inner join staff on workers.feed_id = staff.feed_id
    where workers.exit_date is not null and workers.load_order > 1
    group by workers.feed_id, workers.load_seq
),

left_in_masses as (
    select workers.*
    from workers
    inner join leaving on workers.feed_id = leaving.feed_id and workers.load_seq = leaving.load_seq
    where
        workers.exit_date is not null
        and leaving.n_leavers >= {{ var('mass_leavers_least') }}
        and leaving.n_leavers >= {{ var('mass_leavers_share') }} * (leaving.n_leavers + leaving.n_workers)
),

-- a row of the same assignment ends the one before it, as in worker_spans
held as (
    select
        jobs.worker_key, jobs.layer, jobs.valid_from, jobs.is_primary, jobs.weekly_hours, jobs.op,
        jobs.feed_id, jobs.load_seq, jobs.row_no,
        loads.load_order, loads.exported_date, parameters.as_of,
        least(
            coalesce(jobs.valid_to, {{ far_future() }}),
            lead(jobs.valid_from, 1, {{ far_future() }}) over (
                partition by jobs.worker_key, jobs.assignment_id, jobs.layer order by jobs.valid_from, jobs.sequence
            )
        ) as holds_to
    from {{ ref('stg_hris__job_assignments') }} as jobs
    inner join loads on jobs.load_seq = loads.load_seq
    cross join parameters
    where jobs.worker_key is not null
),

-- of one assignment no two rows hold at once, so what overlaps belongs to another one
beside as (
    select
        *,
        max(holds_to) over (
            partition by worker_key, layer order by valid_from, holds_to
            rows between unbounded preceding and 1 preceding
        ) as held_until
    from held
    where coalesce(is_primary, true) and holds_to > valid_from
),

outside as (
    select held.*
    from held
    semi join spells on held.worker_key = spells.worker_key
    anti join spells as employed
        on
            held.worker_key = employed.worker_key
            and held.valid_from < employed.employed_to
            and held.holds_to > employed.employed_from
    where held.holds_to > held.valid_from
),

final as (
    {{ suspects('employment_overlaps', 'hris.workers', 'workers', 'hire_date < employed_until') }}
    union all
    {{ suspects('earlier_employment_not_told', 'hris.workers', 'workers',
        'earlier_hire_date is null and original_hire_date < hire_date and original_hire_date >= history_from') }}
    union all
    {{ suspects('leavers_in_masses', 'hris.workers', 'left_in_masses') }}
    union all
    {{ suspects('dated_far_ahead', 'hris.workers', 'workers',
        'hire_date > ' ~ add_days('as_of', var('days_far_ahead'))) }}
    union all
    {{ suspects('dated_far_ahead', 'hris.job_assignments', 'held',
        'valid_from > ' ~ add_days('as_of', var('days_far_ahead'))) }}
    union all
    {{ suspects('told_long_after', 'hris.job_assignments', 'held',
        "op = 'i' and load_order > 1 and valid_from < " ~ add_days('exported_date', -var('days_long_after'))) }}
    union all
    {{ suspects('hours_beyond_reason', 'hris.job_assignments', 'held', 'weekly_hours > ' ~ var('most_weekly_hours')) }}
    union all
    {{ suspects('two_primary_jobs', 'hris.job_assignments', 'beside', 'valid_from < held_until') }}
    union all
    {{ suspects('job_outside_employment', 'hris.job_assignments', 'outside') }}
)

select * from final
