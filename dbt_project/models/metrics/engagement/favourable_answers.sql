{#- metric, and the index or theme whose items it counts -#}
{%- set metrics = {
    'engagement_favourable': 'engagement',
    'criteria_known': 'criteria',
    'psychological_safety': 'safety',
    'fairness_favourable': 'fairness',
    'coaching_favourable': 'coaching',
} -%}
{%- set kinds = ['company', 'org_unit', 'level', 'leader_direct', 'leader_org'] -%}
{%- set sums = [
    'n_people', 'n_favourable', 'n_answers', 'favourable_squared', 'favourable_by_answers', 'answers_squared'
] -%}
-- An item belongs to its index, or to its theme where it is in none.
with

answers as (
    select
        survey_id,
        respondent_token,
        case coalesce(index_name, theme)
            {%- for metric, index in metrics.items() %}
                when '{{ index }}' then '{{ metric }}'
            {%- endfor %}
        end as metric,
        count(*) filter (where is_favourable) as n_favourable,
        count(*) as n_answers
    from {{ ref('survey_answers') }}
    group by all
),

people as (
    select
        answers.metric,
        respondents.month_end,
        respondents.quarter_end,
        respondents.org_unit_id,
        respondents.level,
        respondents.manager_key,
        1 as n_people,
        answers.n_favourable,
        answers.n_answers,
        answers.n_favourable * answers.n_favourable as favourable_squared,
        answers.n_favourable * answers.n_answers as favourable_by_answers,
        answers.n_answers * answers.n_answers as answers_squared
    from answers
    inner join {{ ref('survey_people') }} as respondents
        on answers.survey_id = respondents.survey_id and answers.respondent_token = respondents.respondent_token
    where answers.metric is not null
),

segmented as (
    {{ roll_up('people', ['metric', 'quarter_end'], sums, kinds) }}
),

measured as (
    select
        metric,
        'share_of_answers' as convention_id,
        quarter_end as period_end,
        segment_kind,
        segment_id,
        n_people as n,
        n_favourable as numerator,
        n_answers as denominator,
        favourable_squared as sum_squares,
        favourable_by_answers as sum_cross,
        answers_squared as sum_denominator_squares,
        n_people > 1 as is_sufficient
    from segmented
),

final as (
    {{ metric_cells(metrics.keys() | list, 'measured', moments=['sum_squares', 'sum_cross', 'sum_denominator_squares']) }}
)

select * from final
