with

final as (
    select
        criteria.level,
        criteria.track,
        criteria.criterion_id,
        criteria.valid_from,
        criteria.valid_to,
        criteria.rule,
        criteria.competency_id,
        coalesce(competencies.name, criteria.competency_id) as competency,
        cast(criteria.threshold as double) as threshold,
        criteria.window_months,
        criteria.lead_months,
        criteria.k,
        criteria.m,
        criteria.requirement,
        criteria.one_of_group,
        criteria.attester
    from {{ ref('stg_talent__ladder_criteria') }} as criteria
    left join {{ ref('stg_talent__competencies') }} as competencies on criteria.competency_id = competencies.competency_id
)

select * from final
