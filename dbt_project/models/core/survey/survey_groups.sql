-- A group that fewer people of a wave share than it promises is pooled with the other small ones of its attribute, so that
-- no answer can be told by its group. Who was never matched to a person is undisclosed.
with

respondents as (
    select survey_id, respondent_token, worker_key, opened_date from {{ ref('survey_respondents') }} where has_responded
),

attributes as (
    select distinct attribute from {{ ref('worker_groups') }}
),

held as (
    select
        respondents.survey_id,
        respondents.respondent_token,
        attributes.attribute,
        coalesce(groups.group_value, 'undisclosed') as group_value
    from respondents
    cross join attributes
    left join {{ ref('worker_groups') }} as groups
        on
            respondents.worker_key = groups.worker_key
            and attributes.attribute = groups.attribute
            and respondents.opened_date >= groups.valid_from
            and respondents.opened_date < groups.valid_to
),

final as (
    select
        held.survey_id,
        held.respondent_token,
        held.attribute,
        case
            when count(*) over (partition by held.survey_id, held.attribute, held.group_value) >= waves.minimum
                then held.group_value
            else 'pooled'
        end as group_value
    from held
    inner join {{ ref('survey_waves') }} as waves on held.survey_id = waves.survey_id
)

select * from final
