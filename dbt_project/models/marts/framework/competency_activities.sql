with

final as (
    select
        activities.activity_type,
        activities.competency_id,
        coalesce(competencies.name, activities.competency_id) as competency
    from {{ ref('stg_talent__activity_competencies') }} as activities
    left join {{ ref('stg_talent__competencies') }} as competencies
        on activities.competency_id = competencies.competency_id
)

select * from final
