with

mapped as (
    select * from {{ ref('stg_talent__item_competencies') }}
),

versions as (
    select
        instrument,
        item_id,
        version_digest,
        comparable_since,
        any_value(theme) as theme,
        any_value(scale_min) as scale_min,
        any_value(scale_max) as scale_max,
        any_value(direction) as direction,
        min(asked_on) as first_asked_on,
        max(asked_on) as last_asked_on,
        count(*) as n_waves
    from {{ ref('item_versions') }}
    group by instrument, item_id, version_digest, comparable_since
),

final as (
    select
        mapped.instrument,
        mapped.item_id,
        mapped.competency_id,
        coalesce(competencies.name, mapped.competency_id) as competency,
        versions.version_digest,
        versions.comparable_since,
        versions.first_asked_on,
        versions.last_asked_on,
        cast(versions.n_waves as integer) as n_waves,
        versions.theme,
        versions.scale_min,
        versions.scale_max,
        versions.direction
    from mapped
    left join {{ ref('stg_talent__competencies') }} as competencies on mapped.competency_id = competencies.competency_id
    left join versions on mapped.instrument = versions.instrument and mapped.item_id = versions.item_id
)

select * from final
