with

spans as (
    select
        *,
        lag(level) over spell as from_level,
        lag(job_id) over spell as from_job_id,
        lag(org_unit_id) over spell as from_org_unit_id,
        lag(job_family) over spell as from_job_family,
        row_number() over spell as span_number
    from {{ ref('worker_spans') }}
    window spell as (partition by worker_key, spell_number order by starts_on)
),

spells as (
    select * from {{ ref('worker_spells') }}
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

hires as (
    select
        worker_key, spell_number, starts_on as moved_on, 'hire' as kind,
        null as from_org_unit_id, org_unit_id as to_org_unit_id,
        null as from_level, level as to_level, null as from_job_family, job_family as to_job_family, load_seq
    from spans
    where span_number = 1
),

exits as (
    select
        worker_key, spell_number, employed_to as moved_on, 'exit' as kind,
        org_unit_id as from_org_unit_id, null as to_org_unit_id,
        level as from_level, null as to_level, job_family as from_job_family, null as to_job_family, load_seq
    from spans
    where ends_on = employed_to and employed_to < {{ far_future() }}
),

changes as (
    select * from spans where span_number > 1
),

-- A level that becomes known, or is lost, is a reclassification, not a promotion.
level_changes as (
    select
        worker_key, spell_number, starts_on as moved_on,
        case
            when level > from_level then 'promotion'
            when level < from_level then 'demotion'
            else 'reclassification'
        end as kind,
        from_org_unit_id, org_unit_id as to_org_unit_id, from_level, level as to_level,
        from_job_family, job_family as to_job_family, load_seq
    from changes
    where level is distinct from from_level
),

laterals as (
    select
        worker_key, spell_number, starts_on as moved_on, 'lateral' as kind,
        from_org_unit_id, org_unit_id as to_org_unit_id, from_level, level as to_level,
        from_job_family, job_family as to_job_family, load_seq
    from changes
    where job_id <> from_job_id and level is not distinct from from_level
),

-- So is a unit: a history that begins after the hire, or on the day of the first export, moves nobody.
unit_changes as (
    select
        worker_key, spell_number, starts_on as moved_on,
        case
            when from_org_unit_id is null or org_unit_id is null then 'unit_reclassification' else 'transfer'
        end as kind,
        from_org_unit_id, org_unit_id as to_org_unit_id, from_level, level as to_level,
        from_job_family, job_family as to_job_family, load_seq
    from changes
    where org_unit_id is distinct from from_org_unit_id
),

function_changes as (
    select
        worker_key, spell_number, starts_on as moved_on,
        case
            when from_job_family is null or job_family is null then 'function_reclassification' else 'function_change'
        end as kind,
        from_org_unit_id, org_unit_id as to_org_unit_id, from_level, level as to_level,
        from_job_family, job_family as to_job_family, load_seq
    from changes
    where job_family is distinct from from_job_family
),

moved as (
    select * from hires
    union all
    select * from exits
    union all
    select * from level_changes
    union all
    select * from laterals
    union all
    select * from unit_changes
    union all
    select * from function_changes
),

final as (
    select
        moved.worker_key,
        moved.spell_number,
        moved.moved_on,
        moved.kind,
        moved.from_org_unit_id,
        moved.to_org_unit_id,
        moved.from_level,
        moved.to_level,
        moved.from_job_family,
        moved.to_job_family,
        case when moved.kind = 'exit' then spells.is_voluntary end as is_voluntary,
        case when moved.kind = 'exit' then spells.is_regretted end as is_regretted,
        case when moved.kind = 'exit' then spells.exit_reason end as exit_reason,
        {{ month_end('moved.moved_on') }} as month_end,
        -- the month whose manager the movement is attributed to: the last one employed in, or the month before the move
        {{ month_end("case moved.kind when 'hire' then moved.moved_on when 'exit' then " ~ add_days('moved.moved_on', -1)
            ~ " else " ~ add_months('moved.moved_on', -1) ~ " end") }} as place_month_end,
        moved.load_seq
    from moved
    inner join spells on moved.worker_key = spells.worker_key and moved.spell_number = spells.spell_number
    cross join parameters
    where moved.moved_on <= parameters.as_of
)

select * from final
