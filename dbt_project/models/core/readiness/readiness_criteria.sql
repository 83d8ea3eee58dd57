with

requirements as (
    select * from {{ ref('readiness_requirements') }}
),

judged as (
    select
        worker_key,
        as_of,
        knowledge,
        target_track,
        criterion_id,
        count(counts) as n_observations,
        count(*) - count(counts) as n_expired,
        max(counted_so_far) as measure,
        max(observed_on) as last_observed_on,
        min(observed_on) filter (where counted_so_far >= needed) as reached_on
    from {{ ref('readiness_evidence') }}
    group by worker_key, as_of, knowledge, target_track, criterion_id
),

final as (
    select
        requirements.worker_key,
        requirements.as_of,
        requirements.knowledge,
        requirements.target_level,
        requirements.target_track,
        requirements.is_track_change,
        requirements.criterion_id,
        requirements.rule,
        requirements.competency_id,
        requirements.requirement,
        requirements.one_of_group,
        requirements.threshold,
        requirements.needed,
        coalesce(judged.measure, 0) as measure,
        coalesce(judged.n_observations, 0) as n_observations,
        coalesce(judged.n_expired, 0) as n_expired,
        judged.last_observed_on,
        case
            when coalesce(judged.n_observations, 0) = 0 then 'no_evidence'
            when judged.measure >= requirements.needed then 'met'
            else 'not_met'
        end as criterion_status,
        case
            when judged.measure < requirements.needed then null
            when requirements.rule = 'months_in_level'
                then cast({{ dbt.dateadd('month', 'cast(requirements.threshold as integer)', 'judged.reached_on') }} as date)
            else judged.reached_on
        end as met_on,
        greatest(requirements.needed - coalesce(judged.measure, 0), 0) as missing,
        requirements.lead_months,
        requirements.has_open_plan_item,
        requirements.attester,
        requirements.has_attester,
        requirements.rule_version
    from requirements
    left join judged
        on
            requirements.worker_key = judged.worker_key
            and requirements.as_of = judged.as_of
            and requirements.knowledge = judged.knowledge
            and requirements.target_track = judged.target_track
            and requirements.criterion_id = judged.criterion_id
)

select * from final
