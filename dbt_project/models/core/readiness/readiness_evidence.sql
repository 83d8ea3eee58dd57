{%- set case_of = 'worker_key, as_of, knowledge, target_track, criterion_id' -%}
-- What an observation adds is counted here: hours, mentorships, initiatives and milestones add up within the window;
-- judgements (360, reviews, ratings, uplift) add one each where they reach the threshold, of the last m alone: sustained,
-- not once. A day on leave is no day of a window.
with

requirements as (
    select * from {{ ref('readiness_requirements') }}
),

loads as (
    select load_seq, loaded_at from {{ ref('stg_ledger__loads_in_force') }}
),

observed as (
    select
        requirements.worker_key, requirements.as_of, requirements.knowledge, requirements.target_level,
        requirements.target_track, requirements.criterion_id, requirements.is_counted, requirements.threshold,
        requirements.window_months, requirements.m, requirements.rule, requirements.competency_id, requirements.needed,
        requirements.rule_version, seen.observed_on, seen.measure, seen.evidence_table, seen.load_seq
    from requirements
    inner join {{ ref('readiness_observations') }} as seen
        on
            requirements.worker_key = seen.worker_key
            and requirements.rule = seen.rule
            and coalesce(requirements.competency_id, '') = coalesce(seen.competency_id, '')
            and requirements.as_of >= seen.observed_on
    left join loads on seen.load_seq = loads.load_seq
    where
        requirements.knowledge <> 'as_known_then'
        or loads.loaded_at < {{ add_days('requirements.as_of', 1) }}
),

leave_months as (
    select worker_key, month_end, n_leave_days from {{ ref('worker_months') }} where n_leave_days > 0
),

on_leave as (
    select
        seen.worker_key, seen.as_of, seen.observed_on,
        sum(least(leave_months.n_leave_days, {{ days_between('seen.observed_on', 'leave_months.month_end') }})) as n_days
    from (select distinct worker_key, as_of, observed_on from observed where window_months is not null) as seen
    inner join leave_months
        on
            seen.worker_key = leave_months.worker_key
            and seen.observed_on < leave_months.month_end
            and seen.as_of >= leave_months.month_end
    group by all
),

dated as (
    select
        observed.*,
        cast({{ dbt.dateadd('day', 'cast(coalesce(on_leave.n_days, 0) as integer)',
            dbt.dateadd('month', 'observed.window_months', 'observed.observed_on')) }} as date) as expires_on
    from observed
    left join on_leave
        on
            observed.worker_key = on_leave.worker_key
            and observed.as_of = on_leave.as_of
            and observed.observed_on = on_leave.observed_on
),

standing as (
    select *, coalesce(expires_on > as_of, true) as is_standing from dated
),

-- only judgements are ranked; hours are most of the rows
counted as (
    select *, case when is_standing then measure end as counts
    from standing
    where is_counted
    union all
    select
        *,
        case
            when not is_standing then null
            when measure >= threshold and row_number() over (
                partition by {{ case_of }}, is_standing order by observed_on desc, measure desc, load_seq asc
            ) <= m then 1
            else 0
        end
    from standing
    where not is_counted
),

final as (
    select
        worker_key,
        as_of,
        knowledge,
        target_level,
        target_track,
        criterion_id,
        rule,
        competency_id,
        threshold,
        needed,
        rule_version,
        observed_on,
        measure,
        evidence_table,
        load_seq,
        expires_on,
        cast(counts as double) as counts,
        cast(sum(counts) over (
            partition by {{ case_of }} order by observed_on, measure, load_seq rows unbounded preceding
        ) as double) as counted_so_far
    from counted
    union all
    select
        worker_key, as_of, knowledge, target_level, target_track, criterion_id, rule, competency_id, threshold, needed,
        rule_version, level_since,
        cast({{ full_months('level_since', 'as_of') }} as double), 'hris.job_assignments', null, null,
        cast({{ full_months('level_since', 'as_of') }} as double),
        cast({{ full_months('level_since', 'as_of') }} as double)
    from requirements
    where rule = 'months_in_level' and level_since is not null
)

select * from final
