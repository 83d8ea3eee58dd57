{%- set attributes = [
    'job_id', 'title', 'job_family', 'level', 'track', 'org_unit_id', 'manager_key', 'position_id', 'location',
    'legal_entity', 'country', 'worker_category', 'eeo_category', 'fte', 'weekly_hours', 'event_reason', 'load_seq'
] -%}
{%- set last_told = [] -%}
{%- for attribute in attributes -%}
    {%- do last_told.append(
        "max_by(rows_held." ~ attribute ~ ", rows_held.precedence) filter (where rows_held." ~ attribute
        ~ " is not null) as " ~ attribute
    ) -%}
{%- endfor -%}
with

spells as (
    select * from {{ ref('worker_spells') }}
),

assignments as (
    select *
    from {{ ref('stg_hris__job_assignments') }}
    where worker_key is not null and coalesce(is_primary, true)
    -- several changes on one day: the last of them holds
    qualify row_number() over (
        partition by worker_key, assignment_id, layer, valid_from order by sequence desc, load_seq desc
    ) = 1
),

-- A row ends where the next one of its layer begins, at the latest. Where several layers or assignments tell of the same
-- day, the higher layer has precedence, then the lower assignment id.
rows_held as (
    select
        *,
        least(
            coalesce(valid_to, {{ far_future() }}),
            lead(valid_from, 1, {{ far_future() }}) over (
                partition by worker_key, assignment_id, layer order by valid_from
            )
        ) as holds_to,
        layer * 1000 - dense_rank() over (partition by worker_key order by assignment_id) as precedence
    from assignments
),

changes as (
    select worker_key, valid_from as changes_on from rows_held
    union
    select worker_key, holds_to as changes_on from rows_held
),

points as (
    select worker_key, spell_number, employed_from, employed_to, employed_from as starts_on
    from spells
    union
    select spells.worker_key, spells.spell_number, spells.employed_from, spells.employed_to, changes.changes_on
    from spells
    inner join changes
        on
            spells.worker_key = changes.worker_key
            and spells.employed_from < changes.changes_on
            and spells.employed_to > changes.changes_on
),

spans as (
    select
        *,
        lead(starts_on, 1, employed_to) over (partition by worker_key, spell_number order by starts_on) as ends_on
    from points
),

told as (
    select
        spans.worker_key,
        spans.spell_number,
        spans.starts_on,
        any_value(spans.employed_from) as employed_from,
        any_value(spans.employed_to) as employed_to,
        any_value(spans.ends_on) as ends_on,
        {{ last_told | join(',\n        ') }}
    from spans
    left join rows_held
        on
            spans.worker_key = rows_held.worker_key
            and spans.starts_on >= rows_held.valid_from
            and spans.starts_on < rows_held.holds_to
    group by spans.worker_key, spans.spell_number, spans.starts_on
),

level_changes as (
    select
        *,
        case
            when (level is distinct from lag(level) over (partition by worker_key, spell_number order by starts_on))
                then starts_on
        end as level_changed_on
    from told
),

final as (
    select
        worker_key,
        spell_number,
        starts_on,
        ends_on,
        employed_from,
        employed_to,
        max(level_changed_on) over (
            partition by worker_key, spell_number order by starts_on rows unbounded preceding
        ) as level_since,
        {{ attributes | join(',
        ') }}
    from level_changes
)

select * from final
