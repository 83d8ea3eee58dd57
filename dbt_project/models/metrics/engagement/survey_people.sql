-- The latest wave of the quarter speaks for a person who answered several.
with

respondents as (
    select *
    from {{ ref('survey_respondents') }}
    qualify row_number() over (
        partition by coalesce(worker_key, respondent_token), quarter_end order by has_responded desc, opened_date desc
    ) = 1
),

answers as (
    select * from {{ ref('survey_answers') }}
),

items as (
    select survey_id, count(*) filter (where index_name = 'engagement') as n_index_items
    from {{ ref('stg_survey__survey_items') }}
    group by survey_id
),

people as (
    select
        survey_id,
        respondent_token,
        count(*) filter (where index_name = 'engagement') as n_index_answers,
        avg(favourable_rank) filter (where index_name = 'engagement') as engagement_mean,
        count(*) filter (where index_name = 'engagement' and is_favourable) as n_favourable,
        count(is_favourable) filter (where theme = 'coaching') as n_coaching_answers,
        count(*) filter (where theme = 'coaching' and is_favourable) as n_coaching_favourable,
        max(case
            when index_name = 'enps' and favourable_rank >= 10 then 1
            when index_name = 'enps' and favourable_rank <= 7 then -1
            when index_name = 'enps' then 0
        end) as enps_point
    from answers
    group by all
),

final as (
    select
        respondents.survey_id,
        respondents.respondent_token,
        respondents.worker_key,
        respondents.quarter_end,
        months.month_end,
        respondents.org_unit_id,
        respondents.level,
        respondents.manager_key,
        respondents.is_invited,
        respondents.has_responded,
        people.n_index_answers,
        people.n_favourable,
        people.n_coaching_answers,
        people.n_coaching_favourable,
        people.enps_point,
        case when people.n_index_answers * 2 >= items.n_index_items then people.engagement_mean end as engagement_mean
    from respondents
    left join people
        on
            respondents.survey_id = people.survey_id
            and respondents.respondent_token = people.respondent_token
    left join items on respondents.survey_id = items.survey_id
    left join {{ ref('survey_waves') }} as months on respondents.survey_id = months.survey_id
)

select * from final
