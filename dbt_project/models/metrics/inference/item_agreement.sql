-- What raters of one leader say on the items behind one indicator, before r_wg(J) is made of it. Scales may differ by item.
with

respondents as (
    select survey_id, respondent_token, manager_key, quarter_end
    from {{ ref('survey_people') }}
    where manager_key is not null
),

survey_items as (
    select
        case answers.index_name when 'engagement' then 'engagement_index' else 'enps' end as metric,
        respondents.manager_key as leader_key,
        respondents.quarter_end,
        answers.item_id,
        var_samp(answers.answer) as variance,
        any_value(answers.scale_points) as scale_points
    from {{ ref('survey_answers') }} as answers
    inner join respondents
        on answers.survey_id = respondents.survey_id and answers.respondent_token = respondents.respondent_token
    where answers.index_name in ('engagement', 'enps')
    group by answers.index_name, respondents.manager_key, respondents.quarter_end, answers.item_id
),

-- one cycle a quarter, the last to close, as in score_cells
ratings as (
    select *
    from {{ ref('feedback_ratings') }}
    where relationship in ('peer', 'direct_report')
    qualify dense_rank() over (
        partition by ratee_key, quarter_end order by closed_date desc, cycle_id desc
    ) = 1
),

feedback_items as (
    select
        concat('score_360_', relationship) as metric,
        ratee_key as leader_key,
        quarter_end,
        item_id,
        var_samp(cast(score as double)) as variance,
        any_value(scale_max - scale_min + 1) as scale_points
    from ratings
    group by relationship, ratee_key, quarter_end, item_id
),

items as (
    select * from survey_items
    union all
    select * from feedback_items
),

final as (
    select
        metric,
        leader_key,
        quarter_end as period_end,
        count(*) as n_items,
        avg(variance) as item_variance,
        avg((scale_points * scale_points - 1) / 12.0) as null_variance
    from items
    where variance is not null and scale_points > 1
    group by metric, leader_key, quarter_end
)

select * from final
