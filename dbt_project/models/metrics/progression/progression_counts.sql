-- Whole calendar months: who stands in a level at a month's end is at risk in the next. History begins when data begin, so
-- whoever was in the level before enters late, and whoever is still in it at the end is told of until then. A level that
-- becomes known within the history began on a day that nobody knows: such a stay is left out.
with

parameters as (
    select
        {{ add_days('run_parameters.history_from', -1) }} as opening_on, run_parameters.history_from,
        max(months.month_end) as last_on
    from {{ ref('run_parameters') }} as run_parameters
    cross join {{ ref('months') }} as months
    group by all
),

stays as (
    select
        worker_key, spell_number, level, level_since,
        min_by(job_family, starts_on) as job_family,
        max(ends_on) as ended_on,
        any_value(employed_from) as employed_from,
        any_value(employed_to) as employed_to
    from {{ ref('worker_spans') }}
    group by worker_key, spell_number, level, level_since
),

sequenced as (
    select
        stays.*,
        lead(level) over spell as next_level,
        level_since > employed_from and lag(level) over spell is null as is_made_known,
        least(ended_on, parameters.last_on) as seen_to
    from stays
    cross join parameters
    window spell as (partition by worker_key, spell_number order by level_since)
),

top as (
    select max(level) as level from {{ ref('worker_spans') }}
),

timed as (
    select
        sequenced.worker_key, sequenced.level, sequenced.job_family,
        greatest(sequenced.level_since, parameters.history_from) as seen_from,
        case
            when sequenced.level_since >= parameters.history_from then 0
            else {{ dbt.datediff('sequenced.level_since', 'parameters.opening_on', 'month') }}
        end as entered_month,
        {{ dbt.datediff('sequenced.level_since',
            'sequenced.seen_to', 'month') }} as ended_month,
        case
            when sequenced.ended_on > parameters.last_on then 'still there'
            when sequenced.ended_on = sequenced.employed_to then 'exited'
            when sequenced.next_level > sequenced.level then 'promoted'
            else 'moved'
        end as ended_by
    from sequenced
    cross join parameters
    cross join top
    where
        sequenced.level < top.level
        and sequenced.ended_on >= parameters.history_from
        and sequenced.level_since <= parameters.last_on
        and not (sequenced.is_made_known and sequenced.level_since >= parameters.history_from)
),

-- entered by a month, gone by a later one: the month of entry itself is not observed to its end
observed as (
    select
        timed.level, timed.job_family, timed.entered_month, timed.ended_month, timed.ended_by, groups.attribute,
        groups.group_value, count(*) as n
    from timed
    inner join {{ ref('worker_groups') }} as groups
        on
            timed.worker_key = groups.worker_key
            and timed.seen_from >= groups.valid_from
            and timed.seen_from < groups.valid_to
    where timed.ended_month > timed.entered_month
    group by all
),

events as (
    select
        level, job_family, attribute, group_value, entered_month as month_in_level, n as n_entered, 0 as n_ended,
        0 as n_promoted, 0 as n_exited
    from observed
    union all
    select
        level, job_family, attribute, group_value, ended_month, 0, n,
        case when ended_by = 'promoted' then n else 0 end,
        case when ended_by = 'exited' then n else 0 end
    from observed
),

final as (
    select
        parameters.last_on as period_end, events.attribute, events.group_value, events.level,
        coalesce(events.job_family, 'unknown') as job_family,
        cast(events.month_in_level as integer) as month_in_level,
        cast(sum(events.n_entered) as bigint) as n_entered,
        cast(sum(events.n_ended) as bigint) as n_ended,
        cast(sum(events.n_promoted) as bigint) as n_promoted,
        cast(sum(events.n_exited) as bigint) as n_exited
    from events
    cross join parameters
    group by all
)

select * from final
