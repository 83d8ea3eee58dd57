with

parameters as (
    select as_of, history_from from {{ ref('run_parameters') }}
),

spans as (
    select
        worker_key,
        spell_number,
        starts_on,
        level,
        coalesce(track, 'none') as track,
        coalesce(job_family, 'none') as job_family
    from {{ ref('worker_spans') }}
    -- a place that becomes known is no move
    where level is not null
),

marked as (
    select
        *,
        lag(level) over spell as from_level,
        lag(track) over spell as from_track,
        lag(job_family) over spell as from_family
    from spans
    window spell as (partition by worker_key, spell_number order by starts_on)
),

places as (
    select
        *,
        lag(starts_on) over (partition by worker_key, spell_number order by starts_on) as entered_on
    from marked
    where level is distinct from from_level or track <> from_track or job_family <> from_family
),

moves as (
    select
        places.*,
        {{ full_months('places.entered_on', 'places.starts_on') }} as months
    from places
    cross join parameters
    where
        places.from_level is not null
        and places.starts_on >= parameters.history_from
        and places.starts_on <= parameters.as_of
),

final as (
    select
        from_level,
        from_track,
        from_family,
        level as to_level,
        track as to_track,
        job_family as to_family,
        case when level > from_level then 'promotion' when level < from_level then 'demotion' else 'lateral' end as kind,
        'outcome' as sensitivity_class,
        cast(count(*) as bigint) as n_moves,
        cast(count(distinct worker_key) as bigint) as n_people,
        cast(round(percentile_cont(0.5) within group (order by months)) as bigint) as median_months,
        'ok' as status
    from moves
    group by from_level, from_track, from_family, level, track, job_family
)

select * from final
