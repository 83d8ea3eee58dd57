with

final as (
    select
        behaviours.competency_id,
        coalesce(competencies.name, behaviours.competency_id) as competency,
        competencies.description as competency_means,
        competencies.is_leadership,
        behaviours.level,
        behaviours.track,
        behaviours.behaviour_id,
        behaviours.behaviour,
        behaviours.valid_from
    from {{ ref('stg_talent__competency_behaviours') }} as behaviours
    left join {{ ref('stg_talent__competencies') }} as competencies
        on behaviours.competency_id = competencies.competency_id
)

select * from final
