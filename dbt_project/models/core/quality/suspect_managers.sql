-- Loops are looked for on the newest closed month: what can still be corrected.
with

parameters as (
    select * from {{ ref('run_parameters') }}
),

newest as (
    select max(month_end) as month_end from {{ ref('months') }}
),

spells as (
    select worker_key, employed_from, employed_to from {{ ref('worker_spells') }}
),

manager_tree as (
    select leader_key, ancestor_key from {{ ref('manager_tree') }} inner join newest using (month_end) where depth > 0
),

-- a row of the same assignment ends the one before it, as in worker_spans
held as (
    select
        jobs.worker_key, jobs.manager_key, jobs.valid_from, jobs.feed_id, jobs.load_seq, jobs.row_no,
        parameters.as_of, parameters.history_from,
        least(
            coalesce(jobs.valid_to, {{ far_future() }}),
            lead(jobs.valid_from, 1, {{ far_future() }}) over (
                partition by jobs.worker_key, jobs.assignment_id, jobs.layer order by jobs.valid_from, jobs.sequence
            )
        ) as holds_to
    from {{ ref('stg_hris__job_assignments') }} as jobs
    cross join parameters
    where jobs.worker_key is not null
),

in_loops as (
    select held.*
    from held
    inner join newest on held.valid_from <= newest.month_end and held.holds_to > newest.month_end
    semi join manager_tree as above on held.manager_key = above.leader_key and held.worker_key = above.ancestor_key
),

-- the days on which a row names somebody to report to: those of the history that are over, while the person is employed
reporting as (
    select
        held.*,
        greatest(held.valid_from, held.history_from, spells.employed_from) as first_on,
        {{ add_days('least(held.holds_to, spells.employed_to, ' ~ add_days('held.as_of', 1) ~ ')', -1) }} as last_on
    from held
    inner join spells
        on
            held.worker_key = spells.worker_key
            and held.valid_from < spells.employed_to
            and held.holds_to > spells.employed_from
    where held.manager_key is not null and held.manager_key <> held.worker_key
),

managed as (
    select
        reporting.feed_id,
        reporting.load_seq,
        reporting.row_no,
        coalesce(bool_or(reporting.first_on >= spells.employed_from and reporting.first_on < spells.employed_to), false)
            as is_there_at_first,
        coalesce(bool_or(reporting.last_on < spells.employed_to), false) as is_there_at_last
    from reporting
    left join spells on reporting.manager_key = spells.worker_key
    where reporting.first_on <= reporting.last_on
    group by reporting.feed_id, reporting.load_seq, reporting.row_no
),

final as (
    {{ suspects('manages_oneself', 'hris.job_assignments', 'held', 'manager_key = worker_key') }}
    union all
    {{ suspects('manager_not_employed', 'hris.job_assignments', 'managed', 'not is_there_at_first') }}
    union all
    {{ suspects('manager_has_left', 'hris.job_assignments', 'managed', 'is_there_at_first and not is_there_at_last') }}
    union all
    {{ suspects('managers_in_a_loop', 'hris.job_assignments', 'in_loops') }}
)

select * from final
